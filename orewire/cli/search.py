"""search: articles by their words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from orewire.cli.ask import form_option
from orewire.cli.output import console, printable, to_csv
from orewire.cli.session import config_option, filter_options, open_questions, read_config, read_filters
from orewire.model.errors import UsageError
from orewire.model.hit import SORTS, Excerpt, Hit, HitPage, hits_to_json

if TYPE_CHECKING:
    from rich.text import Text

_COLUMNS = ("id", "url", "title", "source", "lang", "published", "score", "snippet", "events")


@click.command("search")
@click.argument("query", required=False)
@filter_options
@click.option("--sort", type=click.Choice(SORTS), default="relevance", show_default=True, help="date: newest first.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--offset", type=click.IntRange(min=0), default=0)
@form_option
@click.option("--rebuild", is_flag=True, help="Build the full-text index anew from the database.")
@config_option
def search_command(
    config_path: Path,
    query: str | None,
    form: str,
    sort: str,
    limit: int,
    offset: int,
    rebuild: bool,
    **options: Any,
) -> None:
    """Find articles by their words, in all languages; other filters ask for one of their events.

    \b
    lithium serbia                 both words, with any ending: mine finds mines
    "rio tinto" OR (jadar protest) a phrase; either; parentheses
    cobalt NOT congo  lith*  nikel~1  words without, that begin so, that differ by a letter
    title:strike source:reuters lang:es
    """
    if query is None and not rebuild:
        raise UsageError("search: found no QUERY, expected words to look for")
    if query is not None:
        options["text"] = _together(query, options["text"])
    filters = read_filters(options)
    with open_questions(read_config(config_path)) as questions:
        if rebuild:
            click.echo(f"the full-text index holds {questions.rebuild_index()} articles", err=True)
        if query is not None:
            _write(questions.search(filters, sort=sort, limit=limit, offset=offset), form)


def _together(query: str, text: str | None) -> str:
    """QUERY, and `--text` where both are given: they must both match."""
    return f"({query}) ({text})" if text and text.strip() else query


def _write(page: HitPage, form: str) -> None:
    if form == "json":
        click.echo(json.dumps(hits_to_json(page), ensure_ascii=False, indent=1))
    elif form == "csv":
        click.echo(to_csv(map(_row, page.hits), _COLUMNS), nl=False)
    else:
        _write_table(page)


def _row(hit: Hit) -> dict[str, Any]:
    return {
        "id": hit.article_id,
        "title": hit.title.text,
        "published": hit.published.isoformat() if hit.published else None,
        "snippet": hit.snippet.text,
        "events": ";".join(map(str, hit.events)),
        **{name: getattr(hit, name) for name in ("url", "source", "lang", "score")},
    }


def _write_table(page: HitPage) -> None:
    if not page.hits:
        click.echo("no articles match")
        return
    out = console()
    for hit in page.hits:
        out.print(_told(hit), soft_wrap=False)
    if page.total is None:
        click.echo(f"{len(page.hits)} articles, and there may be more; --limit and --offset show them")
    elif page.total > len(page.hits):
        click.echo(f"{len(page.hits)} of {page.total} articles; --limit and --offset show more")


def _told(hit: Hit) -> Text:
    """Title; where it is from, how well it fits and what it tells of; the passage."""
    from rich.text import Text

    day = hit.published.date().isoformat() if hit.published else "no date"
    score = f"score {hit.score:.1f}" if hit.score is not None else None
    events = f"events {', '.join(map(str, hit.events))}" if hit.events else None
    about = " · ".join(part for part in (day, printable(hit.source), hit.lang, score, events) if part)
    return Text.assemble(_marked(hit.title, "underline"), "\n", (about, "dim"), "\n", _marked(hit.snippet), "\n")


def _marked(excerpt: Excerpt, style: str = "") -> Text:
    """The passage on one line, what was looked for in bold."""
    from rich.text import Text

    text = Text(printable(excerpt.text), style=style)
    for start, end in excerpt.highlights:
        text.stylize("bold", start, end)
    return text
