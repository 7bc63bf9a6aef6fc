"""Where a visitor is led after logging in, and whether a page of ours sends a form."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orewire.web.asked import HOME, Asked, local_path

ORIGIN = "https://ore.example.org"
EVIL = [
    "", "https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
    "/\n/evil.example", " //evil.example", "javascript:alert(1)", "evil.example", "/login?next=/login", "/logout",
    "///evil.example", "/\\/evil.example", "/a b", "/ü", "/" + "x" * 3000, "http:evil.example", "//[", "/%0a\r/x",
]  # fmt: skip


@pytest.mark.parametrize("wanted", EVIL)
def test_nobody_is_led_elsewhere(wanted: str) -> None:
    """Whatever is no path of ours leads home."""
    assert HOME == local_path(wanted)


@pytest.mark.parametrize("wanted", ["/", "/watches", "/events/7?x=1&y=%2F%2Fe#a", "/watches/a%20b.atom"])
def test_a_path_of_ours_is_followed(wanted: str) -> None:
    """As it was asked for."""
    assert wanted == local_path(wanted)


@given(st.text(st.sampled_from("/\\.:@?#%09aeh \t\n\r\x00[]\u2028\uff0f")) | st.text(max_size=30).map("/{}".format))
def test_any_text_leads_to_this_host(wanted: str) -> None:
    """A browser, which reads backslashes as slashes and leaves out tabs and line ends, stays here."""
    found = local_path(wanted)
    as_read = "".join(char for char in found if char not in "\t\n\r").replace("\\", "/").strip()
    assert "here.example" == urlsplit(urljoin("http://here.example/login", as_read)).netloc


def asked(method: str = "POST", path: str = "/watches", query: str = "", **headers: str) -> Asked:
    told = {name.replace("_", "-").encode(): value for name, value in headers.items()}
    return Asked(
        method=method, path=path, query=query, scheme="http", address="127.0.0.1",
        headers={b"host": "127.0.0.1:8750", **told},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("headers", "is_foreign", "is_surely_ours"),
    [
        ({}, False, False),
        ({"origin": "http://127.0.0.1:8750"}, False, True),
        ({"origin": ORIGIN}, False, True),
        ({"origin": "https://evil.example"}, True, False),
        ({"origin": "http://127.0.0.1:9999"}, True, False),
        ({"origin": "null"}, True, False),
        ({"origin": "null", "sec_fetch_site": "same-origin"}, False, True),
        ({"origin": "https://evil.example", "sec_fetch_site": "same-origin"}, True, False),
        ({"sec_fetch_site": "same-origin"}, False, True),
        ({"sec_fetch_site": "none"}, False, False),
        ({"sec_fetch_site": "same-site"}, True, False),
        ({"sec_fetch_site": "cross-site"}, True, False),
    ],
)
def test_where_a_form_comes_from(headers: dict[str, str], is_foreign: bool, is_surely_ours: bool) -> None:
    """The browser says it, in two ways; what it does not say is not sure."""
    one = asked(**headers)
    assert (is_foreign, is_surely_ours) == (one.is_foreign(ORIGIN), one.is_surely_ours(ORIGIN))


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(codec="ascii", categories=["L", "P"])))
def test_the_way_back_is_what_was_asked(path: str, query: str) -> None:
    """Through the page on which one logs in, any path and query come back, or lead home."""
    from urllib.parse import parse_qs, quote

    one = asked("GET", f"/x{path}", query)
    (back,) = parse_qs(urlsplit(one.login_path()).query)["next"]
    whole = quote(f"/x{path}", safe="/:") + (f"?{query}" if query else "")
    assert whole == back
    assert local_path(back) in (whole, HOME)


def test_a_form_leads_back_to_no_form() -> None:
    """What was sent without being known is not sent again."""
    assert "/login" == asked("POST").login_path()


def test_cookies_and_tokens_are_found() -> None:
    """By their names; another way of authorisation is none of ours."""
    one = asked(cookie="a=1; orewire=x=y;b", authorization="bearer  s")
    assert ("x=y", None, "", "s") == (
        one.cookie("orewire"),
        one.cookie("ore"),
        asked(cookie="a=").cookie("a"),
        one.bearer,
    )
    assert asked(authorization="Basic eDp5").bearer is None


@pytest.mark.parametrize(
    "name",
    ["forwarded", "x_forwarded_for", "x_forwarded_host", "x_forwarded_proto", "x_real_ip", "via", "cf_connecting_ip"],
)
def test_proxies_are_known_by_what_they_add(name: str) -> None:
    """By any of the headers that they add, also an empty one."""
    assert asked(**{name: ""}).is_forwarded
    assert not asked().is_forwarded


@pytest.mark.parametrize("given", ["Bearer", "Bearer ", "bearer   "])
def test_an_empty_token_is_none(given: str) -> None:
    """Who shows it is asked no more than who shows nothing."""
    assert asked(authorization=given).bearer is None
