"""event, projects, project: one thing seen from all sides."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from orewire.cli.output import FORMATS, to_csv
from orewire.cli.session import config_option, open_questions, read_config
from orewire.model.errors import UsageError
from orewire.model.event import event_to_json, to_json
from orewire.model.project import STANDINGS, Project, ProjectFilters

_COLUMNS = (
    "id", "name", "standing", "also", "since", "countries", "minerals", "operator", "latitude", "longitude", "events",
    "newest",
)  # fmt: skip
_dossier_form = click.option(
    "--format", "form", type=click.Choice(("table", "json")), default="table", show_default=True
)


@click.command("event")
@click.argument("number", type=click.IntRange(min=0))
@_dossier_form
@config_option
def event_command(config_path: Path, form: str, number: int) -> None:
    """Show one event by its number: fields, sources with evidence, stances, why each report belongs to it, what each
    changed, what people decided, what came before and after."""
    from orewire.cli.show import show_event

    with open_questions(read_config(config_path)) as questions:
        history = questions.get_history(number)
        event = questions.get_event(history.event_id) if history else None
    if event is None or history is None:
        raise UsageError(
            f"event: found {number}, expected the number of an event, as `orewire events --format json` has it"
        )
    if form == "json":
        _write_json(event_to_json(event) | {"history": to_json(history)})
    else:
        show_event(event, history)


@click.command("projects")
@click.option("--country", multiple=True, help="ISO code, such as CL.")
@click.option("--mineral", multiple=True, help="Canonical name, such as lithium or 'rare earths'.")
@click.option("--standing", multiple=True, type=click.Choice(STANDINGS), help="Where it stands, or what it is besides.")
@click.option("--name", multiple=True, help="A part of any of its names.")
@click.option("--untold", is_flag=True, help="Also those of which no event is known.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@click.option("--offset", type=click.IntRange(min=0), default=0)
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", show_default=True)
@config_option
def projects_command(config_path: Path, form: str, limit: int, offset: int, **options: Any) -> None:
    """Find mines, deposits and plants, those of the newest events first, each with where it stands."""
    from orewire.cli.show import show_projects

    filters = ProjectFilters(**options)
    with open_questions(read_config(config_path)) as questions:
        found = questions.find_projects(filters, limit=limit, offset=offset)
        total = questions.count_projects(filters)
    if form == "json":
        _write_json([to_json(project) for project in found])
    elif form == "csv":
        click.echo(to_csv(map(project_row, found), _COLUMNS), nl=False)
    else:
        show_projects(found, total)


@click.command("project")
@click.argument("name")
@click.option("--country", help="Where it lies, for a name that several have.")
@_dossier_form
@config_option
def project_command(config_path: Path, form: str, name: str, country: str | None) -> None:
    """Show one project by its name, another name, a part of one, or its number.

    Where it stands and stood and by which rule, its events with their evidence, opposition and support by quarter.
    """
    from orewire.cli.show_project import show_dossier

    with open_questions(read_config(config_path)) as questions:
        dossier = questions.get_project(name, country)
    if dossier is None:
        where = f" in {country.upper()}" if country else ""
        raise UsageError(f"project: found {name!r}{where}, expected a name that events or the gazetteer know")
    if form == "json":
        _write_json(to_json(dossier))
    else:
        show_dossier(dossier)


def project_row(project: Project) -> dict[str, Any]:
    """A project as one flat row: lists joined by `;`."""
    record = to_json(project)
    record |= {"countries": ";".join(project.countries), "minerals": ";".join(project.minerals)}
    record |= {"standing": project.standing.word, "also": ";".join(project.also)}
    record |= {"since": project.standing.since.isoformat() if project.standing.since else None}
    return {name: record[name] for name in _COLUMNS}


def _write_json(record: Any) -> None:
    click.echo(json.dumps(record, ensure_ascii=False, indent=1))
