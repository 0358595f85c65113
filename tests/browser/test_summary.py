"""The summary of a workshop: what the room decided, readable by everybody, without a network and without a script."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Context
from tests.browser.looking import faults_of_access, sideways
from tests.conftest import Shell
from tests.pages import Pages
from tests.report.html_check import faults

NOTES = [
    {"exhibit": "lifecycle.durations/levels", "finding": "Vanha otsikko", "notes": "Jonot <b>kasvavat\n\ntoinen",
     "votes": 3, "priority": "now", "action": "Selvitetään", "owner": "palvelupäällikkö"},
    {"exhibit": "lifecycle.network/network", "finding": "", "notes": "", "votes": 5, "priority": "later", "action": "",
     "owner": ""},
    {"exhibit": "general", "finding": "", "notes": "Palataan syksyllä", "votes": 0, "priority": "", "action": "",
     "owner": ""},
]  # fmt: skip


@pytest.fixture(scope="module")
def summary(pages: Pages, shell: Shell, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a summary."""
    folder = tmp_path_factory.mktemp("summary")
    notes = {"schema": "kumppanuus.workshop/1", "run": pages.run.name, "language": "fi", "items": NOTES}
    (folder / "kirjaukset.json").write_text(json.dumps(notes), encoding="utf-8")
    told = shell("workshop", "summary", folder / "kirjaukset.json", "-s", pages.study, "-o", folder / "out",
                 "--format", "html")  # fmt: skip
    assert told.returncode == 0, told.stderr
    (page,) = (folder / "out").rglob("*.html")
    return page


@pytest.fixture
def opened(context: Context, summary: Path) -> Callable[..., Page]:
    """Open the summary."""

    def open_page(width: int = 1280, height: int = 720, **more: object) -> Page:
        page = context(width, height, **more).new_page()
        page.goto(summary.as_uri())
        return page

    return open_page


def test_it_is_sound(summary: Path) -> None:
    assert faults(summary.read_text(encoding="utf-8")) == []


def test_it_asks_for_nothing_and_says_nothing(context: Context, summary: Path) -> None:
    page = context().new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(summary.as_uri())
    assert [url for url in asked if not url.startswith("data:")] == [summary.as_uri()]
    assert said == []
    assert page.locator("script").count() == 0


def test_nobody_is_kept_out_of_it(opened: Callable[..., Page]) -> None:
    assert faults_of_access(opened(bypass_csp=True)) == []


@pytest.mark.parametrize("width", [320, 640])
def test_it_scrolls_one_way_only(width: int, opened: Callable[..., Page]) -> None:
    assert sideways(opened(width=width, height=400)) == []


def test_charts_stand_beside_what_was_said(opened: Callable[..., Page]) -> None:
    page = opened()
    assert page.locator("svg:visible").count() >= 2
    words = page.locator("main").inner_text()
    for said in ("Selvitetään", "palvelupäällikkö", "Palataan syksyllä", "Vanha otsikko", "Jonot <b>kasvavat"):
        assert said in words, said
    assert words.index("Selvitetään") < words.index("Palataan syksyllä")
