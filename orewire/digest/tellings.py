"""One telling of an alert as its reader sees it: what it is, what it was before, and what shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from orewire.digest.catalogue import Catalogue
from orewire.digest.compose import Item
from orewire.digest.items import Link, Shown, direction_of, local, move_words, show_item
from orewire.digest.moves import Move
from orewire.digest.plain import LONGEST_EVIDENCE, capital, clean, clean_name, web_address
from orewire.digest.render import mover_words
from orewire.digest.wording import country_names, mineral_names, project_words, tell_event
from orewire.model.event import Event
from orewire.model.trend import MoverEvent
from orewire.model.watch import CORRECTIONS, Telling

Links = Callable[[int], str] | None
"""Gives the address of an event's page; None: there is none."""

_HOLDERS, _PROOFS = 5, 3
"""How many of each side are named, and by how many of its events a rise is shown."""
_SIDES: Final = (("support", "for"), ("oppose", "against"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A telling in words. `label` says what kind of news it is, nothing where `heading` does so itself.

    `notes` are whole sentences, `shown` the event with its evidence, `proofs` the events of a rise, `sides` who is for
    and who is against, `page` where all of it can be read. `is_gone`: the heading no longer holds.
    """

    label: str
    heading: str
    notes: tuple[str, ...] = ()
    shown: Shown | None = None
    proofs: tuple[Shown, ...] = ()
    sides: tuple[str, ...] = ()
    page: Link | None = None
    is_gone: bool = False


def show_telling(telling: Telling, words: Catalogue, zone: str, link: Links) -> Told:
    """All that is told, times in `zone`."""
    event = told_event(telling)
    return Told(
        label=_label(telling, words),
        heading=_heading(telling, words),
        notes=tuple(_notes(telling, words)),
        shown=_show(event, words, zone, holds=telling.event is not None) if event else None,
        proofs=tuple(_proofs(telling, words, link)),
        sides=tuple(_sides(telling.event, words)) if telling.event else (),
        page=_page(telling.event.id, words, link) if telling.event else None,
        is_gone=telling.kind == "retracted",
    )


def headline(telling: Telling, words: Catalogue) -> str:
    """`New opposition: Residents protested over Jadar (lithium) in Serbia`: one line that needs nothing else."""
    label, heading = _label(telling, words), _heading(telling, words)
    return words.say("digest.titled", what=label, name=heading) if label and heading else label or heading


def told_event(telling: Telling) -> Event | None:
    """The event that is told of, as it is, else as it was."""
    return telling.event or telling.before


def _label(telling: Telling, words: Catalogue) -> str:
    event = telling.event
    if telling.kind == "standing_changed" and _move(telling):
        return ""
    if telling.kind == "first_of_kind" and event and event.status == "actual":
        return words.say(f"alert.first.{event.type}")
    if telling.kind == "stage_changed" and event and event.stage:
        return words.say("alert.now", stage=_stage(event, words))
    return words.say(f"alert.kinds.{telling.kind}")


def _heading(telling: Telling, words: Catalogue) -> str:
    if telling.kind == "standing_changed" and (move := _move(telling)):
        return move_words(move, words)
    if telling.mover:
        return mover_words(telling.mover, words)
    event = told_event(telling)
    return tell_event(event, words.lang) if event else ""


def _move(telling: Telling) -> Move | None:
    event = telling.event
    if event is None or event.project is None or telling.standing is None:
        return None
    stood = None if telling.stood == "unknown" else telling.stood
    return Move(project=event.project, minerals=event.minerals, after=telling.standing, before=stood)


def _notes(telling: Telling, words: Catalogue) -> Iterator[str]:
    """What the heading does not say: why it is told, and what was told before."""
    event, before = telling.event, telling.before
    if telling.kind == "standing_changed" and event and _move(telling):
        yield tell_event(event, words.lang)
    if telling.kind == "first_of_kind" and event and event.project:
        yield words.say("alert.earlier", name=project_words(words, event.project, event.minerals))
    if telling.mover:
        yield capital(words.say("digest.until_now", since=words.day(telling.mover.since)))
    if telling.kind in CORRECTIONS:
        yield words.say(f"alert.{telling.kind}")
    if before and event:
        yield from _former(telling.kind, before, event, words)


def _former(kind: str, before: Event, event: Event, words: Catalogue) -> Iterator[str]:
    """How it was told before, and the fields in which it differs; nothing where it was told alike."""
    lines = [tell_event(one, words.lang) for one in (before, event)]
    if lines[0] != lines[1]:
        yield words.say("alert.told_before", line=lines[0])
    for field in _COMPARED.get(kind, ()):
        after, former = (_FIELDS[field](one, words) or words.say("alert.untold") for one in (event, before))
        if after != former:
            yield words.say("alert.differs", field=words.say(f"alert.fields.{field}"), after=after, before=former)


def _stage(event: Event, words: Catalogue) -> str:
    stage = clean_name(event.stage)
    return str(words.words["stages"].get(stage, stage))


_FIELDS: Final[dict[str, Callable[[Event, Catalogue], str]]] = {
    "type": lambda event, words: words.say(f"types.{event.type}.name"),
    "status": lambda event, words: words.say(f"alert.statuses.{event.status}"),
    "minerals": lambda event, words: mineral_names(words, event.minerals),
    "countries": lambda event, words: country_names(words, event.countries),
    "project": lambda event, words: clean_name(event.project),
    "stage": _stage,
}
"""How a field is told; nothing where the event has none."""
_COMPARED: Final = {
    "stage_changed": ("stage",),
    "coded_anew": ("type", "status", "minerals", "countries", "project"),
}
"""The fields that are named where they are told otherwise than before."""


def _show(event: Event, words: Catalogue, zone: str, *, holds: bool) -> Shown:
    """As in the digest, and when it was first reported; how sure it is only of what still holds."""
    shown = show_item(Item(event=event), words, zone)
    facts = shown.facts if holds else shown.facts[:-1]
    return replace(shown, facts=(*facts, *_reported(event, words, zone)))


def _reported(event: Event, words: Catalogue, zone: str) -> Iterator[str]:
    if event.first_seen:
        moment = local(event.first_seen, zone)
        day, time = words.day(moment.date()), words.time(moment)
        is_same_day = moment.date() == event.date
        yield words.say("alert.reported_at" if is_same_day else "alert.reported", day=day, time=time)


def _proofs(telling: Telling, words: Catalogue, link: Links) -> Iterator[Shown]:
    for one in telling.mover.events[:_PROOFS] if telling.mover else ():
        yield _proof(one, words, _page(one.id, words, link))


def _proof(event: MoverEvent, words: Catalogue, page: Link | None) -> Shown:
    return Shown(
        line="",
        move=None,
        evidence=clean(event.evidence, LONGEST_EVIDENCE),
        direction=direction_of(event.evidence),
        lang=None,
        facts=(words.day(event.date), words.say(f"types.{event.type}.name")),
        ongoing=(),
        sources=(page,) if page else (),
        more="",
    )


def _sides(event: Event, words: Catalogue) -> Iterator[str]:
    """`Against: residents, the union and 2 more`; each holder once, however often they spoke."""
    for polarity, side in _SIDES:
        names = _distinct(clean_name(one.holder) for one in event.stances if one.polarity == polarity)
        if names:
            more = len(names) - _HOLDERS
            rest = f" {words.count('digest.more_sources', more)}" if more > 0 else ""
            told = ", ".join(names[:_HOLDERS]) + rest
            yield words.say("digest.titled", what=capital(words.say(f"digest.{side}")), name=told)


def _distinct(names: Iterable[str]) -> list[str]:
    return list({name.casefold(): name for name in names if name}.values())


def _page(event_id: int, words: Catalogue, link: Links) -> Link | None:
    url = web_address(link(event_id)) if link else None
    return Link(name=words.say("alert.page"), url=url) if url else None
