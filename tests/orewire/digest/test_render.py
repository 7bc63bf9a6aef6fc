"""The digest as its reader gets it: harmless, small, and the same in text and HTML."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from html.parser import HTMLParser

import css_inline
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orewire.digest.catalogue import LANGUAGES, get_catalogue
from orewire.digest.columns import width
from orewire.digest.compose import Digest, Item, Section
from orewire.digest.moves import Move
from orewire.digest.render import LARGEST, Letter, render_letter
from orewire.model.codes import EVENT_TYPES
from orewire.model.event import Event
from orewire.model.trend import Mover, Movers
from tests.orewire.digest.conftest import DAY, digest_of, event, source

EVIL = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</style><b>bold</b>", "{{ 7*7 }}", "{% raw %}",
    "\u202egnitirw\u202c", 'src="cid:weeks"', "a\r\nBcc: all@example.org", "منجم الذهب", "&lt;i&gt;", "]]>", "x" * 5000,
)  # fmt: skip


class Page(HTMLParser):
    """What a browser would make of a page: its tags, its addresses, its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.images: list[str] = []
        self.text = self.body = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.elements.append((tag, dict(attrs)))
        self.body = "" if tag == "body" else self.body
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name == "href"]
        self.images += [value or "" for name, value in attrs if name == "src"]

    def handle_data(self, data: str) -> None:
        self.text += data
        self.body += data


def letter(*events: Event, **changes: object) -> Letter:
    return render_letter(digest_of(*events, **changes), pictures=False)


def many(number: int) -> Iterator[Section]:
    """Events of all types in sections, with long names, sentences and addresses."""
    events = [
        event(EVENT_TYPES[one % len(EVENT_TYPES)], id=one, project=f"Project {one} of the long valley", article_count=9,
              actor=f"The ministry of mines and of number {one}", evidence=f"Of {one} they said: " + "words " * 60,
              sources=tuple(source(url=f"https://example.org/{'path/' * 20}{one}/{n}") for n in range(5)))
        for one in range(number)
    ]  # fmt: skip
    size = number // 10
    for place, kind in enumerate(("standing", "against", "approvals", "deals")):
        yield Section(kind=kind, items=tuple(Item(event=one) for one in events[place * size : (place + 1) * size]))
    for place, name in enumerate(("lithium", "copper", "gold", "tin", "zinc", "lead"), start=4):
        items = tuple(Item(event=one) for one in events[place * size : (place + 1) * size])
        yield Section(kind="mineral", name=name, items=items)


@pytest.mark.parametrize(
    ("lang", "title", "nothing"),
    [
        ("en", "Orewire digest", "Nothing that concerns minerals was reported."),
        ("es", "Boletín de Orewire", "No se publicó nada sobre minerales."),
        ("fr", "Bulletin d’Orewire", "Rien n’a été publié sur les minerais."),
    ],
)
def test_a_day_with_nothing_is_two_lines(lang: str, title: str, nothing: str) -> None:
    """In the text and in the HTML."""
    told = render_letter(Digest(day=DAY, zone="UTC"), lang)
    lines = [f"{title}, {get_catalogue(lang).day(DAY, 'full')}", nothing]
    assert lines == told.text.splitlines()
    assert lines == [line for line in Page(told.html).body.splitlines() if line]
    assert () == told.pictures
    assert nothing == told.summary


def test_everything_about_an_event() -> None:
    """Line, evidence in its language, date, how sure, sources with links, and how many more."""
    sources = tuple(source(source=f"Paper {n}", url=f"https://example.org/{n}", article_id=str(n)) for n in range(5))
    told = letter(event(sources=sources, article_count=5, voice="official"))
    page = Page(told.html)
    for part in (
        "Serbia's government granted a permit for Jadar (lithium) in Serbia",
        "The ministry revoked it.",
        "13 November 2025 · official · 80% sure",
        "Paper 0, Paper 1, Paper 2 and 2 more",
    ):
        assert part in page.text
    assert [f"https://example.org/{n}" for n in range(3)] == page.links
    assert "Serbia's government granted a permit for Jadar (lithium) in Serbia" in told.text
    assert "https://example.org/0" in told.text


def test_changes_of_standing_what_goes_on_and_movers() -> None:
    """Each in its own words, in both forms."""
    move = Move(project="Jadar", minerals=("lithium",), after="refused", before="sought")
    mover = Mover(key="CL", key2="copper", count=12, usual=3.0, spread=1, expected=3, p_value=0.001, since=DAY,
                  panel_count=None)  # fmt: skip
    told = render_letter(
        Digest(
            day=DAY,
            zone="UTC",
            sections=(Section(kind="standing", items=(Item(event=event(id=1), move=move),)),),
            ongoing=Section(kind="ongoing", items=(Item(event=event("strike", id=2, article_count=4)),)),
            movers=Movers(by=("country", "mineral"), period="week", start=DAY, movers=(mover,)),
        ),
        pictures=False,
    )
    for part in (
        "Jadar (lithium): refused, before permit sought",
        "4 reports since 13 November 2025",
        "Chile, copper: 12 events, usually 3",
        "1 new event, 1 still going on",
    ):
        assert part in Page(told.html).text
        assert part in told.text
    assert told.subject.endswith("13 November 2025: Jadar (lithium): refused, before permit sought")
    assert "1 new event, 1 still going on" == told.summary


@pytest.mark.parametrize("evil", EVIL)
def test_what_comes_from_outside_is_harmless(evil: str) -> None:
    """Markup is shown as text, only web addresses become links, nothing is loaded, no header is broken."""
    bad = source(source=evil, url="javascript:alert(1)", lang=evil, evidence=evil)
    told = letter(event(actor=evil, project=evil, target=evil, evidence=evil, minerals=(evil,), sources=(bad,)))
    page = Page(told.html)
    assert page.tags <= {"html", "head", "meta", "title", "style", "body", "div", "h1", "h2", "h3", "p", "a"}
    assert not {name for name in page.attributes if name.startswith("on")}
    assert [] == page.links
    assert "javascript:" not in told.html
    assert not {"\u202e", "\r"} & set(told.html + told.text + told.subject)
    assert 1 == len(told.subject.splitlines())
    assert "49" not in page.text


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_is_shown_as_text(name: str, sentence: str) -> None:
    """No name and no sentence adds a tag."""
    plain, told = (letter(event(actor=a, evidence=b)) for a, b in (("x", "y"), (name, sentence)))
    assert Page(plain.html).tags | {"p"} == Page(told.html).tags | {"p"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_text_is_78_columns(lang: str) -> None:
    """But for addresses, which nobody can follow when they are cut."""
    told = render_letter(Digest(day=DAY, zone="UTC", sections=tuple(many(100))), lang, pictures=False)
    lines = [line for line in told.text.splitlines() if "https://" not in line]
    assert max(map(width, lines)) <= 78


def test_a_sentence_that_shows_two_events_stands_there_once() -> None:
    """Where they follow each other."""
    told = letter(event("support", id=1), event("opposition", id=2))
    assert 1 == told.html.count("The ministry revoked it.")
    assert 1 == told.text.count("The ministry revoked it.")


def test_a_thousand_events_are_short_and_quick() -> None:
    """Under 100 KB; what is left out is counted. The time is printed: the machine is shared."""
    digest = Digest(day=DAY, zone="UTC", sections=tuple(many(1000)))
    started = time.perf_counter()
    told = render_letter(digest, pictures=False)
    print(f"{time.perf_counter() - started:.2f} s, {len(told.html.encode()):,} bytes of HTML")
    assert len(told.html.encode()) <= LARGEST
    left_out = sum(int(number) for number in re.findall(r"and (\d+) more, left out", told.text))
    assert 1000 == told.text.count("\n* ") + left_out
    assert "1,000 new events" in told.text


def test_enormous_addresses_do_not_make_it_enormous() -> None:
    """Fewer events are shown then."""
    long = [source(url=f"https://example.org/{'x' * 1900}{n}", source="S" * 500, article_id=str(n)) for n in range(3)]
    told = letter(*(event(id=n, sources=tuple(long)) for n in range(100)))
    assert len(told.html.encode()) <= LARGEST


def test_dark_and_narrow_windows_are_thought_of() -> None:
    """The media query is kept, each element has its style, the charset is told early, no width is fixed."""
    told = letter(event())
    assert "@media (prefers-color-scheme: dark)" in told.html
    assert 'name="color-scheme" content="light dark"' in told.html
    assert "charset" in told.html[:1024]
    assert not re.findall(r"<(?:h1|h2|h3|p|a)(?![^>]*style=)", told.html)
    assert not re.findall(r"[^-]width:\s*\d{3,}px", told.html)


def test_another_inliner_changes_nothing() -> None:
    """What a mail program or its gateway does to the styles has been done: once more leaves the body as it is."""
    told = render_letter(digest_of(event()))
    again = css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True).inline(told.html)
    assert Page(told.html).elements == Page(again).elements
