"""How a project's dossier looks on a terminal."""

from __future__ import annotations

from collections.abc import Iterable

import click

from orewire.cli.show import heading, kind_of, section, standing_words, write
from orewire.model.event import Event
from orewire.model.project import Attitudes, Dossier, Holder, Project, Standing

_ALIASES = 8
_TIMELINE = 40
_HOLDERS = 12
_ACTORS = 12
_SOURCES = 3


def show_dossier(dossier: Dossier) -> None:
    """Where it stands, then why, then everything else."""
    project = dossier.project
    heading(f"{project.name}: {standing_words(project)}", _known(dossier))
    _show_standings(dossier)
    _show_attitudes(dossier)
    _show_actors(dossier)
    _show_timeline(dossier)
    if dossier.namesakes:
        section("others of this name")
        for other in dossier.namesakes:
            write(f"{other.id}  {other.name} · {' · '.join(_place(other))} · {other.events} events")


def _known(dossier: Dossier) -> list[str]:
    project = dossier.project
    names = ", ".join(dossier.aliases[:_ALIASES]) + (", …" if len(dossier.aliases) > _ALIASES else "")
    operator = [f"operator {project.operator}"] if project.operator else []
    lines = [" · ".join([*_place(project), *operator, f"number {project.id}"])]
    return [*lines, f"also called {names}"] if names else lines


def _place(project: Project) -> list[str]:
    where = " ".join(project.countries) or "place unknown"
    point = f"{project.latitude:.2f}, {project.longitude:.2f}" if project.latitude is not None else None
    return [part for part in (where, point, ", ".join(project.minerals)) if part]


def _show_standings(dossier: Dossier) -> None:
    section("where it stands, and stood")
    if not dossier.standings:
        write("unknown: no event moves it; only those do that happened, are news, dated and sure enough", hang=0)
    for one in sorted(dossier.standings, key=lambda one: one.until is not None):
        write(f"{one.since} to {one.until or 'now       '}  {one.word.replace('_', ' ')}: {_why(one)}", hang=26)


def _why(one: Standing) -> str:
    over = "" if one.until is None else f"; until event {one.ended_by}" if one.ended_by else "; then silence"
    return f"{one.rule} (event {one.event_id}{over})"


def _show_attitudes(dossier: Dossier) -> None:
    if not dossier.holders:
        return
    section("for and against, by quarter: who spoke or acted, each once")
    for quarter in dossier.attitudes:
        if quarter.support or quarter.oppose:
            write(_quarter_line(quarter))
    section("who they are")
    for one in dossier.holders[:_HOLDERS]:
        write(_holder_line(one))
    _more(len(dossier.holders), _HOLDERS)


def _quarter_line(quarter: Attitudes) -> str:
    name = f"{quarter.start.year} Q{(quarter.start.month + 2) // 3}"
    return f"{name}     for {_classes(quarter.support)}; against {_classes(quarter.oppose)}"


def _classes(counts: dict[str, int]) -> str:
    if not counts:
        return "0"
    return f"{sum(counts.values())} ({', '.join(f'{count} {name}' for name, count in counts.items())})"


def _holder_line(one: Holder) -> str:
    side = "for    " if one.polarity == "support" else "against"
    articles = "1 article" if one.articles == 1 else f"{one.articles} articles"
    return f"{side}  {one.name} ({one.holder_class}), {articles}, last {one.last:%Y-%m-%d}: “{one.evidence}”"


def _show_actors(dossier: Dossier) -> None:
    if not dossier.actors:
        return
    section("who acted")
    for one in dossier.actors[:_ACTORS]:
        kind = f" ({one.holder_class})" if one.holder_class else ""
        events = "1 event" if one.events == 1 else f"{one.events} events"
        write(f"{one.last or 'undated   '}  {one.name}{kind}: {events}, {', '.join(one.types)}")
    _more(len(dossier.actors), _ACTORS)


def _show_timeline(dossier: Dossier) -> None:
    if not dossier.timeline:
        return
    moved = {one.event_id: one.word for one in dossier.standings}
    section(f"its events, newest first: {dossier.project.events}")
    for event in dossier.timeline[:_TIMELINE]:
        for line in _event_lines(event, moved.get(event.id)):
            write(line)
    _more(len(dossier.timeline), _TIMELINE)


def _event_lines(event: Event, word: str | None) -> Iterable[str]:
    lead = f" → {word.replace('_', ' ')}" if word else ""
    independent = "1 source" if event.independent_sources == 1 else f"{event.independent_sources} sources"
    voice = "" if event.voice == "news" else f", {event.voice}"
    sure = f"{event.confidence:.2f}, {independent}{voice}"
    yield f"{event.date or 'undated   '}  {kind_of(event)}{lead} · {sure} · event {event.id}"
    yield f"            “{event.evidence}”"
    for source in event.sources[:_SOURCES]:
        address = f" {source.url}" if source.url else ""
        yield f"            {source.source}{f' {source.published:%Y-%m-%d}' if source.published else ''}{address}"


def _more(total: int, shown: int) -> None:
    if total > shown:
        click.echo(f"  … and {total - shown} more; --format json has all")
