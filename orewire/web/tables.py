"""Answers as rows of columns, for CSV and Parquet: the same columns as the command line prints."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from orewire.model.facet import Facet
from orewire.model.hit import Hit, HitPage
from orewire.model.project import Project
from orewire.model.trend import Balance, Mover, Movers, Trend
from orewire.web.trend_wire import trend_row

Row = Mapping[str, Any]
Columns = Mapping[str, str]

FACET_COLUMNS: Final = {"facet": "VARCHAR", "value": "VARCHAR", "events": "BIGINT"}
TREND_COLUMNS: Final = {
    "period": "DATE", "key": "VARCHAR", "key2": "VARCHAR", "count": "BIGINT", "change": "BIGINT", "share": "DOUBLE",
    "per_thousand": "DOUBLE",
}  # fmt: skip
MOVER_COLUMNS: Final = {
    "key": "VARCHAR", "key2": "VARCHAR", "count": "BIGINT", "usual": "DOUBLE", "spread": "DOUBLE", "expected": "DOUBLE",
    "p_value": "DOUBLE", "since": "DATE", "panel_count": "BIGINT", "events": "BIGINT[]",
}  # fmt: skip
BALANCE_COLUMNS: Final = {
    "period": "DATE", "key": "VARCHAR", "support": "BIGINT", "oppose": "BIGINT", "balance": "DOUBLE",
    "supporters": "BIGINT", "opponents": "BIGINT",
}  # fmt: skip
PROJECT_COLUMNS: Final = {
    "id": "BIGINT", "name": "VARCHAR", "standing": "VARCHAR", "also": "VARCHAR[]", "since": "DATE",
    "countries": "VARCHAR[]", "minerals": "VARCHAR[]", "operator": "VARCHAR", "latitude": "DOUBLE",
    "longitude": "DOUBLE", "events": "BIGINT", "newest": "DATE",
}  # fmt: skip
HIT_COLUMNS: Final = {
    "id": "VARCHAR", "url": "VARCHAR", "title": "VARCHAR", "source": "VARCHAR", "lang": "VARCHAR",
    "published": "TIMESTAMPTZ", "score": "DOUBLE", "snippet": "VARCHAR", "events": "BIGINT[]",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows, and their columns with the types of SQL; `name` is that of a file."""

    name: str
    columns: Columns
    rows: Iterable[Row]


def write_table(table: Table, form: str) -> bytes:
    """The table as CSV, harmless in a spreadsheet, or as Parquet."""
    from store.parquet import write_parquet
    from store.textforms import write_csv

    out = io.BytesIO()
    if form == "csv":
        write_csv(table.rows, list(table.columns), out)
    else:
        write_parquet(table.rows, table.columns, out)
    return out.getvalue()


def facet_table(facets: Sequence[Facet]) -> Table:
    """A row for each value."""
    rows = ({"facet": facet.name, **asdict(value)} for facet in facets for value in facet.values)
    return Table(name="facets", columns=FACET_COLUMNS, rows=rows)


def trend_table(trend: Trend) -> Table:
    """A row for each period and key."""
    return Table(name="trends", columns=TREND_COLUMNS, rows=map(trend_row, trend))


def mover_table(movers: Movers) -> Table:
    """A row for each rise, with the numbers of the events that explain it."""
    return Table(name="movers", columns=MOVER_COLUMNS, rows=map(_mover_row, movers.movers))


def balance_table(balance: Balance) -> Table:
    """A row for each period and key."""
    rows = ({**asdict(row), "balance": row.balance} for row in balance.rows)
    return Table(name="balance", columns=BALANCE_COLUMNS, rows=rows)


def project_table(projects: Sequence[Project]) -> Table:
    """A row for each project, with where it stands."""
    return Table(name="projects", columns=PROJECT_COLUMNS, rows=map(_project_row, projects))


def hit_table(page: HitPage) -> Table:
    """A row for each article, with the passage that shows it."""
    return Table(name="articles", columns=HIT_COLUMNS, rows=map(_hit_row, page.hits))


def _mover_row(mover: Mover) -> Row:
    own = {name: getattr(mover, name) for name in MOVER_COLUMNS}
    return {**own, "events": [event.id for event in mover.events]}


def _project_row(project: Project) -> Row:
    standing = {"standing": project.standing.word, "since": project.standing.since}
    return standing | {name: getattr(project, name) for name in PROJECT_COLUMNS if name not in standing}


def _hit_row(hit: Hit) -> Row:
    own = {"id": hit.article_id, "title": hit.title.text, "snippet": hit.snippet.text}
    return own | {name: getattr(hit, name) for name in HIT_COLUMNS if name not in own}
