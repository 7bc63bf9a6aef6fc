"""An alert of whatever the world says: harmless, small, and JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orewire.digest.alert import ORDER, alert_payload, render_alert
from orewire.digest.catalogue import LANGUAGES
from orewire.digest.render import LARGEST, Letter
from orewire.model.analysis import Value
from orewire.model.codes import EVENT_TYPES, STAGES, STATUSES
from orewire.model.event import Filters
from orewire.model.project import STANDINGS
from orewire.model.watch import KINDS, UPDATES, Telling
from tests.orewire.digest.conftest import event, source
from tests.orewire.digest.test_alert import TOLD, WATCH, alert, mover, page_of, stance
from tests.orewire.digest.test_render import EVIL, Page

TAGS = {"html", "head", "meta", "title", "style", "body", "div", "h1", "h3", "p", "a"}


def heavy(number: int) -> Iterator[Telling]:
    """Tellings with long names, sentences and addresses."""
    for one in range(number):
        sources = tuple(source(url=f"https://example.org/{'x' * 1900}{one}/{n}", source="S" * 99) for n in range(3))
        told = event(EVENT_TYPES[one % len(EVENT_TYPES)], id=one, project=f"Project {one} of the long valley",
                     evidence=f"Of {one}: " + "words " * 90, article_count=9, sources=sources)  # fmt: skip
        yield Telling(kind=(*KINDS[:3], *UPDATES)[one % 5], event=told, before=replace(told, actor="A" * 80))


def test_a_thousand_tellings_are_small() -> None:
    """Thirty are told whole, fewer where they are large, and under 100 KB; the rest is counted."""
    light = alert(*(Telling(kind="event", event=event(id=n, evidence=f"It is number {n}.")) for n in range(1000)))
    assert 30 == light.text.count("\n* ")
    assert "… and 970 more, left out here" in light.text
    told = alert(*heavy(1000))
    assert len(told.html.encode()) <= LARGEST
    assert len(light.html.encode()) <= LARGEST
    left_out = re.findall(r"and (\d+) more, left out", told.text)
    assert [1000 - told.text.count("\n* ")] == list(map(int, left_out))


@pytest.mark.parametrize("kind", ORDER)
@pytest.mark.parametrize("evil", EVIL)
def test_what_comes_from_outside_is_harmless(evil: str, kind: str) -> None:
    """Markup is shown as text, only web addresses become links, nothing is loaded, the subject is one short line."""
    bad = source(source=evil, url="javascript:alert(1)", lang=evil, evidence=evil)
    changes: dict[str, Any] = dict.fromkeys(("actor", "project", "target", "evidence", "stage"), evil)
    changes |= {"minerals": (evil,), "countries": (evil,), "sources": (bad,), "stances": (stance(evil),)}
    one = TOLD[kind]
    rise = mover(key=evil, events=(replace(mover().events[0], evidence=evil),))
    told = render_alert(
        replace(WATCH, name=evil, filters=Filters(mineral=(evil,), project=(evil,), text=evil)),
        [Telling(kind=kind, event=one.event and replace(one.event, **changes), standing=one.standing,
                 before=one.before and replace(one.before, **changes), mover=one.mover and rise)],
        link=lambda event_id: evil,
    )  # fmt: skip
    check(told)
    assert [] == Page(told.html).links
    assert "49" not in Page(told.html).text


def check(told: Letter) -> None:
    """Nothing of the letter is more than text and links to the web."""
    page = Page(told.html)
    assert page.tags <= TAGS
    assert page.attributes <= {"lang", "charset", "name", "content", "class", "style", "dir", "href", "rel"}
    assert all(link.startswith(("https://", "http://")) for link in page.links)
    assert "url(" not in told.html.partition("<body")[0]
    assert not re.findall(r'style="[^"]*url\(', told.html)
    assert not {"\u202e", "\r", "\x00", "\x1b"} & set(told.html + told.text + told.subject + told.summary)
    for line in (told.subject, told.summary):
        assert 1 == len(line.splitlines())
    assert len(told.subject) <= 110


words = st.text(max_size=120)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
stances = st.lists(st.builds(stance, words, st.sampled_from(["support", "oppose"])), max_size=8).map(tuple)
sources = st.lists(
    st.builds(source, url=st.one_of(words, words.map(lambda path: f"https://e.org/{path}")), source=words, title=words,
              lang=st.one_of(st.none(), words), evidence=words, voice=st.sampled_from(["news", "official", "odd"])),
    max_size=5,
).map(tuple)  # fmt: skip
lists = st.lists(words, max_size=5).map(tuple)
events = st.builds(
    event, st.sampled_from(EVENT_TYPES), id=st.integers(1, 4), status=st.sampled_from(STATUSES), minerals=lists,
    countries=lists, project=st.one_of(st.none(), words), actor=st.one_of(st.none(), words), evidence=words,
    target=st.one_of(st.none(), words), stage=st.one_of(st.none(), st.sampled_from(STAGES), words),
    value=st.one_of(st.none(), st.builds(Value, amount=st.floats(), currency=words)), confidence=st.floats(0, 1),
    date=st.one_of(st.none(), st.dates(date(1900, 1, 1))), first_seen=st.one_of(st.none(), moments),
    article_count=st.integers(0, 10**6), sources=sources, stances=stances,
)  # fmt: skip
movers = st.builds(mover, key=words, key2=st.one_of(st.none(), words), usual=st.floats(0, 1e9), spread=st.floats())
tellings = st.builds(
    Telling, kind=st.sampled_from(ORDER), event=st.one_of(st.none(), events), before=st.one_of(st.none(), events),
    standing=st.one_of(st.none(), st.sampled_from(STANDINGS)), stood=st.one_of(st.none(), st.sampled_from(STANDINGS)),
    mover=st.one_of(st.none(), movers),
)  # fmt: skip
batches = st.lists(tellings, min_size=1, max_size=4)


@settings(max_examples=60, deadline=timedelta(seconds=20))
@given(batches, st.sampled_from(LANGUAGES), words)
def test_any_text_is_shown_as_text(batch: list[Telling], lang: str, name: str) -> None:
    """Whatever events say, and whatever is missing: no tag, no attribute, no address comes through."""
    check(render_alert(replace(WATCH, lang=lang, name=name), batch, link=page_of))


@settings(max_examples=60, deadline=timedelta(seconds=20))
@given(batches)
def test_any_payload_is_json(batch: list[Telling]) -> None:
    """Numbers that JSON has no word for are null; nothing is changed on the way."""
    payload = alert_payload(WATCH, batch)
    assert payload == json.loads(json.dumps(payload, allow_nan=False))
    assert len(batch) == len(payload["tellings"])
