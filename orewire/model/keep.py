"""What keeps a store safe: a copy of it (Backup), and what is wrong with one (Fault, CheckReport)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

Told = Callable[[str, int, int], None]
"""Is told how it goes: what is being done, how much of it is done, and of how much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A copy of the database and what its manifest says of it. `rows` counts those of each table."""

    path: str
    orewire: str
    schema: int
    made_at: datetime
    size: int
    sha256: str
    rows: Mapping[str, int]


def backup_to_json(backup: Backup) -> dict[str, Any]:
    """The backup as the API tells of it."""
    return {**asdict(backup), "made_at": backup.made_at.isoformat()}


def backup_from_json(record: Mapping[str, Any]) -> Backup:
    """The inverse; ValueError says what was found and what was expected."""
    if missing := [name for name in Backup.__slots__ if name not in record]:
        raise ValueError(f"found no {missing[0]}, expected {', '.join(Backup.__slots__)}")
    rows, sha256 = record["rows"], str(record["sha256"])
    if not isinstance(rows, dict) or not all(type(number) is int for number in rows.values()):
        raise ValueError(f"rows: found {rows!r}, expected numbers by table")
    for name in ("schema", "size"):
        if type(record[name]) is not int or record[name] < 0:
            raise ValueError(f"{name}: found {record[name]!r}, expected a number")
    if not re.fullmatch("[0-9a-f]{64}", sha256):
        raise ValueError(f"sha256: found {sha256!r}, expected 64 hex digits")
    made_at = datetime.fromisoformat(str(record["made_at"]))
    if made_at.tzinfo is None:
        raise ValueError(f"made_at: found {made_at}, expected a time with its zone")
    return Backup(
        path=str(record["path"]),
        orewire=str(record["orewire"]),
        schema=record["schema"],
        made_at=made_at,
        size=record["size"],
        sha256=sha256,
        rows=rows,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One kind of thing that is wrong: how often, and where, for example. `is_derived`: it can be made anew."""

    kind: str
    told: str
    count: int
    examples: tuple[str, ...]
    is_derived: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """What a check found, how much it looked at, and what was done about it, in words."""

    faults: tuple[Fault, ...] = ()
    rows: Mapping[str, int] = field(default_factory=dict)
    events_derived: int = 0
    repaired: tuple[str, ...] = ()


def check_to_json(report: CheckReport) -> dict[str, Any]:
    """The report as the API and `--format json` give it."""
    return asdict(report)


def check_from_json(record: Mapping[str, Any]) -> CheckReport:
    """The inverse of `check_to_json`."""
    faults = tuple(Fault(**{**fault, "examples": tuple(fault["examples"])}) for fault in record["faults"])
    return CheckReport(**{**record, "faults": faults, "repaired": tuple(record["repaired"])})
