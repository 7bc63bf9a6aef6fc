"""Who was told of an event learns what a person decided that it is."""

from __future__ import annotations

from typing import Any

from orewire.model.event import Review
from store.reviews import carry_out
from tests.orewire.telling.conftest import Desk
from tests.store.conftest import article, mention


def decide(desk: Desk, action: str, **values: Any) -> int:
    review = carry_out(desk.connection, Review(action=action, who="a person", **values), desk.now)
    assert review.id
    return review.id


def test_rejected_and_restored(desk: Desk) -> None:
    """It is withdrawn once, whatever is reported of it; that it holds after all is told, too."""
    desk.watch()
    desk.tell(article("a"), mention(), mention("protest", project="Piskanja"))
    assert ["event", "event"] == desk.kinds()
    review = decide(desk, "reject", event=1)
    assert ["retracted"] == desk.kinds()
    desk.tell(article("b"), mention())
    assert [] == desk.kinds()
    decide(desk, "undo", id=review)
    assert ["restored"] == desk.kinds()


def test_edited(desk: Desk) -> None:
    """Another type is a correction for those who were told, and news for those who ask for it."""
    desk.watch("told", type=["permit_denied"])
    desk.watch("asks", type=["protest"])
    desk.tell(article("a"), mention())
    desk.round()
    decide(desk, "edit", event=1, edits={"type": "protest"})
    assert [("coded_anew", "told"), ("event", "asks")] == sorted(
        (kind, message.payload["watch"]) for kind, message in desk.round()
    )


def test_accepted(desk: Desk) -> None:
    """Nothing to tell."""
    desk.watch()
    desk.tell(article("a"), mention())
    desk.round()
    decide(desk, "accept", event=1)
    assert [] == desk.kinds()
