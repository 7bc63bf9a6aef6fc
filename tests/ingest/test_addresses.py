"""Addresses: what may be asked, and one name for one page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.addresses import (
    MAX_URL,
    canonical_url,
    host_of,
    is_same_site,
    page_key,
    with_query,
)
from ingest.addresses import is_web_url as is_web

URLS = st.builds(
    "{}://{}{}".format,
    st.sampled_from(["http", "HTTPS", "https", "ftp"]),
    st.text("aA.:@[]%1\u00df\u0130/", max_size=12),
    st.text("/?#&=;utm_source fbclid\u00e9%20\n", max_size=30),
)


@pytest.mark.parametrize(
    ("url", "web"),
    [
        ("https://example.org", True),
        ("http://[2606::1]:8080/x?y", True),
        ("HTTP://Example.org/", True),
        ("ftp://example.org/", False),
        ("javascript:alert(1)", False),
        ("//example.org/", False),
        ("https:///path", False),
        ("https://example.org:99999/", False),
        ("https://[::1", False),
        ("https://example.org/a b", False),
        ("https://example.org/\x00", False),
        ("https://example.org/" + "a" * MAX_URL, False),
    ],
)
def test_web_urls(url: str, web: bool) -> None:
    """A web address is absolute, http or https, names a host, and is of bearable length."""
    assert web == is_web(url)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (" HTTPS://Example.ORG:443/A#part ", "https://example.org/A"),
        ("http://example.org:8080", "http://example.org:8080/"),
        ("http://example.org:443/", "http://example.org:443/"),
        ("https://example.org/a?utm_source=x&id=7&fbclid=y&UTM_Medium=z", "https://example.org/a?id=7"),
        ("https://example.org/a?utm_source=x", "https://example.org/a"),
        ("https://example.org/a?b=%C3%A9&&c", "https://example.org/a?b=%C3%A9&c"),
        ("https://User:Pass@Example.org/", "https://User:Pass@example.org/"),
        ("https://[2606:0::A]:443/", "https://[2606:0::a]/"),
        ("mailto:someone@Example.org", "mailto:someone@Example.org"),
        ("https://example.org:99999/#x", "https://example.org:99999/#x"),
        ("https://[::1", "https://[::1"),
    ],
)
def test_canonical(url: str, expected: str) -> None:
    """The same page has one name, and what is no web address is left as it is."""
    assert expected == canonical_url(url)


@given(URLS | st.text())
def test_canonical_is_settled_at_once(url: str) -> None:
    """Naming a page twice gives the same name, and a web address stays one."""
    once = canonical_url(url)
    assert once == canonical_url(once)
    assert is_web(once) or not is_web(url)


@given(URLS | st.text())
def test_any_text_can_be_judged(text: str) -> None:
    """No text whatsoever crashes a judgement."""
    assert bool is type(is_web(text))
    assert host_of(text) == host_of(text).lower()


@pytest.mark.parametrize(
    ("url", "host"), [("https://User@Example.org:80/", "example.org"), ("nothing", ""), ("http://[", "")]
)
def test_host(url: str, host: str) -> None:
    """The host is in lower case, or empty where there is none."""
    assert host == host_of(url)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("https://example.org/a", "http://www.example.org/b", True),
        ("https://m.example.org/a", "https://www2.example.org/b", True),
        ("http://127.0.0.1:80/a", "http://127.0.0.2:80/a", False),
        ("http://127.0.0.1:8000/a", "http://127.0.0.1:8001/a", False),
        ("https://example.org", "https://example.org.evil.example", False),
        ("https://m.com", "https://com", False),
        ("mailto:a", "mailto:a", False),
        ("http://a:99999", "http://a:99999", False),
    ],
)
def test_is_same_site(one: str, other: str, expected: bool) -> None:
    """The prefixes of one site are one; another name, another port or no address at all are not."""
    assert expected is is_same_site(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://example.org/a", "https://www.example.org/a/"),
        ("https://m.example.org/a?id=1", "https://example.org/a?id=1"),
        ("http://example.org:80", "https://example.org/"),
    ],
)
def test_page_key(one: str, other: str) -> None:
    """One page under two addresses has one key."""
    assert page_key(one) == page_key(other)


@pytest.mark.parametrize("other", ["https://example.org/b", "https://example.org/a?x=1", "https://example.org:8443/a"])
def test_page_key_of_other_pages(other: str) -> None:
    """Another path, query or port is another page."""
    assert page_key("https://example.org/a") != page_key(other)


def test_with_query() -> None:
    """Parameters that stand there stay as they are, whatever the case of their names; those missing are added."""
    assert "https://e.org/?Mode=x&b[c]=d%20e" == with_query("https://e.org/?Mode=x", {"mode": "y", "b[c]": "d e"})


@given(st.text(max_size=60), st.text(max_size=60))
def test_keys_and_sites_of_anything(one: str, other: str) -> None:
    """No text raises."""
    page_key(f"https://{one}")
    is_same_site(f"http://{one}", other)
