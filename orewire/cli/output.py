"""How answers look: a table for people, JSON and CSV for programs, progress for a terminal or a log."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from orewire.model.answers import is_formula
from orewire.model.event import Event, best_source, event_to_json

if TYPE_CHECKING:
    from rich.progress import TaskID

    from orewire.rooms import Progress

FORMATS = ("table", "json", "csv")
EVENT_COLUMNS = (
    "id", "date", "type", "family", "status", "salience", "stage", "countries", "minerals", "project", "actor",
    "target", "confidence", "article_count", "independent_sources", "first_seen", "last_seen", "evidence", "url",
)  # fmt: skip


def event_row(event: Event) -> dict[str, Any]:
    """An event as one flat row: lists joined by `;`, the address of its best source."""
    record = event_to_json(event)
    record["countries"], record["minerals"] = ";".join(event.countries), ";".join(event.minerals)
    best = best_source(event.sources)
    record["url"] = best.url if best else None
    return {name: record[name] for name in EVENT_COLUMNS}


def write_events(events: Sequence[Event], total: int, form: str) -> None:
    """Print events in the form asked for."""
    if form == "json":
        click.echo(json.dumps([event_to_json(event) for event in events], ensure_ascii=False, indent=1))
    elif form == "csv":
        click.echo(to_csv(map(event_row, events), EVENT_COLUMNS), nl=False)
    else:
        _event_table(events, total)


def to_csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """RFC 4180 text. A value that a spreadsheet would run as a formula gets a leading apostrophe."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({key: _harmless(value) for key, value in row.items()} for row in rows)
    return out.getvalue()


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and is_formula(value) else value


def _event_table(events: Sequence[Event], total: int) -> None:
    """Two lines an event: its fields, and the sentence that proves it."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    if not events:
        click.echo("no events match")
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False, expand=True)
    for name, options in _TABLE_COLUMNS.items():
        table.add_column(name, no_wrap=True, overflow="ellipsis", **options)
    for event in events:
        date = event.date.isoformat() if event.date else "-"
        table.add_row(date, _told(event), f"{event.confidence:.2f}", str(event.independent_sources))
    console().print(table)
    if total > len(events):
        click.echo(f"{len(events)} of {total} events; --limit and --offset show more")


_TABLE_COLUMNS: dict[str, dict[str, Any]] = {
    "date": {"min_width": 10}, "event": {"ratio": 1}, "conf": {"justify": "right", "min_width": 4},
    "sources": {"justify": "right", "min_width": 7},
}  # fmt: skip


def _told(event: Event) -> Any:
    from rich.text import Text

    kind = event.type if event.status == "actual" else f"{event.type} (expected)"
    fields = (" ".join(event.countries), ", ".join(event.minerals), event.project, event.actor and f"by {event.actor}")
    head = " · ".join([kind, *(printable(field) for field in fields if field)])
    return Text.assemble((head, "bold"), "\n", (printable(event.evidence), "dim"))


def printable(text: str) -> str:
    """Text from outside without control characters: a terminal must not obey an article."""
    return "".join(char if char.isprintable() or char == " " else " " for char in text)


def shortened(text: str, length: int) -> str:
    """At most `length` characters, cut at a word."""
    return text if len(text) <= length else text[: length - 1].rsplit(" ", 1)[0] + "…"


def console() -> Any:
    """A rich console; 120 columns where the output is no terminal."""
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else 120, highlight=False)


@contextmanager
def progress_display() -> Iterator[Progress]:
    """Bars on a terminal; elsewhere one plain line for each thing worth it."""
    if sys.stderr.isatty():
        with _bars() as bars:
            yield bars
    else:
        yield LogProgress()


class LogProgress:
    """Lines of `key=value` on standard error."""

    def __init__(self) -> None:
        import structlog

        self._log = structlog.wrap_logger(
            structlog.PrintLogger(sys.stderr),
            processors=[
                structlog.processors.TimeStamper(fmt="%Y-%m-%dT%H:%M:%SZ"),
                structlog.processors.KeyValueRenderer(key_order=["timestamp", "event"]),
            ],
        )

    def stage(self, name: str, total: int) -> None:
        """Say that a stage begins."""
        if total:
            self._log.info("stage", name=name, items=total)

    def step(self, name: str) -> None:
        """Nothing: a line for each page would drown the rest."""

    def note(self, message: str, **fields: object) -> None:
        """One line."""
        self._log.info(message, **{key: value for key, value in fields.items() if value is not None})


@contextmanager
def _bars() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description:10}"), BarColumn(), MofNCompleteColumn())
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        yield _BarProgress(bars)


class _BarProgress:
    def __init__(self, bars: Any) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}
        self._totals: dict[str, int] = {}

    def stage(self, name: str, total: int) -> None:
        if name not in self._tasks:
            self._tasks[name] = self._bars.add_task(name, total=0)
        self._totals[name] = self._totals.get(name, 0) + total
        self._bars.update(self._tasks[name], total=self._totals[name])

    def step(self, name: str) -> None:
        self._bars.advance(self._tasks[name])

    def note(self, message: str, **fields: object) -> None:
        """Bars say enough; failures are listed at the end."""
