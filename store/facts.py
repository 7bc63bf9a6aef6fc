"""The events of projects that may move where they stand, with what their evidence speaks of: SQL, no decisions."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from orewire.model.project import Standing
from store.connection import Connection, in_list
from store.standing import Fact, Rule, Rules, load_rules, standings

_PLAIN = "lower(strip_accents(evidence))"
_FACTS = """
    WITH moving AS MATERIALIZED (
        SELECT project, id, type, date, stage, confidence, independent_sources, voice FROM events
        WHERE project IS NOT NULL AND {of_these} AND status = 'actual' AND salience = 'main' AND date <= $today
            AND confidence >= $least::FLOAT AND type IN {types}
    ),
    spoken AS (
        SELECT event, bit_or({bits}) AS told FROM (
            SELECT event, {plain} AS plain FROM mentions
            WHERE status = 'actual' AND type IN {spoken_types}
                AND event IN (SELECT id FROM moving WHERE type IN {spoken_types})
        ) GROUP BY event
    )
    SELECT project, id, type, date, stage, confidence, independent_sources, voice, coalesce(told, 0)
    FROM moving LEFT JOIN spoken ON spoken.event = moving.id
"""


def get_standings(
    connection: Connection, today: date, ids: Sequence[int] | None = None, *, words: Sequence[str] = ()
) -> defaultdict[int, tuple[Standing, ...]]:
    """Where projects stood, and stand, by number; of these, or of all that may ever have stood so (`words`)."""
    rules = load_rules()
    facts = find_facts(connection, today, rules, _led_to(rules, words) if ids is None else f"project IN {in_list(ids)}")
    return defaultdict(tuple, {number: standings(found, today, rules) for number, found in facts.items()})


def find_facts(connection: Connection, today: date, rules: Rules, of_these: str) -> defaultdict[int, list[Fact]]:
    """By project. The few that do not count after all are left to `standings`."""
    spoken = [rule for found in rules.rules.values() for rule in found if rule.bit]
    query = _FACTS.format(
        of_these=of_these,
        types=_list(rules.rules),
        spoken_types=_list(rule.event for rule in spoken),
        bits=" | ".join(map(_bit, spoken)),
        plain=_PLAIN,
    )
    found = connection.execute(query, {"today": today, "least": min(rules.confidence.values())}).fetchall()
    facts: defaultdict[int, list[Fact]] = defaultdict(list)
    for project, number, type_, day, stage, confidence, sources, voice, told in found:
        facts[project].append(
            Fact(
                id=number, type=type_, status="actual", salience="main", date=day, stage=stage, confidence=confidence,
                sources=sources, voice=voice, told=told,
            )
        )  # fmt: skip
    return facts


def _led_to(rules: Rules, words: Sequence[str]) -> str:
    """The condition on events that leaves out projects of which none can have led to any of these standings."""
    if not words or "unknown" in words:
        return "TRUE"
    leading = _list(rule.event for found in rules.rules.values() for rule in found if rule.to in words)
    return f"project IN (SELECT project FROM events WHERE type IN {leading} AND status = 'actual')"  # noqa: S608


def _list(words: Iterable[str]) -> str:
    return "(" + ", ".join(f"'{word}'" for word in sorted(set(words))) + ")"


def _bit(rule: Rule) -> str:
    conditions = [f"regexp_matches(plain, '{_any_of(rule.told)}')"] if rule.told else []
    conditions += [f"NOT regexp_matches(plain, '{_any_of(rule.not_told)}')"] if rule.not_told else []
    return f"CASE WHEN {' AND '.join(conditions)} THEN {rule.bit} ELSE 0 END::BIGINT"


def _any_of(words: Iterable[str]) -> str:
    """A pattern, quoted for SQL: our own words, out of a file that travels with the program."""
    return "|".join(map(_pattern, words)).replace("'", "''")


def _pattern(word: str) -> str:
    """Whole words, with a star their beginnings; those that are not in Latin letters stand anywhere.

    DuckDB knows the bounds of Latin words only, and what would know others takes seventy times as long.
    """
    stripped = unicodedata.normalize("NFKD", word.rstrip("*").lower())
    plain = "".join(
        char if re.match(r"\w|[ ']", char) else f"\\{char}" for char in stripped if not unicodedata.combining(char)
    )
    if not re.match("[a-z]", plain):
        return plain
    return rf"\b{plain}" if word.endswith("*") else rf"\b{plain}\b"
