"""How answers look on a terminal and in a spreadsheet."""

from __future__ import annotations

from orewire.cli.output import printable, to_csv


def test_control_characters_do_not_reach_the_terminal() -> None:
    """An article cannot move the cursor or colour the screen."""
    assert "a [31mb c" == printable("a\x1b[31mb\x9bc")


def test_formulas_are_text_in_a_spreadsheet() -> None:
    """What begins like a formula gets an apostrophe."""
    assert "a\r\n'=1+1\r\n" == to_csv([{"a": "=1+1"}], ["a"])
