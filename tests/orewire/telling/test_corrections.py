"""What those who were told must learn: withdrawn, one with another, read otherwise, back again."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from orewire.model.analysis import Evidence
from orewire.model.event import Review
from store.connection import transaction
from store.ledger import next_changes
from store.reviews import carry_out
from tests.orewire.telling.conftest import Desk
from tests.store.conftest import article, mention

TODAY = date(2025, 11, 13)


def merge(desk: Desk, event: int, into: int) -> int:
    review = carry_out(desk.connection, Review(action="merge", event=event, into_event=into, who="a person"), desk.now)
    assert review.id
    return review.id


def test_retracted(desk: Desk) -> None:
    """Who was told learns once that nothing is left of it; who was not learns nothing."""
    desk.watch("told")
    desk.watch("else", country=["CL"])
    desk.tell(article("a"), mention())
    ((_, first),) = desk.round()
    desk.tell(article("a"))
    ((kind, told),) = desk.round()
    assert ("retracted", "told", first.key) == (kind, told.payload["watch"], told.thread)
    desk.tell(article("a"))
    assert [] == desk.kinds()


def test_retracted_and_back(desk: Desk) -> None:
    """That it holds after all is told, too, and is no news."""
    desk.watch()
    desk.tell(article("a"), mention())
    desk.round()
    desk.tell(article("a"))
    desk.round()
    desk.tell(article("a"), mention())
    assert ["restored"] == desk.kinds()


def test_retracted_and_something_else(desk: Desk) -> None:
    """What the same article tells then of another type is news, not the same again."""
    desk.watch()
    desk.tell(article("a"), mention())
    desk.round()
    desk.tell(article("a"))
    desk.round()
    desk.tell(article("a"), mention("protest"))
    assert ["event"] == desk.kinds()


def test_merged(desk: Desk) -> None:
    """Who was told of the one that is gone learns it once; who was told of the other only, nothing."""
    desk.watch("one", project=["Jadar"])
    desk.watch("other", project=["Piskanja"])
    desk.tell(article("a"), mention())
    desk.tell(article("b"), mention(project="Piskanja", confidence=0.9))
    desk.round()
    merge(desk, 1, 2)
    ((kind, told),) = desk.round()
    assert ("merged", "one") == (kind, told.payload["watch"])
    desk.tell(article("c"), mention(project="Piskanja"))
    assert [] == desk.kinds()


def test_merged_while_both_were_told(desk: Desk) -> None:
    """One correction, and no news of the one that stays."""
    desk.watch()
    desk.tell(article("a"), mention())
    desk.tell(article("b"), mention(project="Piskanja", confidence=0.9))
    desk.round()
    merge(desk, 1, 2)
    assert ["merged"] == desk.kinds()


def test_merged_while_it_waited(desk: Desk) -> None:
    """What was not told yet is not told as news of an event that the reader knows."""
    desk.watch()
    desk.tell(article("a"), mention())
    desk.round()
    desk.tell(article("b"), mention(project="Piskanja"))
    desk.judge()
    merge(desk, 2, 1)
    assert ([], ["told", "dropped"]) == (desk.kinds(), desk.states())


def test_two_that_became_one_while_they_waited(desk: Desk) -> None:
    """Are told once."""
    desk.watch(batch=10)
    desk.tell(article("a"), mention())
    desk.tell(article("b"), mention(project="Piskanja"))
    desk.judge()
    merge(desk, 2, 1)
    desk.later(minutes=11)
    assert ["event"] == desk.kinds()


def test_another_type_is_a_correction(desk: Desk) -> None:
    """An article that is coded anew: who was told learns it, and does not get the successor as news as well."""
    desk.watch()
    desk.tell(article("a"), mention())
    desk.round()
    desk.tell(article("a"), mention("permit_granted"))
    assert ["coded_anew"] == desk.kinds()
    assert [] == desk.kinds()


@pytest.mark.parametrize("changes", [{"minerals": ("copper",)}, {"countries": ("CL",)}, {"project": "Piskanja"}])
def test_coded_anew(desk: Desk, changes: dict[str, Any]) -> None:
    """Another mineral, country or project under the same number is a correction, even where it no longer matches."""
    desk.watch(country=["RS"], mineral=["lithium"], project=["Jadar"])
    desk.tell(article("a"), mention())
    desk.round()
    desk.tell(article("a"), mention(**changes))
    assert ["coded_anew"] == desk.kinds()


def test_more_of_the_same_is_no_correction(desk: Desk) -> None:
    """A second mineral beside the first changes nothing that was told."""
    desk.watch()
    desk.tell(article("a"), mention())
    desk.round()
    desk.tell(article("a"), mention(minerals=("lithium", "boron"), countries=("RS", "BA")))
    assert [] == desk.kinds()


def test_one_of_two_in_an_article(desk: Desk) -> None:
    """Where an article told of two events of a type, and now of one, the other is retracted, not merged."""
    desk.watch()
    both = (
        mention("protest"),
        mention("protest", project="Piskanja", evidence=Evidence(text="Too.", start=30, end=34)),
    )
    desk.tell(article("a"), *both)
    desk.round()
    desk.tell(article("a"), both[0])
    assert ["retracted"] == desk.kinds()


def test_corrections_are_due_for_90_days(desk: Desk) -> None:
    """What was told longer ago is nobody's news any more."""
    desk.watch()
    desk.tell(article("a"), mention())
    desk.round()
    desk.later(days=91)
    desk.tell(article("a"))
    assert [] == desk.kinds()


def test_a_retraction_and_its_successor_in_two_batches(desk: Desk) -> None:
    """A thousand changes later, the successor is still no news to who gets the correction."""
    desk.watch()
    desk.tell(article("a"), mention())
    desk.round()
    desk.tell(article("a"), mention("permit_granted"))
    number = next_changes(desk.connection, 10)[1].number
    with transaction(desk.connection):
        desk.connection.execute("UPDATE changed_events SET number = number + 2000 WHERE number >= $n", {"n": number})
        desk.connection.execute(
            "INSERT INTO changed_events SELECT $n + range, 9999, NULL, NULL, NULL FROM range(1500)", {"n": number}
        )
    assert [("all", "coded_anew", 2)] == desk.judge()


def test_gone_and_back_before_anybody_looked(desk: Desk) -> None:
    """It has another number and is the same: there is nothing to tell, now or later."""
    desk.watch()
    desk.tell(article("a"), mention(status="prospective"))
    ((_, first),) = desk.round()
    desk.tell(article("a"))
    desk.tell(article("a"), mention(status="prospective"))
    assert [] == desk.kinds()
    desk.tell(article("b"), mention())
    ((kind, message),) = desk.round()
    assert ("became_actual", first.key) == (kind, message.thread)
