"""What people can decide about an event, and which of its fields can be edited."""

from __future__ import annotations

from typing import Final

VERDICTS: Final = ("accept", "reject", "edit")
"""Decisions on what an event is; `merge` and `split` are on which reports tell of it."""
STATES: Final = {"accept": "accepted", "reject": "rejected", "edit": "edited"}
"""What each verdict makes of an event: the values of `Event.review`."""
CODED: Final = ("type", "status", "salience", "stage")
"""Fields with a closed vocabulary."""
LISTED: Final = ("minerals", "countries")
NAMED: Final = ("project", "actor", "target")
EDITABLE: Final = (*CODED, "date", *LISTED, *NAMED, "stances")
OPTIONAL: Final = ("stage", "date", *NAMED)
"""Fields that may be nothing."""
STANCE_FIELDS: Final = ("holder", "holder_class", "target", "polarity", "basis", "evidence")
