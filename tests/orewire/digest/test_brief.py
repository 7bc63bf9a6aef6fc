"""Briefs: what a name means, what goes in, and the same words as HTML, Markdown and PDF."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pypdfium2
import pytest

from orewire.cli.session import read_since
from orewire.digest.brief import Brief, compose_brief, find_subject
from orewire.digest.brief_render import escape_markdown, render_brief
from orewire.digest.catalogue import LANGUAGES
from orewire.model.analysis import Evidence
from orewire.model.errors import UsageError
from store.connection import open_database
from store.local import LocalStore
from tests.store.conftest import Tell, article, mention, opposing, teller

UNTIL = date(2025, 11, 20)


@pytest.fixture(scope="module")
def told() -> Iterator[LocalStore]:
    """A store in which Jadar was fought over, permitted, and refused; nothing is written to it after."""
    connection = open_database(None)
    tell = teller(connection)
    tell(article("a", day=date(2025, 9, 1)), mention("permit_granted", stage="granted", actor="Serbia's government"))
    tell(article("b", day=date(2025, 10, 1)), mention("protest", actor="farmers"), stances=(opposing("farmers"),))
    tell(article("c", day=date(2025, 11, 13)), mention("permit_denied", stage="revoked"))
    tell(article("d", day=date(2025, 11, 14)), mention("strike", project=None, minerals=("copper",), countries=("CL",)))
    yield LocalStore(connection)
    connection.close()


def brief_of(questions: LocalStore, name: str, **options: str) -> Brief:
    return compose_brief(questions, find_subject(questions, name, **options), since=date(2025, 1, 1), until=UNTIL)


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    return "\n".join(page.get_textpage().get_text_range() for page in document)


@pytest.mark.parametrize(
    ("name", "kind", "found"),
    [
        ("jadar", "project", "Jadar"), ("Lithium", "mineral", "lithium"), ("litio", "mineral", "lithium"),
        ("terres rares", "mineral", "rare earths"), ("RS", "country", "RS"), ("rs", "country", "RS"),
        ("Serbie", "country", "RS"), ("the moon", None, None),
    ],
)  # fmt: skip
def test_what_a_name_means(told: LocalStore, name: str, kind: str | None, found: str | None) -> None:
    """A mineral, a country or a project, in any of our languages; else a clear error."""
    if kind is None:
        with pytest.raises(UsageError, match="found 'the moon', expected the name of a project, mineral or country"):
            find_subject(told, name)
    else:
        subject = find_subject(told, name)
        assert (kind, found) == (subject.kind, subject.name)


def test_a_kind_can_be_asked_for(told: LocalStore) -> None:
    """Where a name has several meanings."""
    with pytest.raises(UsageError, match="name of a country"):
        find_subject(told, "jadar", kind="country")


def test_a_project(told: LocalStore) -> None:
    """Its events newest first, standings, who is against it."""
    brief = brief_of(told, "jadar")
    assert ["permit_denied", "protest", "permit_granted"] == [event.type for event in brief.events]
    assert [("farmers", "oppose")] == [(side.name, side.polarity) for side in brief.sides]
    assert 3 == brief.total


def test_a_country_and_a_mineral(told: LocalStore) -> None:
    """Its projects and where they stand, and its events only."""
    brief = brief_of(told, "RS")
    assert [("Jadar", "refused")] == [(one.name, one.standing.word) for one in brief.projects]
    assert [("farmers", "oppose")] == [(side.name, side.polarity) for side in brief.sides]
    assert ["strike"] == [event.type for event in brief_of(told, "copper").events]


def test_markdown(told: LocalStore) -> None:
    """All parts, with links."""
    text = render_brief(brief_of(told, "jadar"), "markdown").decode()
    for part in (
        "# Orewire brief: Jadar (lithium)",
        "- since 13 Nov 2025: **refused**. A permit was revoked for Jadar (lithium) in Serbia",
        "- 1 Sept 2025 to 13 Nov 2025: **permitted**",
        "### Against (1)",
        "- **farmers** (community · 1 article · 1 October 2025)",
        "> The ministry revoked it.",
        "[Outlet of a](<https://example.org/a>)",
        "## Timeline",
    ):
        assert part in text
    assert "\n\n\n" not in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_three_forms_say_the_same(told: LocalStore, lang: str) -> None:
    """The line of each event stands in each of them."""
    brief = brief_of(told, "jadar")
    html, markdown, pdf = (render_brief(brief, form, lang) for form in ("html", "markdown", "pdf"))
    line = {
        "en": "A permit was revoked for Jadar",
        "es": "Permiso revocado para Jadar",
        "fr": "Permis révoqué pour Jadar",
    }
    for text in (html.decode(), markdown.decode(), text_of(pdf)):
        assert line[lang] in text
    assert pdf.startswith(b"%PDF")
    assert len(pdf) < 500_000


def test_nothing_known_says_so(told: LocalStore) -> None:
    """In each form."""
    subject = find_subject(told, "jadar")
    brief = compose_brief(told, subject, since=date(2020, 1, 1), until=date(2020, 2, 1))
    brief = replace(brief, events=(), key_events=(), total=0)
    for form in ("html", "markdown"):
        assert "Nothing is known of it in this time." in render_brief(brief, form).decode()


def test_what_comes_from_outside_is_harmless(store: LocalStore, tell: Tell) -> None:
    """No markup of HTML, Markdown or Typst is taken for one."""
    sentence = '<script>x</script> **bold** [a](javascript:b) #eval("1") `c` $d$ \\ <label> @ref = h'
    evidence = Evidence(text=sentence, start=0, end=len(sentence))
    tell(article("evil", source="# *Evil* _Press_"), mention(actor="1. <b>Minister</b>", evidence=evidence))
    brief = brief_of(store, "jadar")
    html = render_brief(brief, "html").decode()
    assert not any(danger in html for danger in ("<script", "<b>Min", 'href="javascript'))
    markdown = render_brief(brief, "markdown").decode()
    assert r"\<script\>x\</script\> \*\*bold\*\* \[a\](javascript:b) \#eval" in markdown
    assert not re.search(r"(?<!\\)(<script|`c)", markdown)
    paper = " ".join(text_of(render_brief(brief, "pdf")).split())
    assert '#eval("1") `c` $d$ \\ <label> @ref = h' in paper


def test_markdown_is_escaped() -> None:
    """Also what is a mark only where a line begins."""
    assert [r"\*a\*", r"1\. b", r"\- c", r"\# d", r"\[e\]\(f)".replace(r"\(", "(")] == [
        escape_markdown(text) for text in ("*a*", "1. b", "- c", "# d", "[e](f)")
    ]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1y", date(2024, 11, 20)),
        ("90d", date(2025, 8, 22)),
        ("2w", date(2025, 11, 6)),
        ("2025-01-31", date(2025, 1, 31)),
    ],
)
def test_since(text: str, day: date) -> None:
    """A span back from today, or a day."""
    assert day == read_since(text, UNTIL)


def test_a_span_that_means_nothing_is_refused() -> None:
    """With what is expected."""
    with pytest.raises(UsageError, match="since: found 'yesterday', expected 90d, 6m, 1y or a day"):
        read_since("yesterday", UNTIL)
