"""Events that hang together without being one: which came before and after, by the rules of store/data/sequels.yaml."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from importlib import resources
from typing import Any

from orewire.model.history import Sequel
from store.connection import Connection, rows
from store.evidence import find_evidence

_SHARES = {
    "project": "events.project = $project",
    "party": "(events.actor IN ($actor, $target) OR events.target IN ($actor, $target) OR events.project = $project)",
    "place": """
        events.country_set IN (SELECT id FROM country_sets WHERE list_has_any(members, $countries))
        AND events.mineral_set IN (SELECT id FROM mineral_sets WHERE list_has_any(members, $minerals))
    """,
}
_MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One line of the file; a stage of None is one that is not told, stages of None are any."""

    first: str
    then: str
    says: str
    within: timedelta
    first_stage: tuple[str | None, ...] | None = None
    then_stage: tuple[str | None, ...] | None = None
    shares: str = "project"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """An event as far as the rules look at it."""

    id: int
    type: str
    status: str
    stage: str | None
    date: date


@functools.cache
def load_rules() -> tuple[Rule, ...]:
    """The rules, read once."""
    import yaml

    text = (resources.files("store") / "data" / "sequels.yaml").read_text(encoding="utf-8")
    return tuple(_rule(record) for record in yaml.safe_load(text))


def _rule(record: Mapping[str, Any]) -> Rule:
    stages = {name: tuple(record[name]) for name in ("first_stage", "then_stage") if name in record}
    return Rule(
        first=record["first"], then=record["then"], says=record["says"],
        within=timedelta(days=record["within_days"]), shares=record.get("shares", "project"), **stages,
    )  # fmt: skip


def find_sequels(connection: Connection, event: int) -> list[Sequel]:
    """What came before and after an event, oldest first; nothing where it has no date."""
    found = rows(
        connection,
        f"""
        WITH one AS MATERIALIZED (
            SELECT id, type, status, stage, date, project, actor, target, country_set, mineral_set
            FROM events WHERE id = {int(event)}
        )
        SELECT one.*, country_sets.members AS countries, mineral_sets.members AS minerals FROM one
        JOIN country_sets ON country_sets.id = country_set JOIN mineral_sets ON mineral_sets.id = mineral_set
        """,  # noqa: S608 - a number
    )
    if not found or found[0]["date"] is None:
        return []
    row, one = found[0], _dated(found[0])
    sequels = [
        sequel
        for shares in _SHARES
        if (rules := [rule for rule in load_rules() if rule.shares == shares and one.type in (rule.first, rule.then)])
        for sequel in link(one, _others(connection, row, shares, rules), rules)
    ]
    evidence = find_evidence(connection, (sequel.event_id for sequel in sequels))
    shown = (replace(sequel, evidence=evidence[sequel.event_id]) for sequel in sequels)
    return sorted(shown, key=lambda sequel: (sequel.date, sequel.event_id, sequel.rule))


def _dated(row: Mapping[str, Any]) -> Dated:
    return Dated(**{name: row[name] for name in Dated.__slots__})


def _others(connection: Connection, row: Mapping[str, Any], shares: str, rules: Iterable[Rule]) -> list[Dated]:
    """Events that share with this one what the rules ask for, the nearest in time."""
    condition, rules = _SHARES[shares], list(rules)
    span = max(rule.within for rule in rules)
    values: dict[str, Any] = {
        "event": row["id"],
        "types": sorted({kind for rule in rules for kind in (rule.first, rule.then)}),
        "date": row["date"],
        "first": row["date"] - min(span, row["date"] - date.min),
        "last": row["date"] + min(span, date.max - row["date"]),
    }
    shared = {
        name: row[name] for name in ("project", "actor", "target", "countries", "minerals") if f"${name}" in condition
    }
    found = rows(
        connection,
        f"""
        SELECT id, type, status, stage, date FROM events
        WHERE id <> $event AND salience = 'main' AND date BETWEEN $first AND $last AND type IN $types AND {condition}
        ORDER BY abs(date - $date), id LIMIT {_MOST}
        """,  # noqa: S608 - our own words
        values | shared,
    )
    return [_dated(other) for other in found]


def link(one: Dated, others: Iterable[Dated], rules: Iterable[Rule]) -> Iterator[Sequel]:
    """For each rule the nearest event before and the nearest after that it ties to this one."""
    others = list(others)
    for rule in rules:
        befores = [other for other in others if _ties(rule, other, one)]
        afters = [other for other in others if _ties(rule, one, other)]
        if befores:
            yield _sequel(max(befores, key=lambda other: (other.date, -other.id)), "before", rule)
        if afters:
            yield _sequel(min(afters, key=lambda other: (other.date, other.id)), "after", rule)


def _ties(rule: Rule, first: Dated, then: Dated) -> bool:
    """On one day the order is not known: two events of one type are then not tied."""
    if (first.type, then.type) != (rule.first, rule.then) or not timedelta(0) <= then.date - first.date <= rule.within:
        return False
    if first.date == then.date and first.type == then.type:
        return False
    return _has(rule.first_stage, first.stage) and _has(rule.then_stage, then.stage)


def _has(stages: tuple[str | None, ...] | None, stage: str | None) -> bool:
    return stages is None or stage in stages


def _sequel(other: Dated, relation: str, rule: Rule) -> Sequel:
    return Sequel(
        event_id=other.id, relation=relation, rule=rule.says, type=other.type, status=other.status, stage=other.stage,
        date=other.date, evidence="",
    )  # fmt: skip
