"""Where projects stand otherwise than before, and the new event by which each came to do so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from orewire.model.errors import UsageError
from orewire.model.event import Event
from orewire.model.ports import Questions
from orewire.model.project import BASES, FIGHTS, Dossier, ProjectFilters, Standing

_ASKED = 6
"""Projects whose whole life is asked for, a tenth of a second each: those of the weightiest events."""
_LISTED = 300
_FIGHTING = frozenset({"protest", "opposition", "lawsuit", "court_ruling", "permit_granted", "permit_denied"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A project stands at `after` now, at `before` until then where that is known; `is_over`: `after` has ended."""

    project: str
    minerals: tuple[str, ...]
    after: str
    before: str | None = None
    is_over: bool = False


def find_moves(questions: Questions, new: Sequence[Event]) -> dict[int, Move]:
    """What moved by the new events, weightiest first: event id to move; no more than one for an event and project."""
    events = {event.id: event for event in new if event.project and event.status == "actual"}
    if not events:
        return {}
    listed = questions.find_projects(ProjectFilters(), limit=_LISTED)
    moved = {one.standing.event_id: one for one in listed if one.standing.event_id in events}
    moves = {
        number: Move(project=one.name, minerals=one.minerals, after=one.standing.word)
        for number, one in moved.items()
        if number is not None
    }
    for name, country in _asked(events, {number: str(one.id) for number, one in moved.items() if number is not None}):
        if dossier := _get_project(questions, name, country):
            told = dict(_moves_of(dossier, events))
            confirmed = {one.event_id for one in dossier.standings} - set(told)
            moves = {number: move for number, move in moves.items() if number not in confirmed} | told
    return moves


def _asked(events: Mapping[int, Event], numbers: Mapping[int, str]) -> list[tuple[str, str | None]]:
    """The projects to ask for: those that are known to have moved, then those about which there is a fight."""
    first = [(numbers[one], None) for one in events if one in numbers]
    moved = {events[one].project for one in numbers}
    fought = [
        (str(event.project), event.countries[0] if event.countries else None)
        for event in events.values()
        if event.project not in moved and event.type in _FIGHTING
    ]
    return list(dict.fromkeys([*first, *fought]))[:_ASKED]


def _get_project(questions: Questions, name: str, country: str | None) -> Dossier | None:
    try:
        return questions.get_project(name, country)
    except UsageError:  # several are called so: which one is meant nobody can tell
        return None


def _moves_of(dossier: Dossier, events: Mapping[int, Event]) -> Iterator[tuple[int, Move]]:
    """The base that changed if one did, else the fight that began, else the one that ended."""
    changes = [
        *(_move(dossier, one) for one in dossier.standings if one.word in BASES and one.event_id in events),
        *(_move(dossier, one) for one in dossier.standings if one.word in FIGHTS and one.event_id in events),
        *(_end(dossier, one) for one in dossier.standings if one.word in FIGHTS and one.ended_by in events),
    ]
    told: set[int] = set()
    for change in changes:
        if change and change[0] not in told:
            told.add(change[0])
            yield change


def _move(dossier: Dossier, standing: Standing) -> tuple[int, Move] | None:
    """How it came to stand so; None where it stood so before."""
    group = BASES if standing.word in BASES else FIGHTS[FIGHTS.index(standing.word) :][:1]
    before = next((one.word for one in dossier.standings if one.word in group and _leads_to(one, standing)), None)
    if standing.event_id is None or before == standing.word:
        return None
    known = None if before == "unknown" else before
    project = dossier.project
    move = Move(project=project.name, minerals=project.minerals, after=standing.word, before=known)
    return standing.event_id, move


def _leads_to(one: Standing, standing: Standing) -> bool:
    return one.until is not None and one.until == standing.since and one is not standing


def _end(dossier: Dossier, standing: Standing) -> tuple[int, Move] | None:
    if standing.ended_by is None:
        return None
    project = dossier.project
    move = Move(project=project.name, minerals=project.minerals, after=standing.word, is_over=True)
    return standing.ended_by, move
