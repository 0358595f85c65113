"""What can be asked of any page in the browser: is anything too wide, does anything keep people out."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.pages import KINDS

SLOWEST_MS = 1000 * (3 if os.environ.get("PYTEST_XDIST_WORKER") else 1)
"""What opening may take; three times as much where other tests run beside."""

THOROUGH = os.environ.get("KUMPPANUUS_BROWSER") == "required"
"""`make browser` looks at everything; `make test` leaves out what differs by the language only, to be quick."""
READ = KINDS if THOROUGH else ("sv", "gallery")
"""Pages that are looked at from end to end; Swedish has the longest words."""
ACCESSIBLE = KINDS if THOROUGH else ("fi", "internal")
COLOURED = ("fi", "internal", "gallery") if THOROUGH else ("internal",)
"""Pages whose contrast is judged, which takes most of the time: no language has colours of its own."""
SCREENS = [(1920, 1080), *([(1280, 720), (1024, 768)] if THOROUGH else [])]

WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def faults_of_access(page: Page, *, contrast: bool = True, within: Sequence[str] = ()) -> list[str]:
    """Return what axe-core finds wrong: its rule, where, and what it says.

    Parameters
    ----------
    contrast : judge contrast too, which takes most of the time.
    within : selectors to look in; everywhere when none is given.
    """
    options = {**WCAG, "rules": {"color-contrast": {"enabled": contrast}}}
    found: list[dict[str, Any]] = Axe().run(page, context=list(within) or None, options=options).response["violations"]
    return [f"{rule['id']}: {node['html'][:160]} {node['failureSummary']}" for rule in found for node in rule["nodes"]]


def sideways(page: Page) -> list[str]:
    """Return what makes a page wider than its window: the elements that stick out and are in no scroller."""
    return list(
        page.evaluate(
            """() => {
              const width = document.documentElement.clientWidth;
              if (document.documentElement.scrollWidth <= width) return [];
              const scrolls = (each) => each && (/auto|scroll|hidden|clip/.test(getComputedStyle(each).overflowX)
                && each !== document.documentElement && each !== document.body || scrolls(each.parentElement));
              const out = [...document.body.querySelectorAll('*')].filter((each) => !scrolls(each.parentElement)
                && each.getBoundingClientRect().right > width + 1);
              return [`${document.documentElement.scrollWidth} px`, ...out.map((each) => each.outerHTML.slice(0, 120))];
            }"""
        )
    )


def sizes_of_pictures(page: Page) -> list[dict[str, Any]]:
    """Return exhibit, width and height of the pictures of all exhibits, in CSS pixels."""
    return list(
        page.evaluate(
            """() => [...document.querySelectorAll('article.exhibit')].map((article) => {
              const box = article.querySelector('svg').getBoundingClientRect();
              return {exhibit: article.id, width: box.width, height: box.height};
            })"""
        )
    )
