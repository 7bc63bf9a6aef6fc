"""Who did it, and to whom."""

from __future__ import annotations

import pytest

from nlp.analyzer import analyze


@pytest.mark.parametrize(
    ("text", "actor", "target"),
    [
        (
            "Serbia's government granted Rio Tinto a permit for the Jadar lithium mine.",
            "Serbia's government",
            "Rio Tinto",
        ),
        ("Rio Tinto received a mining permit for Jadar from Serbia's mining ministry.", "mining ministry", "Rio Tinto"),
        ("Rio Tinto has won approval for its Jadar lithium mine in Serbia.", None, "Rio Tinto"),
        ("Glencore secured an environmental permit for the MARA copper mine in Argentina.", None, "Glencore"),
        ("Eramet was stripped of its nickel licence by Gabon's government.", "Gabon's government", "Eramet"),
    ],
)
def test_no_company_grants_itself_a_permit(text: str, actor: str | None, target: str) -> None:
    """Who wins or gets one is whom it is granted; who grants it is told, or nobody."""
    (event,) = [one for one in analyze("x", text, text).events if one.type.startswith("permit_")]
    assert target == event.target
    assert (event.actor is None) if actor is None else actor in str(event.actor)


@pytest.mark.parametrize(
    ("text", "actor"),
    [
        ("La Compañía Minera Antofalla compró la mina de litio en Salta.", "Compañía Minera Antofalla"),
        ("The Environment Ministry revoked the permit of the Pebble copper mine.", "Environment Ministry"),
        ("Das Umweltministerium lehnte die Genehmigung für die Lithiummine ab.", "Umweltministerium"),
        ("Local farmers blocked the road to the copper mine in Peru.", "Local farmers"),
    ],
)
def test_who_acts_is_told_by_the_whole_name(text: str, actor: str) -> None:
    """Not by the word of it that tells what they are; and nobody acts on themselves."""
    event = analyze("x", text, text).events[0]
    assert (actor, None) == (event.actor, event.target)
