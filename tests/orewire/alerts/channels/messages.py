"""Messages to send, ordinary ones and any that the news could bring about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import settings
from hypothesis import strategies as st

from orewire.model.message import Message

UNHURRIED = settings(deadline=None, max_examples=40)

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
MESSAGE = Message(
    key="alert/lithium/17/1",
    subject="Permit granted · Jadar, Serbia · lithium",
    text="Permit granted\nSerbia reinstated the permit of Jadar.\n\n.\nFrom here on it is safe.\n",
    summary="Serbia reinstates the permit of the Jadar lithium mine",
    created=datetime(2026, 11, 27, 9, 30, tzinfo=UTC),
    html='<html><body><p>Permit granted <img src="cid:trend" alt="trend"></p></body></html>',
    pictures={"trend": PICTURE},
    link="https://orewire.example.org/events/17",
    payload={"event": 17, "type": "permit_granted", "minerals": ["lithium"]},
)
UPDATE = replace(MESSAGE, key="alert/lithium/17/2", thread=MESSAGE.key, subject="Update: permit of Jadar annulled")

_TRICKS = st.sampled_from([
    *("\r\nBcc: x@evil.example\r\n\r\n", "=?utf-8?q?a=0D=0ABcc:_x=40evil.example?=", "<!channel>", "<@U012>"),
    *("[x](https://evil.example)", "<b>&amp;", "]]>", "**", "\u2028", "\u202e", "\ud800", "\x00", "\n.\n", "é" * 80),
    *("https://evil.example/a_b*c", "```", "||", "{{DATE(x)}}", "锂 ", "a  b", "a, b;", '"', "<script>", "\ufffe"),
    *("@everyone", "w" * 90),
])  # fmt: skip
HOSTILE = st.lists(_TRICKS | st.text(st.characters(codec=None), max_size=20), max_size=8).map("".join)
MESSAGES = st.builds(
    replace,
    st.just(MESSAGE),
    key=st.text(min_size=1, max_size=40) | HOSTILE.filter(bool),
    thread=st.none() | HOSTILE,
    subject=HOSTILE,
    text=HOSTILE,
    summary=HOSTILE,
    html=st.none() | HOSTILE,
    link=st.none() | HOSTILE | HOSTILE.map(lambda rest: f"https://example.org/{rest}"),
)
