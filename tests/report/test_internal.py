"""The internal face: exact numbers, marked on every page, picture and sheet, and never said to be protected."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pytest
from lxml import html

from kumppanuus.analysis import Analysis
from kumppanuus.disclosure import released as stamped
from kumppanuus.disclosure.released import Released
from kumppanuus.disclosure.scan import numbers_of, scan_outputs
from kumppanuus.drawing import png_bytes
from kumppanuus.language.catalogue import LANGUAGES, placeholders
from kumppanuus.language.say import Say, speaker
from kumppanuus.report.account import account_of
from kumppanuus.report.exhibits import exhibits
from kumppanuus.report.facts import RunFacts
from kumppanuus.report.page import render_page
from kumppanuus.report.words import report_texts, say_of_report, say_of_room
from kumppanuus.report.write import write_report
from kumppanuus.study import Study
from kumppanuus.wings import ROOMS

MARKS = {"fi": "SALASSA PIDETTÄVÄ", "sv": "SEKRETESSBELAGT", "en": "CONFIDENTIAL"}
ABOUT = re.compile(r"\b(noin|ca|about)\s+[\d€]|, (noin|ca|about)$", re.IGNORECASE)


@pytest.fixture
def internal(released: Released) -> Released:
    result = released.results["lifecycle.durations"]
    frame = result.tables["services"].frame.assign(persons=[1301.0, 64.0, 2.0, 0.0, 10.0], share=[0.2719, 0.5, 0, 0, 1])
    services = replace(
        result.tables["services"],
        frame=frame,
        masked=frame.drop(columns=["service", "hidden"]).isna() & False,
        hidden=0,
    )
    tables = {**result.tables, "services": services}
    results = {**released.results, "lifecycle.durations": replace(result, tables=tables)}
    return replace(released, results=results, face="internal", seal=stamped._SEAL)


def page_of(released: Released, analyses: Sequence[Analysis], study: Study, say: Say, facts: RunFacts) -> str:
    return render_page(released, exhibits(released, analyses, say), study, say=say, facts=facts, rule_words={})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_marked_on_screen_and_on_paper(
    language: str, internal: Released, analyses: Sequence[Analysis], study: Study, facts: RunFacts
):
    mark = MARKS[language]
    page = page_of(internal, analyses, study, speaker(study, language), facts)  # type: ignore[arg-type]
    tree = html.fromstring(page)
    assert tree.xpath("string(//title)").startswith(f"{mark} – ")
    assert tree.xpath("//body/aside[@class='secret-band']/text()") == [mark]
    assert set(tree.xpath("//body/div[@class='secret-over']/span/@data-mark")) == {mark}
    style = "".join(tree.xpath("//style/text()"))
    printed = style[style.rindex("@media print") :]
    assert f'@top-center {{ content: "{mark}"' in printed
    assert f'@bottom-center {{ content: "{mark}"' in printed
    assert "display: none" not in printed  # neither band nor words are taken off the paper
    assert re.search(r"\.secret-over \{ position: fixed", style)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_picture_on_the_page_is_marked(
    language: str, internal: Released, analyses: Sequence[Analysis], study: Study, facts: RunFacts
):
    tree = html.fromstring(page_of(internal, analyses, study, speaker(study, language), facts))  # type: ignore[arg-type]
    pictures = tree.xpath("//*[local-name()='svg']")
    assert len(pictures) == 5  # the account, two charts, two notices
    for picture in pictures:
        assert picture.xpath("string(.//*[local-name()='desc'])").startswith(f"{MARKS[language]}. ")
        assert picture.xpath("count(.//*[contains(@id, '-mark-')][text()])") >= 3


def test_files_of_charts_and_sheets_are_marked(
    internal: Released, analyses: Sequence[Analysis], study: Study, say: Say, facts: RunFacts, tmp_path: Path
):
    write_report(internal, analyses, study, say=say, facts=facts, folder=tmp_path, png=True)
    drawings = sorted((tmp_path / "charts").glob("*.svg"))
    assert len(drawings) == 5
    assert all(path.read_text(encoding="utf-8").count(f">{MARKS['fi']}</text>") >= 5 for path in drawings)
    charts = [exhibit.chart for exhibit in exhibits(internal, analyses, say)]
    account = account_of(internal, study, say, {})
    assert account is not None
    assert account.chart is not None
    pictures = [path.read_bytes() for path in sorted((tmp_path / "charts").glob("*.png"))]
    assert pictures == [png_bytes(chart) for chart in (account.chart, *charts)]
    bare = [png_bytes(replace(chart, mark="")) for chart in (account.chart, *charts)]
    assert all(one != other for one, other in zip(pictures, bare, strict=True))
    book = openpyxl.load_workbook(tmp_path / "tables.xlsx")
    for sheet in book:
        assert sheet["A1"].value == MARKS["fi"]
        assert sheet.oddHeader.center.text == MARKS["fi"]
        assert sheet.oddFooter.center.text == MARKS["fi"]
    assert (
        scan_outputs(tmp_path, knows=lambda tokens: [False] * len(tokens), released_numbers=numbers_of(internal)) == ()
    )


def test_numbers_are_exact_and_below_the_mark(
    internal: Released,
    analyses: Sequence[Analysis],
    study: Study,
    say: Say,
    facts: RunFacts,
    tmp_path: Path,
    labels: SimpleNamespace,
):
    write_report(internal, analyses, study, say=say, facts=facts, folder=tmp_path, png=False)
    sheet = openpyxl.load_workbook(tmp_path / "tables.xlsx")["T03 Asiakkuuksien kesto Palvelu"]
    rows = [[cell.value for cell in row] for row in sheet]
    assert rows[1] == ["Palvelu", "Asiakkaita", "Perheitä", "Osuus", "Kustannus, €", "Kesto, kk"]
    assert rows[2][:4] == [labels.script, 1301, 603, 0.272]
    assert rows[4][1] == 2
    assert sheet["D3"].number_format == "0.0%"
    assert sheet.freeze_panes == "B3"
    assert sheet.auto_filter.ref == "A2:F7"
    table = html.fromstring((tmp_path / "raportti.html").read_text(encoding="utf-8")).xpath(
        "//table[caption='Asiakkuuksien kesto: Palvelu']"
    )[0]
    assert [cell.text_content() for cell in table.xpath("./tbody/tr[1]/td")][:3] == ["1\xa0301", "603", "27,2\xa0%"]
    assert [head.text_content() for head in table.xpath("./thead//th")] == rows[1]


@pytest.mark.parametrize("audited", [False, True])
def test_nothing_is_said_to_be_protected_or_audited(
    audited: bool,
    internal: Released,
    analyses: Sequence[Analysis],
    study: Study,
    say: Say,
    facts: RunFacts,
    tmp_path: Path,
):
    run = replace(internal, audited=audited, seal=stamped._SEAL)
    tree = html.fromstring(page_of(run, analyses, study, say, facts))
    section = tree.xpath("//section[@aria-labelledby='protection']")[0]
    assert section.xpath("./h2/text()") == ["Mitään ei ole peitetty"]
    assert "ne organisaation omat työntekijät" in section.text_content()
    assert section.xpath(".//table") == []
    assert tree.xpath("//*[@class='protected']") == []
    assert tree.xpath("//p[@class='banner secret']")[0].text_content().startswith("Sisäinen versio")
    text = tree.xpath("//body")[0].text_content()
    assert "auditoi" not in text
    assert "arkistettu" not in text
    terms = [term.text for term in tree.xpath("//dl[@class='glossary']/dt")]
    assert "noin" not in terms
    assert "peitetty" not in terms
    write_report(run, analyses, study, say=say, facts=facts, folder=tmp_path, png=False)
    sheet = openpyxl.load_workbook(tmp_path / "tables.xlsx")["Sanakirja"]
    assert {row[5].value for row in sheet.iter_rows(min_row=3)} == {"ei suojausta: tarkka luku"}


def test_no_footer_says_that_numbers_are_rounded(internal: Released, analyses: Sequence[Analysis], say: Say):
    first = exhibits(internal, analyses, say)[0]
    assert first.chart.footer == "tarkat luvut, salassa pidettävä"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_of_any_room_says_about_before_an_exact_number(language: str, study: Study):
    speakers = {analysis.key: say_of_room(analysis, speaker(study, language)) for analysis in ROOMS}  # type: ignore[arg-type]
    speakers["report"] = say_of_report(speaker(study, language))  # type: ignore[arg-type]
    met = 0
    for say in speakers.values():
        exact = replace(say, exact=True)
        for key in say.texts:
            values = dict.fromkeys(placeholders(say.texts[key][language]), 5)
            met += bool(ABOUT.search(say(key, **values)))
            assert not ABOUT.search(exact(key, **values)), key
        assert exact.about(1305.0) == exact.number(1305.0)
    assert met > 5


def test_a_public_report_bears_no_mark(
    released: Released, analyses: Sequence[Analysis], study: Study, say: Say, facts: RunFacts, tmp_path: Path
):
    write_report(released, analyses, study, say=say, facts=facts, folder=tmp_path, png=False)
    page = (tmp_path / "raportti.html").read_text(encoding="utf-8")
    assert "secret-" not in page
    for mark in MARKS.values():
        assert mark not in page
    book = openpyxl.load_workbook(tmp_path / "tables.xlsx")
    assert all(sheet.oddHeader.center.text is None for sheet in book)
    assert any(key.startswith("internal.") for key in report_texts())
