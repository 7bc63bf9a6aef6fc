"""A digest as a message: subject, plain text, HTML that mail programs show, and pictures.

Whatever came from outside is cleaned of control characters in `items` and escaped by the templates; links are http(s)
only, and nothing is loaded from anywhere.
"""

from __future__ import annotations

import base64
import functools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from orewire.digest.catalogue import Catalogue, get_catalogue
from orewire.digest.columns import wrap
from orewire.digest.compose import MOST, Digest, Section, shorten
from orewire.digest.items import Shown, show_item
from orewire.digest.pictures import Picture, draw_pictures
from orewire.digest.plain import capital, clean, clean_name
from orewire.model.trend import Mover, Movers

if TYPE_CHECKING:
    from jinja2 import Environment

LARGEST: Final = 100_000
"""Bytes of HTML: the most used mail service cuts a message at 102 KB and hides the rest behind a link."""
LONGEST_SUBJECT: Final = 110
_TRIES: Final = (MOST, 8, 5, 3, 1)
_IMAGE = re.compile(r'(<img src=")cid:(\w+)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a message is made of; the HTML refers to the pictures as `cid:NAME`.

    `summary` is one line that says it all where there is room for one: in chats and on telephones.
    """

    subject: str
    text: str
    html: str
    pictures: tuple[Picture, ...] = ()
    summary: str = ""

    @property
    def page(self) -> str:
        """The HTML with its pictures within, for a file or the page."""
        return with_pictures(self.html, {one.name: one.png for one in self.pictures})


def with_pictures(html: str, pictures: Mapping[str, bytes]) -> str:
    """The HTML of a letter with its pictures, by name, within; those that are not at hand stay empty."""
    data = {name: f"data:image/png;base64,{base64.b64encode(png).decode()}" for name, png in pictures.items()}
    return _IMAGE.sub(lambda found: f'{found[1]}{data.get(found[2], "data:,")}"', html)


def render_letter(digest: Digest, lang: str = "en", *, pictures: bool = True) -> Letter:
    """The digest in a language, no larger than LARGEST: of what does not fit is told how many there are.

    UsageError for a language that has no catalogue.
    """
    words = get_catalogue(lang)
    drawn = draw_pictures(digest, words) if pictures else ()
    context, html = render_fitting("digest.html", (_context(shorten(digest, most), words, drawn) for most in _TRIES))
    return Letter(
        subject=_subject(context, words),
        text=render_text("digest.txt", context),
        html=html,
        pictures=drawn,
        summary=context["counts"] if digest.sections or digest.ongoing else context["nothing"],
    )


def render_fitting(template: str, contexts: Iterable[dict[str, Any]]) -> tuple[dict[str, Any], str]:
    """The first of one or more contexts whose HTML is no larger than LARGEST, else the last; with its HTML."""
    for context in contexts:
        html = render_html(template, context)
        if len(html.encode()) <= LARGEST:
            break
    return context, html


def render_html(template: str, context: dict[str, Any]) -> str:
    """A template with its style in every element, as mail programs want it; what depends on the window stays above."""
    import css_inline

    inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True, minify_css=True)
    return inliner.inline(_environment().get_template(template).render(context).lstrip())


def render_text(template: str, context: dict[str, Any]) -> str:
    """A template of plain text or Markdown; nothing is escaped here."""
    return f"{_environment().get_template(template).render(context).strip()}\n"


def _context(digest: Digest, words: Catalogue, pictures: Sequence[Picture]) -> dict[str, Any]:
    title = f"{words.say('digest.title')}, {words.day(digest.day, 'full')}"
    return {
        "lang": words.lang,
        "title": title,
        "nothing": words.say("digest.nothing"),
        "counts": _counts(digest, words),
        "sections": [_section(section, words, digest.zone) for section in digest.sections],
        "ongoing": _section(digest.ongoing, words, digest.zone) if digest.ongoing else None,
        "movers": [mover_words(one, words) for one in digest.movers.movers] if digest.movers else [],
        "movers_title": _movers_title(digest.movers, words),
        "pictures": pictures,
        "pictures_title": words.say("sections.pictures"),
        "footer": f"{words.say('digest.source')} {words.say('digest.zone', zone=digest.zone)}",
        "wrap": wrap,
    }


def _counts(digest: Digest, words: Catalogue) -> str:
    ongoing = [words.count("digest.ongoing", digest.ongoing_count)] if digest.ongoing_count else []
    return ", ".join([words.count("digest.new", digest.new_count), *ongoing])


def _section(section: Section, words: Catalogue, zone: str) -> dict[str, Any]:
    return {
        "title": _section_title(section, words),
        "items": list(_once([show_item(item, words, zone) for item in section.items])),
        "left_out": words.count("digest.left_out", section.left_out) if section.left_out else "",
    }


def _once(items: Iterable[Shown]) -> Iterator[Shown]:
    """The same, but a sentence that shows two events in a row stands there once."""
    before = None
    for item in items:
        yield replace(item, evidence="") if item.evidence == before else item
        before = item.evidence


def _section_title(section: Section, words: Catalogue) -> str:
    if section.name is None:
        return words.say(f"sections.{section.kind}")
    name = clean_name(section.name)
    title = words.mineral(name) if section.kind == "mineral" else words.country(name)
    return capital(title)


def mover_words(mover: Mover, words: Catalogue) -> str:
    """`Chile, lithium: 12 events, usually 3`."""
    known = words.words["minerals"]
    keys = [clean_name(key) for key in (mover.key, mover.key2) if key]
    what = ", ".join(words.mineral(key) if key in known else words.country(key) for key in keys)
    return words.count("digest.mover", mover.count, what=what, usual=words.number(round(mover.usual, 1)))


def _movers_title(movers: Movers | None, words: Catalogue) -> str:
    title = words.say("sections.movers")
    if movers is None or movers.start is None:
        return title
    return f"{title} ({words.say('digest.movers_week', day=words.day(movers.start))})"


def _subject(context: dict[str, Any], words: Catalogue) -> str:
    """The title and what stands first."""
    first = next((item for section in context["sections"] for item in section["items"]), None)
    lead = (first.move or first.line) if first else "" if context["ongoing"] else context["nothing"]
    title = context["title"]
    return clean(words.say("digest.titled", what=title, name=lead) if lead else title, LONGEST_SUBJECT)


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
