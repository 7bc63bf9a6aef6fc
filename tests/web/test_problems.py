"""Errors of the API: problem+json with what was wrong and what is allowed, whatever went wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orewire.model.codes import EVENT_TYPES
from orewire.model.errors import UnknownValue, UsageError
from orewire.model.event import Filters
from orewire.web.problems import PROBLEM_TYPE, usage_problem
from tests.web.conftest import Service


@pytest.mark.parametrize(
    ("found", "near"),
    [("protests", "protest"), ("Permit_Granted", "permit_granted"), ("strikes", "strike"), ("zzz", None), ("", None)],
)
def test_near_misses(found: str, near: str | None) -> None:
    """What is written most alike is named, if anything is alike enough."""
    error = UnknownValue("type", found, EVENT_TYPES)
    assert (near, near is not None) == (error.near, "did you mean" in str(error))


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_usage_error_is_a_problem(name: str, found: str) -> None:
    """Its words are the detail; what was found is told where it can be told apart."""
    for error in (UsageError(name), UsageError(f"{name}: found {found!r}, expected x"), UnknownValue(name, found, ())):
        problem = usage_problem(error)
        assert (400, str(error)) == (problem.status, problem.detail)


@pytest.mark.e2e
@pytest.mark.parametrize(
    ("path", "body", "told"),
    [
        ("watches/w", r'{"text": "\ud800"}', "characters that UTF-8 can hold"),
        ("watches/w", '{"actor": ["a"' + ', "a"' * 500 + "]}", "500 values of actor at most"),
        ("watches/" + "w" * 201, "{}", "1 to 200 characters on one line"),
        ("watches/%E2%80%AEw", "{}", "1 to 200 characters on one line"),
        ("queries/q", r'{"sql": "\ud800"}', "a character that no text can hold"),
    ],
)
def test_what_is_no_text_is_no_fault(service: Service, path: str, body: str, told: str) -> None:
    """It was kept, and shown, or ended as a fault of ours."""
    headers = {"Authorization": f"Bearer {service.token}", "Content-Type": "application/json"}
    answer = service.ask(f"/api/v1/{path}", method="PUT", body=body.encode(), **headers)
    assert 400 == answer.status
    assert told in answer.json["detail"]


@pytest.mark.e2e
@pytest.mark.parametrize(
    ("path", "status", "parameter", "found"),
    [
        ("events?type=protests", 400, "type", "protests"),
        ("events?family=x", 400, "family", "x"),
        ("events?stance=against", 400, "stance", "against"),
        ("events?status=done", 400, "status", "done"),
        ("events?country=Chile", 400, "country", "Chile"),
        ("events?country=ZQ", 400, "country", "ZQ"),
        ("events?mineral=lithum", 400, "mineral", "lithum"),
        ("events?since=2025-02-30", 400, "since", "2025-02-30"),
        ("events?since=1735689600", 400, "since", "1735689600"),
        ("events?seen_since=2025-01-01", 400, "seen_since", "2025-01-01"),
        ("events?limit=1001", 400, "limit", "1001"),
        ("events?limit=ten", 400, "limit", "ten"),
        ("events?colour=red", 400, "parameter", "colour"),
        ("health?colour=red", 400, "parameter", "colour"),
        ("trends?period=hour", 400, "period", "hour"),
        ("trends?by=colour", 400, "by", "colour"),
        ("facets?by=source", 400, "by", "source"),
        ("movers?limit=0", 400, "limit", "0"),
        ("search?text=a&sort=size", 400, "sort", "size"),
        ("projects?standing=dead", 400, "standing", "dead"),
        ("projects?mineral=lithum", 400, "mineral", "lithum"),
        ("project", 400, "name", None),
        ("deliveries?state=lost", 400, "state", "lost"),
        ("messages?kind=post", 400, "kind", "post"),
        ("export?format=pdf", 400, "format", "pdf"),
        ("events.pdf", 406, "form", "pdf"),
        ("events/99999999", 404, None, None),
        ("events/99999999999999999999999", 404, None, None),
        ("nothing", 404, None, None),
    ],
)
def test_problems(service: Service, path: str, status: int, parameter: str | None, found: str | None) -> None:
    """Each tells its status, the parameter, and what was found."""
    answer = service.ask(f"/api/v1/{path}")
    told = answer.json
    assert (status, PROBLEM_TYPE) == (answer.status, answer.headers["Content-Type"])
    assert (status, parameter, found) == (told["status"], told.get("parameter"), told.get("found"))
    assert told["title"] and told["detail"] and told["type"].startswith("/api#")


@pytest.mark.e2e
def test_a_country_by_its_name(service: Service) -> None:
    """The code that was meant is named."""
    assert service.ask("/api/v1/events?country=Chile").json["detail"].endswith("did you mean CL?")


@pytest.mark.e2e
def test_methods(service: Service) -> None:
    """405 tells all methods that there are."""
    answer = service.ask("/api/v1/reviews", method="DELETE")
    assert (405, "GET, HEAD, POST") == (answer.status, answer.headers["Allow"])
    assert PROBLEM_TYPE == answer.headers["Content-Type"]


@pytest.mark.e2e
def test_without_the_token(service: Service) -> None:
    """401, with how to show who one is."""
    answer = service.ask("/api/v1/round", method="POST", body=b"")
    assert (401, "Bearer", PROBLEM_TYPE) == (
        answer.status, answer.headers["WWW-Authenticate"], answer.headers["Content-Type"],
    )  # fmt: skip


@pytest.mark.e2e
def test_a_body_that_is_too_long(service: Service) -> None:
    """413, with how long it may be."""
    told = {"Authorization": f"Bearer {service.token}", "Content_Type": "text/plain"}
    answer = service.ask("/api/v1/sql", method="POST", body=b" " * 1_000_001, **told)
    assert (413, True) == (answer.status, "1000000 bytes" in answer.json["detail"])


@pytest.mark.e2e
def test_the_client_says_the_same(service: Service) -> None:
    """What the command line shows is the detail."""
    with pytest.raises(UsageError, match=r"type: found 'protests'.*did you mean protest\?"):
        service.client().find_events(Filters(type=("protests",)))
