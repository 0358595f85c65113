"""Workbooks: typed cells, hidden sheets, and files that must not be opened."""

from __future__ import annotations

import datetime
import random
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwt

from kumppanuus.errors import InputError
from kumppanuus.intake.sample import read_samples
from tests.intake.kinds import WRITERS, ods_cell, ods_row, ods_sheet, save_ods, write_xls, write_xlsb
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


def test_a_time_of_day_is_no_date_in_a_workbook_either(tmp_path: Path) -> None:
    night, evening = datetime.datetime(2020, 2, 1), datetime.datetime(2020, 1, 31, 22, 0)
    lines = [[1, "koti", night, None], [2, "koti", evening, None], [3, "koti", datetime.time(8, 0), None]]
    for kind in ("xlsx", "xls", "xlsb", "ods"):
        WRITERS[kind](tmp_path / f"r.{kind}", HEADER, lines[: 3 if kind == "xlsx" else 2])
        intake = read(tmp_path, SOURCE | {"files": [f"r.{kind}"]})
        assert [row["client"] for row in rows(intake)] == [client("1")], kind
        assert dict(only(intake).quarantined) == {"KU306": 2 if kind == "xlsx" else 1}


# --- The other kinds: what a sheet says beside its values

LINE = ["2", "perhe", "1.2.2020", None]
ODS = RELATIONSHIPS | {"files": ["r.ods"]}
FAULT = (
    '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" '
    'calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>'
)
NO_VALUE = '<table:table-cell table:formula="of:=TODAY()"/>'
EMPTY_TEXT = '<table:table-cell table:formula="of:=&quot;&quot;" office:value-type="string" office:string-value=""/>'
HEAD, LAST = ods_row(HEADER), ods_row(["9", "koti", "1.2.2020", None])


def with_end(cell: str) -> str:
    return ods_row(LINE[:3]).replace("</table:table-row>", f"{cell}</table:table-row>")


def spanned(rows: int, columns: int) -> str:
    told = f'table:number-rows-spanned="{rows}" table:number-columns-spanned="{columns}"'
    return ods_row(LINE).replace("<table:table-cell ", f"<table:table-cell {told} ", 1)


def outcome(folder: Path, source: dict[str, Any]) -> tuple[dict[str, int], list[tuple[str, int, int | None]]]:
    """Return what was put aside, and the warnings with their numbers and first rows."""
    intake = read(folder, source)
    warned = [(each.code, each.n, each.example_row) for each in intake.findings if each.severity == "warning"]
    return dict(only(intake).quarantined), warned


@pytest.mark.parametrize(("line", "aside", "warned"), [
    (ods_row(LINE), {}, []),
    (ods_row(LINE, 'table:visibility="collapse"'), {}, [("KU409", 1, 3)]),
    (ods_row(LINE, 'table:visibility="filter" table:number-rows-repeated="2"'), {}, [("KU409", 2, 3)]),
    (f'<table:table-row-group table:display="false"><table:table-row-group>{ods_row(LINE)}</table:table-row-group>'
     "</table:table-row-group>", {}, [("KU409", 1, 3)]),
    (f"<table:table-row-group>{ods_row(LINE)}</table:table-row-group>", {}, []),
    (ods_row([None] * 4, 'table:visibility="collapse" table:number-rows-repeated="1000"'), {}, []),
    (with_end(FAULT), {"KU319": 1}, []),
    (with_end(NO_VALUE), {"KU319": 1}, []),
    (with_end(EMPTY_TEXT), {}, []),
    (with_end("<table:table-cell/>" + FAULT), {}, []),
    (spanned(1, 2), {"KU320": 1}, []),
    (spanned(2, 1), {"KU320": 1}, []),
    (spanned(1, 1), {}, []),
])  # fmt: skip
def test_what_an_opendocument_sheet_says_beside_its_values(
    tmp_path: Path, line: str, aside: dict[str, int], warned: list[tuple[str, int, int | None]]
) -> None:
    save_ods(tmp_path / "r.ods", ods_sheet("T", HEAD, ods_row(["1", *LINE[1:]]), line, LAST))
    found, told = outcome(tmp_path, ODS)
    assert (found, [each for each in told if each[0] != "KU402"]) == (aside, warned)


def test_hidden_sheets_of_opendocument_are_never_chosen(tmp_path: Path) -> None:
    secret = ods_sheet("Salainen", ods_row(["piilossa"]), shown=False)
    save_ods(tmp_path / "r.ods", secret, ods_sheet("T", HEAD, LAST), ods_sheet("Tyhjä"))
    intake = read(tmp_path, ODS)
    assert (only(intake).sheet, finding(intake, "KU411").n) == ("T", 1)
    assert [sample.sheet for sample in read_samples(tmp_path / "r.ods", len)] == ["T"]
    save_ods(tmp_path / "r.ods", secret)
    with pytest.raises(InputError) as caught:
        read(tmp_path, ODS)
    assert caught.value.facts["problem"] == "sheet"


WIDE = '<table:table-row table:number-rows-repeated="{}">' + ods_cell("x") + "</table:table-row>"
FAR = (
    '<table:table-row><table:table-cell table:number-columns-repeated="16000"/>' + ods_cell("x") + "</table:table-row>"
)


@pytest.mark.parametrize(("told", "problem"), [
    ({"doctype": '<!DOCTYPE x [<!ENTITY a "b">]>'}, "dtd"),
    ({"manifest": "<manifest:encryption-data/>"}, "password"),
    ({"sheet": ods_sheet("T", HEAD, WIDE.format(100_000_000))}, "grid"),
    ({"sheet": ods_sheet("T", HEAD, WIDE.format(2_500_000))}, "ratio"),
    ({"sheet": ods_sheet("T", HEAD, '<table:table-row table:number-rows-repeated="5000"/>', FAR)}, "grid"),
    ({"sheet": ods_sheet("T", HEAD, "<table:table-row>")}, "unreadable"),
    ({"sheet": ods_sheet("T", HEAD, " " * 60_000_000)}, "ratio"),
])  # fmt: skip
def test_opendocument_that_must_not_be_opened_is_refused(tmp_path: Path, told: dict[str, str], problem: str) -> None:
    save_ods(tmp_path / "r.ods", told.pop("sheet", ods_sheet("T", HEAD, LAST)), **told)
    for attempt in (lambda: read(tmp_path, ODS), lambda: read_samples(tmp_path / "r.ods", len)):
        with pytest.raises(InputError) as caught:
            attempt()
        assert (caught.value.code, caught.value.facts["problem"]) == ("KU108", problem)


def test_what_an_old_workbook_says_beside_its_values(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    other = book.add_sheet("Salainen")
    other.visibility = 1
    other.write(0, 0, "piilossa")
    sheet = book.add_sheet("T", cell_overwrite_ok=True)
    for at, line in enumerate([HEADER, *([str(number), *LINE[1:3]] for number in range(1, 8))]):
        for column, value in enumerate(line):
            sheet.write(at, column, value)
    sheet.row(2).hidden = True
    sheet.row(3).set_cell_error(3, 0x17)
    sheet.write_merge(4, 5, 4, 5, "ei lueta")
    sheet.merge(6, 7, 1, 1)
    book.save(str(tmp_path / "r.xls"))
    aside, warned = outcome(tmp_path, RELATIONSHIPS | {"files": ["r.xls"]})
    assert aside == {"KU319": 1, "KU320": 1}
    assert [each for each in warned if each[0] in ("KU409", "KU411")] == [("KU409", 1, 3), ("KU411", 1, None)]


def test_old_workbooks_that_must_not_be_opened_are_refused(tmp_path: Path) -> None:
    write_xls(tmp_path / "good.xls", HEADER, [LINE])
    good = (tmp_path / "good.xls").read_bytes()
    start = good[:8]
    book = good.index(b"\x09\x08\x10\x00")  # the first record of the workbook; a second one says "encrypted"
    secret = good[: book + 20] + b"\x2f\x00\x36\x00" + bytes(54) + good[book + 78 :]
    for content, problem in [
        (start + bytes(504) + "EncryptedPackage".encode("utf-16-le"), "password"),
        (start + bytes(5000), "unreadable"),
        (good[: len(good) // 2], "unreadable"),
        (secret, "password"),
        (b"<html><table><tr><td>Asiakas</td></tr></table></html>", "unreadable"),
        (b"Asiakas;Palvelu\n1;2\n", "unreadable"),
    ]:
        (tmp_path / "r.xls").write_bytes(content)
        with pytest.raises(InputError) as caught:
            read(tmp_path, RELATIONSHIPS | {"files": ["r.xls"]})
        assert (caught.value.code, caught.value.facts["problem"]) == ("KU108", problem)


def record(kind: int, content: bytes) -> bytes:
    """A record of XLSB whose kind and length fit into one byte each, or a kind of two bytes."""
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return head + bytes([len(content)]) + content


def test_what_a_binary_workbook_says_beside_its_values(tmp_path: Path) -> None:
    write_xlsb(tmp_path / "plain.xlsb", HEADER, [[str(number), *LINE[1:]] for number in range(1, 6)])
    with zipfile.ZipFile(tmp_path / "plain.xlsb") as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    name = "xl/worksheets/sheet1.bin"
    sheet = parts[name]
    starts = [sheet.index(b"\x00\x19" + row.to_bytes(4, "little")) for row in range(6)]
    end = sheet.index(record(146, b""))  # the end of the rows
    fault = record(3, (3).to_bytes(4, "little") + bytes(4) + b"\x17")
    merged = record(176, b"".join(number.to_bytes(4, "little") for number in (5, 5, 1, 2)))
    hidden = bytearray(sheet[starts[2] : starts[3]])
    hidden[2 + 11] |= 0x10
    parts[name] = sheet[: starts[2]] + bytes(hidden) + sheet[starts[3] : starts[4]] + fault + sheet[starts[4] : end]
    parts[name] += record(146, b"") + merged + sheet[end + 3 :]
    with zipfile.ZipFile(tmp_path / "r.xlsb", "w") as packed:
        for part, content in parts.items():
            packed.writestr(part, content)
    aside, warned = outcome(tmp_path, RELATIONSHIPS | {"files": ["r.xlsb"]})
    assert aside == {"KU319": 1, "KU320": 1}
    assert [each for each in warned if each[0] == "KU409"] == [("KU409", 1, 3)]


def test_a_workbook_is_known_by_its_bytes_whatever_its_name(tmp_path: Path) -> None:
    save(tmp_path / "r.xlsx", HEADER, [1, "perhe", "1.2.2020"])
    (tmp_path / "r.xlsx").rename(tmp_path / "r.xls")
    assert only(read(tmp_path, SOURCE | {"files": ["r.xls"]})).used == 1
    (tmp_path / "r.xls").rename(tmp_path / "r.dat")
    assert only(read(tmp_path, SOURCE | {"files": ["r.dat"], "format": "xlsx"})).used == 1


def far_right(kind: str, file: Path) -> None:
    """A table that starts in column C, with a fault in its third record and merged cells in its fourth."""
    lines = [HEADER, *([str(number), *LINE[1:]] for number in range(1, 6))]
    if kind == "xlsx":
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        for at, line in enumerate(lines, start=1):
            for column, value in enumerate(line, start=3):
                sheet.cell(at, column, value)
        sheet["F4"] = "#REF!"
        sheet["F4"].data_type = "e"
        sheet.merge_cells("C5:D5")
        book.save(file)
    elif kind == "ods":
        rows = [ods_row([None, None, *line]) for line in lines]
        rows[3] = with_end(FAULT).replace(
            "<table:table-cell ", "<table:table-cell/><table:table-cell/><table:table-cell ", 1
        )
        told = 'table:number-columns-spanned="2"'
        rows[4] = rows[4].replace("<table:table-cell office", f"<table:table-cell {told} office", 1)
        save_ods(file, ods_sheet("T", *rows))
    else:
        old = xlwt.Workbook()
        page = old.add_sheet("T", cell_overwrite_ok=True)
        for at, line in enumerate(lines):
            for column, value in enumerate(line, start=2):
                if value is not None:
                    page.write(at, column, value)
        page.row(3).set_cell_error(5, 0x17)
        page.write_merge(4, 4, 2, 3, "4")
        old.save(str(file))


@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_faults_are_found_in_a_table_that_starts_further_right(tmp_path: Path, kind: str) -> None:
    far_right(kind, tmp_path / f"r.{kind}")
    intake = read(tmp_path, RELATIONSHIPS | {"files": [f"r.{kind}"]})
    assert dict(only(intake).quarantined) == {"KU319": 1, "KU320": 1}
    assert {row["client"] for row in rows(intake)} == {client(number) for number in "125"}


@pytest.mark.parametrize("kind", ["xlsx", "xlsb", "ods"])
def test_a_workbook_damaged_inside_is_refused_and_nothing_is_printed(
    tmp_path: Path, kind: str, capfd: pytest.CaptureFixture[str]
) -> None:
    lines = [[str(number), "perhe", "1.2.2020", None] for number in range(1, 9)]
    WRITERS[kind](tmp_path / "whole", HEADER, lines)
    with zipfile.ZipFile(tmp_path / "whole") as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    (name,) = [
        name for name in parts if name in ("xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.bin", "content.xml")
    ]
    ends = set()
    for seed in range(40):
        chosen = random.Random(seed)
        content = bytearray(parts[name])
        at = chosen.randrange(len(content))
        content[at : at + chosen.randrange(9)] = chosen.randbytes(chosen.randrange(9))
        with zipfile.ZipFile(tmp_path / f"r.{kind}", "w") as packed:
            for part, whole in (parts | {name: bytes(content)}).items():
                packed.writestr(part, whole)
        try:
            assert only(read(tmp_path, RELATIONSHIPS | {"files": [f"r.{kind}"]})).balanced
        except InputError as error:
            ends.add(error.code)
    assert ends <= {"KU104", "KU105", "KU108"}
    assert "KU108" in ends
    assert capfd.readouterr() == ("", "")


def test_an_old_workbook_may_claim_anything_and_is_refused_or_read(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    write_xls(tmp_path / "whole.xls", HEADER, [[str(number), "perhe", "1.2.2020"] for number in range(1, 9)])
    whole = (tmp_path / "whole.xls").read_bytes()
    ends = set()
    for seed in range(25):
        chosen = random.Random(seed)
        content = bytearray(whole)
        for _ in range(6):
            content[chosen.randrange(512, len(whole))] = chosen.choice([0, 255, chosen.randrange(256)])
        (tmp_path / "r.xls").write_bytes(content)
        try:
            assert only(read(tmp_path, RELATIONSHIPS | {"files": ["r.xls"]})).balanced
            ends.add("read")
        except InputError as error:
            ends.add(error.code)
    assert {"KU108", "read"} <= ends <= {"KU104", "KU105", "KU108", "read"}
    assert capfd.readouterr() == ("", "")
