"""The report as it is read: seen, quiet, quick, without a network, narrow, printed."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from kumppanuus import gallery
from kumppanuus.gallery.shown import released_gallery
from kumppanuus.intake.pseudonym import load_or_make_key
from kumppanuus.language.say import speaker
from kumppanuus.report.exhibits import exhibits
from kumppanuus.report.page import render_page
from kumppanuus.report.store import stored_run
from kumppanuus.study import load_study
from kumppanuus.wings import ROOMS
from tests.browser.conftest import Context
from tests.browser.looking import (
    ACCESSIBLE,
    COLOURED,
    READ,
    SLOWEST_MS,
    THOROUGH,
    faults_of_access,
    sideways,
    sizes_of_pictures,
)
from tests.pages import Pages

Open = Callable[..., Page]


@pytest.mark.parametrize(("kind", "least"), [("fi", 20), ("gallery", 14)])
def test_every_exhibit_is_seen_with_its_words(kind: str, least: int, opened: Open) -> None:
    page = opened(kind)
    articles = page.locator("article.exhibit")
    assert articles.count() >= least
    for size in sizes_of_pictures(page):
        assert size["width"] > 600, size
        assert 120 < size["height"] < 1200, size
    for article in articles.all():
        assert article.locator("h3").is_visible()
        told = (article.get_attribute("id") or "").endswith("-notice")  # nothing was counted: there is no n to tell
        assert told or article.locator("figcaption").is_visible()
        assert len(article.locator("svg text").all_text_contents()) >= 1


def test_words_of_pictures_are_drawn_in_the_font_of_the_page(opened: Open) -> None:
    page = opened()
    assert page.evaluate("document.fonts.check('16px \"Source Sans Pro\"')")
    assert page.evaluate("[...document.fonts].every((face) => face.status === 'loaded')")


@pytest.mark.parametrize("kind", READ)
def test_it_asks_for_nothing_and_complains_of_nothing(kind: str, context: Context, pages: Pages) -> None:
    page = context().new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(pages.page(kind).as_uri())
    page.keyboard.press("End")
    for summary in page.locator("summary").all()[:4]:
        summary.click()
    page.wait_for_timeout(200)
    assert said == []
    others = [url for url in asked if not url.startswith("data:")]
    assert others == [pages.page(kind).as_uri()]


def test_what_is_smuggled_in_neither_loads_nor_runs(opened: Open) -> None:
    page = opened()
    stopped = page.evaluate(
        """() => new Promise((done) => {
          const stopped = [];
          document.addEventListener('securitypolicyviolation', (event) => stopped.push(event.effectiveDirective));
          const put = (name, set) => document.body.append(Object.assign(document.createElement(name), set));
          put('img', {src: 'https://example.invalid/a.png'});
          put('script', {textContent: 'window.smuggled = true'});
          put('iframe', {src: 'https://example.invalid/'});
          put('div', {});
          document.body.lastChild.setAttribute('onclick', 'window.smuggled = true');
          document.body.lastChild.click();
          fetch('https://example.invalid/').catch(() => setTimeout(() => done(stopped), 100));
        })"""
    )
    assert page.evaluate("window.smuggled") is None
    assert {each.removesuffix("-elem").removesuffix("-attr") for each in stopped} == {
        "img-src", "script-src", "frame-src", "connect-src",
    }  # fmt: skip


def test_it_opens_at_once(opened: Open) -> None:
    taken = min(_milliseconds(opened()) for _ in range(2))
    print(f"opened in {taken:.0f} ms")
    assert taken < SLOWEST_MS


@pytest.mark.skipif(not THOROUGH, reason="drawing forty exhibits takes a while: make browser")
def test_forty_exhibits_stay_small_and_open_at_once(pages: Pages, context: Context, tmp_path: Path) -> None:
    study = load_study(pages.study)
    run = stored_run(study, load_or_make_key(study.state_folder, may_make=False))
    say = speaker(study, "fi")
    shown = [*exhibits(run.released, ROOMS, say)]
    for case in ("usual", "many"):
        made_up = exhibits(released_gallery(gallery.ROOMS, case), gallery.ROOMS, say)
        shown += [replace(exhibit, key=f"{exhibit.key}_{case}") for exhibit in made_up]
    forty = [replace(exhibit, number=number) for number, exhibit in enumerate(shown[:40], start=1)]
    text = render_page(run.released, forty, run.study, say=say, facts=run.facts, rule_words={})
    (tmp_path / "sivu.html").write_text(text, encoding="utf-8")
    page = context().new_page()
    page.goto((tmp_path / "sivu.html").as_uri())
    assert page.locator("article.exhibit").count() == 40
    taken, size = _milliseconds(page), len(text.encode())
    print(f"{size / 1e6:.1f} MB opened in {taken:.0f} ms")
    assert size < 3_000_000
    assert taken < SLOWEST_MS


def _milliseconds(page: Page) -> float:
    return float(page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd"))


@pytest.mark.parametrize("kind", ACCESSIBLE)
def test_nothing_keeps_anybody_out_while_reading(kind: str, opened: Open) -> None:
    page = opened(kind, bypass_csp=True)
    assert faults_of_access(page, contrast=kind in COLOURED) == []


def test_nothing_keeps_anybody_out_of_the_numbers_either(opened: Open) -> None:
    page = opened(width=320, bypass_csp=True)
    name = page.evaluate(
        """() => {
          const cells = (each) => each.querySelectorAll('details td').length;
          const all = [...document.querySelectorAll('article.exhibit')].filter(cells);
          const smallest = all.reduce((one, other) => cells(other) < cells(one) ? other : one);
          smallest.querySelectorAll('details').forEach((each) => { each.open = true; });
          return smallest.id;
        }"""
    )
    assert page.locator(f"#{name} td").first.is_visible()
    assert faults_of_access(page, within=[f"#{name}"]) == []


@pytest.mark.parametrize("kind", READ)
@pytest.mark.parametrize(("width", "height"), [(320, 256), (640, 360)], ids=["320 px", "200 %"])
def test_a_narrow_window_scrolls_one_way_only(kind: str, width: int, height: int, opened: Open) -> None:
    page = opened(kind, width=width, height=height)
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    assert sideways(page) == []


STANDS_STILL = """() => {
  window.still = window.before === scrollY ? window.still + 1 : 0;
  window.before = scrollY;
  return window.still > 8;
}"""
LINKS = {"a finding": ".findings li:nth-child(3) a", "the last finding": ".findings li:last-child a",
         "what is hidden": ".banner a", "a wing": "li:last-child > .wing-link"}  # fmt: skip


@pytest.mark.parametrize("link", LINKS.values(), ids=LINKS)
def test_links_lead_to_their_place(link: str, opened: Open) -> None:
    page = opened()
    wanted = page.locator(link).first.get_attribute("href")
    page.locator(link).first.click()
    page.wait_for_function(STANDS_STILL, polling=50)
    assert page.evaluate("location.hash") == wanted
    top = page.evaluate("document.querySelector(location.hash).getBoundingClientRect().top")
    assert -5 <= top < 200, top


@pytest.mark.parametrize("kind", ["fi", "gallery"])
def test_printed_there_is_one_chart_on_a_sheet_of_a4(kind: str, opened: Open) -> None:
    page = opened(kind)
    total = page.locator("article.exhibit").count()
    sheets = PdfReader(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True))).pages
    texts = [sheet.extract_text() for sheet in sheets]
    found = [[int(n) for n in re.findall(rf"Kuvio (\d+)/{total} ", text)] for text in texts]
    charts = [numbers for numbers in found if numbers]
    assert charts == [[n] for n in range(1, total + 1)]
    places = [sheet for sheet, numbers in enumerate(found) if numbers]
    assert [b - a for a, b in pairwise(places)] == [1] * (total - 1)  # none flows onto a second
    assert all({round(float(side)) for side in sheet.mediabox[2:]} == {595, 842} for sheet in sheets)
