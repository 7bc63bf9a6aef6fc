"""What a page says and what is behind its links agree."""

from __future__ import annotations

import html
import re

from tests.web.conftest import Service


def links(page: bytes, path: str) -> list[str]:
    """The addresses on a page that begin with a path."""
    return [html.unescape(one) for one in re.findall(rf'href="({re.escape(path)}[^"]*)"', page.decode())]


def test_the_families_of_the_overview_lead_to_what_they_count(service: Service) -> None:
    """A card and the results behind it are of the same days: what is planned beyond them is in neither."""
    counted = re.findall(
        r'href="(/search\?[^"]*family=[^"]*)"[^>]*>(?:(?!</a>).)*?([\d,]+)', service.ask("/").body.decode(), re.DOTALL
    )
    assert counted
    for link, number in counted:
        query = html.unescape(link).partition("?")[2]
        assert "since=" in query and "until=" in query
        assert int(number.replace(",", "")) == service.ask(f"/api/v1/events?{query}&limit=0").json["total"]


def test_the_page_of_a_project_leads_to_its_own_events(service: Service) -> None:
    """Not to those of others whose names begin with its name: `Mine 1` is in `Mine 10`."""
    project = service.ask("/api/v1/project?name=Mine%201").json["project"]
    page = service.ask(f"/projects/{project['id']}").body
    (query,) = {link.partition("?")[2] for link in links(page, "/search?")}
    assert f"project=%23{project['id']}" == query
    assert project["events"] == service.ask(f"/api/v1/events?{query}&limit=0").json["total"]
    results = service.ask(f"/search?{query}").body.decode()
    assert "this project" in results
    assert "#new" in links(page, "/watches?")[0]
    assert f'value="#{project["id"]}"' in service.ask(links(page, "/watches?")[0].partition("#")[0]).body.decode()
