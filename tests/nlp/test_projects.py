"""Names of projects: what belongs to them, and what only says what is dug there."""

from __future__ import annotations

import pytest

from tests.nlp.test_analyzer import read


@pytest.mark.parametrize(
    ("sentence", "project"),
    [
        ("Regulators approved the Tin Creek tin project in Namibia.", "Tin Creek"),
        ("Copper Flat mine in New Mexico was approved by regulators.", "Copper Flat"),
        ("Workers of the New Afton copper mine went on strike in Canada.", "New Afton"),
        ("A court in Peru halted the Ollachea Gold project.", "Ollachea"),
        ("New Ollachea gold project was halted by a court in Peru.", "Ollachea"),
        ("A court in Peru halted the new Gold project.", None),
        ("A court in Chile halted the Lithium Chile project.", None),
    ],
)
def test_minerals_in_names(sentence: str, project: str | None) -> None:
    """A name may begin with a mineral or a describing word; after it, or alone, a mineral is none of it."""
    assert ((project,) if project else ()) == read("", sentence).projects
