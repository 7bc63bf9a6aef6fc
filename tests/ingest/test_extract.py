"""Pages give their article, or an ExtractError that says why not."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.extract import MAX_ATTRIBUTES, MAX_DEPTH, MAX_HTML, Page, extract_page, extract_text, refuse_monster
from orewire.model.errors import ExtractError

URL = "https://example.org/news/permit"
PARAGRAPHS = [
    "The government of Serbia granted Rio Tinto a permit for the Jadar lithium mine on Tuesday, officials said.",
    "Residents of the valley said that they would go to court, and announced a protest for the coming weekend.",
    "The mine could supply nine tenths of the lithium that Europe's car makers need, according to the company.",
]
BODY = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
PAGE = (
    "<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'><title>Permit granted - The Daily</title>"
    "<meta property='article:published_time' content='2024-01-15T10:00:00Z'></head><body><nav><a href='/'>Home</a>"
    "<a href='/news'>News</a></nav><article><h1>Permit granted</h1><span class='byline'>By Ana Pérez</span>"
    f"{BODY}</article><footer>All rights reserved. Subscribe to our newsletter.</footer></body></html>"
)


def extract(html: str, content_type: str | None = None) -> Page:
    return extract_page(html.encode(), url=URL, content_type=content_type)


def test_article() -> None:
    """Title, text, language, date and author of an ordinary page."""
    page = extract(PAGE)
    assert ("Permit granted", "en", "Ana Pérez") == (page.title, page.lang, page.author)
    assert page.published is not None
    assert (2024, 1, 15, 10) == page.published.timetuple()[:4]
    assert all(paragraph in page.text.split("\n\n") for paragraph in PARAGRAPHS)
    assert "newsletter" not in page.text


@pytest.mark.parametrize("attribute", ["style='display: none'", "style='color:red;display:none'", "hidden"])
def test_hidden_text_is_left_out(attribute: str) -> None:
    """What a reader cannot see is not read."""
    hidden = f"<p {attribute}>Hidden words that nobody is meant to read on this page at all.</p>"
    assert "Hidden words" not in extract(PAGE.replace(BODY, BODY + hidden)).text


def test_visible_style() -> None:
    """A style that hides nothing takes nothing away."""
    styled = PAGE.replace("<p>", "<p style='display: block'>")
    assert all(paragraph in extract(styled).text for paragraph in PARAGRAPHS)


@pytest.mark.parametrize(
    "body",
    [
        f"<article><p>{PARAGRAPHS[0]}</p></article><div>{BODY * 4}</div>",
        f"<div>{BODY * 4}</div>".replace("p>", "div>"),
        f"<ul>{BODY * 4}</ul>".replace("p>", "li>"),
    ],
)
def test_thorough_where_quick_is_short(body: str) -> None:
    """An article of which a quick reading finds little or nothing is read thoroughly."""
    text = extract(f"<html><head><title>Permit granted</title></head><body>{body}</body></html>").text
    assert all(paragraph in text for paragraph in PARAGRAPHS)


def test_xml_declaration() -> None:
    """XHTML with its declaration is read: parsers refuse text that declares an encoding."""
    assert PARAGRAPHS[0] in extract("\n <?xml version='1.0' encoding='iso-8859-1'?>\n" + PAGE).text


@pytest.mark.parametrize("place", ["<!DOCTYPE", "<nav>", "</html>"])
def test_white_space_is_linear(place: str) -> None:
    """Half a megabyte of white space costs no time squared; looking in it for an XML declaration took minutes."""
    start = time.perf_counter()
    assert PARAGRAPHS[0] in extract(PAGE.replace(place, " " * 500_000 + place)).text
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize(
    "html", ["", "<html></html>", "<html><body><p>Too short.</p></body></html>", "\x00\x00\x00", "<"]
)
def test_no_text(html: str) -> None:
    """A page without an article is an ExtractError."""
    with pytest.raises(ExtractError, match="no text"):
        extract(html)


@pytest.mark.parametrize("title", ["404 Not Found", "Access denied", "Just a moment...", "Página no encontrada"])
def test_refusal(title: str) -> None:
    """A page that says in its title that it refuses is no article, though its status was 200."""
    html = f"<html><head><title>{title}</title></head><body><article>{BODY}</article></body></html>"
    with pytest.raises(ExtractError, match="refuses"):
        extract(html)


def test_article_about_a_refusal() -> None:
    """A long article whose title sounds like a refusal is one."""
    long = "".join(f"<p>{text} Chapter {number} of the story.</p>" for number in range(6) for text in PARAGRAPHS)
    html = (
        f"<html><head><title>Access denied: miners shut out</title></head><body><article>{long}</article></body></html>"
    )
    assert len(extract(html).text) > 700


def test_too_large() -> None:
    """A page above the bound is not read."""
    with pytest.raises(ExtractError, match="at most"):
        extract_page(b" " * (MAX_HTML + 1), url=URL)


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * (MAX_DEPTH + 1),
        "<b><i>" * MAX_DEPTH,
        "</b>" * MAX_DEPTH + "<b>" * (MAX_DEPTH + 1),
        "<b>" * (MAX_DEPTH + 1) + "</b>" * (MAX_DEPTH + 1),
        "<div " + "".join(f"a{number}=1 " for number in range(MAX_ATTRIBUTES + 10)) + ">",
        "<div " + " ".join(f"a{number}='x>y'" for number in range(MAX_ATTRIBUTES + 10)) + ">",
    ],
)
def test_monsters(html: str) -> None:
    """Markup that would stall every parser is refused before it reaches one."""
    with pytest.raises(ExtractError):
        refuse_monster(html)


@pytest.mark.parametrize(
    "html", ["<p>" * 20_000, "<br>" * 20_000, "<div></div>" * 20_000, "<li>x" * 5_000, "a < b " * 9_000]
)
def test_ordinary_markup_is_no_monster(html: str) -> None:
    """Long lists and unclosed paragraphs are ordinary."""
    refuse_monster(html)


@pytest.mark.parametrize("piece", ["<", "<a ", "<a '", "=", "a=", "<!--", 'a="', "</"])
def test_judging_is_linear(piece: str) -> None:
    """Even the judgement costs linear time, whatever the markup."""
    start = time.perf_counter()
    with suppress(ExtractError):
        refuse_monster("<x " + piece * (1_000_000 // len(piece)))
    assert time.perf_counter() - start < 5


def test_deceptive_charset() -> None:
    """A page that declares a codec of Python's own does not crash; its lone surrogates did."""
    body = PAGE.replace("charset='utf-8'", "charset='raw_unicode_escape'").encode("cp1252")
    assert "Jadar" in extract_page(body.replace(b"Serbia", b"Serbia \\ud800"), url=URL).text


def test_text_without_an_address() -> None:
    """The text can be had without knowing where the page is from."""
    assert PARAGRAPHS[0] in extract_text(PAGE, url=None)


TOKENS = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<div hidden>",
        "<table><tr><td>",
        "<svg>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<?xml encoding='x'?>",
        "&#0;",
        "&#xd800;",
        "\x00",
        "\x0b",
        "<a href='//['>",
        "<base href='http://['>",
        "<link rel=canonical href='http://['>",
        "<html lang='",
        "<script>",
        "</script>",
        "<template>",
        "<noscript>",
        "<math>",
        "<title>404",
        "<time datetime='9'>",
        "\ufffe",
        "\U0010ffff",
        "<select><option>",
        "<frameset>",
        "<iframe src='x'>",
        "<figure><img src='//['>",
    ]
)


@settings(deadline=None)
@given(st.lists(TOKENS, max_size=15).map("".join), st.integers(0, len(PAGE)), st.binary(max_size=20))
def test_any_markup(junk: str, place: int, noise: bytes) -> None:
    """No damage to a page raises anything but ExtractError."""
    body = PAGE[:place].encode() + junk.encode("utf-8", "replace") + noise + PAGE[place:].encode()
    for damaged in (body, body[: len(body) // 2], noise):
        try:
            page = extract_page(damaged, url=URL)
        except ExtractError:
            continue
        assert page.text == page.text.encode().decode()
