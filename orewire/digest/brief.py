"""What goes into a brief: all that is known of one project, mineral or country over a time, decided from events."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from orewire.digest.catalogue import LANGUAGES, get_catalogue
from orewire.digest.compose import weight
from orewire.model.errors import UsageError
from orewire.model.event import Event, Filters
from orewire.model.ports import Questions
from orewire.model.project import Dossier, Holder, Project, ProjectFilters
from orewire.model.trend import Trend

KINDS: Final = ("project", "mineral", "country")
_EVENTS = 1000
_PROJECTS = 30
_KEY_EVENTS = 10
_AHEAD = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a brief is about. `kind` is one of KINDS; `name` the canonical name, or the country's code."""

    kind: str
    name: str
    dossier: Dossier | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Somebody who is for or against (`polarity` support or oppose), how often, when last, in which words."""

    name: str
    holder_class: str
    polarity: str
    times: int
    last: date | None
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """A standing dossier, `since` <= day <= `until`; events the newest first, key events the weightiest first."""

    subject: Subject
    since: date
    until: date
    events: tuple[Event, ...]
    key_events: tuple[Event, ...]
    sides: tuple[Side, ...]
    projects: tuple[Project, ...]
    months: Trend
    total: int


def find_subject(questions: Questions, name: str, *, kind: str | None = None, country: str | None = None) -> Subject:
    """What a name means: a mineral, a country by its code or name, else a project.

    `kind` says which is meant where a name has several meanings, `country` where a project lies. UsageError where
    nothing is called so.
    """
    plain = name.strip().casefold()
    if kind in (None, "mineral") and (mineral := _minerals().get(plain)):
        return Subject(kind="mineral", name=mineral)
    if kind in (None, "country") and (code := _countries().get(plain)):
        return Subject(kind="country", name=code)
    dossier = questions.get_project(name, country) if kind in (None, "project") else None
    if dossier is None:
        raise UsageError(f"brief: found {name!r}, expected the name of a {kind or 'project, mineral or country'}")
    return Subject(kind="project", name=dossier.project.name, dossier=dossier)


def compose_brief(questions: Questions, subject: Subject, *, since: date, until: date) -> Brief:
    """The brief of a subject from one day to another, what is planned for the year ahead included."""
    asked = _filters(subject, since, until + _AHEAD)
    events = _events(questions, subject, asked)
    main = [event for event in events if event.salience == "main"]
    listed = ProjectFilters(mineral=_named(subject, "mineral"), country=_named(subject, "country"))
    projects = [] if subject.dossier else questions.find_projects(listed, limit=_PROJECTS)
    return Brief(
        subject=subject,
        since=since,
        until=until,
        events=tuple(main),
        key_events=tuple(sorted(main, key=weight)[:_KEY_EVENTS]),
        sides=tuple(_sides(subject, main, since)),
        projects=tuple(projects),
        months=questions.get_trend(_filters(subject, since, until), period="month", by="family"),
        total=len(main),
    )


def _filters(subject: Subject, since: date, until: date) -> Filters:
    names = {kind: _named(subject, kind) for kind in KINDS}
    return Filters(
        project=names["project"], mineral=names["mineral"], country=names["country"], since=since, until=until
    )


def _named(subject: Subject, kind: str) -> tuple[str, ...]:
    return (subject.name,) if subject.kind == kind else ()


def _events(questions: Questions, subject: Subject, asked: Filters) -> Sequence[Event]:
    """A project's own timeline, since others may be called like it; else what the filters find."""
    if subject.dossier is None:
        return questions.find_events(asked, limit=_EVENTS)
    since, until = asked.since or date.min, asked.until or date.max
    return [event for event in subject.dossier.timeline if event.date and since <= event.date < until]


def _sides(subject: Subject, events: Iterable[Event], since: date) -> list[Side]:
    sides = _holders(subject.dossier.holders, since) if subject.dossier else _from_stances(events)
    return sorted(sides, key=lambda side: (-side.times, side.name))


def _holders(holders: Iterable[Holder], since: date) -> list[Side]:
    return [
        Side(name=one.name, holder_class=one.holder_class, polarity=one.polarity, times=one.articles,
             last=one.last.date(), evidence=one.evidence)
        for one in holders
        if one.last.date() >= since
    ]  # fmt: skip


def _from_stances(events: Iterable[Event]) -> list[Side]:
    """Who is told to be for or against in the events, each once for a side; the evidence is the latest."""
    found: dict[tuple[str, str], Side] = {}
    for event in sorted(events, key=lambda event: event.date or date.min):
        for stance in event.stances:
            key = (stance.holder.casefold(), stance.polarity)
            times = found[key].times if key in found else 0
            found[key] = Side(name=stance.holder, holder_class=stance.holder_class, polarity=stance.polarity,
                              times=times + 1, last=event.date, evidence=stance.evidence)  # fmt: skip
    return list(found.values())


@functools.cache
def _minerals() -> dict[str, str]:
    """Canonical names by what minerals are called in any of our languages."""
    found: dict[str, str] = {}
    for words in map(get_catalogue, LANGUAGES):
        for name in words.words["minerals"]:
            found |= {words.mineral(name).casefold(): name, name: name}
    return found


@functools.cache
def _countries() -> dict[str, str]:
    """Codes by themselves and by what countries are called in any of our languages."""
    found: dict[str, str] = {}
    for words in map(get_catalogue, LANGUAGES):
        for code in map(str, words.locale.territories):
            if len(code) == 2:  # the others are regions of the world
                found |= {code.casefold(): code, words.country(code).casefold(): code}
    return found
