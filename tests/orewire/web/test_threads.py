"""What waits for a thread: answers that are made, and nothing before them."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, cast

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from orewire.config import Config
from orewire.web.api import create_app
from orewire.web.door import Door
from store.connection import open_database
from store.cursors import Cursors
from store.local_access import LocalAccess

NOTHING = cast(Any, None)


def needed_by(dependant: Dependant) -> Iterator[Any]:
    """All that is called before what the dependant is of."""
    for one in dependant.dependencies:
        yield one.call
        yield from needed_by(one)


def test_a_request_is_read_without_a_thread() -> None:
    """Else a page that is there would wait for all those that are being made."""
    with open_database(None) as connection:
        door = Door(LocalAccess(Cursors(connection)), NOTHING, Config().service, lambda: datetime.now(UTC), "t")
        app = create_app(NOTHING, NOTHING, NOTHING, Config(), door=door)
    called = {call for route in app.routes if isinstance(route, APIRoute) for call in needed_by(route.dependant)}
    assert called
    assert [] == [call for call in called if not inspect.iscoroutinefunction(call)]
