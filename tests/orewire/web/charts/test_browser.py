"""The pages in a real browser: what is dragged is asked for, nothing is refused by the policy, everybody can use it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.e2e.screen import chromium

pytestmark = pytest.mark.e2e
TRENDS = "/trends?by=mineral&period=week&since=2025-10-06&until=2025-11-17"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[Any]:
    """Opens an address; at the end nothing must have been complained of."""
    complaints: list[str] = []
    contexts = []

    def opened(address: str, **settings: Any) -> Page:
        contexts.append(browser.new_context(base_url=site, **settings))
        page = contexts[-1].new_page()
        page.on("console", lambda said: complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address, wait_until="networkidle")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [] == complaints


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


@pytest.mark.parametrize("width", [360, 800, 1400])
def test_a_span_that_is_dragged_is_asked_for(open_page: Any, width: int) -> None:
    """To the day where it was let go, on each of the three pictures."""
    page = open_page(TRENDS, viewport={"width": width, "height": 900})
    box = page.locator(".brush").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 6, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 25, steps=4)
    assert "2025-10-13 until 2025-10-27" == page.locator(".brush output").inner_text()
    page.mouse.up()
    page.wait_for_url("**since=2025-10-13**")
    assert (["2025-10-27"], ["mineral"]) == (asked(page)["until"], asked(page)["by"])


def test_a_span_by_keys(open_page: Any) -> None:
    """Without a mouse: the end moves, with Shift the beginning; Escape drops it, Enter shows it."""
    page = open_page(TRENDS)
    brush, said = page.locator(".brush"), page.locator(".brush output")
    brush.focus()
    for key in ("ArrowLeft", "Shift+ArrowRight", "Shift+ArrowRight"):
        page.keyboard.press(key)
    assert "2025-10-08 until 2025-11-16" == said.inner_text()
    page.keyboard.press("Escape")
    assert "" == said.inner_text()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    page.wait_for_url("**until=2025-11-16**")
    assert ["2025-10-06"] == asked(page)["since"]


def test_without_a_script(open_page: Any) -> None:
    """The fields of the form do the same, and a spot of the map is a link."""
    page = open_page(TRENDS, java_script_enabled=False)
    page.get_by_text("Ask otherwise").click()
    page.get_by_label("Before").fill("2025-11-14")
    page.get_by_role("button", name="Show").click()
    assert ["2025-11-14"] == asked(page)["until"]
    page.goto("/map?type=strike")
    page.get_by_role("link", name="Chile: 1 event").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/countries/CL")


@pytest.mark.parametrize("address", [TRENDS, "/map?region=europe", "/map", "/", "/countries/RS", "/project?name=Jadar"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_everybody_can_use_it(open_page: Any, address: str, scheme: str, width: int) -> None:
    """By the rules of WCAG 2.2 AA that a program can check, and without scrolling sideways."""
    page = open_page(address, color_scheme=scheme, viewport={"width": width, "height": 900})
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}
    found = Axe().run(page, options=rules).response["violations"]
    assert [] == [(one["id"], [node["html"][:200] for node in one["nodes"]][:3]) for one in found]
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_nothing_moves_when_pictures_arrive(open_page: Any) -> None:
    """Their sizes are known before."""
    page = open_page("about:blank")
    page.add_init_script(
        "window.moved = 0; new PerformanceObserver((list) => { for (const one of list.getEntries())"
        " window.moved += one.value; }).observe({ type: 'layout-shift', buffered: true });"
    )
    page.goto(TRENDS, wait_until="networkidle")
    assert 0 == page.evaluate("window.moved")


def test_the_picture_follows_the_dark(open_page: Any) -> None:
    """Its words are bright there, though it is a file of its own."""
    shots = []
    for scheme in ("light", "dark"):
        page = open_page("/charts/trend.svg?by=mineral", color_scheme=scheme)
        shots.append(page.evaluate("getComputedStyle(document.querySelector('text')).fill"))
    assert ["rgb(95, 91, 84)", "rgb(170, 164, 152)"] == shots
