"""Workbooks: typed cells, hidden sheets, and files that must not be opened."""

from __future__ import annotations

import datetime
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kumppanuus.errors import InputError
from tests.intake.small import RELATIONSHIPS, client, day, finding, only, read, rows

SOURCE = RELATIONSHIPS | {"files": ["*.xlsx"]}
HEADER = ["Asiakas", "Palvelu", "Alku", "Loppu"]
VISITS: dict[str, Any] = {
    "table": "costs",
    "files": ["*.xlsx"],
    "columns": {"service": "P", "date": "D", "cost_eur": "E"},
}


def save(file: Path, *lines: list[Any], title: str = "Taul1", hidden: list[str] | None = None) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for line in lines:
        sheet.append(line)
    for name in hidden or []:
        other = book.create_sheet(name, 0)
        other.sheet_state = "hidden"
        other.append(["piilossa"])
    book.save(file)


def test_typed_cells_read_like_text(tmp_path: Path) -> None:
    save(
        tmp_path / "r.xlsx",
        HEADER,
        [1001, "perhe", datetime.date(2020, 2, 1), datetime.datetime(2020, 2, 28, 0, 0)],
        ["1002", "koti", "1.2.2020", None],
        [None, None, None, None],
        [1003.0, "koti", 43862, None],
        ["Yhteensä", 3, None, None],
        [1004, "ko\x7fti", "1.2.2020", None],
    )
    intake = read(tmp_path, SOURCE)
    assert {(r["client"], r["start"], r["end"]) for r in rows(intake)} == {
        (client("1001"), day("2020-02-01"), day("2020-02-29")),
        (client("1002"), day("2020-02-01"), None),
    }
    account = only(intake)
    assert (account.sheet, account.read, account.blank) == ("Taul1", 6, 1)
    assert dict(account.quarantined) == {"KU304": 1, "KU306": 1, "KU312": 1}
    assert finding(intake, "KU306").example_row == 5


def test_numbers_take_the_decimal_sign_of_the_source(tmp_path: Path) -> None:
    save(tmp_path / "k.xlsx", ["P", "D", "E"], ["koti", "1.2.2020", 12.345], ["koti", "1.2.2020", 1e15])
    for decimal in (",", "."):
        intake = read(tmp_path, VISITS | {"decimal": decimal})
        assert [r["cost_cents"] for r in rows(intake, "costs")] == [1235]
        assert dict(only(intake).quarantined) == {"KU308": 1}  # more than 13 digits of euros is no cost


def test_the_first_visible_sheet_is_read_unless_the_source_names_one(tmp_path: Path) -> None:
    save(tmp_path / "r.xlsx", ["Otsikko"], [], HEADER, [1, "perhe", "1.2.2020"], title="Data", hidden=["Salainen"])
    assert only(read(tmp_path, SOURCE | {"header_row": 3})).sheet == "Data"
    with pytest.raises(InputError) as caught:
        read(tmp_path, SOURCE | {"sheet": "Puuttuu"})
    assert (caught.value.code, caught.value.facts["problem"]) == ("KU108", "sheet")
    with pytest.raises(InputError) as caught:
        read(tmp_path, SOURCE | {"sheet": "Salainen"})
    assert caught.value.code == "KU104"


def test_a_table_that_starts_in_the_middle_of_the_sheet_keeps_its_row_numbers(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for column, name in enumerate(HEADER, start=3):
        sheet.cell(4, column, name)
    for column, value in enumerate(["1", "perhe", "31.2.2020"], start=3):
        sheet.cell(6, column, value)
    book.save(tmp_path / "r.xlsx")
    intake = read(tmp_path, SOURCE | {"header_row": 4})
    assert (only(intake).read, only(intake).blank, finding(intake, "KU306").example_row) == (2, 1, 6)
    lines = (tmp_path / "state" / "quarantine" / "001_relationships_r.xlsx.csv").read_text("utf-8-sig").splitlines()
    assert lines[1] == "r.xlsx;Sheet;6;KU306;1\tperhe\t31.2.2020\t"


def archive(file: Path, **parts: bytes) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(f"xl/worksheets/{name}.xml", content)


@pytest.mark.parametrize(("parts", "problem"), [
    ({"sheet1": b"<x>" + b" " * 60_000_000}, "ratio"),
    ({"sheet1": b'<c r="A1"/><c r="XFD1048576"/>'}, "grid"),
    ({"sheet1": b'<!DOCTYPE x [<!ENTITY a "b">]><x/>'}, "dtd"),
    ({"sheet1": b"<x/>"}, "unreadable"),
])  # fmt: skip
def test_workbooks_that_would_unfold_beyond_reason_are_refused(
    tmp_path: Path, parts: dict[str, bytes], problem: str
) -> None:
    archive(tmp_path / "r.xlsx", **parts)
    with pytest.raises(InputError) as caught:
        read(tmp_path, SOURCE)
    assert (caught.value.code, caught.value.facts["problem"]) == ("KU108", problem)


def test_a_file_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    (tmp_path / "r.xlsx").write_bytes(b"Asiakas;Palvelu\n1;2\n")
    with pytest.raises(InputError) as caught:
        read(tmp_path, SOURCE)
    assert caught.value.code == "KU108"


def test_lock_files_of_an_open_workbook_are_not_extracts(tmp_path: Path) -> None:
    save(tmp_path / "r.xlsx", HEADER, [1, "perhe", "1.2.2020"])
    (tmp_path / "~$r.xlsx").write_bytes(b"x")
    assert only(read(tmp_path, SOURCE)).used == 1
