"""Projects and where they stand, held in memory: only those are read anew whose events changed since."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from orewire.model.project import Standing
from store.connection import Connection, in_list, insert_rows, rows
from store.facts import get_standings

Row = Mapping[str, Any]
"""A project as `project_list` has it."""

_CHANGE = {"version": "BIGINT", "project": "INTEGER"}
_TOLD_BY = 3
"""What a third of its events tell of a project is taken as known, where nothing else is."""


def note_projects(connection: Connection, projects: Collection[int]) -> None:
    """Let every Roster know that events of these projects changed. Belongs into the transaction that changes them."""
    if projects:
        version = _mark(connection).version + 1
        insert_rows(connection, "project_changes", _CHANGE, [(version, project) for project in sorted(projects)])


class Roster:
    """All projects of a store, the same as a question to it would give, from any thread."""

    def __init__(self) -> None:
        self._keeping = threading.Lock()
        self._mark: _Mark | None = None
        self._rows: dict[int, Row] = {}
        self._newest_first: Sequence[Row] = ()
        self._standings: dict[int, tuple[Standing, ...]] = {}
        self._today: date | None = None

    def projects(self, connection: Connection) -> Sequence[Row]:
        """Those of the newest events first."""
        with self._keeping:
            self._keep_up(connection)
            return self._newest_first

    def get(self, connection: Connection, project: int) -> Row | None:
        """One of them, also one that is another's second name."""
        with self._keeping:
            self._keep_up(connection)
            return self._rows.get(project)

    def standings(
        self, connection: Connection, today: date, projects: Sequence[int]
    ) -> Mapping[int, tuple[Standing, ...]]:
        """Where these stand, and stood; nothing of a project is nothing known."""
        with self._keeping:
            self._keep_up(connection)
            if self._today != today:
                self._standings, self._today = {}, today
            missing = [one for one in projects if one not in self._standings]
            if missing:
                found = get_standings(connection, today, missing)
                self._standings.update({one: found[one] for one in missing})
            return {one: self._standings[one] for one in projects}

    def _keep_up(self, connection: Connection) -> None:
        mark = _mark(connection)
        if mark == self._mark:
            return
        changed = None if self._mark is None else _changed(connection, self._mark, mark)
        found = read_projects(connection, changed)
        if changed is None:
            self._rows, self._standings = found, {}
        else:
            self._rows |= found
            self._standings = {key: told for key, told in self._standings.items() if key not in changed}
        self._newest_first = sorted(self._rows.values(), key=_newest_first)
        self._mark = mark


@dataclass(frozen=True, slots=True)
class _Mark:
    """How far the changes were read: two writers at a time may give one version, the later one a lower."""

    version: int
    changes: int


def _mark(connection: Connection) -> _Mark:
    found = connection.execute("SELECT coalesce(max(version), 0), count(*) FROM project_changes").fetchone()
    return _Mark(*(found or (0, 0)))


def _changed(connection: Connection, since: _Mark, until: _Mark) -> set[int] | None:
    """The projects that changed; None, any of them, where a change came late, with a version that was read before."""
    found = connection.execute(
        "SELECT project FROM project_changes WHERE version > $since AND version <= $until",
        {"since": since.version, "until": until.version},
    ).fetchall()
    return {project for (project,) in found} if since.changes + len(found) == until.changes else None


def _newest_first(row: Row) -> tuple[bool, int, int, int]:
    newest = row["newest"]
    return newest is None, -newest.toordinal() if newest else 0, -row["events"], row["id"]


def read_projects(connection: Connection, ids: Collection[int] | None) -> dict[int, Row]:
    """These projects, or all, by their numbers: the same as `project_list` has, which reads all events for each."""
    these = "TRUE" if ids is None else f"{{}} IN {in_list(sorted(ids))}"
    found = rows(
        connection,
        f"""
        WITH totals AS (
            SELECT project, count(*)::INTEGER AS events, max(date) AS newest FROM events
            WHERE project IS NOT NULL AND {these.format("project")} GROUP BY project
        )
        SELECT id, name, aliases, operator, latitude, longitude, origin, same_as, countries, minerals,
            coalesce(events, 0) AS events, newest
        FROM projects LEFT JOIN totals ON project = id WHERE {these.format("id")}
        """,  # noqa: S608 - numbers only
    )
    _add_told(connection, found, ("country", "countries"))
    _add_told(connection, found, ("mineral", "minerals"))
    return {row["id"]: row for row in found}


def _add_told(connection: Connection, found: Sequence[dict[str, Any]], names: tuple[str, str]) -> None:
    """What is not known of a project is what enough of its events tell."""
    set_name, column = names
    lacking = {row["id"]: row for row in found if not row[column] and row["events"]}
    if not lacking:
        return
    told = connection.execute(
        f"""
        SELECT project, members, number FROM (
            SELECT project, {set_name}_set AS told, count(*) AS number FROM events
            WHERE project IN {in_list(sorted(lacking))} GROUP BY ALL
        ) JOIN {set_name}_sets ON id = told
        """  # noqa: S608 - our own names and numbers
    ).fetchall()
    for project, counts in _counted(told).items():
        row = lacking[project]
        enough = [(name, number) for name, number in counts.items() if number * _TOLD_BY >= row["events"]]
        row[column] = [name for name, _ in sorted(enough, key=lambda one: (-one[1], one[0]))]


def _counted(told: Iterable[tuple[int, Sequence[str], int]]) -> dict[int, Counter[str]]:
    counts: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for project, members, number in told:
        for name in members:
            counts[project][name] += number
    return counts
