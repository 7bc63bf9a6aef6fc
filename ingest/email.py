"""Messages as files (RFC 5322): what was written, with the text of what was attached below it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.errors import MessageError
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.policy import EmailPolicy, Policy
from itertools import count, islice
from typing import Any, Final

from ingest.charset import decode
from ingest.dates import parse_date
from ingest.extract import Page, extract_text, refuse_monster
from ingest.plaintext import clean_line, plain_text, text_paragraphs
from orewire.model.errors import ExtractError

ReadAttachment = Callable[[bytes, str, str], str]
"""Content, name and content type to text; ExtractError where there is none."""
MAX_PARTS: Final = 100
MAX_LINES: Final = 500_000
"""20 MB in lines of base64 are 270,000."""
MAX_ATTACHMENTS: Final = 5
MAX_TEXT: Final = 3_000_000
_MAX_HEADER: Final = 4_000
_MAX_HTML: Final = 3_000_000
_MAX_TITLE: Final = 500
_MAX_SHORT: Final = 2_000
_HEAD: Final = 8_192
_TYPICAL: Final = re.compile(
    rb"^(from|to|received|return-path|delivered-to|date|subject|message-id|mime-version)[ \t]*:", re.I | re.M
)
_FIRST_LINE: Final = re.compile(rb"From |[!-9;-~]{1,80}[ \t]*:")
_BLANK_LINE: Final = re.compile(rb"\r?\n[ \t]*\r?\n")
_MIN_TYPICAL: Final = 3
_ENCRYPTED: Final = frozenset({"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"})
# What the standard library's parser of headers and decoder of bodies were seen to raise, besides its own errors.
_ODD: Final = (MessageError, LookupError, ValueError, AttributeError, TypeError, RecursionError, AssertionError)


class _Bounded(EmailPolicy):
    """The default policy, with headers cut: its parser is quadratic in their length."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """Name and raw value of a header."""
        name, value = super().header_source_parse(sourcelines)
        return name, value[:_MAX_HEADER]


_POLICY: Final = _Bounded()


def is_email(body: bytes) -> bool:
    """Whether the bytes begin with a header that names at least three of the fields that every message has."""
    head = _BLANK_LINE.split(body[:_HEAD].lstrip(b"\r\n"), maxsplit=1)[0]
    names = {match[1].lower() for match in _TYPICAL.finditer(head)}
    return len(names) >= _MIN_TYPICAL and _FIRST_LINE.match(head) is not None


def extract_email(body: bytes, *, read: ReadAttachment) -> Page:
    """What a message says; ExtractError where it is encrypted, empty, or made of too many parts."""
    message = _parse(body)
    texts = [_text(message), *_attached(message, read)]
    text = "\n\n".join(filter(None, texts))[:MAX_TEXT]
    if not text:
        is_encrypted = _type(message) in _ENCRYPTED
        raise ExtractError(f"no text: {'an encrypted message' if is_encrypted else 'a message without text'}")
    return Page(
        title=(_header(message, "subject") or "")[:_MAX_TITLE] or None,
        text=text,
        published=parse_date(_header(message, "date"), now=datetime.now(UTC)),
        author=_author(message),
    )


def _parse(body: bytes) -> Message[Any, Any]:
    if max(body.count(b"\n"), body.count(b"\r")) > MAX_LINES:
        raise ExtractError(f"no text: too large, a message of more than {MAX_LINES} lines")
    numbers = count()

    def new_part(policy: Policy) -> EmailMessage:
        if next(numbers) >= MAX_PARTS:
            raise ExtractError(f"no text: a message of more than {MAX_PARTS} parts")
        return EmailMessage(policy=policy)

    try:
        return BytesParser(policy=_POLICY.clone(message_factory=new_part)).parsebytes(body.lstrip(b"\xef\xbb\xbf\r\n"))
    except _ODD as error:
        raise ExtractError(f"no text: a damaged message ({(str(error) or type(error).__name__)[:120]})") from error


def _header(message: Message[Any, Any], name: str) -> str | None:
    try:
        return clean_line(str(message[name] or "")) or None
    except _ODD:
        return None


def _author(message: Message[Any, Any]) -> str | None:
    """The name that the sender goes by; an address alone is none."""
    try:
        name = clean_line(message["from"].addresses[0].display_name)
    except _ODD:
        return None
    return name[:_MAX_TITLE] if name and "@" not in name else None


def _type(part: Message[Any, Any]) -> str:
    try:
        return part.get_content_type()
    except _ODD:
        return "application/octet-stream"


def _name(part: Message[Any, Any]) -> str:
    try:
        return part.get_filename() or ""
    except _ODD:
        return ""


def _content(part: Message[Any, Any]) -> bytes:
    try:
        payload = part.get_payload(decode=True)
    except _ODD:
        return b""
    return payload if isinstance(payload, bytes) else b""


def _text(part: Message[Any, Any]) -> str:
    """What a part says to its reader, without what is attached."""
    kind = _type(part)
    if part.is_multipart():
        return _text_of_all(_children(part), kind)
    if _is_attached(part):
        return ""
    if kind == "text/html":
        return _html_text(decode(_content(part), _charset(part)))
    return text_paragraphs(decode(_content(part), _charset(part))) if kind == "text/plain" else ""


def _text_of_all(parts: list[Message[Any, Any]], kind: str) -> str:
    """Of alternatives the last that says something, which is the richest; of related parts the first; else all."""
    if kind == "multipart/alternative":
        return next(filter(None, map(_text, reversed(parts))), "")
    return "\n\n".join(filter(None, map(_text, parts[:1] if kind == "multipart/related" else parts)))


def _children(part: Message[Any, Any]) -> list[Message[Any, Any]]:
    payload = part.get_payload()
    return [child for child in payload if isinstance(child, Message)] if isinstance(payload, list) else []


def _charset(part: Message[Any, Any]) -> str | None:
    try:
        return f"charset={part.get_content_charset()}"
    except _ODD:
        return None


def _html_text(html: str) -> str:
    """The article in a message's HTML; all of it where it is too short for an article."""
    if len(html) > _MAX_HTML:
        return ""
    try:
        refuse_monster(html)
        return extract_text(html, url=None)
    except ExtractError:
        return plain_text(html, limit=_MAX_SHORT) or ""


def _is_attached(part: Message[Any, Any]) -> bool:
    try:
        is_told = part.get_content_disposition() == "attachment"
    except _ODD:
        is_told = False
    return is_told or bool(_name(part)) or _type(part).startswith("application/")


def _attached(message: Message[Any, Any], read: ReadAttachment) -> Iterator[str]:
    """The texts of the first documents that are attached; what cannot be read is passed over."""
    parts = [part for part in message.walk() if not part.is_multipart() and _is_attached(part)]
    documents = [part for part in parts if not _type(part).startswith(("image/", "audio/", "video/"))]
    for part in islice(documents, MAX_ATTACHMENTS):
        try:
            yield read(_content(part), _name(part), _type(part))
        except ExtractError:
            continue
