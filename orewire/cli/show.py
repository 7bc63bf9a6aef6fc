"""How events and projects look on a terminal: plain lines, wrapped to its width."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import click

from orewire.cli.output import console, printable
from orewire.model.event import Event, Source
from orewire.model.history import Belonging, History, Sequel, Step
from orewire.model.project import Project


def show_event(event: Event, history: History) -> None:
    """One event from all sides."""
    heading(f"event {event.id}: {kind_of(event)}", facts_of(event))
    if event.id == history.event_id:
        quote(event.evidence)
    _section("sources", [line for source in event.sources for line in source_lines(source)])
    _section("stances", [_stance_line(event, number) for number in range(len(event.stances))])
    _section("what each report changed", list(_step_lines(history.steps)))
    _section("why they are one event", [line for one in history.belongings for line in _belonging_lines(one)])
    _section("before and after", [line for one in history.sequels for line in _sequel_lines(one)])


def kind_of(event: Event) -> str:
    """Type, stage, and whether it is only expected or recalled."""
    marks = [
        event.stage,
        None if event.status == "actual" else "expected",
        None if event.salience == "main" else "recalled",
    ]
    told = ", ".join(mark for mark in marks if mark)
    return f"{event.type} ({told})" if told else event.type


def facts_of(event: Event) -> list[str]:
    """What is known of it, in lines."""
    value = f"{event.value.amount:,.0f} {event.value.currency}" if event.value else None
    where = (event.project, " ".join(event.countries), ", ".join(event.minerals))
    who = (event.actor and f"by {event.actor}", event.target and f"to {event.target}", value)
    independent = f"{event.independent_sources} independent of {event.article_count} reports"
    by_hand = event.review and f"{event.review} by hand"
    sure = (f"confidence {event.confidence:.2f}", independent, f"voice: {event.voice}", by_hand)
    when = (event.date and f"on {event.date}", event.first_seen and f"reported {event.first_seen:%Y-%m-%d}",
            event.last_seen and f"last {event.last_seen:%Y-%m-%d}")  # fmt: skip
    return [" · ".join(str(part) for part in line if part) for line in (where, who, when, sure)]


def source_lines(source: Source) -> list[str]:
    """Who said it, when, where to read it, in which words."""
    day = f"{source.published:%Y-%m-%d}" if source.published else "undated   "
    voice = "" if source.voice == "news" else f" ({source.voice})"
    return [
        f"{day}  {source.source}{voice}: {source.title}",
        *(_under(text) for text in (source.url, f"“{source.evidence}”") if text),
    ]


def _stance_line(event: Event, number: int) -> str:
    one = event.stances[number]
    return f"{one.polarity:8} {one.holder} ({one.holder_class}), on {one.target}, by {one.basis}: “{one.evidence}”"


def _step_lines(steps: Iterable[Step]) -> Iterator[str]:
    """What one report changed stands together, with its sentence once."""
    for (at, source, evidence), found in groupby(steps, key=lambda step: (step.at, step.source, step.evidence)):
        told = list(found)
        who = f"{source}: " if source else ""
        yield f"{at:%Y-%m-%d}  {who}{'; '.join(map(_change, told))}"
        if evidence:
            yield _under(f"“{evidence}”")


def _change(step: Step) -> str:
    by = f" by {step.who}" if step.who else ""
    return f"{step.kind.replace('_', ' ')} ({step.change}){by}{f': {step.reason}' if step.reason else ''}"


def _belonging_lines(one: Belonging) -> list[str]:
    sure = "first report" if one.score is None else f"{one.score:.2f} sure"
    moved = f", by decision (resolved to event {one.resolved_to})" if "decision" in one.reason else ""
    reason = [] if one.reason == "first report" else [_under(one.reason)]
    return [f"{one.seen:%Y-%m-%d}  {one.source}: {sure}{moved}, says {one.confidence:.2f}", *reason]


def _sequel_lines(one: Sequel) -> list[str]:
    stage = f" ({one.stage})" if one.stage else ""
    return [
        f"{one.date}  {one.relation:6} event {one.event_id}, {one.type}{stage}: {one.rule}",
        _under(f"“{one.evidence}”"),
    ]


def show_projects(found: Sequence[Project], total: int) -> None:
    """A line each."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    if not found:
        click.echo("no projects match; --untold also shows those of which no event is known")
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in ("number", "project", "stands", "since", "where", "minerals", "operator", "events", "newest"):
        table.add_column(name, overflow="fold", justify="right" if name in ("number", "events") else "left")
    for one in found:
        cells = (
            str(one.id), one.name, standing_words(one), str(one.standing.since or "-"),
            " ".join(one.countries) or "-", ", ".join(one.minerals) or "-", one.operator or "-", str(one.events),
            str(one.newest or "-"),
        )  # fmt: skip
        table.add_row(*(Text(printable(cell)) for cell in cells))
    console().print(table)
    if total > len(found):
        click.echo(f"{len(found)} of {total} projects; --limit and --offset show more")


def standing_words(project: Project) -> str:
    """`halted, contested`."""
    return ", ".join(word.replace("_", " ") for word in (project.standing.word, *project.also))


def heading(text: str, lines: Iterable[str]) -> None:
    """What it is, and what is known of it."""
    click.echo(click.style(printable(text), bold=True))
    for line in lines:
        if line:
            write(line, hang=0)


def quote(text: str) -> None:
    """A sentence that proves something."""
    write(f"“{text}”", hang=0)


def _section(title: str, lines: Sequence[str]) -> None:
    """A part of a dossier, where there is anything to say."""
    if lines:
        section(title)
        for line in lines:
            write(line)


def section(title: str) -> None:
    """The head of a part."""
    click.echo(f"\n{click.style(title, bold=True)}")


def _under(text: str | None) -> str:
    return f"            {text}"


def write(line: str, *, hang: int = 12) -> None:
    """One line of text from anywhere, wrapped; what follows its beginning is indented by `hang`."""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 120
    text = printable(line)
    body = text.lstrip()
    begin = len(text) - len(body)
    click.echo(
        textwrap.fill(
            body,
            width=max(40, width),
            initial_indent=" " * (begin + 2),
            subsequent_indent=" " * ((begin or hang) + 2),
            break_on_hyphens=False,
            break_long_words=False,
        )
    )
