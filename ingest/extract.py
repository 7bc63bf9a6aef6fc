"""Pages: the article's text out of a page's HTML, within bounds. The one door of trafilatura."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ingest.charset import decode
from ingest.metadata import Metadata, read_metadata
from ingest.plaintext import clean_text
from orewire.model.errors import ExtractError

MAX_HTML: Final = 3_000_000
MAX_DEPTH: Final = 3_000
"""99 % of real pages are under 1.1 MB and none was deeper than some hundreds; parsers are quadratic in depth."""
MAX_ATTRIBUTES: Final = 5_000
_LONG_TAG: Final = 20_000
_MIN_TEXT: Final = 40
_SHORT: Final = 700
_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)")
_ATTRIBUTE: Final = re.compile(r"[^\s\"'<>/=]+(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s\"'>]++))?")
# Elements without an end tag, or whose end tag may be left out: they close one another and do not nest by themselves.
_FLAT: Final = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
    "html", "head", "body", "p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "colgroup", "caption",
    "option", "optgroup", "rp", "rt", "path", "circle", "rect", "line", "polygon", "use",
})  # fmt: skip
_HIDDEN: Final = "//*[@hidden or contains(translate(@style, ' ', ''), 'display:none')]"
_XML_DECLARATION: Final = re.compile(r"\s*<\?xml[^>]{0,200}\?>")
# A refusal that calls itself 200: the page says so in its title and has little else to say.
_REFUSAL: Final = re.compile(
    r"^(?:error\s*)?(?:404|403|410|500|503)\b|page (?:not found|unavailable)|not found$"
    r"|^(?:error|access denied|forbidden)\b"
    r"|before you continue|just a moment|attention required|are you (?:a )?(?:human|robot)|security check"
    r"|verify(?:ing)? (?:that )?you are|cookie consent|página no encontrada|page introuvable|seite nicht gefunden",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a page or document says. `text` is paragraphs with a blank line between; `canonical` is of the same host."""

    title: str | None
    text: str
    lang: str | None = None
    published: datetime | None = None
    author: str | None = None
    canonical: str | None = None


def extract_page(body: bytes, *, url: str, content_type: str | None = None) -> Page:
    """The article in a page of HTML; ExtractError where there is none, or the page is too large to be read."""
    if len(body) > MAX_HTML:
        raise ExtractError(f"page of {len(body)} bytes, at most {MAX_HTML} are read")
    html = _XML_DECLARATION.sub("", decode(body, content_type).replace("\x00", ""), count=1)
    refuse_monster(html)
    metadata = read_metadata(html, url=url)
    text = extract_text(html, url=url)
    _refuse_refusal(metadata, text)
    return Page(
        title=metadata.title,
        text=text,
        lang=metadata.lang,
        published=metadata.published,
        author=metadata.author,
        canonical=metadata.canonical,
    )


def extract_text(html: str, *, url: str | None) -> str:
    """The paragraphs of the article; ExtractError `no text` where nothing can be had."""
    from trafilatura import extract

    # On 181 pages: favor_precision without comments F1 .964, default .960, fast .962; pruning costs nothing.
    text = extract(html, url=url, favor_precision=True, include_comments=False, prune_xpath=_HIDDEN)
    paragraphs = [line for raw in clean_text(text or "").split("\n") if (line := raw.strip())]
    joined = "\n\n".join(paragraphs)
    if len(joined) < _MIN_TEXT:
        raise ExtractError("no text")
    return joined


def refuse_monster(html: str) -> None:
    """ExtractError for markup that would stall every parser: too deep, or a tag with too many attributes."""
    depth = 0
    for match in _TAG.finditer(html):
        if match[2].lower() not in _FLAT:
            depth = max(0, depth - 1) if match[1] else depth + 1
            if depth > MAX_DEPTH:
                raise ExtractError(f"page nested more than {MAX_DEPTH} deep")
    for piece in html.split("<"):
        if len(piece) > _LONG_TAG and piece[:1].isalpha() and _count_attributes(piece) > MAX_ATTRIBUTES:
            raise ExtractError(f"page with a tag of more than {MAX_ATTRIBUTES} attributes")


def _count_attributes(piece: str) -> int:
    count = 0
    end = 0
    for match in _ATTRIBUTE.finditer(piece):
        if ">" in piece[end : match.start()] or count > MAX_ATTRIBUTES:
            break
        count, end = count + 1, match.end()
    return count


def _refuse_refusal(metadata: Metadata, text: str) -> None:
    if metadata.title and len(text) < _SHORT and _REFUSAL.search(metadata.title):
        raise ExtractError(f"no text: the page refuses ({metadata.title[:80]!r})")
