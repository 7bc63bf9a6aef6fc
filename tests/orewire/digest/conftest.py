"""Events made by hand, and a real store in memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from orewire.digest.compose import Digest, Item, Section
from orewire.model.codes import FAMILY_OF_TYPE
from orewire.model.event import Event, Source
from store.connection import Connection, open_database
from store.local import LocalStore
from tests.store.conftest import Tell, teller

DAY = date(2025, 11, 13)
NOON = datetime(2025, 11, 13, 12, tzinfo=UTC)


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


def source(**changes: object) -> Source:
    """A report that differs from a plain one as told."""
    values: dict[str, object] = {
        "article_id": "a1", "url": "https://example.org/a", "title": "A title", "source": "The Outlet", "lang": "en",
        "published": NOON, "evidence": "The ministry revoked it.", "start": 0, "end": 24, "confidence": 0.8,
    }  # fmt: skip
    return Source(**{**values, **changes})  # type: ignore[arg-type]


def event(type_: str = "permit_granted", **changes: object) -> Event:
    """An event that differs from a plain one as told."""
    values: dict[str, object] = {
        "id": 1, "type": type_, "family": FAMILY_OF_TYPE[type_], "status": "actual", "salience": "main", "date": DAY,
        "minerals": ("lithium",), "countries": ("RS",), "project": "Jadar", "actor": "Serbia's government",
        "target": None, "stage": None, "value": None, "confidence": 0.8, "evidence": "The ministry revoked it.",
        "first_seen": NOON, "last_seen": NOON, "article_count": 1, "independent_sources": 1, "sources": (source(),),
    }  # fmt: skip
    return Event(**{**values, **changes})  # type: ignore[arg-type]


def digest_of(*events: Event, **changes: object) -> Digest:
    """A digest of one section."""
    section = Section(kind="approvals", items=tuple(Item(event=one) for one in events))
    return Digest(**{"day": DAY, "zone": "UTC", "sections": (section,), **changes})  # type: ignore[arg-type]
