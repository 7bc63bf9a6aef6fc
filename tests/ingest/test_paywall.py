"""Stubs are told from articles, in every language that we read."""

from __future__ import annotations

import pytest

from ingest.extract import extract_page
from ingest.paywall import is_stub, without_asking

LEAD = "The ministry granted the lithium mine its permit on Monday, after two years of hearings in the valley."
LONG = " ".join([LEAD] * 40)


@pytest.mark.parametrize(
    "asking",
    [
        "Subscribe now to continue reading.",
        "Already a subscriber? Log in",
        "This article is for subscribers.",
        "Suscr\u00edbete para seguir leyendo",
        "Conte\u00fado exclusivo para assinantes",
        "Article r\u00e9serv\u00e9 aux abonn\u00e9s",
        "Jetzt abonnieren",
        "Berlangganan untuk membaca artikel ini",
        "\u8ba2\u9605\u540e\u9605\u8bfb\u5168\u6587",
    ],
)
def test_stub(asking: str) -> None:
    """A short text with a request to subscribe is a stub, and the request is no part of the text."""
    text = f"{LEAD}\n\n{asking}"
    assert is_stub(text, is_locked=False)
    assert LEAD == without_asking(text)


@pytest.mark.parametrize(
    "text",
    [
        LEAD,
        "Residents subscribe to the view that the mine must go.",
        f"{LONG}\n\nSubscribe to continue reading our newsletter.",
    ],
)
def test_no_stub(text: str) -> None:
    """A short article, or a long one with an advertisement, is none."""
    assert not is_stub(text, is_locked=False)


def test_the_page_says_so() -> None:
    """A page that declares itself locked, and shows little, is a stub; one that shows all is an article."""
    head = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": "False"}</script>'
    page = "<html><head>{}<title>Mine</title></head><body><article><h1>Mine</h1><p>{}</p></article></body></html>"
    short, whole = page.format(head, LEAD), page.format(head, LONG)
    assert extract_page(short.encode(), url="https://a.example/1").is_stub
    assert not extract_page(whole.encode(), url="https://a.example/1").is_stub
    assert not extract_page(page.format("", LEAD).encode(), url="https://a.example/1").is_stub
