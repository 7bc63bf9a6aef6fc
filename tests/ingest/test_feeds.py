"""Feeds of every kind and state of health become FeedDocuments, or a FeedError."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.entries import FeedDocument
from ingest.feeds import MAX_FEED, parse_feed
from orewire.model.article import Entry
from orewire.model.errors import FeedError

URL = "https://example.org/feed"
NOW = datetime(2025, 1, 1, tzinfo=UTC)
MORNING = datetime(2024, 1, 15, 10, tzinfo=UTC)
ITEM = "<item><title>Permit granted</title><link>https://example.org/a</link></item>"
RSS = (
    "<?xml version='1.0'?><rss version='2.0'><channel><title>News</title><ttl>60</ttl><item>"
    "<title>Permit granted</title>"
    "<link>https://example.org/a?utm_source=rss</link><description>&lt;p&gt;It was.&lt;/p&gt;</description>"
    "<author>A. Writer</author><pubDate>Mon, 15 Jan 2024 10:00:00 GMT</pubDate></item></channel></rss>"
)
ATOM = (
    "<feed xmlns='http://www.w3.org/2005/Atom'><title>News</title><entry><title>Permit granted</title>"
    "<link href='https://example.org/a'/><summary>It was.</summary><author><name>A. Writer</name></author>"
    "<updated>2024-01-15T10:00:00Z</updated></entry></feed>"
)
RDF = (
    "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/' "
    "xmlns:dc='http://purl.org/dc/elements/1.1/'><channel><title>News</title></channel><item>"
    "<title>Permit granted</title>"
    "<link>https://example.org/a</link><description>It was.</description><dc:creator>A. Writer</dc:creator>"
    "<dc:date>2024-01-15T10:00:00Z</dc:date></item></rdf:RDF>"
)


def parse(text: str | bytes, content_type: str | None = None) -> FeedDocument:
    body = text.encode() if isinstance(text, str) else text
    return parse_feed(body, url=URL, content_type=content_type, now=NOW)


def rss(inside: str) -> str:
    return f"<rss version='2.0'><channel><title>News</title>{inside}</channel></rss>"


def titles(document: FeedDocument) -> list[str | None]:
    return [entry.title for entry in document.entries]


@pytest.mark.parametrize("text", [RSS, ATOM, RDF])
def test_formats(text: str) -> None:
    """RSS, Atom and RDF give the same entry."""
    expected = Entry(
        url="https://example.org/a", title="Permit granted", published=MORNING, summary="It was.", author="A. Writer"
    )
    document = parse(text)
    assert ("News", (expected,), 0, True) == (document.title, document.entries, document.skipped, document.complete)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("\ufeff", ""),
        ("\n\n  ", ""),
        ("\n" * 50 + "Warning: something in line 7\n", ""),
        ("Deprecated: x in y.php on line 3<br />\n", ""),
        ("", "<script>tracker()</script>"),
    ],
)
def test_junk_around(before: str, after: str) -> None:
    """What a broken server writes before or behind a feed costs nothing."""
    document = parse(before + rss(ITEM) + after)
    assert ("News", ["Permit granted"]) == (document.title, titles(document))


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("<item><title>A & B</title><link>/b</link></item>", ["A & B"]),
        ("<item><title>A&nbsp;B</title><link>/b</link></item>", ["A B"]),
        ("<item><title>\x0bControl\x00s</title><link>/b</link></item>", ["Controls"]),
        ("<item><title>Half&#xd800; and &#99999999999999;huge&#0;</title><link>/b</link></item>", ["Half and huge"]),
        ("<item><title><![CDATA[<b>Bold</b>]]></title><link>/b</link></item>", ["Bold"]),
    ],
)
def test_malformed(inside: str, expected: list[str]) -> None:
    """A feed that is not well-formed is read as far as it goes: one bad character does not cost the rest."""
    assert [*expected, "Permit granted"] == titles(parse(rss(inside + ITEM)))


def test_cut_short() -> None:
    """A feed that breaks off gives what came, and says that it is not complete."""
    document = parse(rss(ITEM + "<item><title>Second</title><link>/b</link></item>")[:-40])
    assert (False, "Permit granted") == (document.complete, titles(document)[0])


@pytest.mark.parametrize(
    ("item", "url"),
    [
        ("<link>https://example.org/a</link><guid>https://example.org/g</guid>", "https://example.org/a"),
        ("<guid>https://example.org/g</guid>", "https://example.org/g"),
        ("<guid isPermaLink='false'>https://example.org/g</guid>", "https://example.org/g"),
        (
            "<link>javascript:alert(1)</link><guid isPermaLink='false'>http://example.org/g</guid>",
            "http://example.org/g",
        ),
        ("<link>/relative</link>", "https://example.org/relative"),
        ("<enclosure url='https://example.org/a.pdf' type='application/pdf'/>", "https://example.org/a.pdf"),
    ],
)
def test_best_link(item: str, url: str) -> None:
    """The page of an item is its link, else its guid, else what it encloses."""
    assert [url] == [entry.url for entry in parse(rss(f"<item><title>x</title>{item}</item>")).entries]


def test_item_without_address() -> None:
    """An item without any address has a place in the feed; one that says nothing either is skipped and counted."""
    document = parse(rss("<item><title>x</title><guid isPermaLink='false'>7</guid></item><item/>" + ITEM))
    assert (2, 1) == (len(document.entries), document.skipped)
    assert "#item-" in document.entries[0].url


def test_broken_off_before_the_first_item() -> None:
    """A document that breaks off before it says anything is no feed: nothing of it may be remembered."""
    with pytest.raises(FeedError, match="breaks off"):
        parse("<rss><channel><title>half")


def test_updated_serves_for_a_missing_date() -> None:
    """An item that only says when it was changed is dated so; it broke on feedparser's warning."""
    assert [MORNING] == [entry.published for entry in parse(ATOM).entries]


def test_outlet_of_google_news() -> None:
    """Google News names the outlet apart and in the title: it is dropped there."""
    source = "<source url='https://d.example'>The Daily</source>"
    item = f"<item><title>Mine opens - The Daily</title><link>/a</link>{source}</item>"
    assert ["Mine opens"] == titles(parse(rss(item)))


@pytest.mark.parametrize(
    ("inside", "ttl"),
    [
        ("", None),
        ("<ttl>60</ttl>", 3_600.0),
        ("<ttl>soon</ttl>", None),
        ("<ttl>²</ttl>", None),
        ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", 21_600.0),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", 3_600.0),
    ],
)
def test_ttl(inside: str, ttl: float | None) -> None:
    """How long a feed says it stays the same is read in seconds."""
    text = f"<rss version='2.0' xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'><channel>{inside}{ITEM}</channel></rss>"
    assert ttl == parse(text).ttl


@pytest.mark.parametrize(
    ("text", "charset"),
    [("Minería", "utf-16"), ("Minería", "iso-8859-1"), ("Добыча", "windows-1251"), ("锂矿", "gb2312")],
)
def test_charsets(text: str, charset: str) -> None:
    """A feed is read in the character set that it declares."""
    body = f"<?xml version='1.0' encoding='{charset}'?>{rss(ITEM.replace('Permit granted', text))}".encode(charset)
    assert [text] == titles(parse(body, "application/xml"))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("<!DOCTYPE html><html><body>Sign in</body></html>", "an HTML page"),
        ("<html><rss></html>", "an HTML page"),
        ("%PDF-1.4", "a PDF"),
        ("plain words", "it begins with 'plain words'"),
        ('{"error": 1}', "JSON"),
        ("[1, 2]", "it begins with"),
        ("<opml><body/></opml>", ""),
        ("<!DOCTYPE rss [" + "x" * 100 + "<rss>", "DOCTYPE"),
    ],
)
def test_not_a_feed(body: str, words: str) -> None:
    """What is no feed is a FeedError that says what was found."""
    with pytest.raises(FeedError) as caught:
        parse(body)
    assert "not_a_feed" == caught.value.reason
    assert words in str(caught.value)


@pytest.mark.parametrize("body", ["", " \n\x00"])
def test_nothing(body: str) -> None:
    """An empty body is told as such."""
    with pytest.raises(FeedError) as caught:
        parse(body)
    assert "empty_body" == caught.value.reason


def test_empty_feed_is_a_feed() -> None:
    """A feed without items is read: nothing new is no mistake."""
    assert () == parse(rss("")).entries


def test_too_large() -> None:
    """More bytes than the bound are not even looked at."""
    with pytest.raises(FeedError, match="at most"):
        parse(b" " * (MAX_FEED + 1))


def test_too_deep() -> None:
    """Elements nested without end are refused."""
    with pytest.raises(FeedError, match="deep"):
        parse(rss("<a>" * 300))


@pytest.mark.parametrize("tag", ["br", "p", "img src='x'", "li", "hr"])
def test_unescaped_markup_is_not_deep(tag: str) -> None:
    """Tags that need no end do not nest: a feed with raw HTML was refused for its line breaks."""
    item = f"<item><title>Raw</title><link>/a</link><description>{f'x<{tag}>' * 300}</description></item>"
    assert "Raw" in titles(parse(rss(item)))


@pytest.mark.parametrize("piece", ["<![CDATA[", "<!--", "<a ", "<item>", "&#", "<?x ", "]]>"])
def test_linear_time(piece: str) -> None:
    """Beginnings without an end do not cost time squared."""
    start = time.perf_counter()
    try:
        parse(rss(ITEM)[:-16] + piece * 40_000)
    except FeedError as error:
        assert "deep" in str(error)
    assert time.perf_counter() - start < 10


def bomb(separator: str, reference: str) -> str:
    names = "abcdefghij"
    lines = [f'<!ENTITY {name} "{reference.format(before) * 10}">' for before, name in pairwise(names)]
    doctype = separator.join(["<!DOCTYPE rss [", f'<!ENTITY a "{"lol" * 10}">', *lines, "]>"])
    return f"<?xml version='1.0'?>{doctype}{rss(ITEM.replace('Permit granted', '&j;'))}"


@pytest.mark.parametrize("separator", ["\n", ""])
@pytest.mark.parametrize("reference", ["&{};", "&#38;{};", "&#x26;{};"])
def test_entity_bomb(separator: str, reference: str) -> None:
    """Entities made of entities are not expanded, however they are written."""
    start = time.perf_counter()
    (entry,) = parse(bomb(separator, reference)).entries
    assert "lol" not in (entry.title or "")
    assert time.perf_counter() - start < 5


def test_no_file_is_read() -> None:
    """An entity that names a file brings nothing of it."""
    doctype = "<!DOCTYPE rss [<!ENTITY secret SYSTEM 'file:///etc/passwd'>]>"
    (entry,) = parse(doctype + rss(ITEM.replace("granted", "&secret;"))).entries
    assert "root:" not in str(entry)


def test_harmless_entity_is_kept() -> None:
    """An entity that stands for a character is read."""
    doctype = "<!DOCTYPE rss [<!ENTITY ouml '&#246;'>]>"
    assert ["Förderung"] == titles(parse(doctype + rss(ITEM.replace("Permit granted", "F&ouml;rderung"))))


PIECES = st.sampled_from(
    [
        "<rss version='2.0'>",
        "<channel>",
        "<item>",
        "</item>",
        "<entry>",
        "<feed xmlns='http://www.w3.org/2005/Atom'>",
        "<link>/a</link>",
        "<link href='//['/>",
        "<guid>",
        "<title>",
        "</title>",
        "<![CDATA[",
        "]]>",
        "<!--",
        "-->",
        "&",
        "&#xd800;",
        "&#99999999999;",
        "<!DOCTYPE r [",
        "]>",
        "<?xml",
        "?>",
        "<content type='xhtml'>",
        "<media:rating>",
        "<pubDate>",
        "2024-99-99",
        "encoding='undefined'",
        "<category/>",
        "</rss>",
        "<source>",
        "<?xml encoding='utf-16'?>",
        "�",
        "<georss:point>1",
        "<itunes:duration>",
        "<enclosure length='x'/>",
        "<ttl>9",
        "\x00",
        "é",
    ]
)


@settings(deadline=None, max_examples=200)
@given(st.lists(PIECES, max_size=30).map("".join) | st.text())
def test_any_markup(text: str) -> None:
    """No markup raises anything but FeedError."""
    for body in (text, f"<rss version='2.0'>{text}"):
        try:
            document = parse(body.encode("utf-8", "surrogateescape" if "\udc80" in body else "replace"))
        except (FeedError, UnicodeEncodeError) as error:
            assert isinstance(error, FeedError) or "\ud800" <= min(error.object[error.start : error.end]) <= "\udfff"
        else:
            assert all(entry.url.startswith("http") for entry in document.entries)


@settings(deadline=None)
@given(st.binary(), st.sampled_from([RSS, ATOM, RDF]), st.integers(0, 600), st.integers(0, 40))
def test_any_bytes(junk: bytes, text: str, place: int, cut: int) -> None:
    """No damage to a feed raises anything but FeedError."""
    body = text.encode()
    for damaged in (junk, body[:place] + junk + body[place + cut :]):
        try:
            document = parse(damaged, "application/rss+xml; charset=undefined")
        except FeedError:
            continue
        assert isinstance(document, FeedDocument)


def test_live_blog() -> None:
    """Items of one link that tell themselves apart are entries of their own; variants of one link are one."""
    item = "<item><title>{0}</title><link>https://a.example/live{1}</link><guid isPermaLink='false'>{0}</guid></item>"
    live = parse(rss(item.format("One", "") + item.format("Two", ""))).entries
    assert [("One", True), ("Two", True)] == [(entry.title, "#item-" in entry.url) for entry in live]
    variants = parse(rss(item.format("One", "") + item.format("Two", "?utm_source=x"))).entries
    assert ["https://a.example/live"] == [entry.url for entry in variants]


def test_skip_hours() -> None:
    """The hours in which a feed asks not to be polled."""
    hours = "<skipHours><hour>1</hour> <hour>23</hour><hour>24</hour></skipHours>"
    assert {0, 1, 23} == parse(rss(hours)).skip_hours
    assert frozenset() == parse(rss("<skipHours><hour>x</hour></skipHours>")).skip_hours
