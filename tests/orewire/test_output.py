"""How answers look on a terminal and in a spreadsheet."""

from __future__ import annotations

from datetime import date

import pytest

from orewire.cli.output import printable, to_csv, write_trend
from orewire.model.event import TrendRow


def trend(counts: dict[str, list[int]]) -> list[TrendRow]:
    return [
        TrendRow(period=date(2025, 1 + number, 1), key=key, count=count, change=None)
        for key, line in counts.items()
        for number, count in enumerate(line)
    ]


def test_trend_of_all_is_a_bar_a_period(capsys: pytest.CaptureFixture[str]) -> None:
    """The longest bar belongs to the busiest period, a zero has none."""
    write_trend(trend({"all": [0, 4, 2]}), "table")
    lines = capsys.readouterr().out.splitlines()
    assert [0, 40, 20] == [line.count("█") for line in lines]


def test_trend_by_key_is_a_line_a_key(capsys: pytest.CaptureFixture[str]) -> None:
    """The busiest first; a key without events is left out."""
    write_trend(trend({"strike": [0, 1], "protest": [3, 1], "policy": [0, 0]}), "table")
    lines = capsys.readouterr().out.splitlines()
    assert ["protest", "strike"] == [line.split()[0] for line in lines[1:]]
    assert lines[1].endswith("█▃")
    assert lines[2].endswith("·▃")


def test_control_characters_do_not_reach_the_terminal() -> None:
    """An article cannot move the cursor or colour the screen."""
    assert "a [31mb c" == printable("a\x1b[31mb\x9bc")


def test_formulas_are_text_in_a_spreadsheet() -> None:
    """What begins like a formula gets an apostrophe."""
    assert "a\r\n'=1+1\r\n" == to_csv([{"a": "=1+1"}], ["a"])
