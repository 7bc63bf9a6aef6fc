"""config.yaml by its sections: what each key may hold, and what is expected where it holds something else."""

from __future__ import annotations

import ipaddress
import re
from datetime import date, time, timedelta
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from orewire.model.codes import EVENT_TYPES, FAMILIES, LANGUAGES, POLARITIES, STATUSES, VOICES
from orewire.model.errors import UsageError
from orewire.model.event import LIST_FILTERS, MOST_VALUES, Filters
from orewire.model.feed import FeedSpec
from orewire.model.watch import KINDS, Quiet, Watch

LETTER_LANGUAGES: Final = ("en", "es", "fr")
"""In which alerts and digests can be written."""


class Section(BaseModel):
    """Keys that nobody knows are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _like(pattern: str, expected: str) -> AfterValidator:
    """A check whose message says what is expected, not by which pattern it is told."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(expected)
        return value

    return AfterValidator(check)


def _web_address(value: str) -> str:
    try:
        parts = urlsplit(value)
        is_whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_whole = False
    if not is_whole or any(character.isspace() for character in value):
        raise ValueError("an address that begins with http:// or https://")
    return value


def _known_kind(value: str, info: ValidationInfo) -> str:
    kinds = (info.context or {}).get("kinds")
    if kinds is not None and value not in kinds:
        raise ValueError(f"one of {', '.join(kinds)}")
    return value


def _query(value: str, info: ValidationInfo) -> str:
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise ValueError("characters that UTF-8 can hold")
    if check := (info.context or {}).get("check_text"):
        try:
            check(value)
        except UsageError as error:
            raise ValueError(f"a query ({error})") from error
    return value


class FeedConfig(Section):
    """One feed. `country` is ISO 3166-1 alpha-2 or INT; `user_agent` only where a site asks for its own.

    `voice` says who speaks in all of its articles, where they do not tell: an organisation's own feed is a `statement`.
    """

    name: Annotated[str, Field(min_length=1)]
    url: Annotated[str, AfterValidator(_web_address)]
    kind: Annotated[str, AfterValidator(_known_kind)] = "feed"
    lang: Annotated[str, _like("[a-z]{2}", "a language code such as en")] | None = None
    country: Annotated[str, _like("[A-Z]{2,5}", "a country code such as CL, or INT")] | None = None
    purpose: str | None = None
    user_agent: str | None = None
    robots: bool = True
    voice: Literal[VOICES] | None = None  # type: ignore[valid-type]
    enabled: bool = True


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("a time zone such as Europe/Belgrade") from error
    return value


def _quiet(value: str) -> str:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d", value):
        raise ValueError("hours such as '22:00-07:00'")
    return value


def _read_quiet(value: str) -> Quiet:
    start, end = map(time.fromisoformat, value.split("-"))
    return Quiet(start=start, end=end)


Name = Annotated[str, Field(min_length=1)]
Mineral = Annotated[Name, AfterValidator(str.lower)]
Zone = Annotated[str, AfterValidator(_zone)]
Clock = Annotated[str, _like(r"([01]\d|2[0-3]):[0-5]\d", "a time in quotes, such as '07:00'")]


class FilterConfig(Section):
    """The filters of every question."""

    country: list[Annotated[str, _like("[A-Za-z]{2}", "a country code such as CL, or EU")]] = []
    mineral: list[Mineral] = []
    type: list[Literal[EVENT_TYPES]] = []  # type: ignore[valid-type]
    family: list[Literal[FAMILIES]] = []  # type: ignore[valid-type]
    stance: list[Literal[POLARITIES]] = []  # type: ignore[valid-type]
    project: list[Name] = []
    actor: list[Name] = []
    status: list[Literal[STATUSES]] = []  # type: ignore[valid-type]
    since: date | None = None
    until: date | None = None
    text: Annotated[str, AfterValidator(_query)] | None = None
    min_confidence: Annotated[float, Field(ge=0, le=1)] | None = None

    @model_validator(mode="after")
    def _is_a_span(self) -> Self:
        if self.since and self.until and self.since >= self.until:
            raise ValueError("until after since")
        return self

    @model_validator(mode="after")
    def _has_few_values(self) -> Self:
        if wide := [name for name, values in self._lists().items() if len(values) > MOST_VALUES]:
            raise ValueError(f"{MOST_VALUES} values of {wide[0]} at most")
        return self

    def _lists(self) -> dict[str, Any]:
        return {name: tuple(getattr(self, name)) for name in LIST_FILTERS}

    def filters(self) -> Filters:
        """The question."""
        return Filters(
            **self._lists(),
            since=self.since,
            until=self.until,
            text=self.text,
            min_confidence=self.min_confidence,
        )


class WatchConfig(FilterConfig):
    """A saved question, who is told of new answers, and when: see Watch. `batch` is in minutes."""

    name: Name
    kinds: Annotated[list[Literal[KINDS]], Field(min_length=1)] = ["event"]  # type: ignore[valid-type]
    channels: list[str] = []
    lang: Literal[LETTER_LANGUAGES] = "en"  # type: ignore[valid-type]
    zone: Zone = "UTC"
    quiet: Annotated[str, AfterValidator(_quiet)] | None = None
    batch: Annotated[int, Field(ge=0, le=1440)] = 0
    daily_cap: Annotated[int, Field(ge=1, le=1000)] = 20

    def watch(self, *, is_own: bool = False) -> Watch:
        """The watch."""
        return Watch(
            name=self.name,
            filters=self.filters(),
            kinds=tuple(self.kinds),
            channels=tuple(self.channels),
            lang=self.lang,
            zone=self.zone,
            quiet=_read_quiet(self.quiet) if self.quiet else None,
            batch=timedelta(minutes=self.batch),
            daily_cap=self.daily_cap,
            is_own=is_own,
        )

    def settings(self) -> dict[str, Any]:
        """What was said, as JSON: the same again gives the same watch."""
        return self.model_dump(mode="json", exclude_defaults=True, exclude={"name"})


class DigestConfig(FilterConfig):
    """A digest of each day for the readers of some channels, at a time of their own zone."""

    name: Name
    channels: Annotated[list[str], Field(min_length=1)]
    at: Clock = "07:00"
    zone: Zone = "UTC"
    lang: Literal[LETTER_LANGUAGES] = "en"  # type: ignore[valid-type]
    by: Literal["mineral", "country"] = "mineral"


class MailConfig(Section):
    """The server that takes our mail; the password is OREWIRE_MAIL_PASSWORD of the environment.

    `unsubscribe` is a mailbox whose reader takes people off; `ca_file` holds the certificates to trust in place of the
    system's; `allow_private`: the host may be on a private network.
    """

    host: Name
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None
    sender: Name
    sender_name: str = "orewire"
    ca_file: Path | None = None
    unsubscribe: str | None = None
    allow_private: bool = False


class ChannelConfig(Section):
    """A place to which messages leave. `to` is the mailbox of `mail`, `path` the file of `file`.

    The address of a webhook is a secret, as is what signs or authorises it: OREWIRE_NAME_URL, OREWIRE_NAME_SECRET and
    OREWIRE_NAME_TOKEN of the environment, the channel's name in capitals. `topic` and `tags` are for ntfy;
    `ca_file` and `allow_private` are as for mail.
    """

    name: Annotated[str, _like("[A-Za-z][A-Za-z0-9_-]*", "letters, digits, - and _, as variables are named after it")]
    kind: Literal["mail", "json", "slack", "teams", "discord", "ntfy", "file"]
    to: str | None = None
    path: Path | None = None
    topic: str | None = None
    tags: list[str] = []
    ca_file: Path | None = None
    allow_private: bool = False

    @model_validator(mode="after")
    def _has_its_place(self) -> Self:
        for kind, key in (("mail", "to"), ("file", "path"), ("ntfy", "topic")):
            if self.kind == kind and not getattr(self, key):
                raise ValueError(f"{key}, as it is of kind {kind}")
        return self


class GatherConfig(Section):
    """How politely and how far to gather. Seconds and bytes."""

    user_agent: str = "orewire/0.1 (reads mineral news; set gather.user_agent in config.yaml to say who you are)"
    timeout: Annotated[float, Field(gt=0, le=600)] = 30
    host_delay: Annotated[float, Field(ge=0, le=60)] = 1
    at_once: Annotated[int, Field(ge=1, le=500)] = 32
    max_body: Annotated[int, Field(ge=10_000, le=100_000_000)] = 10_000_000
    allow_hosts: list[str] = []
    pages: bool = True


def _network(value: str) -> str:
    try:
        ipaddress.ip_network(value)
    except ValueError as error:
        raise ValueError("an address or a network, such as 127.0.0.1 or 10.0.0.0/8") from error
    return value


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class ServiceConfig(Section):
    """Where `orewire serve` answers, and whom: docs/access.md. Where others can reach it, it needs users.

    `url` is where readers of alerts reach it: links lead there, else to `public_url`; without both there are none.
    `public_url` is where browsers reach it, through a proxy. `trusted_proxies` are believed about whom they ask for.
    `login` says whether readers on this machine must log in, too, once there are users. `rate` is how often each
    visitor may ask.
    """

    host: Annotated[str, _like("[0-9A-Za-z.:-]+", "an address such as 127.0.0.1")] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8750
    url: Annotated[str, AfterValidator(_web_address)] | None = None
    public_url: Annotated[str, AfterValidator(_web_address)] | None = None
    trusted_proxies: list[Annotated[str, AfterValidator(_network)]] = []
    login: Literal["auto", "always"] = "auto"
    rate: Annotated[str, _like("[1-9][0-9]{0,6}/(second|minute|hour)", "how often, such as 6000/minute")] = (
        "6000/minute"
    )

    @property
    def is_shared(self) -> bool:
        """Whether others than those at this machine can reach it."""
        public = self._public
        return not _is_loopback(self.host) or (public is not None and not _is_loopback(public.hostname or ""))

    @property
    def is_https(self) -> bool:
        """Whether browsers reach it by https only."""
        return self._public is not None and self._public.scheme == "https"

    @property
    def origin(self) -> str | None:
        """What browsers call it, where that is not the address at which it answers."""
        return f"{self._public.scheme}://{self._public.netloc}".lower() if self._public else None

    @property
    def near_host(self) -> str:
        """The host at which commands on this machine reach it, as it stands in an address."""
        near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 - looked up, not bound
        return f"[{near}]" if ":" in near else near

    @property
    def hosts(self) -> list[str]:
        """The names by which it may be asked: a page elsewhere that points its own name here gets nothing."""
        public = [self._public.hostname] if self._public and self._public.hostname else []
        return list(dict.fromkeys(["127.0.0.1", "localhost", "[::1]", self.near_host, *public]))

    @property
    def _public(self) -> SplitResult | None:
        return urlsplit(self.public_url) if self.public_url else None


class Config(Section):
    """The whole file. Paths are relative to the file's own folder."""

    store: Path = Path("data/orewire.duckdb")
    archive: Path = Path("data/archive")
    folders: list[Path] = []
    workers: Annotated[int, Field(ge=1, le=64)] = 2
    keep_free: Annotated[int, Field(ge=0)] = 200_000_000
    languages: list[Literal[LANGUAGES]] = list(LANGUAGES)  # type: ignore[valid-type]
    gather: GatherConfig = GatherConfig()
    service: ServiceConfig = ServiceConfig()
    mail: MailConfig | None = None
    channels: list[ChannelConfig] = []
    watches: list[WatchConfig] = []
    digests: list[DigestConfig] = []
    feeds: list[FeedConfig] = []

    @field_validator("folders", "channels", "watches", "digests", "feeds", mode="before")
    @classmethod
    def _nothing_is_none(cls, value: Any) -> Any:
        """A list of which every line is commented out."""
        return [] if value is None else value

    def feed_specs(self) -> list[FeedSpec]:
        """The feeds that are switched on."""
        return [FeedSpec(**feed.model_dump(exclude={"enabled"})) for feed in self.feeds if feed.enabled]
