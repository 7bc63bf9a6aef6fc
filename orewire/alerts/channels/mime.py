"""A message as bytes of mail: text beside HTML, its pictures within, threaded, and with a way to unsubscribe.

The headers are written here and not by EmailMessage, whose folding (Python 3.11) makes long addresses in In-Reply-To
and List-Unsubscribe unreadable, loses spaces, and, before 3.11.10, lets an encoded word in a subject start a header.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

from orewire.alerts.channels.clean import clean_line, clean_text, web_link
from orewire.model.errors import UsageError
from orewire.model.message import Message

_POLICY: Final = SMTP.clone(cte_type="7bit")  # any server takes it, and no line is too long
_PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9 _-]{1,60}")
_PLAIN_WIDTH: Final = 60
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN: Final = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*", re.IGNORECASE)
_LOCAL: Final = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.IGNORECASE)
_MAX_LOCAL: Final = 64
_MAX_SUBJECT: Final = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """From whom to whom. UsageError where an address or the list's name cannot be one.

    `list_id` (`lithium.orewire.example.org`) lets mail programs sort what one watch sends. `unsubscribe_url` is an
    address that unsubscribes by a POST alone (RFC 8058), `unsubscribe_mail` one that does so by an empty mail.
    """

    sender: str
    recipient: str
    sender_name: str = "orewire"
    list_id: str | None = None
    unsubscribe_url: str | None = None
    unsubscribe_mail: str | None = None

    def __post_init__(self) -> None:
        for address in (self.sender, self.recipient, self.unsubscribe_mail):
            if address is not None:
                ascii_address(address)
        if self.list_id is not None and not _DOMAIN.fullmatch(self.list_id):
            raise UsageError(f"list_id {self.list_id!r}: expected a name such as lithium.orewire.example.org")
        if self.unsubscribe_url is not None and web_link(self.unsubscribe_url) is None:
            raise UsageError(f"unsubscribe_url {self.unsubscribe_url!r}: expected a web address")


def ascii_address(address: str) -> str:
    """The mail address as every server can read it, its domain in Punycode; UsageError where it is none."""
    local, _, domain = address.rpartition("@")
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        domain = ""
    if len(local) > _MAX_LOCAL or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        raise UsageError(f"{address!r}: expected a mail address such as desk@example.org")
    return f"{local}@{domain}"


def message_id(key: str, sender: str) -> str:
    """The Message-ID of a key, the same for ever: by it mail programs thread, and know a second copy."""
    domain = ascii_address(sender).rpartition("@")[2]
    return f"<{hashlib.sha256(key.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}@{domain}>"


def compose_mail(message: Message, settings: MailSettings) -> bytes:
    """The whole mail, lines ended by CR LF, all of it ASCII."""
    head = "".join(f"{name}: {value}\r\n" for name, value in _headers(message, settings))
    return head.encode("ascii") + _body(message).as_bytes()


def _headers(message: Message, settings: MailSettings) -> Iterator[tuple[str, str]]:
    yield "Date", format_datetime(message.created.astimezone(UTC))
    yield "From", _mailbox(settings.sender_name, settings.sender)
    yield "To", ascii_address(settings.recipient)
    yield "Subject", _subject(message.subject)
    yield "Message-ID", message_id(message.key, settings.sender)
    if message.thread is not None:
        first = message_id(message.thread, settings.sender)
        yield "In-Reply-To", first
        yield "References", first
    yield "Auto-Submitted", "auto-generated"
    if settings.list_id:
        yield "List-Id", f"<{settings.list_id}>"
    yield from _unsubscribe(settings)


def _unsubscribe(settings: MailSettings) -> Iterator[tuple[str, str]]:
    url, mail = web_link(settings.unsubscribe_url), settings.unsubscribe_mail
    ways = [url and f"<{url}>", mail and f"<mailto:{ascii_address(mail)}?subject=unsubscribe>"]
    if any(ways):
        yield "List-Unsubscribe", ",\r\n ".join(filter(None, ways))
    if url and url.startswith("https:"):
        yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"


def _mailbox(name: str, address: str) -> str:
    name = clean_line(name, _MAX_SUBJECT)
    return f"{name if _PLAIN_NAME.fullmatch(name) else _encoded(name)} <{ascii_address(address)}>"


def _subject(subject: str) -> str:
    subject = clean_line(subject, _MAX_SUBJECT)
    is_plain = subject.isascii() and len(subject) <= _PLAIN_WIDTH and "=?" not in subject
    return subject if is_plain else _encoded(subject)


def _encoded(text: str) -> str:
    """In encoded words of RFC 2047, which nothing within the text can end."""
    return Header(text, "utf-8", header_name="Subject").encode(linesep="\r\n")


def _body(message: Message) -> EmailMessage:
    body = EmailMessage(_POLICY)
    body.set_content(clean_text(message.text))
    if message.html is not None:
        body.add_alternative(clean_text(message.html), subtype="html")
        _add_pictures(body, message.pictures)
    return body


def _add_pictures(body: EmailMessage, pictures: Mapping[str, bytes]) -> None:
    *_, page = body.iter_parts()
    assert isinstance(page, EmailMessage)
    for name, picture in pictures.items():
        page.add_related(picture, "image", "png", cid=f"<{name}>", disposition="inline", filename=f"{name}.png")
