"""Changes of events that wait to be judged, and the alerts that came of them: who was told what of which event."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from orewire.model.event import Event, event_to_json, to_json
from orewire.model.ledger import Alert, Change, Was
from orewire.model.records import from_json
from orewire.model.trend import Mover
from store.connection import Connection, in_list, insert_rows, pack_rows, rows, table_of

_CHANGE = {
    "event": "BIGINT", "was_status": "VARCHAR", "was_stage": "VARCHAR", "was_confidence": "FLOAT",
}  # fmt: skip
_ALERT = {
    "watch": "VARCHAR", "event": "BIGINT", "about": "VARCHAR", "kind": "VARCHAR", "state": "VARCHAR",
    "decided_at": "TIMESTAMPTZ", "due": "TIMESTAMPTZ", "details": "JSON", "told": "JSON", "message": "VARCHAR",
}  # fmt: skip
_PLAIN = ("id", "watch", "event", "about", "kind", "state", "decided_at", "due", "message")


def note_changes(connection: Connection, changes: Iterable[tuple[int, Was | None]]) -> None:
    """Queue events for the alerts, with what they were before. Belongs into the transaction that changes them."""
    values = [
        (event, was.status, was.stage, was.confidence) if was else (event, None, None, None) for event, was in changes
    ]
    if values:
        connection.execute(
            f"INSERT INTO changed_events SELECT nextval('change_numbers'), * FROM {table_of(_CHANGE)}",  # noqa: S608
            pack_rows(_CHANGE, values),
        )


def next_changes(connection: Connection, limit: int) -> list[Change]:
    """The first of those that wait."""
    found = rows(connection, "SELECT * FROM changed_events ORDER BY number LIMIT $limit", {"limit": limit})
    return [Change(number=row["number"], event=row["event"], was=_was(row)) for row in found]


def _was(row: dict[str, Any]) -> Was | None:
    if row["was_status"] is None:
        return None
    return Was(
        status=row["was_status"],
        stage=row["was_stage"],
        confidence=row["was_confidence"],
    )


def drop_changes(connection: Connection, up_to: int) -> None:
    """They are judged: see `next_changes`."""
    connection.execute("DELETE FROM changed_events WHERE number <= $number", {"number": up_to})


def add_alerts(connection: Connection, alerts: Sequence[Alert]) -> None:
    """Keep what was decided."""
    if alerts:
        (first,) = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM alerts").fetchone() or (1,)
        values = [(first + place, *_row(alert)) for place, alert in enumerate(alerts)]
        insert_rows(connection, "alerts", {"id": "BIGINT", **_ALERT}, values)


def _row(alert: Alert) -> tuple[Any, ...]:
    """Its columns in the order of _ALERT, written out: they may be fifty thousand."""
    decided = alert.decided_at.isoformat()
    due = decided if alert.due is alert.decided_at else alert.due.isoformat()
    told = _json(_short(alert.told)) if alert.told else None
    plain = (alert.watch, alert.event, alert.about, alert.kind, alert.state)
    return (*plain, decided, due, _details(alert), told, alert.message)


def _details(alert: Alert) -> str:
    if not (alert.standing or alert.stood or alert.mover or alert.before):
        return "{}"
    found = {
        "standing": alert.standing,
        "stood": alert.stood,
        "mover": to_json(alert.mover) if alert.mover else None,
        "before": _short(alert.before),
    }
    return _json({key: value for key, value in found.items() if value is not None})


def _json(value: Any) -> str:
    """Without escapes: `pack_rows` finds what no stored text can hold only where it stands as it is."""
    return json.dumps(value, ensure_ascii=False)


def _short(event: Event | None) -> dict[str, Any] | None:
    """The event with the sources that a letter shows: by the first of them it is known again."""
    return event_to_json(replace(event, sources=event.sources[:3], stances=())) if event else None


def alerts_of(connection: Connection, events: Collection[int]) -> list[Alert]:
    """What was ever decided about these events, in that order; what was dropped never reached anybody."""
    return _alerts(connection, f"event IN {in_list(sorted(events))} AND state <> 'dropped'") if events else []


def retracted_since(connection: Connection, moment: datetime, articles: Collection[str]) -> list[Alert]:
    """Retractions that were told since then, of what one of these articles (ids) had reported."""
    return _alerts(
        connection,
        """
        kind = 'retracted' AND state = 'told' AND decided_at >= $moment
            AND list_has_any(told->>'$.sources[*].article_id', $articles)
        """,
        {"moment": moment, "articles": sorted(articles)},
    )


def rises_since(connection: Connection, moment: datetime) -> set[tuple[str, str]]:
    """Watch and rise of those that were decided since then."""
    found = connection.execute(
        "SELECT watch, about FROM alerts WHERE about IS NOT NULL AND decided_at >= $moment", {"moment": moment}
    )
    return set(found.fetchall())


def due_alerts(connection: Connection, now: datetime, limit: int) -> list[Alert]:
    """Those that wait or were held, and whose time has come; of a watch all or none."""
    return _alerts(
        connection,
        """
        state IN ('waiting', 'held') AND due <= $now AND watch IN (
            SELECT watch FROM alerts WHERE state IN ('waiting', 'held') AND due <= $now
            GROUP BY watch ORDER BY min(due) LIMIT $limit
        )
        """,
        {"now": now, "limit": limit},
    )


def waiting_alerts(connection: Connection) -> list[Alert]:
    """All that have not left."""
    return _alerts(connection, "state IN ('waiting', 'held')")


def find_alerts(connection: Connection, *, watch: str | None, limit: int, offset: int) -> list[Alert]:
    """What was decided, of one watch or all, the latest first."""
    return _alerts(
        connection,
        "$watch IS NULL OR watch = $watch",
        {"watch": watch, "limit": limit, "offset": offset},
        order="ORDER BY id DESC LIMIT $limit OFFSET $offset",
    )


def _alerts(
    connection: Connection, condition: str, values: dict[str, object] | None = None, *, order: str = "ORDER BY id"
) -> list[Alert]:
    found = rows(connection, f"SELECT * FROM alerts WHERE {condition} {order}", values)  # noqa: S608 - our own words
    return [_alert(row) for row in found]


def _alert(row: dict[str, Any]) -> Alert:
    details = json.loads(row["details"])
    mover, before = details.get("mover"), details.get("before")
    return Alert(
        **{name: row[name] for name in _PLAIN},
        standing=details.get("standing"),
        stood=details.get("stood"),
        mover=from_json(Mover, mover) if mover else None,
        before=from_json(Event, before) if before else None,
        told=from_json(Event, json.loads(row["told"])) if row["told"] else None,
    )


def settle_alerts(connection: Connection, alerts: Sequence[Alert]) -> None:
    """Write state, time, event and message of alerts that are kept already."""
    names = {"id": "BIGINT", **_ALERT}
    if alerts:
        changes = ", ".join(f"{name} = settled.{name}" for name in ("state", "due", "told", "message", "event"))
        connection.execute(
            f"UPDATE alerts SET {changes} FROM {table_of(names)} AS settled WHERE alerts.id = settled.id",  # noqa: S608
            pack_rows(names, [(one.id, *_row(one)) for one in alerts]),
        )
