"""The pages as people use them, in a real browser over the real service and the sample newsroom."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page

from orewire.newsroom.server import feed_list, serve_newsroom
from tests.e2e.browsing import PASSWORD
from tests.e2e.conftest import Cli, make_cli
from tests.e2e.screen import Screen, barriers, chromium, overflow, take_picture
from tests.e2e.serving import Served, add_users, configure, served

pytestmark = pytest.mark.e2e
PAGES = (
    "/", "/search?country=RS", "/search?text=lithium&view=articles", "/search?type=protest&country=FR", "/events/1",
    "/projects", "/projects/JADAR", "/countries", "/countries/RS", "/minerals", "/minerals/lithium", "/stories/1",
    "/trends?by=family&period=month&since=2025-01-01", "/map", "/digests", "/watches", "/health", "/queue",
    "/sql?sql=SELECT type, count(*) AS events FROM event_list GROUP BY ALL ORDER BY ALL", "/codebook", "/about",
    "/api", "/nothing-here",
)  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service over what the sample newsroom tells."""
    with serve_newsroom(0) as base_url:
        cli = make_cli(tmp_path_factory.mktemp("site"), {one.name: one.url for one in feed_list(base_url) if one.url})
        cli.run("run", ok=(0, 1))
    with served(cli) as service:
        yield service


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def screen(browser: Browser, site: Served) -> Iterator[Screen]:
    opened = Screen(browser, site.url)
    yield opened
    opened.close()


def address_of(page: str, site: Served) -> str:
    """The dossier has a number that the store gives it."""
    if "JADAR" not in page:
        return page
    location = site.browser().get("/project?name=Jadar").location
    assert location is not None
    return location


def name_of(page: str) -> str:
    return re.sub(r"\W+", "-", urlsplit(page).path).strip("-") or "overview"


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def count(page: Page) -> int:
    """How many events the page of results tells of."""
    return int(page.locator("h1").inner_text().split()[0].replace(",", ""))


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_it(screen: Screen, site: Served, page: str, scheme: str) -> None:
    """Axe finds no barrier, in light and dark; a picture of the page is kept for a person to look at."""
    opened = screen.open(address_of(page, site), color_scheme=scheme, viewport={"width": 1280, "height": 900})
    opened.evaluate("document.querySelectorAll('main details').forEach(one => one.open = true)")
    assert [] == barriers(opened)
    take_picture(opened, f"{name_of(page)}-{scheme}")


@pytest.mark.parametrize("page", PAGES)
def test_a_narrow_screen(screen: Screen, site: Served, page: str) -> None:
    """Nothing is wider than a phone of 320 points."""
    opened = screen.open(address_of(page, site), viewport={"width": 320, "height": 700})
    assert 0 == overflow(opened)
    take_picture(opened, f"{name_of(page)}-narrow")


def test_search_by_country_and_mineral(screen: Screen) -> None:
    """What is typed is found, by name or code; the address says what was asked, and leads others to the same."""
    page = screen.open("/search")
    everything = count(page)
    page.get_by_label("Country", exact=True).fill("Serbia")
    page.get_by_label("Mineral", exact=True).fill("lithium")
    page.get_by_role("button", name="Show").click()
    assert {"country": ["RS"], "mineral": ["lithium"]} == asked(page)
    assert 0 < count(page) < everything
    assert all("Serbia" in told for told in page.locator("ol.events > li .meta").all_inner_texts())
    assert page.locator("h3").all_inner_texts() == screen.open(page.url).locator("h3").all_inner_texts()


def test_a_facet_narrows_and_is_taken_back(screen: Screen) -> None:
    """A value with its count leads to as many events; the same value again to all."""
    page = screen.open("/search?country=RS")
    before, choice = count(page), page.locator(".facets a", has_text="permits").first
    told = int(choice.locator(".count").inner_text())
    choice.click()
    assert told == count(page)
    page.locator(".facets a[aria-current]", has_text="permits").click()
    assert before == count(page)


def test_the_evidence_stands_in_its_context(screen: Screen) -> None:
    """From a result to the sentence that proves it, marked among those around it, and to its source."""
    page = screen.open("/search?country=RS&type=protest")
    page.locator("ol.events h3 a").first.click()
    proof = page.locator("blockquote.proof").inner_text()
    around = page.locator(".sources blockquote", has=page.locator("mark")).first
    assert proof[:40] in around.locator("mark").inner_text()
    assert len(around.inner_text()) > len(proof) + 50
    assert (page.locator(".sources a").first.get_attribute("href") or "").startswith("http://127.0.0.1:")


def test_a_correction_changes_the_counts(screen: Screen) -> None:
    """An event of another type counts there at once, says who decided so, and can be taken back."""
    strikes, protests = "/search?type=strike", "/search?type=protest"
    before = [count(screen.open(one)) for one in (strikes, protests)]
    page = screen.open(protests)
    page.locator("ol.events h3 a").first.click()
    event = page.url
    page.locator("summary", has_text="Edit").click()
    page.get_by_label("What happened").select_option("strike")
    page.get_by_label("Why", exact=True).first.fill("workers, not residents")
    page.get_by_role("button", name="Keep the changes").click()
    assert (event, True) == (page.url, "Edited by local" in page.locator("aside").inner_text())
    assert [before[0] + 1, before[1] - 1] == [count(screen.open(one)) for one in (strikes, protests)]
    page.get_by_role("button", name="Take back: edit").click()
    assert before == [count(screen.open(one)) for one in (strikes, protests)]


def test_what_is_rejected_counts_nowhere(screen: Screen) -> None:
    """From the queue, and back by its own page."""
    page = screen.open("/queue")
    everything, first = count(screen.open("/search")), page.locator("ol.events h2 a").first.get_attribute("href")
    page.get_by_role("button", name="Reject").first.click()
    assert page.url.endswith("/queue")
    assert everything - 1 == count(screen.open("/search"))
    page = screen.open(first or "")
    assert "there is no such event" in page.locator("main").inner_text()
    page.get_by_role("button", name="Take back: reject").click()
    assert everything == count(screen.open("/search"))


def test_a_wrong_edit_is_told(screen: Screen) -> None:
    """What means nothing is refused with what is allowed, nothing is changed, and nothing need be filled in again."""
    page = screen.open("/events/1")
    page.locator("summary", has_text="Edit").click()
    page.get_by_label("Minerals").fill("unobtainium")
    page.get_by_label("Who acts").fill("The mayor")
    page.get_by_role("button", name="Keep the changes").click()
    assert "unobtainium" in page.get_by_role("alert").inner_text()
    assert ["unobtainium", "The mayor"] == [page.get_by_label(one).input_value() for one in ("Minerals", "Who acts")]
    assert "unobtainium" not in screen.open("/events/1").locator("aside").inner_text()


def test_a_search_is_watched(screen: Screen) -> None:
    """'Watch this' fills the form in; the watch is tried, kept, listed, and removed."""
    page = screen.open("/search?country=RS&type=protest")
    page.get_by_role("link", name="Watch this").click()
    assert ("RS", ["protest"]) == (
        page.get_by_label("Countries").input_value(),
        page.get_by_label("What happened").evaluate("list => [...list.selectedOptions].map(one => one.value)"),
    )
    page.get_by_label("Name", exact=True).fill("Serbian protests")
    page.get_by_role("button", name="Keep the watch").click()
    assert "Serbian protests" in page.locator("main").inner_text()
    page.get_by_role("button", name="Remove Serbian protests").click()
    assert "Serbian protests" not in page.locator("main").inner_text()


def test_sql_is_asked_and_kept(screen: Screen) -> None:
    """An answer as a table, a query kept by name, and one that is not allowed told as such."""
    page = screen.open("/sql")
    page.get_by_role("button", name="Ask").click()
    assert "investment" in page.get_by_role("region", name="Answer").inner_text()
    page.get_by_label("Keep it as").fill("by type")
    page.get_by_role("button", name="Keep", exact=True).click()
    page.get_by_role("link", name="by type").click()
    assert "rows" in page.locator("h2").first.inner_text()
    page.get_by_role("button", name="Remove by type").click()
    page.get_by_label("Query").fill("DROP TABLE events")
    page.get_by_role("button", name="Ask").click()
    assert page.get_by_role("alert").inner_text()


def test_by_keyboard_alone(screen: Screen) -> None:
    """Past the navigation, through a form, to a result and its source, without a mouse."""
    page = screen.open("/search")
    page.keyboard.press("Tab")
    assert "Skip to the content" == page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "country":
            break
    page.keyboard.type("RS")
    page.keyboard.press("Enter")
    page.wait_for_url("**country=RS")
    page.locator("ol.events h3 a").first.focus()
    assert "0px" != page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    page.keyboard.press("Enter")
    page.wait_for_url("**/events/*")


def test_without_scripts(screen: Screen) -> None:
    """The form searches, facets narrow, the pages have their pictures, times stand there in UTC."""
    page = screen.open("/search", java_script_enabled=False)
    page.get_by_label("Country", exact=True).fill("Chile")
    page.get_by_role("button", name="Show").click()
    assert {"country": ["CL"]} == asked(page)
    assert 0 < count(page)
    page.goto("/trends?by=family&period=month&since=2025-01-01")
    assert 1 <= page.locator("figure img").count()
    page.goto("/health")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", page.locator("td time").first.inner_text())


def test_times_are_in_the_zone_of_the_reader(screen: Screen) -> None:
    """With scripts; the page says which zone."""
    page = screen.open("/health", timezone_id="Asia/Tokyo", locale="en-GB")
    told = page.locator("td time").first
    assert "UTC" in (told.get_attribute("title") or "")
    assert "Asia/Tokyo" in page.locator("footer").inner_text()
    assert told.inner_text() not in (told.get_attribute("title") or "")


def test_nothing_moves_while_it_loads(screen: Screen) -> None:
    """No layout shift on the pages with pictures."""
    for address in ("/", "/countries/RS", "/trends?by=family&period=month&since=2025-01-01"):
        page = screen.open(address)
        shift = page.evaluate(
            """() => new Promise(done => {
                let sum = 0;
                new PerformanceObserver(list => list.getEntries().forEach(one => sum += one.value))
                    .observe({type: "layout-shift", buffered: true});
                setTimeout(() => done(sum), 300);
            })"""
        )
        assert shift < 0.01, address


def test_nothing_is_loaded_from_elsewhere(screen: Screen, site: Served) -> None:
    """Every request of every page goes to the service."""
    page = screen.open("/")
    seen: set[str] = set()
    page.on("request", lambda request: seen.add(request.url))
    for address in PAGES:
        page.goto(address_of(address, site), wait_until="networkidle")
    assert set() == {one for one in seen if not one.startswith((site.url, "data:"))}


def test_a_dossier_on_paper(screen: Screen, site: Served) -> None:
    """Without navigation and forms."""
    page = screen.open(address_of("/projects/JADAR", site))
    page.emulate_media(media="print")
    assert [False, False] == [page.locator(one).first.is_visible() for one in (".top", "footer")]
    assert page.locator("h1").is_visible()
    take_picture(page, "projects-JADAR-print")


def test_people_log_in(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A reader reads and corrects nothing, an analyst corrects; who is not logged in is led there and back."""
    cli: Cli = configure(tmp_path_factory.mktemp("team"), login="always")
    add_users(cli)
    with served(cli) as team:
        screen = Screen(browser, team.url)
        page = screen.open("/watches")
        assert page.url.split("?")[0].endswith("/login")
        for name, password in (("rita", "not this one"), ("rita", PASSWORD)):
            page.get_by_label("Name").fill(name)
            page.get_by_label("Password").fill(password)
            page.get_by_role("button", name="Log in").click()
        assert page.url.endswith("/watches")
        assert "rita, reader" in page.locator("footer").inner_text()
        assert [] == barriers(page)
        page.get_by_role("button", name="Log out").click()
        assert "Log in" == page.locator("h1").inner_text()
        take_picture(page, "login")
        screen.close()
