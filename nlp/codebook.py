"""The codebook as data: one file of nlp/data/codebook for each event type."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

from nlp.lexicon import read_yaml
from nlp.patterns import NEAR, Pattern, parse_pattern
from orewire.model.codes import EVENT_TYPES, FAMILY_OF_TYPE, STAGES
from orewire.model.errors import ModelError


@dataclass(frozen=True, slots=True, kw_only=True)
class EventType:
    """One type of the codebook: what it is, what it is not, how it is found, and who takes part.

    `actor` and `target` name the kind of participant to look for; `stages` are tried in order.
    """

    name: str
    family: str
    definition: str
    not_this: tuple[str, ...]
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]
    patterns: tuple[Pattern, ...]
    stages: tuple[str, ...]
    actor: str | None
    target: str | None


@functools.cache
def event_types() -> tuple[EventType, ...]:
    """All types, in the order of the model; ModelError where a file contradicts the model or the lexicon."""
    known = frozenset(read_yaml("lexicon", "en.yaml"))
    return tuple(_event_type(name, known) for name in EVENT_TYPES)


def _event_type(name: str, known: frozenset[str]) -> EventType:
    record = read_yaml("codebook", f"{name}.yaml")
    if record["type"] != name or record["family"] != FAMILY_OF_TYPE[name]:
        raise ModelError(f"codebook/{name}.yaml: found {record['type']}/{record['family']}, expected {name}")
    roles = record["roles"]
    event_type = EventType(
        name=name,
        family=record["family"],
        definition=record["definition"],
        not_this=tuple(record["not_this"]),
        examples=tuple(record["examples"]),
        counter_examples=tuple(record["counter_examples"]),
        patterns=tuple(_pattern(entry) for entry in record["patterns"]),
        stages=tuple(record["stages"]),
        actor=_named(roles["actor"]),
        target=_named(roles["target"]),
    )
    _check(event_type, known)
    return event_type


def _pattern(entry: dict[str, Any]) -> Pattern:
    return parse_pattern(
        entry["find"],
        float(entry["strength"]),
        within=entry.get("with", ""),
        without=entry.get("without", ""),
        near=int(entry.get("near", NEAR)),
    )


def _named(value: str) -> str | None:
    return None if value == "null" else value


def _check(event_type: EventType, known: frozenset[str]) -> None:
    unknown = frozenset().union(*(pattern.concepts for pattern in event_type.patterns)) - known
    if unknown:
        raise ModelError(f"codebook/{event_type.name}.yaml: concepts not in the lexicon: {sorted(unknown)}")
    if odd := set(event_type.stages) - set(STAGES):
        raise ModelError(f"codebook/{event_type.name}.yaml: stages not in the model: {sorted(odd)}")
