"""The pictures of the documentation, made anew by `make pictures` (needs Chromium).

They are kept in the repository, because a reader of the README has no demo yet.
"""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from docs_build.demonstration import demonstration
from kumppanuus.cli import commands
from kumppanuus.drawing import png_bytes
from kumppanuus.language.say import speaker
from kumppanuus.report.exhibits import exhibits
from kumppanuus.report.store import StoredRun
from kumppanuus.wings import ROOMS

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "pictures"
SIZE = (1280, 720)
COLOURS = 128
CHARTS = {
    "board": "baseline.pain_points/board",
    "durations": "lifecycle.durations/levels",
    "network": "lifecycle.network/network",
    "spending": "resources.spending/levels",
    "plan": "resources.allocation/plan",
    "required": "resources.scenarios/required",
}
NOTES = [
    {"notes": "Sama perhe kertoo asiansa monelle.\nKuka kokoaa?", "votes": "6", "priority": "now",
     "action": "Sovitaan yhteinen aloituspalaveri", "owner": "palvelupäällikkö"},
    {"notes": "Jonoon ei pääse kesällä.", "votes": "4", "priority": "soon", "action": "Tarkistetaan kesän resurssit",
     "owner": "johtoryhmä"},
]  # fmt: skip


def make_pictures() -> None:
    """Write every picture of the documentation."""
    with demonstration() as run, sync_playwright() as driver:
        _charts(run)
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"))
        _pages(browser, run)
        browser.close()


def _charts(run: StoredRun) -> None:
    shown = {exhibit.key: exhibit for exhibit in exhibits(run.released, ROOMS, speaker(run.study, "fi"))}
    for name, key in CHARTS.items():
        _keep(name, png_bytes(shown[key].chart))


def _pages(browser: Browser, run: StoredRun) -> None:
    page = browser.new_page(viewport={"width": SIZE[0], "height": SIZE[1]}, reduced_motion="reduce")
    page.goto((run.folder / "raportti.html").as_uri())
    _keep("report", page.screenshot())
    for name, heading in (("account", "account"), ("protection", "protection")):
        page.locator(f"#{heading}").evaluate("(each) => each.scrollIntoView()")
        _keep(name, page.screenshot())
    page.locator("#workshop-start").click()
    _turn_to(page, CHARTS["network"])
    _keep("workshop", page.screenshot())
    page.locator("#workshop-notes").click()
    _write(page, NOTES[0])
    page.wait_for_timeout(300)
    _keep("notes", page.screenshot())
    page.locator("article.current h3").click()
    _turn_to(page, CHARTS["durations"])
    _write(page, NOTES[1])
    with page.expect_download() as download:
        page.locator("#notes-export").click()
    _summary(page, download.value.path(), run)


def _turn_to(page: Page, exhibit: str) -> None:
    page.keyboard.press("Home")
    while page.locator("article.current").get_attribute("data-exhibit") != exhibit:
        page.keyboard.press("PageDown")
    page.wait_for_timeout(300)


def _write(page: Page, fields: dict[str, str]) -> None:
    for name, text in fields.items():
        field = page.locator(f"article.current [data-field={name}]")
        field.select_option(text) if name == "priority" else field.fill(text)


def _summary(page: Page, saved: Path, run: StoredRun) -> None:
    notes = saved.with_name("kirjaukset.json")
    notes.write_text(json.dumps(json.loads(saved.read_text(encoding="utf-8"))), encoding="utf-8")
    folder = saved.with_name("yhteenveto")
    asked = ["workshop", "summary", str(notes), "-s", str(run.study.root), "-o", str(folder)]
    commands.main(asked, standalone_mode=False)
    (written,) = folder.rglob("*.html")
    page.goto(written.as_uri())
    _keep("summary", page.screenshot())


def _keep(name: str, png: bytes) -> None:
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    if picture.width > SIZE[0]:
        picture = picture.resize(SIZE, Image.Resampling.LANCZOS)
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    make_pictures()
