"""A real browser: Debian's Chromium, driven by Playwright. What its console complains of fails the test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.e2e.conftest import ROOT

SCREENSHOTS = ROOT / "screenshots"
"""Where a person can look at every page afterwards."""
_REFUSED = "Failed to load resource"
"""How the console tells of an answer such as 400, which a test may have asked for."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser; the test fails where it is not installed, as nobody would notice that it was skipped."""
    path = shutil.which("chromium")
    if path is None:
        pytest.fail("found no Chromium: apt-get install chromium (make test does it where it may)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass(slots=True)
class Screen:
    """Windows on one site; what their consoles complained of."""

    browser: Browser
    url: str
    complaints: list[str] = field(default_factory=list)
    _contexts: list[BrowserContext] = field(default_factory=list)

    def open(self, address: str = "/", **settings: Any) -> Page:
        """A window of its own, with cookies of its own, that shows the page."""
        self._contexts.append(self.browser.new_context(base_url=self.url, **settings))
        page = self._contexts[-1].new_page()
        page.on("console", lambda said: self._note(said.text))
        page.on("pageerror", lambda error: self._note(str(error)))
        page.goto(address, wait_until="networkidle")
        return page

    def _note(self, said: str) -> None:
        if not said.startswith(_REFUSED):
            self.complaints.append(said)

    def close(self) -> None:
        """Close all windows; nothing must have been complained of."""
        for context in self._contexts:
            context.close()
        assert [] == self.complaints


def take_picture(page: Page, name: str) -> Path:
    """Write the whole page for a person to look at."""
    SCREENSHOTS.mkdir(exist_ok=True)
    path = SCREENSHOTS / f"{name}.png"
    page.screenshot(path=path, full_page=True)
    return path


def barriers(page: Page) -> list[str]:
    """What keeps people from using the page, as axe finds it: WCAG 2.2, A and AA, and its best practices."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


def overflow(page: Page) -> int:
    """Pixels by which the page is wider than its window."""
    wide: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wide
