"""The digest as its reader gets it, from a real store in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from orewire.digest.compose import compose_digest
from orewire.digest.render import headline, render_html, render_text
from orewire.model.analysis import Evidence
from orewire.model.event import Filters
from store.connection import Connection, open_database
from store.local import LocalStore
from tests.store.conftest import Tell, article, mention, teller

DAY = date(2025, 11, 13)


@pytest.fixture
def connection() -> Iterator[Connection]:
    opened = open_database(None)
    yield opened
    opened.close()


@pytest.fixture
def store(connection: Connection) -> LocalStore:
    return LocalStore(connection)


@pytest.fixture
def tell(connection: Connection) -> Tell:
    return teller(connection)


def test_a_day_with_nothing_says_so(store: LocalStore) -> None:
    """In words, not by an empty page."""
    digest = compose_digest(store, DAY)
    assert "Nothing that concerns minerals was reported" in render_text(digest)
    assert "Nothing that concerns minerals was reported" in render_html(digest)


def test_new_and_continuing_events(store: LocalStore, tell: Tell) -> None:
    """What was first reported on the day is new; what was known and is told again goes on."""
    tell(article("old", day=date(2025, 11, 11)), mention())
    tell(article("again", day=DAY), mention())
    tell(article("fresh", day=DAY), mention("strike", project=None, actor="the union"))
    digest = compose_digest(store, DAY)
    assert ["strike"] == [event.type for section in digest.sections for event in section.events]
    assert ["permit_denied"] == [event.type for event in digest.continuing]


def test_what_comes_from_outside_is_harmless(store: LocalStore, tell: Tell) -> None:
    """Markup is shown as text, and only web addresses become links."""
    evil = replace(article("evil", day=DAY, source='<img src="x">'), url="javascript:alert(1)")
    sentence = "<script>alert('x')</script> & more"
    tell(evil, mention(actor="<b>Minister</b>", evidence=Evidence(text=sentence, start=0, end=len(sentence))))
    html = render_html(compose_digest(store, DAY))
    assert "&lt;script&gt;" in html
    assert not any(danger in html for danger in ("<script", "<b>", "<img", "javascript:"))


def test_headline_tells_fields_in_plain_words(store: LocalStore, tell: Tell) -> None:
    """What, stage, where, of what, by whom; an actor that is the country itself is not told twice."""
    tell(article("a", day=DAY), mention(actor="Serbia", stage="revoked"))
    (event,) = store.find_events(Filters())
    assert "Permit refused or revoked (revoked) · Jadar, Serbia · lithium" == headline(event)
