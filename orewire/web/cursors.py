"""Where a page of events ended, as a word in an address: it leads on in the question that it came from, no other."""

from __future__ import annotations

import base64
import binascii
import re
from datetime import date
from hashlib import blake2b

from orewire.model.errors import UsageError
from orewire.model.event import Cursor, Filters
from orewire.web.wire import filters_to_query

_WRITTEN = re.compile(r"(?P<day>\d{4}-\d\d-\d\d|-)\.(?P<id>\d{1,18})\.(?P<mark>[0-9a-f]{12})")
_EXPECTED = "the cursor of an answer to the same question"


def write_cursor(cursor: Cursor, filters: Filters) -> str:
    """The cursor as one word, marked with its question."""
    day = cursor.date.isoformat() if cursor.date else "-"
    written = f"{day}.{cursor.id}.{_mark(filters)}"
    return base64.urlsafe_b64encode(written.encode()).decode().rstrip("=")


def read_cursor(word: str, filters: Filters) -> Cursor:
    """The inverse of `write_cursor`; UsageError for any other word, and for a cursor of another question."""
    found = _WRITTEN.fullmatch(_decoded(word))
    if found is None or found["mark"] != _mark(filters):
        raise UsageError(f"cursor: found {word[:80]!r}, expected {_EXPECTED}")
    try:
        day = None if found["day"] == "-" else date.fromisoformat(found["day"])
    except ValueError as error:
        raise UsageError(f"cursor: found {word[:80]!r}, expected {_EXPECTED}") from error
    return Cursor(date=day, id=int(found["id"]))


def _decoded(word: str) -> str:
    try:
        return base64.b64decode(word + "=" * (-len(word) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return ""


def _mark(filters: Filters) -> str:
    """What tells one question from another, whatever the order of its values."""
    return blake2b(repr(sorted(filters_to_query(filters))).encode("utf-8", "replace"), digest_size=6).hexdigest()
