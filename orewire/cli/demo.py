"""demo: the whole way over the sample newsroom, by the same commands that read the world."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import click

from orewire.config import Config, load_config
from orewire.model.errors import UsageError
from orewire.model.event import Filters
from orewire.model.feed import FeedSpec

_PORT = 8761
_WEEKS = 12
_SHOWN = 15


@click.command("demo")
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), default=Path("demo"), show_default=True)
@click.option("--port", type=click.IntRange(1024, 65535), default=_PORT, show_default=True, help="Of the newsroom.")
def demo_command(folder: Path, port: int) -> None:
    """Serve the sample newsroom on this machine, gather from it, and show what was understood.

    The newsroom's texts were written for this purpose about real, dated developments. Run it again: nothing is
    fetched or stored twice.
    """
    from orewire.cli.gather import do_round
    from orewire.newsroom.server import feed_list, serve_newsroom

    try:
        newsroom = serve_newsroom(port)
        with newsroom as base_url:
            config_path = write_demo_config(folder, port, feed_list(base_url))
            click.echo(f"the sample newsroom answers at {base_url}; gathering with {config_path}\n")
            config = load_config(config_path)
            do_round(config)
    except OSError as error:
        raise UsageError(f"port {port} is in use ({error.strerror}); try --port with another one") from error
    show_answers(config, config_path, folder)
    sys.exit(0)  # the dead page and the broken feed are part of the show


def write_demo_config(folder: Path, port: int, feeds: Sequence[FeedSpec]) -> Path:
    """A configuration like the shipped one, for the newsroom's feeds and its one host."""
    import yaml

    document = {
        "gather": {"host_delay": 0, "timeout": 10, "allow_hosts": [f"127.0.0.1:{port}"]},
        "watches": [{"name": "new opposition", "type": ["protest", "opposition", "lawsuit"], "min_confidence": 0.7}],
        "feeds": [
            {key: getattr(feed, key) for key in ("name", "url", "lang", "country", "voice") if getattr(feed, key)}
            for feed in feeds
        ],
    }
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(document, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return path


def show_answers(config: Config, config_path: Path, folder: Path) -> None:
    """Events, trend, digest, and what to try next."""
    from orewire.cli.output import write_events
    from orewire.cli.session import open_questions
    from orewire.cli.tell import write_letter
    from orewire.cli.trend_output import write_trend
    from orewire.digest.compose import compose_digest, newest_day
    from orewire.digest.render import render_letter

    with open_questions(config) as questions:
        day = newest_day(questions)
        if day is None:
            raise UsageError("the newsroom brought no events; was it gathered?")
        recent = Filters(since=day - timedelta(weeks=_WEEKS), until=day + timedelta(days=1), status=("actual",))
        click.echo("\nthe newest events")
        write_events(questions.find_events(recent, limit=_SHOWN), questions.count_events(recent), "table")
        click.echo(f"events a week, the last {_WEEKS} weeks")
        write_trend(questions.get_trend(recent), "table")
        letter = render_letter(compose_digest(questions, day))
        html, _ = write_letter(letter, folder / f"digest-{day}.html")
    click.echo(f"\nthe digest of {day}: {html}\n\n{_next_steps(config_path, day.isoformat())}")


def _next_steps(config_path: Path, day: str) -> str:
    program = ".venv/bin/orewire" if Path(".venv/bin/orewire").exists() else "orewire"
    steps = (
        ("who opposes what", f"{program} events -c {config_path} --stance oppose"),
        ("one mineral, as data", f"{program} events -c {config_path} --mineral cobalt --format csv"),
        ("one country by month", f"{program} trends -c {config_path} --country CL --period month --by type"),
        ("a digest to read here", f"{program} digest -c {config_path} --date {day}"),
        ("your own document", f"{program} add -c {config_path} README.md"),
        ("the real world", f"{program} run"),
    )
    return "try next\n" + "\n".join(f"  {command:70} # {why}" for why, command in steps)
