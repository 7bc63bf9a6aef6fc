"""Routes for those who correct: what to look at next, what may be said, and what they said as labelled data."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import Depends, FastAPI
from fastapi.responses import Response, StreamingResponse

from orewire.model.event import Filters, event_to_json
from orewire.model.ports import Questions
from orewire.web.formats import MEDIA_TYPES
from orewire.web.guard import needs
from orewire.web.openapi import GUARDED
from orewire.web.parameters import Most, read_filters


def add_corrections(app: FastAPI, questions: Questions) -> None:
    """Give the application these routes. The labels hold whole texts: they are for analysts."""

    @app.get("/api/v1/queue", tags=["events"])
    def find_unreviewed(filters: Annotated[Filters, Depends(read_filters)], limit: Most = 50) -> dict[str, Any]:
        """News that match and that nobody accepted, rejected or edited, the most doubtful first."""
        return {"events": [event_to_json(event) for event in questions.find_unreviewed(filters, limit=limit)]}

    @app.get("/api/v1/choices", tags=["events"])
    def get_choices() -> dict[str, Any]:
        """The values that each field of an edited event, and of its stances, may have."""
        return {name: list(values) for name, values in questions.get_choices().items()}

    @app.get(
        "/api/v1/labels.jsonl",
        dependencies=[Depends(needs("analyst"))],
        tags=["takeout"],
        responses={200: {"content": {MEDIA_TYPES["jsonl"]: {"schema": {"type": "string"}}}}},
        openapi_extra=GUARDED,
        response_class=Response,
    )
    def find_labels() -> StreamingResponse:
        """The articles that people have looked at, corrected, as labelled data: JSON Lines."""
        lines = (json.dumps(label, ensure_ascii=False) + "\n" for label in questions.find_labels())
        return StreamingResponse(lines, media_type=MEDIA_TYPES["jsonl"])
