from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from kumppanuus.analysis import Analysis
from kumppanuus.disclosure.released import Released
from kumppanuus.errors import DisclosureError
from kumppanuus.language.say import Say
from kumppanuus.report.exhibits import exhibits
from kumppanuus.report.facts import RunFacts
from kumppanuus.report.workbook import write_workbook
from kumppanuus.study import Study


@pytest.fixture
def book(
    tmp_path: Path, released: Released, analyses: Sequence[Analysis], study: Study, say: Say, facts: RunFacts
) -> Path:
    path = tmp_path / "tables.xlsx"
    shown = exhibits(released, analyses, say)
    write_workbook(path, released, analyses, shown, study, say=say, facts=facts, rule_words={})
    return path


def values(sheet: Worksheet) -> list[list[object]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_only_what_passed_the_gate_is_written(
    tmp_path: Path,
    unstamped: Released,
    released: Released,
    analyses: Sequence[Analysis],
    study: Study,
    say: Say,
    facts: RunFacts,
):
    path = tmp_path / "refused.xlsx"
    shown = exhibits(released, analyses, say)
    with pytest.raises(DisclosureError, match="KU501"):
        write_workbook(path, unstamped, analyses, shown, study, say=say, facts=facts, rule_words={})
    assert not path.exists()


def test_sheets_stand_in_order(book: Path):
    assert openpyxl.load_workbook(book).sheetnames == [
        "Kansi",
        "Sisällys",
        "T01 Luetut rivit taulukoittain",
        "T02 Miksi rivejä on karanteenis",
        "T03 Asiakkuuksien kesto Palvelu",
        "T04 Asiakkuuksien kesto Palvelu",
        "Mitä on peitetty ja miksi",
        "Huomautukset",
        "Sanakirja",
    ]


def test_text_stays_text_and_hidden_numbers_are_words(book: Path, labels: SimpleNamespace):
    sheet = openpyxl.load_workbook(book)["T03 Asiakkuuksien kesto Palvelu"]
    rows = values(sheet)
    assert rows[0] == ["Palvelu", "Asiakkaita, noin", "Perheitä, noin", "Osuus", "Kustannus, €", "Kesto, kk"]
    assert rows[1] == [labels.script, 1305, 603, 0.27, 1240000, 8.1]
    assert rows[2][0] == labels.formula
    assert rows[3] == [labels.mathtext, *["peitetty"] * 5]
    assert rows[4] == ["משפחה olleh", 0, 0, "–", 0, "–"]
    assert rows[5] == [labels.longest, 9, 9, 1, "peitetty", 0.3]
    assert sheet.freeze_panes == "B2"
    assert sheet["D2"].number_format == "0%"
    assert sheet["B2"].number_format == "#,##0"


def test_no_cell_is_a_formula_and_no_address_leads_out(book: Path):
    for sheet in openpyxl.load_workbook(book):
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
        assert all(link.target is None for link in sheet._hyperlinks)
    with zipfile.ZipFile(book) as archive:
        assert not [name for name in archive.namelist() if "external" in name.lower()]
        parts = [archive.read(name) for name in archive.namelist()]
    assert not any(b"TargetMode" in part or b"<f>" in part for part in parts)


def test_contents_link_to_every_table(book: Path):
    sheet = openpyxl.load_workbook(book)["Sisällys"]
    assert [row[0] for row in values(sheet)[1:]] == [
        "T01 Luetut rivit taulukoittain",
        "T02 Miksi rivejä on karanteenis",
        "T03 Asiakkuuksien kesto Palvelu",
        "T04 Asiakkuuksien kesto Palvelu",
    ]
    assert sheet["D4"].value == 6
    assert sheet["A4"].hyperlink.location == "'T03 Asiakkuuksien kesto Palvelu'!A1"


def test_the_dictionary_explains_every_column(book: Path):
    opened = openpyxl.load_workbook(book)
    rows = values(opened["Sanakirja"])
    told = [(row[0], row[2]) for row in rows[1:]]
    heads = [
        (name, cell.value) for name in opened.sheetnames if name.startswith("T0") for cell in opened[name][1] if cell
    ]
    assert told == heads
    assert all(row[4] and row[5] for row in rows[1:])
    assert ("stay_months", "kk") in [(row[1], row[3]) for row in rows[1:]]


def test_the_metadata_are_ours_and_without_a_clock(book: Path):
    properties = openpyxl.load_workbook(book).properties
    assert properties.creator == "kumppanuus"
    assert properties.created is not None
    assert properties.created.isoformat().startswith("2025-12-31")
    with zipfile.ZipFile(book) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_rows_are_as_high_as_their_texts(book: Path):
    """LibreOffice leaves a row as low as it was written, and wrapped texts would lie over each other."""
    for sheet in openpyxl.load_workbook(book):
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.alignment.wrap_text:
                    width = sheet.column_dimensions[cell.column_letter].width or 8
                    lines = -(-len(cell.value) // int(width + 1))
                    height = sheet.row_dimensions[cell.row].height or 15
                    assert height >= min(15 * lines, 400), (sheet.title, cell.coordinate)


def test_every_sheet_prints_on_a4_with_its_name(book: Path):
    for sheet in openpyxl.load_workbook(book):
        assert sheet.page_setup.paperSize == 9
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert "&A" in sheet.oddFooter.left.text
        if sheet.freeze_panes:
            assert sheet.print_title_rows == "$1:$1"


def test_notes_tell_of_every_chart(book: Path, released: Released, analyses: Sequence[Analysis], say: Say):
    rows = values(openpyxl.load_workbook(book)["Huomautukset"])
    assert rows[0] == ["Kuvio", "Havainto", "Aihe", "Teksti"]
    shown = exhibits(released, analyses, say)
    assert {row[0] for row in rows[1:]} == {exhibit.number for exhibit in shown}
    assert [row[1] for row in rows[1:] if row[1]] == [exhibit.chart.headline for exhibit in shown]
    assert [1, None, "Huomaa", "Alle 5 peitetään."] in rows


def test_contents_name_the_charts(book: Path):
    sheet = openpyxl.load_workbook(book)["Sisällys"]
    assert [row[4] for row in values(sheet)] == ["Kuviot", "–", "–", "1", "2"]


def test_the_cover_says_how_to_read_it(book: Path):
    text = " ".join(str(row[0]) for row in values(openpyxl.load_workbook(book)["Kansi"]))
    assert "Ajo 7f3a9c" in text
    assert "Peitettyä ei saa korvata nollalla." in text
