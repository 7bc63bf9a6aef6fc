"""The `orewire` command. Each command's module is imported only when it is called: `--help` stays quick."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import click

from orewire.model.errors import DISK_FULL, OrewireError, disk_error

_COMMANDS = {
    "run": ("orewire.cli.gather", "Gather once (or go on with --watch): poll, fetch, understand, store."),
    "add": ("orewire.cli.gather", "Add single documents from files or addresses: HTML, text, PDF, DOCX, EML."),
    "replay": ("orewire.cli.gather", "Read and understand again what the archive holds."),
    "reprocess": ("orewire.cli.redo", "Understand again what an older version understood."),
    "queue": ("orewire.cli.labels", "Show the events that nobody has looked at, the most doubtful first."),
    "review": ("orewire.cli.review", "Accept, reject, edit, merge or split events by hand, and take that back."),
    "labels": ("orewire.cli.labels", "Write what was corrected as labelled articles, to measure and train with."),
    "feeds": ("orewire.cli.feeds", "Show each feed; find those of a site; OPML in and out."),
    "events": ("orewire.cli.ask", "Find events by country, mineral, type, stance, project, time."),
    "facets": ("orewire.cli.ask", "Count the matching events by each country, mineral, type, project and so on."),
    "event": ("orewire.cli.dossier", "Show one event: its sources, its history, what came before and after."),
    "projects": ("orewire.cli.dossier", "Find projects by country, mineral, name and where they stand."),
    "project": ("orewire.cli.dossier", "Show one project: where it stands and stood, its events, who is for it."),
    "search": ("orewire.cli.search", "Find articles by their words, with the passage that shows it."),
    "trends": ("orewire.cli.trends", "Count events over time; what rose unusually; who is for and against."),
    "export": ("orewire.cli.take", "Write all matching events as CSV, JSON Lines, Parquet, GeoJSON or Excel."),
    "sql": ("orewire.cli.take", "Ask the store in SQL; nothing can be changed by it."),
    "watch": ("orewire.cli.watch", "Saved questions whose new answers are told: make them, try them out."),
    "alerts": ("orewire.cli.alerts", "Show what each watch was told."),
    "outbox": ("orewire.cli.alerts", "Show how messages left; try again what was given up."),
    "digest": ("orewire.cli.tell", "Write the digest of a day as HTML and text."),
    "brief": ("orewire.cli.brief", "Write all that is known of a project, mineral or country."),
    "backup": ("orewire.cli.keep", "Copy the store, also while the service writes to it."),
    "restore": ("orewire.cli.keep", "Put a backup in the place of the store."),
    "check": ("orewire.cli.keep", "Look whether the store is sound; make anew what is derived."),
    "user": ("orewire.cli.access", "Who may log in to the pages: let them in, list them, let them in no more."),
    "token": ("orewire.cli.access", "What lets programs use the API: make tokens, list them, revoke them."),
    "audit": ("orewire.cli.access", "Show who changed what."),
    "serve": ("orewire.cli.serve", "Run the service: gather by the schedule, answer on loopback."),
    "analyze": ("orewire.cli.understand", "Analyse JSON Lines of articles; stores nothing."),
    "evaluate": ("orewire.cli.understand", "Score the analysis against labelled articles."),
    "codebook": ("orewire.cli.understand", "Show what counts as an event, and how it is found."),
    "demo": ("orewire.cli.demo", "Run the whole way over the sample newsroom."),
}


class _LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, _ = _COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), f"{cmd_name}_command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in _COMMANDS.items()])


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="orewire")
def cli() -> None:
    """Read the world's news about minerals and ask what happened.

    Exit status: 0 done; 1 done with failures that are listed; 2 wrong usage or configuration.
    """


def main() -> None:
    """Entry point: every error of ours becomes one clear line, wrong usage and configuration exit 2."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one thread a worker; more only fight over the cores
    try:
        sys.exit(cli.main(standalone_mode=False) or 0)
    except OrewireError as error:
        _fail(str(error), exit_code(error))
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        _fail("interrupted; nothing is lost, run it again", 1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except OSError as error:
        if error.errno not in DISK_FULL:
            raise
        _fail(str(disk_error(error, "output")), 1)


def exit_code(error: OrewireError) -> int:
    """2 where the user can mend it by other words or another configuration, else 1."""
    from orewire.model.errors import ConfigError, UsageError

    return 2 if isinstance(error, ConfigError | UsageError) else 1


def _fail(message: str, code: int) -> Any:
    click.echo(f"orewire: {message}", err=True)
    sys.exit(code)
