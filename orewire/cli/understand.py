"""analyze, evaluate, codebook: understanding without storing."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from nlp.codebook import EventType
    from orewire.model.analysis import Analysis
    from orewire.model.article import Article

_IN_FLIGHT = 64
"""Lines read ahead of the answers: memory stays bounded on endless input."""


@click.command("analyze")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--jobs", "-j", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes to use.")
def analyze_command(files: tuple[str, ...], jobs: int) -> None:
    """Read articles as JSON Lines (id, title, text; date, url, lang) from FILES or standard input.

    Writes one JSON object a line, in order, and stores nothing. A line that cannot be read becomes
    {"id": ..., "error": ...} in its place; the exit status is then 1.
    """
    failed = False
    with _executor(jobs) as executor:
        for record in _in_order(executor, _lines(files)):
            failed = failed or "error" in record
            sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")
            sys.stdout.flush()
    sys.exit(1 if failed else 0)


def _executor(jobs: int) -> Executor:
    if jobs == 1:
        return _Inline()
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    return ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn"))


class _Inline(Executor):
    """One process: the work is done where it is asked for."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def _in_order(executor: Executor, lines: Iterator[bytes]) -> Iterator[dict[str, Any]]:
    ahead = 1 if isinstance(executor, _Inline) else _IN_FLIGHT
    waiting: list[Future[dict[str, Any]]] = []
    while batch := list(islice(lines, ahead - len(waiting))):
        waiting += [executor.submit(analyze_line, line) for line in batch]
        yield waiting.pop(0).result()
    for future in waiting:
        yield future.result()


def _lines(files: tuple[str, ...]) -> Iterator[bytes]:
    """Lines as bytes: what is not UTF-8 must fail one line, not the run."""
    for name in files or ("-",):
        with sys.stdin.buffer if name == "-" else Path(name).open("rb") as stream:
            yield from (line for line in stream if line.strip())


def analyze_line(line: bytes) -> dict[str, Any]:
    """One line of JSON to one record; the error stands in the record."""
    from nlp.analyzer import analyze
    from orewire.model.analysis import analysis_to_json

    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        return {"id": None, "error": f"not JSON: {error}"}
    if problem := _problem(record):
        return {"id": record.get("id") if isinstance(record, dict) else None, "error": problem}
    analysis = analyze(
        str(record.get("id")),
        record.get("title") or "",
        record.get("text") or "",
        published=read_day(record.get("date")),
        lang=record.get("lang"),
    )
    return {**analysis_to_json(analysis), "id": record.get("id")}


def _problem(record: Any) -> str | None:
    if not isinstance(record, dict):
        return f"found {type(record).__name__}, expected an object with id, title, text"
    for name in ("title", "text", "lang", "date"):
        if not isinstance(record.get(name), str | None):
            return f"{name}: found {type(record[name]).__name__}, expected a string"
    if "id" not in record:
        return "id: found nothing, expected a string"
    if record.get("title") is None and record.get("text") is None:
        return "title and text: found neither, expected at least one"
    return None


def read_day(written: str | None) -> date | None:
    """The day of a date as feeds and archives write it, or None: a date that cannot be read is never today."""
    from dateutil import parser

    if not written:
        return None
    try:
        return datetime.fromisoformat(written).date()
    except ValueError:
        pass
    try:
        found, other = (parser.parse(written[:40], default=default) for default in _DEFAULTS)
    except (ValueError, OverflowError):
        return None
    return found.date() if found.date() == other.date() else None


_DEFAULTS = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2001, 2, 2, tzinfo=UTC))
"""Two, since the parser fills what is missing: a date that depends on the filling was not written."""


@click.command("evaluate")
@click.argument("labelled", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--json",
    "json_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write all figures here.",
)
@click.option("--jobs", "-j", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes to use.")
@click.option("--groups", is_flag=True, help="LABELLED are groups of reports: how well events are found again.")
def evaluate_command(labelled: Path, json_file: Path | None, jobs: int, groups: bool) -> None:
    """Analyse the articles of LABELLED (JSON Lines with labels) and compare.

    Prints precision, recall and F1 for relevance, minerals, countries, main event types, type with country and
    stance, the accuracy of status, how well confidence is calibrated, and the worst confusions with evidence.
    """
    from nlp.evaluate import evaluate, evaluation_to_json

    if groups:
        _write_json(json_file, _evaluate_groups(labelled, jobs))
        return
    lines = [line for line in labelled.read_bytes().splitlines() if line.strip()]
    labels = [_label(line, number, labelled) for number, line in enumerate(lines, 1)]
    with _executor(jobs) as executor:
        records = list(_in_order(executor, iter(lines)))
    failed = [(record["id"], record["error"]) for record in records if "error" in record]
    pairs = [(label, record) for label, record in zip(labels, records, strict=True) if "error" not in record]
    figures = evaluation_to_json(evaluate(pairs))
    _print_figures(figures)
    if partial := sum(1 for label in labels if label.get("partial")):
        click.echo(f"{partial} articles are partial: what nobody looked at in them stands as it was told", err=True)
    for id_, error in failed:
        click.echo(f"not scored: {id_}: {error}", err=True)
    _write_json(json_file, figures)
    sys.exit(1 if failed else 0)


def _write_json(json_file: Path | None, figures: dict[str, Any]) -> None:
    if json_file is not None:
        json_file.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _evaluate_groups(labelled: Path, jobs: int) -> dict[str, Any]:
    """How well reports of one event are brought together: of what labels say, and of what the analysis says."""
    from store.groups import read_groups, score_groups

    reports = read_groups([labelled])
    analyses = {
        "labels": {one.article.id: one.analysis for one in reports},
        "analysis": analyse_articles([one.article for one in reports], jobs),
    }
    figures: dict[str, Any] = {}
    click.echo(f"{len(reports)} reports, B-cubed\n\n{'':22}{'precision':>10}{'recall':>10}{'F1':>10}{'compared':>10}")
    for source, told in analyses.items():
        for name, score in score_groups(reports, told).items():
            figures[f"{name} by {source}"] = {"precision": score.precision, "recall": score.recall, "f1": score.f1}
            rates = f"{score.precision:>10.3f}{score.recall:>10.3f}{score.f1:>10.3f}"
            click.echo(f"{name + ' by ' + source:22}{rates}{score.items:>10}")
    return figures


def analyse_articles(articles: Sequence[Article], jobs: int) -> dict[str, Analysis]:
    """The analysis of each article, by its id; empty where it failed."""
    from orewire.model.analysis import Analysis, analysis_from_json

    lines = (
        json.dumps({"id": one.id, "title": one.title, "text": one.text, "lang": one.lang, "date": str(one.fetched)})
        for one in articles
    )
    with _executor(jobs) as executor:
        records = list(_in_order(executor, (line.encode() for line in lines)))
    return {
        record["id"]: Analysis(id=record["id"], lang=None, relevant=False, note=record["error"])
        if "error" in record
        else analysis_from_json(record)
        for record in records
    }


def _label(line: bytes, number: int, path: Path) -> dict[str, Any]:
    from orewire.model.errors import UsageError

    try:
        label: dict[str, Any] = json.loads(line)
        missing = {"id", "title", "relevant", "minerals", "countries", "events", "stances"} - set(label)
    except (ValueError, TypeError) as error:
        raise UsageError(f"{path}:{number}: not a labelled article: {error}") from error
    if missing:
        raise UsageError(f"{path}:{number}: found no {', '.join(sorted(missing))}, expected a labelled article")
    return label


def _print_figures(figures: dict[str, Any]) -> None:
    click.echo(f"{figures['articles']} articles\n")
    click.echo(f"{'':20}{'precision':>10}{'recall':>10}{'F1':>10}{'tp':>7}{'fp':>7}{'fn':>7}")
    names = {"types": "event types (main)", "type+country": "type with country"}
    for name in ("relevance", "minerals", "countries", "types", "type+country", "stance"):
        _print_score(names.get(name, name), figures.get(name))
    click.echo(
        f"{'status, accuracy':20}{figures['status']['accuracy']:>10.3f}   of {figures['status']['matched']} matched\n"
    )
    for name, score in figures["by_type"].items():
        _print_score(name, score)
    click.echo("\nconfidence given, events, share that was right")
    for span, cell in figures["reliability"].items():
        click.echo(f"{span:>10}{cell['events']:>7}{cell['right']:>8.2f}")
    click.echo("\nworst confusions")
    for confusion in figures["confusions"]:
        click.echo(
            f"{confusion['count']:>4}  {confusion['what']}: {confusion['article']}: {confusion['evidence'][:140]}"
        )


def _print_score(name: str, score: dict[str, float] | None) -> None:
    if score:
        rates = "".join(f"{score[rate]:>10.3f}" for rate in ("precision", "recall", "f1"))
        click.echo(f"{name:20}{rates}" + "".join(f"{score[count]:>7}" for count in ("tp", "fp", "fn")))


@click.command("codebook")
@click.argument("type_", metavar="[TYPE]", required=False)
@click.option("--markdown", is_flag=True, help="The whole codebook as a page: docs/codebook.md.")
def codebook_command(type_: str | None, markdown: bool) -> None:
    """Show the types of events, or one TYPE with its definition, examples and patterns."""
    from nlp.codebook import event_types
    from orewire.model.errors import UsageError

    types = {event_type.name: event_type for event_type in event_types()}
    if markdown:
        click.echo(_codebook_page(types.values()), nl=False)
        return
    if type_ is None:
        for event_type in types.values():
            click.echo(f"{event_type.family:12}{event_type.name:20}{event_type.definition}")
        return
    if type_ not in types:
        raise UsageError(f"type: found {type_!r}, expected one of {', '.join(types)}")
    chosen = types[type_]
    click.echo(f"{chosen.name} ({chosen.family})\n\n{chosen.definition}\n")
    for title, lines in (
        ("not this", chosen.not_this),
        ("like this", chosen.examples),
        ("unlike", chosen.counter_examples),
    ):
        click.echo("".join(f"{title}: {line}\n" for line in lines), nl=False)
    for pattern in chosen.patterns:
        click.echo(f"pattern: {pattern.source}  (strength {pattern.strength})")


def _codebook_page(types: Iterable[EventType]) -> str:
    parts = [_CODEBOOK_HEAD]
    for event_type in types:
        parts.append(f"## `{event_type.name}` ({event_type.family})\n\n{event_type.definition}\n")
        lines = [f"* Not this: {line}" for line in event_type.not_this]
        lines += [f"* Like this: *{line}*" for line in event_type.examples]
        lines += [f"* Unlike: *{line}*" for line in event_type.counter_examples]
        lines += [f"* Pattern: `{pattern.source}`, strength {pattern.strength}" for pattern in event_type.patterns]
        lines += [f"* Stages: {', '.join(event_type.stages)}"] if event_type.stages else []
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


_CODEBOOK_HEAD = """# Codebook

Made by `orewire codebook --markdown` from `nlp/data/codebook`, one file for each type of event. The parts of a pattern
are concepts; `nlp/data/lexicon` says by which words each language tells them. Definitions, examples and patterns can be
changed without Python: a new pattern or word counts at once, an example once `make train` has learned from it.
"""
