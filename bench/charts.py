"""What a picture costs: its question at a million events, its drawing, its bytes.

`python -m bench.charts [EVENTS]`, a million unless told. Two of three projects of the store are given coordinates, as
about so many have them. Drawing is measured warm; the first picture of a process also loads what draws.
"""

from __future__ import annotations

import gzip
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.store_data import Size, fill
from bench.timing import times
from orewire.model.event import Filters
from orewire.model.project import ProjectFilters
from orewire.web.charts.balance import draw_balance
from orewire.web.charts.draw import Drawing, draw_svg, warm_up
from orewire.web.charts.projection import WORLD
from orewire.web.charts.standing import draw_standing
from orewire.web.charts.trend import draw_trend
from orewire.web.charts.world import draw_map, draw_world, map_marks, map_view
from store.connection import Connection, open_database
from store.local import LocalStore

EVENTS = 1_000_000
_TIMES = 9
_PLACES = """
UPDATE projects SET latitude = hash(id) % 12000 / 100.0 - 50, longitude = hash(id, 7) % 34000 / 100.0 - 170
WHERE hash(id, 3) % 3 > 0
"""


def main() -> None:
    """Print all figures."""
    size = Size(events=int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS, texts=0)
    with tempfile.TemporaryDirectory(prefix="orewire-bench-") as folder:
        path = Path(folder) / "s.duckdb"
        with closing(open_database(path)) as connection:
            _fill(connection, size)
        store = LocalStore(open_database(path))
        _questions(store)
        _pictures(store, size)
        store.close()


def _fill(connection: Connection, size: Size) -> None:
    fill(connection, size)
    connection.execute(_PLACES)


def _questions(store: LocalStore) -> None:
    for name, filters in (
        ("places of all events", Filters()),
        ("places of one mineral", Filters(mineral=("copper",))),
        ("places of what somebody opposes", Filters(stance=("oppose",))),
    ):
        _line(name, lambda filters=filters: store.find_places(filters))  # type: ignore[misc]


def _pictures(store: LocalStore, size: Size) -> None:
    started = time.perf_counter()
    warm_up()
    print(f"\nloading what draws: {(time.perf_counter() - started) * 1000:.0f} ms")
    year = Filters(since=size.end - timedelta(days=364), until=size.end)
    trend, balance = store.get_trend(year, by="mineral"), store.get_balance(year, by="country")
    places = store.find_places(year)
    (project,) = store.find_projects(ProjectFilters(), limit=1)
    dossier = store.get_project(str(project.id))
    assert dossier is not None
    for width in (360, 720, 1080):
        view = map_view(WORLD, width)
        _drawn(f"trend {width}", draw_trend(trend, width))
        _drawn(f"balance {width}", draw_balance(balance, width))
        _drawn(f"standing {width}", draw_standing(dossier.standings, datetime.now(UTC).date(), width))
        _drawn(f"map {width}", draw_map(map_marks(places, view), view))
        _drawn(f"outlines {width}", draw_world(view))
    _line("grouping of all places", lambda: map_marks(places, map_view(WORLD, 720)))


def _drawn(name: str, drawing: Drawing | None) -> None:
    if drawing is None:
        return
    sent = draw_svg(drawing.spec, drawing.title)
    sizes = f"{len(gzip.decompress(sent)) / 1000:8.1f} KB {len(sent) / 1000:6.1f} KB sent"
    _line(name, lambda: draw_svg(drawing.spec, drawing.title), sizes)


def _line(name: str, work: Callable[[], object], more: str = "") -> None:
    taken = times(work, _TIMES)
    print(f"{name:34}{statistics.median(taken):8.1f} ms, least {min(taken):6.1f}{more}")


if __name__ == "__main__":
    main()
