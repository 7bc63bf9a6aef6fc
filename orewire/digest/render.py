"""The digest as plain text and as HTML that mail programs show; whatever came from outside is escaped."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from orewire.digest.compose import Digest
from orewire.model.event import Event, Source

if TYPE_CHECKING:
    from jinja2 import Environment

_WORDS = {
    "permit_granted": ("permit granted", "permit expected"),
    "permit_denied": ("permit refused or revoked", "permit may be refused or revoked"),
    "permit_sought": ("permit sought", "permit to be sought"),
    "protest": ("protest", "protest announced"),
    "opposition": ("opposition", "opposition announced"),
    "support": ("support", "support in prospect"),
    "lawsuit": ("lawsuit", "lawsuit threatened"),
    "court_ruling": ("court ruling", "court ruling expected"),
    "strike": ("strike", "strike threatened"),
    "trade_deal": ("agreement between governments", "talks between governments"),
    "supply_deal": ("supply deal", "supply deal in prospect"),
    "trade_restriction": ("trade restriction", "trade restriction proposed"),
    "policy": ("policy", "policy proposed"),
    "investment": ("investment", "investment planned"),
    "acquisition": ("acquisition", "acquisition in prospect"),
    "discovery": ("exploration or study result", "exploration or study planned"),
    "production": ("production", "production planned"),
    "shutdown": ("halt or closure", "halt or closure in prospect"),
    "accident": ("accident", "accident feared"),
}


def headline(event: Event) -> str:
    """One line of plain words made from the event's fields: what, where, of what, by whom."""
    what = _WORDS[event.type][event.status == "prospective"]
    if event.stage:
        what += f" ({event.stage.replace('_', ' ')})"
    countries = [country_name(code) for code in event.countries]
    where = ", ".join(filter(None, (event.project, *countries)))
    who = f"by {event.actor}" if event.actor and event.actor not in countries else None
    parts = (what[0].upper() + what[1:], where, ", ".join(event.minerals), who)
    return " · ".join(filter(None, parts))


@functools.cache
def country_name(code: str) -> str:
    """The English name of a country's code; the code itself where it has none."""
    from babel import Locale

    return "European Union" if code == "EU" else str(Locale.parse("en").territories.get(code, code))


def safe_sources(event: Event) -> list[Source]:
    """Sources whose address is a web address: nothing else becomes a link."""
    return [source for source in event.sources if source.url and source.url.startswith(("http://", "https://"))]


def render_text(digest: Digest) -> str:
    """The digest as plain text, 78 columns."""
    return _environment().get_template("digest.txt").render(_context(digest))


def render_html(digest: Digest) -> str:
    """The digest as one HTML page: no scripts, no remote images, readable in dark mode and on a phone."""
    return _environment().get_template("digest.html").render(_context(digest))


def _context(digest: Digest) -> dict[str, object]:
    return {"digest": digest, "headline": headline, "sources": safe_sources, "wrap": _wrapped}


def _wrapped(text: str, indent: str) -> str:
    import textwrap

    return textwrap.fill(text, 78, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)


@functools.cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, select_autoescape

    return Environment(
        loader=PackageLoader("orewire.digest"),
        autoescape=select_autoescape(["html"]),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
