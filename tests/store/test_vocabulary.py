"""Minerals and countries that a question names: nobody is told `nothing found` for what is only misspelt."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from orewire.model.errors import UnknownValue
from orewire.rooms import sync_reference
from store.connection import Connection, open_database
from store.vocabulary import check_known
from tests.store.conftest import NOW, article, mention, teller


@pytest.fixture(scope="module")
def known() -> Iterator[Connection]:
    """A store with the gazetteer, which takes a second or two to fill."""
    opened = open_database(None)
    sync_reference(opened, NOW)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("name", "value", "near"),
    [
        ("mineral", "lithum", "lithium"), ("mineral", "Lithium", "lithium"), ("mineral", "xyzzy", None),
        ("country", "Chile", "CL"), ("country", "serbia", "RS"), ("country", "ZQ", None),
    ],
)  # fmt: skip
def test_strangers(known: Connection, name: str, value: str, near: str | None) -> None:
    """What nobody knows is refused, with what was probably meant."""
    with pytest.raises(UnknownValue) as caught:
        check_known(known, **{name: (value,)})
    assert (name, value, near) == (caught.value.parameter, caught.value.found, caught.value.near)


def test_what_the_gazetteer_or_an_event_knows(known: Connection) -> None:
    """Can be asked for: the European Union, a code in small letters, and a mineral that only an event tells of."""
    teller(known)(article("a"), mention(minerals=("unobtainium",), countries=("XK",)))
    check_known(known, country=("EU", "cl", "XK"), mineral=("rare earths", "unobtainium"))


def test_without_a_gazetteer(connection: Connection) -> None:
    """A store that was never told of any takes every name."""
    check_known(connection, country=("ZQ",), mineral=("unobtainium",))
