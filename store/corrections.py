"""What people decided that events are, folded from the decisions in force, and laid over what is derived."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain
from typing import Any

from orewire.model.review import LISTED
from store.connection import Connection, in_list, rows
from store.identity import name_key

REJECTED = "(SELECT event FROM reviews WHERE action = 'reject' AND undone_at IS NULL)"
"""Events that there are not, says a person."""
Stance = Mapping[str, Any]
StanceKey = tuple[str, str, str]
"""Holder (folded), target and polarity: by these a stance is known again, whichever sentence reports it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What holds of one event whatever its reports say: fields by name, stances that it has and has not."""

    is_accepted: bool = False
    is_rejected: bool = False
    fields: Mapping[str, Any] = field(default_factory=dict)
    added: Mapping[StanceKey, tuple[Stance, ...]] = field(default_factory=dict)
    """In place of whatever is reported of the same key."""
    removed: frozenset[StanceKey] = frozenset()

    @property
    def state(self) -> str | None:
        """The value of `Event.review`."""
        if self.is_rejected:
            return "rejected"
        if self.fields or self.added or self.removed:
            return "edited"
        return "accepted" if self.is_accepted else None

    @property
    def own_stances(self) -> list[Stance]:
        """What a person said of it, whatever is reported."""
        return list(chain.from_iterable(self.added.values()))

    @property
    def decided_keys(self) -> frozenset[StanceKey]:
        """Stances of these are a person's to say."""
        return self.removed | self.added.keys()

    def correct(self, stances: Iterable[Stance]) -> list[Stance]:
        """The stances of the event's reports, as they are corrected."""
        return [*(one for one in stances if stance_key(one) not in self.decided_keys), *self.own_stances]


UNTOUCHED = Correction()


def stance_key(stance: Stance) -> StanceKey:
    """What a stance is known again by."""
    return name_key(stance["holder"]), stance["target"], stance["polarity"]


def standing_corrections(connection: Connection, events: Collection[int] | None = None) -> dict[int, Correction]:
    """The decisions in force on what these events are, or all events, by their numbers."""
    of_these = "TRUE" if events is None else f"event IN {in_list(sorted(events))}"
    found = rows(
        connection,
        f"""
        SELECT action, event, changes FROM reviews
        WHERE undone_at IS NULL AND action IN ('accept', 'reject', 'edit') AND {of_these} ORDER BY id
        """,  # noqa: S608 - numbers only
    )
    return fold((row["action"], row["event"], json.loads(row["changes"] or "{}")) for row in found)


def fold(decisions: Iterable[tuple[str, int, Mapping[str, Sequence[Any]]]]) -> dict[int, Correction]:
    """What (action, event, changes) come to, in their order: of two edits of one field the later holds."""
    folded: dict[int, Correction] = {}
    for action, event, changes in decisions:
        before = folded.get(event, UNTOUCHED)
        if action == "edit":
            folded[event] = _edited(before, changes)
        elif action == "accept":
            folded[event] = replace(before, is_accepted=True)
        else:
            folded[event] = replace(before, is_rejected=True)
    return folded


def _edited(correction: Correction, changes: Mapping[str, Sequence[Any]]) -> Correction:
    fields = {name: _value(name, after) for name, (_, after) in changes.items() if name != "stances"}
    added, removed = dict(correction.added), set(correction.removed)
    before, after = map(_by_key, changes.get("stances", ((), ())))
    for key in {**before, **after}:
        if key not in after:
            added.pop(key, None)
            removed.add(key)
        elif after[key] != before.get(key):  # of one stance, some sentences stay, or others are given
            added[key] = after[key]
            removed.discard(key)
    return replace(correction, fields={**correction.fields, **fields}, added=added, removed=frozenset(removed))


def _by_key(stances: Iterable[Stance]) -> dict[StanceKey, tuple[Stance, ...]]:
    grouped: dict[StanceKey, tuple[Stance, ...]] = {}
    for stance in stances:
        grouped[stance_key(stance)] = (*grouped.get(stance_key(stance), ()), stance)
    return grouped


def _value(name: str, written: Any) -> Any:
    """A value as events hold it, from JSON."""
    if name == "date" and written:
        return date.fromisoformat(written)
    return tuple(written) if name in LISTED else written


def held_mentions(connection: Connection, articles: Collection[int]) -> dict[tuple[int, str, str], int]:
    """What people looked at in these articles: (article, type, evidence), and the number that its event keeps."""
    found = connection.execute(
        f"""
        SELECT (told ->> 0)::BIGINT, told ->> 1, told ->> 2, (told ->> 3)::BIGINT
        FROM (
            SELECT id, unnest(from_json(mentions, '["JSON"]')) AS told FROM reviews
            WHERE action IN ('accept', 'reject', 'edit') AND undone_at IS NULL
        )
        WHERE (told ->> 0)::BIGINT IN {in_list(sorted(articles))} ORDER BY id
        """  # noqa: S608 - numbers only
    ).fetchall()
    return {(article, type_, evidence): event for article, type_, evidence, event in found}
