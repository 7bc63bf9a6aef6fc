"""config.yaml, the one file a user edits: read, validated, and every mistake told with its line."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import urlsplit

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from orewire.model.codes import EVENT_TYPES, FAMILIES, LANGUAGES, POLARITIES, STATUSES, VOICES
from orewire.model.errors import ConfigError, ConfigProblem, UsageError
from orewire.model.event import Filters
from orewire.model.feed import FeedSpec

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

DEFAULT_PATH = Path("config.yaml")
_SHOWN = 60


class _Section(BaseModel):
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
    if check := (info.context or {}).get("check_text"):
        try:
            check(value)
        except UsageError as error:
            raise ValueError(f"a query ({error})") from error
    return value


class FeedConfig(_Section):
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


class WatchConfig(_Section):
    """A saved question: `orewire run` lists what is new of it. The filters are those of every question."""

    name: Annotated[str, Field(min_length=1)]
    country: list[str] = []
    mineral: list[str] = []
    type: list[Literal[EVENT_TYPES]] = []  # type: ignore[valid-type]
    family: list[Literal[FAMILIES]] = []  # type: ignore[valid-type]
    stance: list[Literal[POLARITIES]] = []  # type: ignore[valid-type]
    project: list[str] = []
    actor: list[str] = []
    status: list[Literal[STATUSES]] = []  # type: ignore[valid-type]
    since: date | None = None
    until: date | None = None
    text: Annotated[str, AfterValidator(_query)] | None = None
    min_confidence: Annotated[float, Field(ge=0, le=1)] | None = None

    def filters(self) -> Filters:
        """The watch's question."""
        names = ("country", "mineral", "type", "family", "stance", "project", "actor", "status")
        lists: dict[str, Any] = {name: tuple(getattr(self, name)) for name in names}
        return Filters(
            **lists,
            since=self.since,
            until=self.until,
            text=self.text,
            min_confidence=self.min_confidence,
        )


class GatherConfig(_Section):
    """How politely and how far to gather. Seconds and bytes."""

    user_agent: str = "orewire/0.1 (reads mineral news; set gather.user_agent in config.yaml to say who you are)"
    timeout: Annotated[float, Field(gt=0, le=600)] = 30
    host_delay: Annotated[float, Field(ge=0, le=60)] = 1
    at_once: Annotated[int, Field(ge=1, le=500)] = 32
    max_body: Annotated[int, Field(ge=10_000, le=100_000_000)] = 10_000_000
    allow_hosts: list[str] = []
    pages: bool = True


class ServiceConfig(_Section):
    """Where `orewire serve` answers. Anything but loopback is refused until there are users and tokens."""

    host: Literal["127.0.0.1", "::1", "localhost"] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8750


class Config(_Section):
    """The whole file. Paths are relative to the file's own folder."""

    store: Path = Path("data/orewire.duckdb")
    archive: Path = Path("data/archive")
    folders: list[Path] = []
    workers: Annotated[int, Field(ge=1, le=64)] = 2
    keep_free: Annotated[int, Field(ge=0)] = 200_000_000
    languages: list[Literal[LANGUAGES]] = list(LANGUAGES)  # type: ignore[valid-type]
    gather: GatherConfig = GatherConfig()
    service: ServiceConfig = ServiceConfig()
    watches: list[WatchConfig] = []
    feeds: list[FeedConfig] = []

    @field_validator("folders", "watches", "feeds", mode="before")
    @classmethod
    def _nothing_is_none(cls, value: Any) -> Any:
        """A list of which every line is commented out."""
        return [] if value is None else value

    def feed_specs(self) -> list[FeedSpec]:
        """The feeds that are switched on."""
        return [FeedSpec(**feed.model_dump(exclude={"enabled"})) for feed in self.feeds if feed.enabled]


def load_config(
    path: Path, *, kinds: Sequence[str] | None = None, check_text: Callable[[str], object] | None = None
) -> Config:
    """Read and validate a file; ConfigError names file, line, key, what was found and what was expected.

    `kinds` are the kinds of sources that can be read, `check_text` raises UsageError for words that cannot be asked
    for; None: they are not checked.
    """
    node, data = _read(path)
    try:
        config = Config.model_validate(data, context={"kinds": kinds, "check_text": check_text})
    except ValidationError as error:
        raise ConfigError(path, [_problem(details, node) for details in error.errors()]) from error
    _refuse_doubles(path, config, node)
    folder = path.resolve().parent
    paths = {"store": folder / config.store, "archive": folder / config.archive}
    return config.model_copy(update={**paths, "folders": [folder / one.expanduser() for one in config.folders]})


def _read(path: Path) -> tuple[yaml.Node | None, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        found = error.strerror if isinstance(error, OSError) else str(error)
        raise ConfigError(path, [_whole(str(found).lower(), "a readable UTF-8 file")]) from error
    try:
        node, data = yaml.compose(text, Loader=yaml.SafeLoader), yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        found = str(getattr(error, "problem", None) or error)
        line = mark.line + 1 if mark else None
        raise ConfigError(path, [ConfigProblem(line=line, key="(file)", found=found, expected="YAML")]) from error
    if data is not None and not isinstance(data, dict):
        raise ConfigError(path, [_whole(type(data).__name__, "keys and values, as in the shipped config.yaml")])
    return node, data or {}


def _whole(found: str, expected: str) -> ConfigProblem:
    return ConfigProblem(line=None, key="(file)", found=found, expected=expected)


def _problem(details: ErrorDetails, root: yaml.Node | None) -> ConfigProblem:
    location = [part for part in details["loc"] if isinstance(part, int | str)]
    line, key = _locate(root, location)
    if details["type"] == "extra_forbidden":
        return ConfigProblem(line=line, key=key, found="an unknown key", expected="one of the documented keys")
    if details["type"] == "missing":
        return ConfigProblem(line=line, key=key, found="nothing", expected="a value")
    return ConfigProblem(line=line, key=key, found=repr(details["input"])[:_SHOWN], expected=_expected(details))


def _expected(details: ErrorDetails) -> str:
    message = details["msg"].removeprefix("Input should be ").removeprefix("Value error, ")
    return message[0].lower() + message[1:]


def _locate(node: yaml.Node | None, location: list[int | str]) -> tuple[int | None, str]:
    """The line of the deepest part of `location` that stands in the file, and the key as a user would write it."""
    line, key = (node.start_mark.line + 1 if node else None), ""
    for part in location:
        key += f"[{part}]" if isinstance(part, int) else f".{part}" if key else part
        child = _child(node, part)
        if child is not None:
            node, line = child
    return line, key


def _child(node: yaml.Node | None, part: int | str) -> tuple[yaml.Node, int] | None:
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == part:
                return value, name.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part].start_mark.line + 1
    return None


def _refuse_doubles(path: Path, config: Config, node: yaml.Node | None) -> None:
    problems = []
    for section, attribute in (("feeds", "url"), ("watches", "name")):
        seen: set[str] = set()
        for number, item in enumerate(getattr(config, section)):
            value = getattr(item, attribute)
            if value in seen:
                line, key = _locate(node, [section, number, attribute])
                problems.append(ConfigProblem(line=line, key=key, found=f"{value!r} again", expected="each once"))
            seen.add(value)
    if problems:
        raise ConfigError(path, problems)


def append_feeds(path: Path, lines: Sequence[str], kinds: Sequence[str]) -> None:
    """Add feeds, each a line of YAML, behind those of the file; all else of it stays as it is, comments too.

    ConfigError or UsageError where that cannot be done: then nothing is written.
    """
    if not lines:
        return
    before = load_config(path, kinds=kinds)
    new = path.with_name(f".{path.name}.new")
    new.write_bytes(_with_feeds(path.read_bytes().decode("utf-8"), lines).encode())
    try:
        after = load_config(new, kinds=kinds)
        if after.model_copy(update={"feeds": after.feeds[: len(before.feeds)]}) != before:
            raise UsageError(f"{path}: cannot be changed without losing something; add the feeds by hand")
        new.chmod(path.stat().st_mode)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def _with_feeds(text: str, lines: Sequence[str]) -> str:
    """The text with the feeds behind the last one; where the list is empty or missing, at the end."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    node, line = _child(root, "feeds") or (None, 0)
    rows, end = text.splitlines(keepends=True), "\r\n" if "\r\n" in text else "\n"
    if rows and not rows[-1].endswith("\n"):
        rows[-1] += end
    if isinstance(node, yaml.SequenceNode) and node.value and not node.flow_style:
        place, indent = _last_line(node) + 1, " " * node.start_mark.column
        return "".join([*rows[:place], *(f"{indent}- {feed}{end}" for feed in lines), *rows[place:]])
    is_flow = isinstance(root, yaml.MappingNode) and root.flow_style
    if is_flow or (isinstance(node, yaml.CollectionNode) and node.value):
        raise UsageError("feeds: found a list on one line, expected one feed on each line")
    new = [f"  - {feed}{end}" for feed in lines]
    if node is None:
        return "".join([*rows, f"feeds:{end}", *new])
    if node.start_mark.line == line - 1:  # `[]`, or nothing
        row = rows[line - 1]
        rows[line - 1] = row[: node.start_mark.column] + row[node.end_mark.column :].lstrip(" ")
    return "".join([*rows[:line], *new, *rows[line:]])


def _last_line(node: yaml.Node) -> int:
    """The line, from 0, on which the last value within a node ends."""
    if isinstance(node, yaml.CollectionNode) and node.value and not node.flow_style:
        last = node.value[-1]
        return _last_line(last[1] if isinstance(last, tuple) else last)
    end = node.end_mark
    return int(end.line) - (end.column == 0 and end.line > node.start_mark.line)
