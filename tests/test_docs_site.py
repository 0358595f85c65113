"""The documentation as a site: it builds without a fault, tells everything there is, and asks nobody for anything."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from lxml import html

from docs_build.codes import every_code
from docs_build.settings import SECTIONS, keys, meanings, settings_tables
from kumppanuus.intake.pseudonym import load_or_make_key
from kumppanuus.language.say import speaker
from kumppanuus.report.exhibits import exhibits
from kumppanuus.report.store import stored_run
from kumppanuus.report.words import report_texts
from kumppanuus.study import LANGUAGES, Part, load_study
from kumppanuus.wings import ROOMS
from tests.conftest import ROOT
from tests.pages import town_pages


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The site, with the charts of a small town instead of the demo's."""
    folder = tmp_path_factory.mktemp("site")
    study = town_pages(tmp_path_factory, worker_id).study
    settings = {**os.environ, "KUMPPANUUS_DOCS_DEMO": str(study), "NO_MKDOCS_2_WARNING": "1"}
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    told = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
    return folder


def _tree(page: Path) -> html.HtmlElement:
    return html.fromstring(page.read_bytes())


def test_nothing_is_fetched_from_anywhere(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > 25
    for page in pages:
        tree = _tree(page)
        loaded = tree.xpath("//@src | //link[not(@rel='canonical')]/@href | //@srcset | //@poster | //form/@action")
        assert loaded
        assert [each for each in loaded if re.match(r"(?:[a-z]+:)?//", each)] == [], page
    for style in site.rglob("*.css"):
        assert not re.search(r"(?:@import|url\()\s*['\"]?(?:https?:)?//", style.read_text(encoding="utf-8")), style


def test_every_link_and_picture_is_there(site: Path) -> None:
    for page in site.rglob("*.html"):
        if page.name == "404.html":
            continue
        for address in _tree(page).xpath("//a/@href | //img/@src"):
            parts = urlsplit(address)
            if not parts.scheme and parts.path:
                assert (page.parent / unquote(parts.path)).exists(), (page, address)


def test_every_chart_is_explained_in_every_language(
    site: Path, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> None:
    study = load_study(town_pages(tmp_path_factory, worker_id).study)
    released = stored_run(study, load_or_make_key(study.state_folder, may_make=False)).released
    names = [each.key for each in exhibits(released, ROOMS, speaker(study, "fi"))]
    assert {name.split("/")[0] for name in names} == {room.key for room in ROOMS}
    assert len(names) > 60  # what the small town has no tables for says so
    for language in LANGUAGES:
        tree = _tree(site / "exhibits" / f"{language}.html")
        text = tree.xpath("string(//article)")
        assert [name for name in names if name not in text] == []
        pictures = tree.xpath("//article//img")
        assert len(pictures) == len(names)
        assert all(picture.get("alt") for picture in pictures)


def test_every_code_is_told_in_every_language(site: Path) -> None:
    codes = every_code()
    assert len(codes) > 60
    assert len({code.name for code in codes}) == len(codes)
    for language in LANGUAGES:
        headings = _tree(site / "codes" / f"{language}.html").xpath("//article//h2/@id")
        assert headings == [code.name.lower() for code in codes]


def test_the_glossary_has_every_word(site: Path) -> None:
    text = _tree(site / "glossary.html").xpath("string(//article)")
    terms = [texts for key, texts in report_texts().items() if key.startswith("glossary.") and key.endswith(".term")]
    assert terms
    assert [term[each] for term in terms for each in LANGUAGES if term[each] not in text] == []


def test_formulas_are_drawn_by_the_browser_itself(site: Path) -> None:
    tree = _tree(site / "methods.html")
    assert len(tree.xpath("//*[local-name()='math']")) >= 6
    assert "\\frac" not in tree.xpath("string(//article)")


def test_every_setting_is_explained() -> None:
    told = meanings()
    assert [(section, name) for section in SECTIONS for name in keys(section) if not told.get((section, name))] == []
    parts = {part for part in Part.__subclasses__() if part.__name__ not in ("Words", "Resources")}
    assert parts == set(SECTIONS.values())


def test_every_setting_of_an_analysis_is_explained() -> None:
    rows = [line.split(" | ") for line in settings_tables().splitlines() if line.startswith("| `")]
    assert len(rows) > 40
    assert [row[0] for row in rows if len(row[-1].strip(" |")) < 5] == []
