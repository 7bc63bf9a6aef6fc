"""Access on one's own machine, over restarts, and behind a proxy."""

from __future__ import annotations

import json

import pytest

from tests.e2e.browsing import Browser
from tests.e2e.serving import Served, add_users, configure, served

pytestmark = pytest.mark.e2e
Factory = pytest.TempPathFactory
WATCH = {"name": "jadar", "project": "jadar", "kinds": "event", "do": "keep"}


def statuses(found: Served, browser: Browser) -> list[int]:
    """Of reading a page and the API, and of keeping a watch by both."""
    body = json.dumps({"country": ["RS"]}).encode()
    return [
        browser.get("/health").status,
        browser.get("/api/v1/events").status,
        browser.send("/watches", WATCH, page="/watches").status,
        browser.ask("PUT", "/api/v1/watches/w", body, **{"Content-Type": "application/json"}).status,
    ]


def test_without_users_this_machine_is_open(tmp_path_factory: Factory) -> None:
    """Pages are an analyst's; the API is open to read, and takes what a page of ours sends, but no stranger's."""
    with served(configure(tmp_path_factory.mktemp("open"), login="always")) as found:
        browser = found.browser()
        assert [200, 200, 303, 401] == statuses(found, browser)
        token = {"X-CSRF": browser.token("/watches"), "Content-Type": "application/json"}
        assert 200 == browser.ask("PUT", "/api/v1/watches/w", b"{}", **token).status
        assert 403 == browser.get("/users").status
        assert 403 == browser.get("/health", **{"X-Forwarded-For": "192.0.2.1"}).status


def test_an_endless_body_is_cut_off(tmp_path_factory: Factory) -> None:
    """Also where it is read before anybody looks who sends it."""
    with served(configure(tmp_path_factory.mktemp("endless"))) as found:
        page = found.browser().ask("POST", "/api/v1/reviews", b"[" * 21_000_001, **{"Content-Type": "application/json"})
        assert page.status in (400, 413)


def test_with_users_this_machine_may_read(tmp_path_factory: Factory) -> None:
    """Who changes something logs in; sessions outlive the service."""
    cli = configure(tmp_path_factory.mktemp("near"))
    add_users(cli)
    with served(cli) as found:
        browser = found.browser()
        assert [200, 200, 303, 401] == statuses(found, browser)
        assert "/login" == browser.send("/watches", WATCH, page="/watches").location
        browser.log_in("leo")
    with served(cli) as found:
        again = Browser(found.url, browser.cookies)
        assert "/watches" == again.send("/watches", WATCH, page="/watches").location


def test_with_login_always(tmp_path_factory: Factory) -> None:
    """Nobody reads who has not logged in; each visitor may ask so often, then waits; commands go on."""
    cli = configure(tmp_path_factory.mktemp("always"), login="always", rate="5/minute")
    add_users(cli)
    with served(cli) as found:
        asked = [found.browser().get("/api/v1/events") for _ in range(6)]
        assert [401] * 5 + [429] == [page.status for page in asked]
        assert 1 <= int(asked[-1].headers["Retry-After"]) <= 60
        assert 303 == found.browser(2).get("/health").status
        for _ in range(3):
            cli.run("events")


def test_behind_a_proxy(tmp_path_factory: Factory) -> None:
    """By https, cookies bear the prefix that keeps them ours; the proxy says who asks; its name is answered."""
    cli = configure(
        tmp_path_factory.mktemp("proxy"), public_url="https://ore.example.org", trusted_proxies=["127.0.0.9"]
    )
    add_users(cli)
    with served(cli) as found:
        told = {"Host": "ore.example.org", "X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https"}
        browser = found.browser(9)
        form = {"csrf": browser.token("/login"), "name": "leo", "password": "correct horse battery", "next": "/health"}
        page = browser.post("/login", form, Origin="https://ore.example.org", **told)
        assert 303 == page.status
        assert {"__Host-orewire", "__Host-orewire-visit"} == set(browser.cookies)
        assert "; Secure" in page.headers["Set-Cookie"]
        assert page.headers["Strict-Transport-Security"].startswith("max-age=")
        found.browser(8).post("/login", {}, **told)  # not from the proxy
        bearer = {"Authorization": f"Bearer {found.token}"}
        deeds = json.loads(found.browser().get("/api/v1/audit", **bearer).text)["deeds"]
        assert ["127.0.0.8", "192.0.2.7"] == [one["address"] for one in deeds]
        assert 400 == found.browser().get("/healthz", Host="evil.example").status
