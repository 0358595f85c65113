"""The report in a real browser: the Chromium of the system, without a display and without a network."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.pages import Pages, town_pages

NAMES = ("chromium", "chromium-browser", "google-chrome")
HOW = "no Chromium: install it (Debian, Ubuntu: apt-get install chromium, or .ci/system-packages), then make browser"

Context = Callable[..., BrowserContext]


@pytest.fixture(scope="package")
def pages(tmp_path_factory: pytest.TempPathFactory, chromium: Browser, worker_id: str) -> Pages:
    """Pages to open; not made in vain where there is no browser."""
    return town_pages(tmp_path_factory, worker_id)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The browser of the system; nothing is downloaded. It is closed before tests of other things go on."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        if os.environ.get("KUMPPANUUS_BROWSER") == "required":
            pytest.fail(HOW, pytrace=False)
        pytest.skip(HOW)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found)
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser) -> Iterator[Context]:
    """Make contexts (a profile each) that are closed after the test."""
    made: list[BrowserContext] = []

    def make(width: int = 1280, height: int = 720, **more: object) -> BrowserContext:
        made.append(chromium.new_context(viewport={"width": width, "height": height}, offline=True, **more))  # type: ignore[arg-type]
        made[-1].set_default_timeout(5000)
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def opened(context: Context, pages: Pages) -> Callable[..., Page]:
    """Open a page of the town: ``opened("sv", width=320)``."""

    def open_page(kind: str = "fi", place: str = "", width: int = 1280, height: int = 720, **more: object) -> Page:
        page = context(width, height, **more).new_page()
        page.goto(pages.page(kind).as_uri() + place)
        return page

    return open_page
