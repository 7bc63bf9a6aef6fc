"""trends: counts over time, what rose unusually, and who is for and against."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from orewire.cli.ask import form_option, out_option
from orewire.cli.rows import write_parquet_file
from orewire.cli.session import config_option, filter_options, open_questions, read_config, read_filters
from orewire.cli.trend_output import write_balance, write_movers, write_trend
from orewire.model.errors import UsageError
from orewire.model.ports import DIMENSIONS, PAIRS, PERIODS

_TYPES = {
    "period": "DATE", "key": "VARCHAR", "key2": "VARCHAR", "count": "BIGINT", "change": "BIGINT", "share": "DOUBLE",
    "per_thousand": "DOUBLE",
}  # fmt: skip


@click.command("trends")
@filter_options
@click.option("--by", multiple=True, type=click.Choice(DIMENSIONS), help="One row for each value; twice for pairs.")
@click.option("--period", type=click.Choice(PERIODS), default="week", show_default=True)
@click.option("--panel", is_flag=True, help="Only what sources tell of that were read throughout; per 1,000 articles.")
@click.option(
    "--movers", is_flag=True, help="Unusual rises of the last week that ends by --until; by country and mineral."
)
@click.option("--balance", is_flag=True, help="How many events are supported and opposed; by project.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="Movers at most.")
@form_option
@out_option
@config_option
def trends_command(config_path: Path, form: str, out: str | None, movers: bool, balance: bool, **options: Any) -> None:
    """Count events by period, oldest first. A period without events is a zero, one in which nothing was read a gap.

    With --since, the whole span is compared with the same span before.
    """
    filters = read_filters(options)
    by, period, panel, limit = (options[name] for name in ("by", "period", "panel", "limit"))
    if movers + balance + panel > 1:
        raise UsageError("found two of --movers, --balance and --panel, expected one (movers look at the panel anyway)")
    if form == "parquet" and (movers or balance):
        raise UsageError("--format: found parquet, expected table, json or csv for --movers and --balance")
    if balance and len(by) > 1:
        raise UsageError(f"--by: found {' and '.join(by)}, expected one dimension for --balance")
    with open_questions(read_config(config_path)) as questions:
        if movers:
            write_movers(questions.find_movers(filters, period=period, by=by or PAIRS, limit=limit), form)
        elif balance:
            write_balance(questions.get_balance(filters, period=period, by=by[0] if by else "project"), form)
        else:
            trend = questions.get_trend(filters, period=period, by=by or ("all",), panel=panel)
            if form == "parquet":
                write_parquet_file(map(asdict, trend), _TYPES, out)
            else:
                write_trend(trend, form)
