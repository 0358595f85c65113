"""The list of every number published: the same numbers as the workbook, and harmless in a spreadsheet program."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pytest

from kumppanuus.analysis import Analysis
from kumppanuus.disclosure import released as stamped
from kumppanuus.disclosure.released import Released
from kumppanuus.errors import DisclosureError
from kumppanuus.language.catalogue import LANGUAGES
from kumppanuus.language.say import Say, speaker
from kumppanuus.report.exhibits import exhibits
from kumppanuus.report.facts import RunFacts
from kumppanuus.report.publication import COLUMNS, publication_list
from kumppanuus.report.workbook import write_workbook
from kumppanuus.study import Study

RULES = {"KU309": "Päättyy {n} kertaa ennen alkua"}


def lines_of(text: str) -> list[dict[str, str]]:
    head, *rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";")
    return [dict(zip(COLUMNS, row[-len(COLUMNS) :], strict=True)) for row in rows if len(row) == len(head)]


@pytest.fixture
def text(released: Released, analyses: Sequence[Analysis], say: Say) -> str:
    return publication_list(released, analyses, exhibits(released, analyses, say), say, rule_words=RULES)


def test_only_what_passed_the_gate_is_listed(unstamped: Released, analyses: Sequence[Analysis], say: Say):
    with pytest.raises(DisclosureError, match="KU501"):
        publication_list(unstamped, analyses, (), say)


def test_a_number_stands_with_its_place_and_how_it_is_protected(text: str, labels: SimpleNamespace):
    (line,) = [
        line
        for line in lines_of(text)
        if line["column"] == "Asiakkaita, noin" and line["row"] == f"Palvelu: {labels.script}"
    ]
    assert line == {
        "chart": "1",
        "exhibit": "lifecycle.durations/services_chart",
        "sheet": "T03 Asiakkuuksien kesto Palvelu",
        "table": "Asiakkuuksien kesto: Palvelu",
        "row": f"Palvelu: {labels.script}",
        "column": "Asiakkaita, noin",
        "number": "1\xa0305",
        "unit": "",
        "state": "julkaistu",
        "role": "eri henkilöiden määrä",
        "rule": "pyöristetty 6 henkilön luokkiin, pienet peitetty (R1)",
    }


def test_hidden_and_absent_numbers_are_told_apart(text: str, labels: SimpleNamespace):
    told = {(line["row"], line["column"]): (line["number"], line["state"]) for line in lines_of(text)}
    assert told[f"Palvelu: {labels.mathtext}", "Asiakkaita, noin"] == ("peitetty", "peitetty")
    assert told["Palvelu: משפחה olleh", "Osuus"] == ("–", "lukua ei ole")
    assert told[f"Palvelu: {labels.script}", "Osuus"] == ("27\xa0%", "julkaistu")


def test_a_point_of_a_curve_is_named_by_its_time(text: str):
    curve = [line for line in lines_of(text) if line["column"] == "Jatkuu yhä"]
    assert [line["row"].rpartition(" · ")[2] for line in curve] == [
        "Aika alusta, pv: 0",
        "Aika alusta, pv: 91",
        "Aika alusta, pv: 182",
    ]
    assert [line["number"] for line in curve] == ["100\xa0%", "52\xa0%", "21\xa0%"]


def test_finnish_excel_opens_it(text: str):
    assert text.startswith("\ufeffKuvio;")
    assert text.encode("utf-8").startswith(b"\xef\xbb\xbf")
    assert all(line.count(";") >= len(COLUMNS) - 1 for line in text.split("\r\n") if line)


def test_no_cell_is_a_formula(released: Released, analyses: Sequence[Analysis], study: Study, labels: SimpleNamespace):
    say = speaker(study)
    evil = replace(say, names={**say.names, "services": {"a": "x", "b": labels.formula}})
    rooms = [replace(analysis) for analysis in analyses]
    text = publication_list(released, rooms, exhibits(released, rooms, evil), evil, rule_words=RULES)
    cells = [cell for row in csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";") for cell in row]
    assert any(labels.formula in cell for cell in cells)  # it is there, as text behind the title of its column
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


@pytest.mark.parametrize("title", ["=1+1", "+358", "-2", "@SUM(A1)", "\tx"])
def test_what_begins_like_a_formula_gets_an_apostrophe(title: str):
    from kumppanuus.report.publication import harmless

    assert harmless(title) == f"'{title}"
    assert harmless(f"\u202e{title}") == f"'{title}"
    assert harmless("1 305") == "1 305"
    assert harmless("−5") == "−5"  # a true minus is no formula


@pytest.mark.parametrize("language", LANGUAGES)
def test_list_and_workbook_hold_the_same_numbers(
    language: str, tmp_path: Path, released: Released, analyses: Sequence[Analysis], study: Study, facts: RunFacts
):
    """Both ways: cell by cell, by sheet, title of the column and what is printed."""
    say = speaker(study, language)  # type: ignore[arg-type]
    shown = exhibits(released, analyses, say)
    path = tmp_path / "tables.xlsx"
    write_workbook(path, released, analyses, shown, study, say=say, facts=facts, rule_words=RULES)
    listed: dict[tuple[str, str], list[str]] = {}
    for line in lines_of(publication_list(released, analyses, shown, say, rule_words=RULES)):
        if line["sheet"]:
            listed.setdefault((line["sheet"], line["column"]), []).append(line["number"])
    written = {}
    for sheet in openpyxl.load_workbook(path).worksheets:
        if sheet.title.startswith("T0"):
            heads = ord(str(sheet.freeze_panes)[0]) - ord("A")
            for head, *cells in list(sheet.iter_cols())[heads:]:
                written[sheet.title, str(head.value)] = [printed(cell, say) for cell in cells]
    assert listed == written
    assert sum(map(len, written.values())) == 38


def printed(cell: object, say: Say) -> str:
    """Return a cell of the workbook as its number format prints it."""
    value, form = cell.value, cell.number_format  # type: ignore[attr-defined]
    if isinstance(value, str):
        return value
    digits = len(form.partition(".")[2].rstrip("%"))
    return say.percent(value, digits) if form.endswith("%") else say.number(value, digits)


def test_every_line_of_an_internal_run_is_marked(released: Released, analyses: Sequence[Analysis], say: Say):
    internal = replace(released, face="internal", seal=stamped._SEAL)
    text = publication_list(internal, analyses, exhibits(internal, analyses, say), say, rule_words=RULES)
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    assert {row[0] for row in rows} == {"SALASSA PIDETTÄVÄ"}
    assert {row[-1] for row in rows[1:] if row[3]} == {"ei suojausta: tarkka luku"}
    assert {row[-2] for row in rows[1:] if not row[3]} == {"teksti, jossa on luku"}


def test_words_with_a_number_are_listed_once(released: Released, analyses: Sequence[Analysis], say: Say):
    shown = exhibits(released, analyses, say)
    lines = [line for line in lines_of(publication_list(released, analyses, shown, say)) if not line["sheet"]]
    for exhibit in shown:
        said = [line["number"] for line in lines if line["exhibit"] == exhibit.key]
        assert len(said) == len({(line["row"], line["number"]) for line in lines if line["exhibit"] == exhibit.key})
        assert (exhibit.chart.headline in said) is any(map(str.isdigit, exhibit.chart.headline))
    assert {line["row"] for line in lines} >= {"Teksti kuviossa", "Kuvion alla"}
