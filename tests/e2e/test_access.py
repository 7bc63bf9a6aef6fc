"""Who may use the service: a team over the network, as real processes and real requests meet it."""

from __future__ import annotations

import base64
import json
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from store.connection import open_database
from tests.e2e.browsing import PASSWORD, Browser, Page
from tests.e2e.conftest import Cli
from tests.e2e.serving import Served, add_users, configure, say, served
from tests.store.conftest import article, mention, teller

pytestmark = pytest.mark.e2e
WATCH = {"name": "jadar", "project": "jadar", "kinds": "event", "do": "keep"}


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service that others can reach, with an admin, an analyst and a reader, and an event."""
    with served(team_of(tmp_path_factory.mktemp("team"))) as found:
        yield found


def team_of(folder: Path) -> Cli:
    cli = configure(folder, host="0.0.0.0")
    add_users(cli)
    with closing(open_database(cli.folder / "data" / "orewire.duckdb")) as connection:
        teller(connection)(article("a"), mention(countries=("CL",)))
    return cli


def ask(team: Served, method: str, path: str, secret: str, body: Any = None, *, number: int = 1) -> Page:
    """Ask the API by a token."""
    told = json.dumps(body).encode() if body is not None else None
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    return team.browser(number).ask(method, f"/api/v1/{path}", told, **headers)


def make_token(team: Served, user: str, role: str, **more: Any) -> dict[str, Any]:
    made = ask(team, "POST", "tokens", team.token, {"name": "bot", "user": user, "role": role, **more})
    assert 200 == made.status, made.text
    found: dict[str, Any] = json.loads(made.text)
    return found


def deeds(team: Served) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(ask(team, "GET", "audit", team.token).text)["deeds"]
    return found


@pytest.mark.parametrize("service", [{"host": "0.0.0.0"}, {"public_url": "https://ore.example.org"}])
def test_nobody_serves_everybody(tmp_path_factory: pytest.TempPathFactory, service: dict[str, str]) -> None:
    """Where others can reach it and nobody could log in, it does not start, exits 2, and says what to do."""
    cli = configure(tmp_path_factory.mktemp("alone"), **service)
    done = say(cli, "serve", ok=2)
    assert "orewire user add" in done.stderr
    assert not (cli.folder / "data" / "orewire.duckdb.service").exists()


@pytest.mark.parametrize("path", ["/health", "/watches", "/users", "/messages/x", "/nowhere"])
def test_a_page_leads_to_the_login(team: Served, path: str) -> None:
    """Whoever is unknown sees no page, and comes back to it afterwards."""
    page = team.browser().get(f"{path}?a=b")
    assert (303, f"/login?next={path}%3Fa%3Db") == (page.status, page.location)


@pytest.mark.parametrize("path", ["events", "health", "sql", "nowhere", "openapi.json"])
def test_the_api_needs_a_token(team: Served, path: str) -> None:
    """Also to read; a wrong token is none."""
    assert (401, 401) == (team.browser().get(f"/api/v1/{path}").status, ask(team, "GET", path, "guess").status)


def test_a_feed_reader_has_a_token_for_a_password(team: Served) -> None:
    """Of a watch's feed it reads what a reader may; at other addresses, or as anything else, that is no way in."""
    ask(team, "PUT", "watches/told", team.token, {"country": ["RS"]})
    secret = make_token(team, "rita", "reader")["secret"]
    told = {"Authorization": "Basic " + base64.b64encode(f"any:{secret}".encode()).decode()}
    asked = team.browser().get("/watches/told.atom")
    assert (401, True) == (asked.status, asked.headers["WWW-Authenticate"].startswith("Basic "))
    assert [200, 401, 303, 401] == [
        team.browser().get("/watches/told.atom", **told).status,
        team.browser().get("/watches/told.atom", Authorization="Basic !").status,
        team.browser().get("/watches", **told).status,
        team.browser().get("/api/v1/events", **told).status,
    ]


@pytest.mark.parametrize("path", ["/login", "/healthz"])
def test_what_is_open(team: Served, path: str) -> None:
    """The page to log in, and whether the service lives."""
    assert 200 == team.browser().get(path).status


def test_logging_in_and_out(team: Served) -> None:
    """One comes to the page that was wanted; logging out ends the session itself, not only its cookie."""
    browser = team.browser(2)
    page = browser.log_in("leo", wanted="/health")
    assert (303, "/health") == (page.status, page.location)
    told = page.headers["Set-Cookie"]
    assert all(part in told for part in ("HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=2592000"))
    assert 200 == browser.get("/health").status
    kept = dict(browser.cookies)
    assert "/login" == browser.send("/logout", {}, page="/watches").location
    assert 303 == Browser(team.url, kept).get("/health").status


def test_each_login_is_a_new_session(team: Served) -> None:
    """A cookie that somebody has put there beforehand is not the one that lets in."""
    browser = team.browser(3)
    browser.cookies["orewire"] = "planted"
    browser.log_in("rita")
    assert "planted" != browser.cookies["orewire"]
    assert 303 == Browser(team.url, {"orewire": "planted"}).get("/health").status


def test_a_wrong_password_and_an_unknown_name(team: Served) -> None:
    """Get the same answer, which does not tell who there is."""
    answers = [team.browser(4).log_in(name, "wrong password") for name in ("leo", "nobody")]
    assert [401, 401] == [page.status for page in answers]
    assert 1 == len({page.text.split("</form>")[-1] for page in answers})
    assert all("do not belong together" in page.text for page in answers)


def test_too_many_tries_for_a_name(team: Served) -> None:
    """After five within a minute not even the right password helps; others log in."""
    tries = [team.browser(10 + number).log_in("Paul", "wrong password").status for number in range(5)]
    page = team.browser(20).log_in("paul")
    assert ([401] * 5, 429) == (tries, page.status)
    assert 1 <= int(page.headers["Retry-After"]) <= 60
    assert 303 == team.browser(20).log_in("ana").status


def test_too_many_tries_from_an_address(team: Served) -> None:
    """After ten, whomever they are for."""
    tries = [team.browser(21).log_in(f"name{number}", "wrong password").status for number in range(11)]
    assert [401] * 10 + [429] == tries


def test_who_leaves_in_the_midst_of_a_form_is_no_fault(team: Served) -> None:
    """It is recorded; the log told of each with the whole way to where it was noticed."""
    parts = urlsplit(team.url)
    with socket.create_connection((parts.hostname, parts.port)) as half:
        half.sendall(b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 50\r\n\r\nname=")
        time.sleep(0.5)  # until its head was read
    time.sleep(1.5)
    assert "refused (400)" in [deed["outcome"] for deed in deeds(team)]
    assert "Traceback" not in team.log.read_text(encoding="utf-8")


@pytest.mark.parametrize("wanted", ["//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example"])
def test_nobody_is_led_elsewhere(team: Served, wanted: str) -> None:
    """Whatever the address says where to go."""
    number = 30 + len(wanted)
    page = team.browser(number).log_in("ana" if number % 2 else "leo", wanted=wanted)
    assert (303, "/") == (page.status, page.location)


def test_what_each_role_may(team: Served) -> None:
    """A reader reads, an analyst keeps watches, an admin sees the users; each is told which role it takes."""
    by_role = {}
    for role in ("reader", "analyst", "admin"):
        browser = session_of(team, role)
        kept = browser.send("/watches", {**WATCH, "name": f"of {role}"}, page="/watches")
        by_role[role] = [browser.get("/watches").status, kept.status, browser.get("/users").status]
    assert {"reader": [200, 403, 403], "analyst": [200, 303, 403], "admin": [200, 303, 200]} == by_role


def session_of(team: Served, role: str, name: str | None = None, *, number: int = 1) -> Browser:
    """Somebody new of that role, who has just logged in from an address that nobody else logs in from."""
    name = name or f"u{next(NUMBERS)}"
    body = {"name": name, "role": role, "password": PASSWORD}
    assert 200 == ask(team, "POST", "users", team.token, body).status
    browser = Browser(team.url, address=f"127.0.1.{next(NUMBERS)}")
    assert 303 == browser.log_in(name).status
    browser.address = f"127.0.0.{number}"
    return browser


NUMBERS = count(1)


@pytest.mark.parametrize(
    ("method", "path", "body", "statuses"),
    [
        ("GET", "events", None, [200, 200, 200]),
        ("PUT", "watches/w", {"country": ["RS"]}, [403, 200, 200]),
        ("POST", "sql", "SELECT 1", [403, 400, 400]),
        ("POST", "reprocess", None, [403, 403, 200]),
        ("GET", "users", None, [403, 403, 200]),
        ("GET", "audit", None, [403, 403, 200]),
        ("POST", "tokens", {"name": "x", "user": "rita", "role": "reader"}, [403, 403, 200]),
    ],
)
def test_what_each_token_may(team: Served, method: str, path: str, body: Any, statuses: list[int]) -> None:
    """The same as its role."""
    secrets = [make_token(team, "ana", role)["secret"] for role in ("reader", "analyst", "admin")]
    assert statuses == [ask(team, method, path, secret, body).status for secret in secrets]


def test_nobody_decides_in_the_name_of_another(tmp_path: Path) -> None:
    """Who has a token decides as who they are; a command says who it asks for, and what nobody can read is replaced."""
    body = {"action": "accept", "event": 1, "who": "bob"}
    with served(team_of(tmp_path)) as own_team:  # the others' event goes when it is understood again
        own = ask(own_team, "POST", "reviews", make_token(own_team, "ana", "analyst")["secret"], body)
        assert (200, "ana") == (own.status, json.loads(own.text)["who"])
        for who, written in (("bob", "bob"), ("\ud800", "?")):
            told = ask(own_team, "POST", "reviews", own_team.token, {**body, "who": who})
            assert (200, written) == (told.status, json.loads(told.text)["who"])


def test_a_form_must_be_of_a_page_of_ours(team: Served) -> None:
    """Without its token, with that of another visitor, or from elsewhere, nothing is done."""
    browser, other = session_of(team, "analyst"), session_of(team, "analyst")
    form = {**WATCH, "name": "forged"}
    assert [403] * 5 == [
        browser.post("/watches", form).status,
        browser.post("/watches", {**form, "csrf": other.token("/watches")}).status,
        browser.send("/watches", form, page="/watches", Origin="https://evil.example").status,
        browser.send("/watches", form, page="/watches", Origin="null").status,
        browser.send("/watches", form, page="/watches", **{"Sec-Fetch-Site": "cross-site"}).status,
    ]
    assert "forged" not in browser.get("/watches").text


def test_nobody_is_logged_in_by_a_page_elsewhere(team: Served) -> None:
    """The form by which one logs in has a token, too."""
    form = {"name": "ana", "password": PASSWORD, "next": "/"}
    assert 403 == team.browser(45).post("/login", form).status


def test_a_script_of_ours_says_that_it_is(team: Served) -> None:
    """The API takes a session only with the token of a page, or where the browser says that a page of ours asks."""
    browser = session_of(team, "analyst")
    body, kind = b'{"country": ["RS"]}', {"Content-Type": "application/json"}
    token = browser.token("/watches")
    assert [403, 403, 200, 200] == [
        browser.ask("PUT", "/api/v1/watches/s", body, **kind, **more).status
        for more in ({}, {"X-CSRF": "guess"}, {"X-CSRF": token}, {"Sec-Fetch-Site": "same-origin"})
    ]


def test_a_token_ends_at_its_time(team: Served) -> None:
    """And one that is revoked at once."""
    until = datetime.now(UTC) + timedelta(seconds=4)
    short = make_token(team, "leo", "reader", expires_at=until.isoformat())["secret"]
    made = make_token(team, "leo", "reader")
    before = [ask(team, "GET", "events?limit=1", secret).status for secret in (short, made["secret"])]
    ask(team, "DELETE", f"tokens/{made['token']['id']}", team.token)
    revoked = ask(team, "GET", "events?limit=1", made["secret"]).status
    time.sleep(max(0.0, (until - datetime.now(UTC)).total_seconds()))
    assert ([200, 200], 401, 401) == (before, revoked, ask(team, "GET", "events?limit=1", short).status)


def test_another_password_ends_the_sessions(team: Served) -> None:
    """At once; so does disabling, which ends the tokens, too."""
    browser, secret = session_of(team, "analyst", "eva"), make_token(team, "eva", "analyst")["secret"]
    assert 200 == browser.get("/health").status
    say(team.cli, "user", "password", "eva", "--password-stdin", stdin="another fine password\n")
    assert [303, 200] == [browser.get("/health").status, ask(team, "GET", "health", secret).status]
    again = Browser(team.url, address="127.0.0.50")
    assert 303 == again.log_in("eva", "another fine password").status
    say(team.cli, "user", "disable", "eva")
    assert [303, 401] == [again.get("/health").status, ask(team, "GET", "health", secret).status]
    assert 401 == team.browser(51).log_in("eva", "another fine password").status


def test_the_page_of_users(team: Served) -> None:
    """An admin lets people in and shuts them out, makes a token, whose secret is shown once, and sees what was done."""
    browser = session_of(team, "admin")
    bad = browser.send("/users/add", {"name": "max", "role": "reader", "password": "short"}, page="/users")
    assert (400, True) == (bad.status, "expected 12" in bad.text)
    form = {"name": "max", "role": "reader", "password": PASSWORD}
    assert 303 == browser.send("/users/add", form, page="/users").status
    made = browser.send("/tokens/add", {"name": "<b>", "user": "max", "role": "reader"}, page="/users")
    secret = made.text.split("<code>orewire_")[1].split("</code>")[0]
    assert 200 == ask(team, "GET", "events", f"orewire_{secret}").status
    assert 303 == browser.send("/users/disable", {"name": "max"}, page="/users").status
    page = browser.get("/users").text
    assert (True, False, False) == ("&lt;b&gt;" in page, "<b>" in page, secret in page)
    assert "POST tokens" in page


def test_what_was_done_is_recorded(team: Served) -> None:
    """Who, by which role, what, which one, from where, and how it ended."""
    browser = session_of(team, "analyst", "olga", number=60)
    browser.send("/watches", {**WATCH, "name": "recorded"}, page="/watches")
    browser.send("/users/remove", {"name": "ana"}, page="/watches")
    team.browser(60).log_in(PASSWORD, "wrong password")  # in the wrong field
    found = [one for one in deeds(team) if one["address"] == "127.0.0.60"][::-1]
    assert [
        ("olga", "analyst", "POST watches", "recorded", "done"),
        ("olga", "analyst", "POST users", "remove", "refused (403)"),
        ("unknown", "none", "POST login", "", "refused (401)"),
    ] == [(one["who"], one["role"], one["what"], one["target"], one["outcome"]) for one in found]


def test_nothing_secret_is_written_down(team: Served) -> None:
    """Neither in the log nor in the record: no password, no token, no session."""
    browser, secret = session_of(team, "reader"), make_token(team, "rita", "reader")["secret"]
    session = browser.cookies["orewire"]
    browser.get("/health")
    ask(team, "GET", "events", secret)
    team.browser(61).log_in(PASSWORD, PASSWORD)
    told = team.log.read_text(encoding="utf-8") + json.dumps(deeds(team))
    assert [] == [one for one in (session, secret, team.token, PASSWORD, "argon2") if one in told]


def test_the_headers_of_every_answer(team: Served) -> None:
    """Also where nothing is found, or nobody let in; a page that says of its own what it loads keeps that."""
    token = {"Authorization": f"Bearer {team.token}"}
    answers = [
        team.browser().get("/api/v1/events/999", **token),
        team.browser().get("/health"),
        team.browser().get("/healthz", Host="evil.example"),
        team.browser().get("/api/v1/health", **token),
    ]
    assert [404, 303, 400, 200] == [page.status for page in answers]
    for page in answers:
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
        assert ("nosniff", "same-origin") == (page.headers["X-Content-Type-Options"], page.headers["Referrer-Policy"])
        assert page.headers["Strict-Transport-Security"] is None
    assert "unsafe-inline" not in team.browser().get("/watches", **token).headers["Content-Security-Policy"]


def test_the_same_with_and_without_the_service(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Users and tokens are made, listed and taken away; a wrong one is told, exit 2; all is recorded."""
    cli = configure(tmp_path_factory.mktemp("both"))
    alone = manage(cli)
    with served(cli):
        asked = manage(cli)
    assert alone == asked
    recorded = json.loads(cli.run("audit", "--format", "json"))
    done = ["{who} {what} {target}".format(**one) for one in recorded[::-1] if one["outcome"] == "done"]
    changes = ["POST users ana", "POST tokens bot of ana", "DELETE tokens {}", "PUT users ana/password"]
    changes += ["POST users ana/disable", "DELETE users ana"]
    assert [f"service {change.format(number)}" for number in (1, 2) for change in changes] == done


def manage(cli: Any) -> list[str]:
    said = [
        say(cli, "user", "add", "ana", "--role", "admin", "--password-stdin", stdin=f"{PASSWORD}\n").stdout,
        say(cli, "user", "add", "ana", "--role", "admin", "--password-stdin", stdin=f"{PASSWORD}\n", ok=2).stderr,
        say(cli, "user", "add", "leo", "--role", "reader", "--password-stdin", stdin="short\n", ok=2).stderr,
        say(cli, "token", "add", "bot", "--user", "ana", "--role", "reader", "--expires", "90d").stderr.split(" for ")[
            1
        ][:20],
        say(cli, "token", "add", "bot", "--user", "ana", "--role", "reader", "--expires", "2020-01-01", ok=2).stderr,
        say(cli, "token", "revoke", "77", ok=2).stderr,
    ]
    (token,) = json.loads(cli.run("token", "list", "--format", "json"))
    said.append(say(cli, "token", "revoke", str(token["id"])).stdout.split("(")[1])
    said.append(say(cli, "user", "password", "ana", "--password-stdin", stdin="another password\n").stdout)
    said.append(say(cli, "user", "disable", "ana").stdout)
    said.append(cli.run("user", "list", "--format", "csv").split(",")[0])
    said.append(say(cli, "user", "remove", "ana").stdout)
    return said
