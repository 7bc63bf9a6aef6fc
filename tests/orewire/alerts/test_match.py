"""The index of watches finds the same as the store does: whoever tried a question sees what a watch will tell."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from orewire.alerts.match import Named, WatchIndex, fold
from orewire.model.codes import EVENT_TYPES, FAMILIES, POLARITIES, STATUSES
from orewire.model.event import Filters
from orewire.model.reference import KnownProject, Reference
from orewire.model.watch import Watch
from store.articles import add_article
from store.connection import Connection, open_database
from store.events import get_events
from store.local import LocalStore
from store.reference import put_reference
from store.turns import project_names, project_numbers
from tests.store.conftest import NOW, article, mention, opposing, teller

NAMES = ("Jadar", "Cobre Panamá", "ЈАДАР", "Çöpler", "İkizdere", "Å", "ﬁeld ²", "Σίσυφος", "a\nb", "강원")
PARTS = (
    *NAMES,
    "panama",
    "jad",
    "ar\nLoz",
    "copler",
    "ικ",
    "i",
    "ΣΣ",
    "σ",
    "",
    "\u0301",
    "\0",
    "\ud800",
    "2",
    "fi",
    "원",
    "#1",
    "#02",
    "#",
    "#99",
)
DAYS = st.dates(date(2025, 11, 1), date(2025, 11, 14))
TIMES = DAYS.map(lambda day: datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
SURE = st.sampled_from((0.3, 0.5, 0.7, 0.8, 0.801, 0.80000001, 0.8000001, 0.79999999, 0.799999))
TEXTS = ("copper", "Title", "lithium OR zinc", "NOT copper", '"copper mine"', " ", "li*")


def some(values: Collection[str]) -> st.SearchStrategy[tuple[str, ...]]:
    """None of the values in most cases, else one or two."""
    return st.just(()) | st.lists(st.sampled_from(sorted(values)), min_size=1, max_size=2).map(tuple)


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


EVENTS = st.fixed_dictionaries(
    {
        "type_": st.sampled_from(EVENT_TYPES[:8]), "status": st.sampled_from(STATUSES),
        "minerals": some(("lithium", "copper")), "countries": some(("RS", "CD", "EU")),
        "project": maybe(st.sampled_from(NAMES)), "actor": maybe(st.sampled_from(NAMES)), "date": maybe(DAYS),
        "confidence": SURE,
    }
)  # fmt: skip
FILTERS = st.builds(
    Filters,
    country=some(("RS", "rs", "CD", "EU", "CL")),
    mineral=some(("lithium", "copper", "zinc")),
    type=some(EVENT_TYPES[:8]),
    family=some(FAMILIES[:4]),
    stance=some(POLARITIES),
    project=some(PARTS),
    actor=some(PARTS),
    status=some(STATUSES),
    since=maybe(st.dates(date(2025, 11, 1), date(2025, 11, 7))),
    until=maybe(st.dates(date(2025, 11, 8), date(2025, 11, 14))),
    text=maybe(st.sampled_from(TEXTS)),
    min_confidence=maybe(SURE),
    seen_since=maybe(TIMES),
    seen_until=maybe(TIMES),
)
FEW_FILTERS = st.sampled_from(sorted(Filters.__dataclass_fields__.keys() - {"articles"})).flatmap(
    lambda name: FILTERS.map(lambda filters: Filters(**{name: getattr(filters, name)}))
)


def store_events(connection: Connection, told: list[dict[str, Any]], opposed: set[int], days: list[date]) -> None:
    """An article for each, some of which tell of copper, and some of a stance."""
    put_reference(
        connection,
        Reference(
            version="1", projects=(KnownProject(name="Jadar", aliases=("Loznica", "Jadarit"), countries=("RS",)),)
        ),
        NOW,
    )
    tell = teller(connection)
    for place, (one, day) in enumerate(zip(told, days, strict=True)):
        text = f"A copper mine, number {place}, in its own words {chr(97 + place) * 9}." if place % 2 else None
        stances = (replace(opposing(), target=one["project"] or "mining"),) if place in opposed else ()
        tell(article(f"n{place}", day=day, text=text), mention(**one), stances=stances)


@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.data())
def test_the_index_finds_what_the_store_finds(data: st.DataObject) -> None:
    """Whatever is asked, the watches found for an event are those whose question the store answers with it."""
    told = data.draw(st.lists(EVENTS, min_size=1, max_size=6))
    days = [data.draw(DAYS) for _ in told]
    opposed = data.draw(st.sets(st.integers(0, 5)))
    asked = data.draw(st.lists(FEW_FILTERS, min_size=8, max_size=16)) + data.draw(st.lists(FILTERS, max_size=4))
    with closing(open_database(None)) as connection:
        store_events(connection, told, opposed, days)
        assert expected_pairs(connection, asked) == found_pairs(connection, asked)


def expected_pairs(connection: Connection, asked: list[Filters]) -> set[tuple[int, int]]:
    """Place of the filters and event, as the store has it."""
    store = LocalStore(connection)
    return {
        (place, event.id) for place, filters in enumerate(asked) for event in store.find_events(filters, limit=1000)
    }


def found_pairs(connection: Connection, asked: list[Filters]) -> set[tuple[int, int]]:
    """The same, as the index of watches has it."""
    store = LocalStore(connection)
    index = WatchIndex([Watch(name=str(place), filters=filters) for place, filters in enumerate(asked)])
    ids = [number for (number,) in connection.execute("SELECT id FROM events").fetchall()]
    names, numbers = project_names(connection, ids), project_numbers(connection, ids)

    def matches(text: str) -> set[int]:
        return {event.id for event in store.find_events(Filters(text=text), limit=1000)}

    return {
        (int(watch.name), event.id)
        for event in get_events(connection, ids)
        for watch in index.find(
            Named(
                event=event,
                project_names=names.get(event.id, ()),
                project_numbers=numbers.get(event.id, ()),
            ),
            matches,
        )
    }


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cn", "Co"], exclude_characters="\0"), max_size=12))
def test_names_are_folded_as_the_store_folds_them(connection_of_names: Connection, name: str) -> None:
    """Accents, composed letters and odd capitals are the same to both."""
    query = "SELECT lower(strip_accents($name))"
    assert connection_of_names.execute(query, {"name": name}).fetchone() == (fold(name),)


@pytest.fixture(scope="module")
def connection_of_names() -> Any:
    with closing(open_database(None)) as connection:
        yield connection


def test_a_part_without_letters_is_in_every_name() -> None:
    """A watch that asks for nothing but an accent harms no other, and is answered as the store answers it."""
    asked = [Filters(project=("\u0301",)), Filters(actor=("",)), Filters(project=("jadar",))]
    with closing(open_database(None)) as connection:
        teller(connection)(article("a"), mention(), mention("protest", project=None))
        assert expected_pairs(connection, asked) == found_pairs(connection, asked)


def test_a_watch_on_the_number_of_a_project() -> None:
    """It hears of that project alone, by any number that is its own; an actor of such a name is no number."""
    asked = [Filters(project=(value,)) for value in ("#1", "#2", "#3", "jadar")] + [Filters(actor=("#1",))]
    with closing(open_database(None)) as connection:
        tell = teller(connection)
        told = (("Jadar", "protest"), ("Jadar North", "lawsuit"), ("Loznica", "permit_denied"))
        for place, (project, kind) in enumerate(told):
            tell(article(f"n{place}"), mention(kind, project=project))
        connection.execute("UPDATE projects SET same_as = 1 WHERE id = 3")
        assert expected_pairs(connection, asked) == found_pairs(connection, asked)
        assert {0, 1, 2, 3} == {place for place, _ in found_pairs(connection, asked)}


def test_order_of_watches() -> None:
    """They come in the order in which they were given."""
    with closing(open_database(None)) as connection:
        teller(connection)(article("a"), mention())
        (event,) = get_events(connection, [1])
    watches = [Watch(name=name) for name in "cab"]
    assert watches == list(WatchIndex(watches).find(Named(event=event), lambda _: ()))


def test_no_watches() -> None:
    """Nobody asks, nobody is found."""
    with closing(open_database(None)) as connection:
        teller(connection)(article("a"), mention())
        (event,) = get_events(connection, [1])
    assert [] == list(WatchIndex([]).find(Named(event=event), lambda _: ()))


def test_text_is_looked_up_last() -> None:
    """The full-text index is asked only for watches that all else lets through."""
    asked: list[str] = []
    with closing(open_database(None)) as connection:
        add_article(connection, article("b"), NOW)
        teller(connection)(article("a"), mention())
        (event,) = get_events(connection, [1])
    watches = [
        Watch(name="a", filters=Filters(text="one", country=("CL",))),
        Watch(name="b", filters=Filters(text="two", country=("RS",), since=date(2025, 1, 1))),
        Watch(name="c", filters=Filters(text="three", until=date(2025, 11, 13) - timedelta(days=1))),
    ]
    list(WatchIndex(watches).find(Named(event=event), lambda text: asked.append(text) or ()))  # type: ignore[func-returns-value]
    assert ["two"] == asked


def test_letters_that_are_made_up_of_two() -> None:
    """Composed or not, a name is the same name."""
    assert fold(unicodedata.normalize("NFC", "Panamá")) == fold(unicodedata.normalize("NFD", "Panamá")) == "panama"
