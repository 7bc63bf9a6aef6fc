"""Mail as bytes: read again by the standard library's parser, it says what the message said and nothing else."""

from __future__ import annotations

import re
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orewire.alerts.channels.clean import clean_line, clean_text
from orewire.alerts.channels.mime import MailSettings, ascii_address, compose_mail, message_id
from orewire.model.errors import UsageError
from orewire.model.message import Message
from tests.orewire.alerts.channels.messages import HOSTILE, MESSAGE, MESSAGES, PICTURE, UNHURRIED, UPDATE

SENDER = "alerts@alerts.a-rather-long-name-of-a-department.mining.example.com"
SETTINGS = MailSettings(
    sender=SENDER,
    recipient="desk@example.org",
    list_id="lithium.alerts.a-rather-long-name-of-a-department.mining.example.com",
    unsubscribe_url="https://orewire.example.org/unsubscribe?watch=lithium&token=0123456789abcdef0123456789abcdef",
    unsubscribe_mail="leave@example.org",
)
PLAIN_HEADERS = ["Date", "From", "To", "Subject", "Message-ID", "Auto-Submitted"]
BODY_HEADERS = {"MIME-Version", "Content-Type", "Content-Transfer-Encoding"}


def parsed(message: Message, settings: MailSettings = SETTINGS) -> EmailMessage:
    mail = message_from_bytes(compose_mail(message, settings), policy=default)
    assert isinstance(mail, EmailMessage)
    return mail


def parts(mail: EmailMessage) -> list[EmailMessage]:
    return [part for part in mail.iter_parts() if isinstance(part, EmailMessage)]


def content(part: EmailMessage) -> str:
    return str(part.get_content()).replace("\r\n", "\n")


def raw_header(message: Message, name: str) -> str:
    head = compose_mail(message, SETTINGS).decode("ascii").split("\r\n\r\n")[0]
    unfolded = head.replace("\r\n ", " ")
    (line,) = [line for line in unfolded.split("\r\n") if line.startswith(f"{name}: ")]
    return line.removeprefix(f"{name}: ")


def test_parts() -> None:
    """Text stands first, HTML beside it, and the pictures with the HTML under their Content-ID."""
    text, page = parts(parsed(MESSAGE))
    html, picture = parts(page)
    assert ["text/plain", "multipart/related"] == [text.get_content_type(), page.get_content_type()]
    assert [MESSAGE.text, MESSAGE.html] == [content(text), content(html).rstrip("\n")]
    assert ("<trend>", "image/png", PICTURE) == (
        picture["Content-ID"],
        picture.get_content_type(),
        picture.get_content(),
    )
    assert "inline" == picture.get_content_disposition()


def test_only_text() -> None:
    """Without HTML the mail is plain text."""
    mail = parsed(replace(MESSAGE, html=None))
    assert ("text/plain", MESSAGE.text) == (mail.get_content_type(), content(mail))


def test_headers() -> None:
    """The mail says who, to whom, when, and that a machine wrote it."""
    mail = parsed(MESSAGE)
    assert f"orewire <{SENDER}>" == str(mail["From"]).replace('"', "")
    assert ("desk@example.org", MESSAGE.subject) == (mail["To"], mail["Subject"])
    assert ("auto-generated", MESSAGE.created) == (mail["Auto-Submitted"], parsedate_to_datetime(mail["Date"]))


def test_list_headers() -> None:
    """Long addresses stand whole and plain in the headers by which programs sort and unsubscribe."""
    assert f"<{SETTINGS.list_id}>" == raw_header(MESSAGE, "List-Id")
    ways = f"<{SETTINGS.unsubscribe_url}>, <mailto:leave@example.org?subject=unsubscribe>"
    assert ways == raw_header(MESSAGE, "List-Unsubscribe")
    assert "List-Unsubscribe=One-Click" == raw_header(MESSAGE, "List-Unsubscribe-Post")


def test_unsubscribing_by_mail_alone() -> None:
    """One click is promised only where an https address can be posted to."""
    mail = parsed(MESSAGE, replace(SETTINGS, unsubscribe_url=None))
    assert "<mailto:leave@example.org?subject=unsubscribe>" == mail["List-Unsubscribe"]
    assert "List-Unsubscribe-Post" not in mail


def test_bare_mail() -> None:
    """What is not configured leaves no header."""
    mail = parsed(MESSAGE, MailSettings(sender="a@example.org", recipient="b@example.org"))
    assert PLAIN_HEADERS == [name for name in mail if name not in BODY_HEADERS]


def test_update_is_threaded() -> None:
    """An update answers the mail of the first message, whole and plain, and has an identity of its own."""
    first = raw_header(MESSAGE, "Message-ID")
    assert [first, first] == [raw_header(UPDATE, name) for name in ("In-Reply-To", "References")]
    assert first != raw_header(UPDATE, "Message-ID")


def test_message_id_is_stable() -> None:
    """The same key and sender have the same Message-ID for ever."""
    assert "<f7afb20de01c0d84cb64f1affda6edbd@example.org>" == message_id("alert/lithium/17/1", "a@example.org")


@UNHURRIED
@given(MESSAGES)
def test_no_header_is_injected(message: Message) -> None:
    """Whatever the news says, the mail has our headers, each once, in ASCII and in lines that every server takes."""
    raw = compose_mail(message, MailSettings(sender="a@example.org", recipient="b@example.org"))
    mail = message_from_bytes(raw, policy=default)
    thread = ["In-Reply-To", "References"] if message.thread is not None else []
    assert sorted(PLAIN_HEADERS + thread) == sorted(set(mail.keys()) - BODY_HEADERS)
    assert len(mail.keys()) == len(set(mail.keys()))
    assert raw.isascii() and max(map(len, raw.split(b"\r\n"))) <= 998
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", raw)
    assert [] == mail.defects


@UNHURRIED
@given(HOSTILE)
def test_subject_is_read_as_it_was_written(subject: str) -> None:
    """Any subject arrives as one clean line, to the character."""
    assert clean_line(subject, 250) == parsed(replace(MESSAGE, subject=subject))["Subject"]


@UNHURRIED
@given(HOSTILE, HOSTILE)
def test_bodies_are_read_as_they_were_written(text: str, html: str) -> None:
    """Any text and HTML arrive whole, but for what is no text."""
    plain, page = parts(parsed(replace(MESSAGE, text=text, html=html, pictures={})))
    assert [clean_text(text).rstrip("\n"), clean_text(html).rstrip("\n")] == [
        content(part).rstrip("\n") for part in (plain, page)
    ]


@UNHURRIED
@given(HOSTILE.map(lambda name: clean_line(name)[:20].strip()).filter(lambda name: 0 < len(name.encode()) <= 30))
def test_name_of_the_sender(name: str) -> None:
    """Any name is shown before the one address that we send from (Python's reader parts names in several words)."""
    (address,) = parsed(MESSAGE, replace(SETTINGS, sender_name=name))["From"].addresses
    assert (name, SENDER) == (address.display_name, address.addr_spec)


@pytest.mark.parametrize(
    "address",
    [
        *("", "desk", "@example.org", "a b@example.org", "a@b@example.org", "a@example.org\nBcc: x", "a@ex ample.org"),
        *("<a@example.org>", "a..b@example.org", "a@-", "a@" + "b" * 300, "é@example.org", "a@example..org"),
    ],
)
def test_bad_addresses(address: str) -> None:
    """What is no mail address is refused where it is configured."""
    with pytest.raises(UsageError, match="mail address"):
        MailSettings(sender="a@example.org", recipient=address)


def test_international_domain() -> None:
    """A domain of any script is written as servers know it."""
    assert "desk@xn--mller-kva.example" == ascii_address("desk@müller.example")


@pytest.mark.parametrize(
    "change", [{"list_id": "a b"}, {"list_id": "a>\r\nBcc: x"}, {"unsubscribe_url": "javascript:alert(1)"}]
)
def test_bad_list_settings(change: dict[str, str]) -> None:
    """A list's name and address that cannot be such are refused."""
    with pytest.raises(UsageError):
        replace(SETTINGS, **change)


@UNHURRIED
@given(st.text(max_size=30), st.text(max_size=30))
def test_message_ids_tell_keys_apart(one: str, other: str) -> None:
    """Two keys share a Message-ID only where they are the same."""
    assert (one == other) == (message_id(one, SENDER) == message_id(other, SENDER))
