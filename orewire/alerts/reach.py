"""The channels of the configuration, ready to be used: their secrets come from the environment."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Final, Self

from orewire.alerts.channels.file import FileChannel, FileSettings
from orewire.alerts.channels.mail import MailChannel, SmtpServer, SmtpSettings
from orewire.alerts.channels.mime import MailSettings, ascii_address
from orewire.alerts.channels.webhook import WebhookChannel, WebhookSettings, parse_target
from orewire.model.errors import DeliveryError, UsageError
from orewire.model.ports import Channel
from orewire.sections import ChannelConfig, Config, MailConfig

PASSWORD: Final = "OREWIRE_MAIL_PASSWORD"  # noqa: S105 - the name of the variable
_MAX_NAME: Final = 54
"""Letters of a watch's name in a label of a domain, which has 63 at most."""


class Reach:
    """All channels by name; an async context manager, as mail keeps its connection. UsageError for what cannot be used.

    `environ` holds the secrets, `user_agent` says who posts.
    """

    def __init__(self, config: Config, environ: Mapping[str, str]) -> None:
        self._channels = {channel.name: channel for channel in config.channels}
        self._environ, self._mail = environ, config.mail
        self._user_agent = config.gather.user_agent
        self._server = SmtpServer(smtp_settings(config.mail, environ)) if config.mail else None
        self._files: dict[str, FileChannel] = {}
        self.check(self._channels)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        if self._server is not None:
            await self._server.__aexit__(*error)

    def check(self, names: Iterable[str]) -> None:
        """UsageError for a channel that is not there, or lacks a secret, or whose address is none."""
        for name in names:
            if self._config(name).kind != "file":
                self.get(name, list_name="test")

    def get(self, name: str, *, list_name: str) -> Channel:
        """A channel, for messages of a watch or digest: mail programs sort by the list's name."""
        channel = self._config(name)
        if channel.kind == "file":
            return self._file(channel)
        if channel.kind == "mail":
            return self.mailbox(channel.to or "", list_name=list_name)
        return WebhookChannel(settings=webhook_settings(channel, self._environ, self._user_agent))

    def _config(self, name: str) -> ChannelConfig:
        if name not in self._channels:
            raise UsageError(f"channel: found {name!r}, expected one of {', '.join(self._channels) or 'none'}")
        return self._channels[name]

    def _file(self, channel: ChannelConfig) -> FileChannel:
        assert channel.path is not None  # the configuration was checked
        if channel.name not in self._files:
            try:
                channel.path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise DeliveryError("file", f"{channel.path}: {error.strerror}") from error
            self._files[channel.name] = FileChannel(FileSettings(path=channel.path))
        return self._files[channel.name]

    def mailbox(self, address: str, *, list_name: str) -> MailChannel:
        """A channel to a mailbox that no channel of the configuration names; UsageError where there is no server."""
        if self._server is None or self._mail is None:
            raise UsageError("mail: found no section `mail` in config.yaml, expected one that names the server")
        domain = ascii_address(self._mail.sender).rpartition("@")[2]
        settings = MailSettings(
            sender=self._mail.sender,
            sender_name=self._mail.sender_name,
            recipient=address,
            list_id=f"{_label(list_name)}.orewire.{domain}",
            unsubscribe_mail=self._mail.unsubscribe or self._mail.sender,
        )
        return MailChannel(server=self._server, settings=settings)


def _label(name: str) -> str:
    """A watch's name as a part of a domain's; with a mark of its own where another name could look the same."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower())[:_MAX_NAME].strip("-") or "watch"
    mark = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return plain if plain == name else f"{plain}-{mark}"


def smtp_settings(mail: MailConfig, environ: Mapping[str, str]) -> SmtpSettings:
    """The server of the configuration; UsageError where a user has no password."""
    password = environ.get(PASSWORD)
    if mail.user and not password:
        raise UsageError(f"mail: found no password of {mail.user!r}, expected one in the variable {PASSWORD}")
    return SmtpSettings(
        host=mail.host,
        port=mail.port,
        security=mail.security,
        user=mail.user,
        password=password if mail.user else None,
        ca_file=mail.ca_file,
        allow_hosts=_listed(mail.host, mail.port) if mail.allow_private else (),
    )


def webhook_settings(channel: ChannelConfig, environ: Mapping[str, str], user_agent: str) -> WebhookSettings:
    """The webhook of a channel; UsageError where its address is missing or none."""
    prefix = f"OREWIRE_{channel.name.upper().replace('-', '_')}"
    url = environ.get(f"{prefix}_URL")
    if not url:
        raise UsageError(f"channel {channel.name}: found no address, expected one in the variable {prefix}_URL")
    target = parse_target(url)
    assert channel.kind != "mail" and channel.kind != "file"
    return WebhookSettings(
        url=url,
        shape=channel.kind,
        secret=environ.get(f"{prefix}_SECRET"),
        token=environ.get(f"{prefix}_TOKEN"),
        topic=channel.topic,
        tags=tuple(channel.tags),
        allow_hosts=_listed(target.raw_host or "", target.port or 0) if channel.allow_private else (),
        ca_file=channel.ca_file,
        user_agent=user_agent,
    )


def _listed(host: str, port: int) -> tuple[str]:
    return (f"[{host}]:{port}" if ":" in host else f"{host}:{port}",)
