"""The faults that real extracts bring, one line each, through the command line: the right outcome and never a value.

E stops with words · Q puts rows aside and goes on · W keeps them and says so · - is read as if nothing were wrong.
"""

from __future__ import annotations

import subprocess
import sys
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.conftest import Shell
from tests.intake import test_fault_values
from tests.intake.conftest import Told
from tests.intake.faults import (
    COLUMNS,
    GOOD,
    LAST,
    SECRET,
    SPOKEN,
    Content,
    check_outcome,
    relationships,
    row,
    save,
    text,
    write_study,
)
from tests.intake.small import HEADER
from tests.studies import few

ACCENTED = {"columns": COLUMNS | {"service": "Pääpalvelu", "end": "Päättynyt (pvm)"}}
MAPPED = {"values": {"service": {"Perhetyö": "perhe", "Tuki €": "koti", "Šokki": "koti"}}}
LARGE = "x" * 5_000_000
FINNISH = text(row(service="Perhetyö"))
EURO = text(row(service="Tuki €"), row(service="Perhetyö", start="2.2.2020"))

CASES: list[Any] = [
    pytest.param("E KU101", None, {}, id="missing"),
    pytest.param("E KU102", lambda path: path.mkdir(), {}, id="folder"),
    pytest.param("E KU102", "", {}, id="empty"),
    pytest.param("E KU104", "\n\n\n", {}, id="blank lines only"),
    pytest.param("W KU106", HEADER, {}, id="header only"),
    pytest.param("E KU104", GOOD + LAST, {}, id="no header"),
    pytest.param("E KU104", f"Asiakat;Palvelus {SPOKEN};1.2.2020\n", {}, id="a record that resembles the header"),
    pytest.param("-", FINNISH.encode("utf-8-sig"), MAPPED, id="byte order mark"),
    pytest.param("-", FINNISH.encode("cp1252"), MAPPED, id="windows-1252"),
    pytest.param("-", EURO.encode("cp1252"), MAPPED, id="windows-1252 with a euro"),
    pytest.param("-", EURO.encode("iso8859-15"), MAPPED | {"encoding": "iso-8859-15"}, id="iso-8859-15"),
    pytest.param("E KU103", EURO.encode("iso8859-15"), MAPPED, id="iso-8859-15 undeclared, with a euro"),
    pytest.param(
        "E KU103", text(row(service="Šokki")).encode("iso8859-15"), MAPPED, id="iso-8859-15 undeclared, with Š"
    ),
    pytest.param("-", FINNISH.encode("utf-16"), MAPPED, id="utf-16"),
    pytest.param("E KU103", FINNISH.encode("utf-16-le"), MAPPED, id="utf-16 without a mark"),
    pytest.param("E KU103", FINNISH.encode("utf-16-be"), MAPPED, id="utf-16 without a mark, big end first"),
    pytest.param("-", FINNISH.encode("utf-16-le"), MAPPED | {"encoding": "utf-16"}, id="utf-16 declared"),
    pytest.param(
        "-", FINNISH.encode("utf-16-be"), MAPPED | {"encoding": "utf-16"}, id="utf-16 declared, big end first"
    ),
    pytest.param("E KU103", text(row(service="Työ")).encode("cp437"), {}, id="a code page of old"),
    pytest.param(
        "Q KU303 1 5",
        (
            text(*[row(service="Perhetyö", start=f"{n}.2.2020") for n in (1, 2)])
            + row(service="Perhetyö", start="9.2.2020")
        )
        .encode()
        .replace(LAST.encode(), row(service="Perhetyö", start="3.2.2020").encode("cp1252") + b"\n"),
        MAPPED,
        id="mixed encodings",
    ),
    pytest.param(
        "W KU408 1",
        text(row(service="perhe", end=""), f"{SECRET}4;PerhetyÃ¶;1.2.2020;"),
        {"values": {"service": {"PerhetyÃ¶": "perhe"}}},
        id="mojibake",
    ),
    pytest.param(
        "W KU408 1",
        text(row(service="Perhety\ufffd")),
        {"values": {"service": {"Perhety\ufffd": "perhe"}}},
        id="letters lost before us",
    ),
    pytest.param("E KU104", text(row()).replace(";", ","), {"delimiter": ";"}, id="wrong delimiter declared"),
    pytest.param("-", text(row()).replace(";", ","), {}, id="comma found"),
    pytest.param("Q KU301 1 3 2", text(f"{SECRET}2,{SPOKEN},1.2.2020,"), {}, id="row with another delimiter"),
    pytest.param("-", text(row()).replace(";", "\t"), {}, id="tab found"),
    pytest.param("Q KU301 1 3", text(f"{SECRET}2;{SPOKEN}"), {}, id="short row"),
    pytest.param("Q KU301 1 3", text(row() + f";{SPOKEN}"), {}, id="long row"),
    pytest.param(
        "Q KU302 1 3 4",
        text(f'{SECRET}2;"{SPOKEN};1.2.2020;', row(), row(start="2.2.2020")),
        {},
        id="quote unbalanced mid-file",
    ),
    pytest.param("Q KU302 1 4 2", text() + f'{SECRET}5;"{SPOKEN};1.2.2020;', {}, id="quote unbalanced at the end"),
    pytest.param(
        "Q KU306 1 5",
        text(f'{SECRET}2;"pitkä\nteksti";1.2.2020;', row(start="31.2.2020")),
        {"values": {"service": {"pitkä\nteksti": "koti"}}},
        id="newline in a quoted field",
    ),
    pytest.param("Q KU304 1 3", text(row(service=f"{SPOKEN}\x00")), {}, id="NUL"),
    pytest.param("Q KU304 1 3", text(row(service=f"{SPOKEN}\x1b[2J")), {}, id="control characters"),
    pytest.param("Q KU317 1 3", text(row(service=LARGE)), {}, id="field of 5 MB"),
    pytest.param("Q KU317 1 3", text(row(service=f'"{LARGE}"')), {}, id="quoted field of 5 MB"),
    pytest.param("Q KU306 1 3", text(row(start="31.2.2020")).replace("\n", "\r"), {}, id="CR only"),
    pytest.param(
        "Q KU306 1 3",
        (HEADER + GOOD).replace("\n", "\r\n") + row(start="31.2.2020") + "\r" + LAST,
        {},
        id="mixed line ends",
    ),
    pytest.param("E KU105", text(row() + ";x", header="Asiakas;Palvelu;Alku;Loppu;alku\n"), {}, id="duplicate header"),
    pytest.param(
        "W KU403", f"Asiakas;Palvelu;Alku;Loppu;Muu\n{SECRET}1;perhe;1.2.2020;;{SPOKEN}\n", {}, id="extra column"
    ),
    pytest.param("-", f"Loppu;Alku;Palvelu;Asiakas\n;1.2.2020;perhe;{SECRET}1\n", {}, id="reordered"),
    pytest.param("-", f"Asiakas;Pääpalvelu;Alku;Päättynyt (pvm)\n{GOOD}", ACCENTED, id="accented, with a unit"),
    pytest.param(
        "-",
        unicodedata.normalize("NFD", f" ASIAKAS;pääpalvelu ;Alku;Päättynyt  (pvm)\n{GOOD}"),
        ACCENTED,
        id="NFD headers",
    ),
    pytest.param("E KU104", text(), ACCENTED, id="column missing"),
    pytest.param("Q KU312 1 3", text(f"Yhteensä {SECRET};;;"), {}, id="totals row"),
    pytest.param("Q KU301 1 4", text() + f"Yhteensä {SECRET}", {}, id="totals row of one field"),
]


@pytest.mark.parametrize(("outcome", "content", "changes"), CASES)
def test_a_fault_of_a_text_file_has_its_outcome(
    tmp_path: Path, told: Told, outcome: str, content: Content | None, changes: dict[str, Any]
) -> None:
    if content is not None:
        save(tmp_path, content, "r.csv")
    write_study(tmp_path, relationships(**changes))
    check_outcome(outcome, *told())


def sheet(*lines: list[Any], then: Callable[[Any], None] | None = None) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        book = openpyxl.Workbook()
        assert book.active is not None
        first: list[list[Any]] = [list(COLUMNS.values()), [f"{SECRET}1", "perhe", "1.2.2020", None]]
        for line in first + list(lines):
            book.active.append(line)
        book.active.append([f"{SECRET}9", "koti", "1.2.2020", None])
        if then:
            then(book)
        book.save(path)

    return write


def hide_row(book: Any) -> None:
    book.active.row_dimensions[3].hidden = True


def fault_in_end(book: Any) -> None:
    book.active["D3"] = "#REF!"
    book.active["D3"].data_type = "e"


def merge(area: str) -> Callable[[Any], None]:
    return lambda book: book.active.merge_cells(area)


def other_sheet(*cells: str, state: str = "visible") -> Callable[[Any], None]:
    def add(book: Any) -> None:
        other = book.create_sheet("Muu")
        other.sheet_state = state
        other.append(list(cells))

    return add


def changed(part: str, old: bytes, new: bytes) -> Callable[[Path], None]:
    """A workbook of which one part is written otherwise."""

    def write(path: Path) -> None:
        sheet(XROW)(path)
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        assert old in parts[part]
        parts[part] = parts[part].replace(old, new, 1)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                archive.writestr(name, content)

    return write


def protected(path: Path) -> None:
    """An encrypted workbook is no archive but a compound file; only its beginning is written here."""
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504) + "EncryptedPackage".encode("utf-16-le").ljust(512))


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"<x>" + b" " * 60_000_000)


def lying_bomb(path: Path) -> None:
    """The directory of the archive says 10 bytes where there are a million."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", b" " * 1_000_000)
    content = path.read_bytes().replace((1_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    path.write_bytes(content)


XROW = [f"{SECRET}2", "perhe", "1.2.2020", None]
SHEET = "xl/worksheets/sheet1.xml"
BOOKS: list[Any] = [
    pytest.param("-", sheet(XROW), id="plain"),
    pytest.param("-", sheet(XROW, then=other_sheet()), id="empty other sheet"),
    pytest.param("W KU411 1", sheet(XROW, then=other_sheet(SPOKEN)), id="other sheet"),
    pytest.param("W KU411 1", sheet(XROW, then=other_sheet(SPOKEN, state="hidden")), id="hidden sheet"),
    pytest.param("W KU409 1 3", sheet(XROW, then=hide_row), id="hidden row"),
    pytest.param("Q KU320 1 4", sheet(XROW, [f"{SECRET}4", "", "1.2.2020", None], then=merge("B3:B4")),
                 id="merged down"),
    pytest.param("Q KU320 1 3", sheet(XROW, then=merge("C3:D3")), id="merged across"),
    pytest.param("-", sheet(XROW, then=merge("F1:G3")), id="merged where nothing is read"),
    pytest.param("Q KU319 1 3", sheet(XROW, then=fault_in_end), id="error cell in an end"),
    pytest.param("Q KU319 1 3", sheet([*XROW[:3], "=TODAY()"]), id="formula without value"),
    pytest.param("Q KU319 1 3", sheet(["=A1", "=B1", "=C1", "=D1"]), id="row of formulas only"),
    pytest.param("E KU109", sheet([48213977123456789, "perhe", "1.2.2020"]), id="number of 17 digits"),
    pytest.param("W KU408 1", sheet([f"{SECRET}2", "PerhetyÃ¶", "1.2.2020"]), id="mojibake"),
    pytest.param("E KU108", protected, id="password"),
    pytest.param("E KU108", bomb, id="bomb"),
    pytest.param("E KU108", lying_bomb, id="bomb that lies about its size"),
    pytest.param("E KU108", changed(SHEET, b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet'), id="DTD"),
    pytest.param("E KU108", changed(SHEET, b"<worksheet", b"<!--" + b" " * 2_000_000 + b"--><!DOCTYPE x><worksheet"),
                 id="DTD after a long comment"),
    pytest.param("E KU108", changed(SHEET, b'r="A4"', b"r='XFD1048576'"), id="endless grid"),
    pytest.param("E KU108", changed("xl/workbook.xml", b"</workbook>", b"</work"), id="broken XML"),
    pytest.param("E KU108", lambda path: path.write_bytes(GOOD.encode()), id="no workbook"),
    pytest.param("E KU102", lambda path: path.write_bytes(b""), id="empty"),
]  # fmt: skip


@pytest.mark.parametrize(("outcome", "content"), BOOKS)
def test_a_fault_of_a_workbook_has_its_outcome(tmp_path: Path, told: Told, outcome: str, content: Content) -> None:
    save(tmp_path, content, "r.xlsx")
    values = {"service": {"PerhetyÃ¶": "perhe"}}
    write_study(tmp_path, relationships(values=values))
    check_outcome(outcome, *told())


def everything_in(folder: Path) -> bytes:
    """Every byte of a folder, packed files unpacked."""
    parts = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        parts += [path.name.encode(), path.read_bytes()]
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                parts += [archive.read(name) for name in archive.namelist()]
    return b"\n".join(parts)


def test_a_column_that_is_not_mapped_reaches_no_output(tmp_path: Path, told: Told, shell: Shell) -> None:
    lines = [f"{SECRET}{n};perhe;1.2.2020;;{SPOKEN}" for n in range(30)]
    save(
        tmp_path, "\n".join(["Asiakas;Palvelu;Alku;Loppu;Muu", *lines, f"{SECRET};perhe;31.2.2020;;{SPOKEN}"]), "r.csv"
    )
    write_study(tmp_path, relationships())
    assert told()[0] == 1
    done = shell("run", tmp_path, "--no-png", *few("baseline.coverage", "lifecycle.durations"))
    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "runs").iterdir())) == 2
    for folder in (tmp_path / "runs", tmp_path / ".kumppanuus" / "register"):
        assert SPOKEN.encode() not in everything_in(folder)
        assert SECRET.encode() not in everything_in(folder)
    assert SPOKEN.encode() in everything_in(tmp_path / ".kumppanuus" / "quarantine")  # there, and nowhere else


@pytest.mark.skipif(sys.platform != "linux", reason="the system tells the memory of a process in another unit")
@pytest.mark.parametrize("quote", ["", '"'])
def test_a_field_of_5_mb_takes_little_memory(tmp_path: Path, quote: str) -> None:
    save(tmp_path, text(row(service=f"{quote}{LARGE}{quote}")), "r.csv")
    write_study(tmp_path, relationships())
    watched = (
        "import sys; from benchmarks.rooms import peak_memory_mb; from kumppanuus import cli\n"
        f"sys.argv = ['kumppanuus', 'check', {str(tmp_path)!r}, '-q']\n"
        "try: cli.main()\n"
        "finally: print(int(peak_memory_mb()))"
    )
    done = subprocess.run([sys.executable, "-c", watched], capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "KU317" in done.stdout
    assert int(done.stdout.split()[-1]) < 600  # MB, of which the libraries take about a half


ITEMS: dict[str, tuple[str, str]] = {
    # Files
    "missing": ("E", "missing"),
    "directory": ("E", "folder"),
    "empty": ("E", "empty; blank lines only; no header; a record that resembles the header"),
    "header only": ("W", "header only"),
    "BOM": ("-", "byte order mark"),
    "cp1252": ("-", "windows-1252; windows-1252 with a euro"),
    "iso-8859-15": ("-E", "iso-8859-15; iso-8859-15 undeclared, with a euro; iso-8859-15 undeclared, with Š"),
    "utf-16": (
        "-E",
        "utf-16; utf-16 without a mark; utf-16 without a mark, big end first; utf-16 declared; "
        "utf-16 declared, big end first; a code page of old",
    ),
    "mixed encodings in one file": ("Q", "mixed encodings"),
    "text already mojibake": ("W", "mojibake; letters lost before us"),
    "wrong delimiter": ("QE", "row with another delimiter; wrong delimiter declared"),
    "short and long rows": ("Q", "short row; long row"),
    "unbalanced quote mid-file and at the end": ("Q", "quote unbalanced mid-file; quote unbalanced at the end"),
    "newline in a quoted field": ("Q", "newline in a quoted field"),
    "NUL, control characters": ("Q", "NUL; control characters"),
    "5 MB field": ("Q", "field of 5 MB; quoted field of 5 MB"),
    "CR-only, mixed line ends": ("Q", "CR only; mixed line ends"),
    "duplicate header": ("E", "duplicate header"),
    "extra columns": ("W", "extra column"),
    "reordered, accented, NFD headers": ("-E", "reordered; accented, with a unit; NFD headers; column missing"),
    "totals row": ("Q", "totals row; totals row of one field"),
    # Values
    "NA/NULL/- only as declared": ("Q-", "NA undeclared; NA declared"),
    "scientific-notation ids": ("E", "scientific notation"),
    "decimal comma, no-break space, U+2212": ("-", "decimal comma; no-break space; narrow no-break space; U+2212"),
    "numbers of another form": (
        "Q",
        "decimal point undeclared; points between thousands; dash for a minus; number in scientific notation",
    ),
    "day-first dates always": (
        "Q-",
        "day first; day first, in order; month first; another form of date; "
        "serial date of a spreadsheet; another time of day",
    ),
    "31.2., 29.2.2023": ("Q", "days that are not; leap days that are not"),
    "two-digit years": ("Q", "year of two digits"),
    "9999 dates": ("-Q", "endless; starts in 9999"),
    "end before start": ("Q", "ends before it starts"),
    "future start": ("Q", "starts in the future; starts after the day of the extract"),
    "future end": ("W", "ends after the window"),
    "overlapping, nested, touching, zero-length": ("-Q", "overlapping; nested; touching; one day; zero days"),
    "exact duplicates": ("W", "exact duplicate; one person twice"),
    "same key with other content": ("Q", "same key, other content"),
    "every identity-code separator": ("-QW", "; ".join(f"separator {sign}" for sign in "+-YXWVUABCDEFG/Z1")),
    "people differing only in the separator": ("-", "people differing only in the separator"),
    # Workbooks
    "hidden sheets and rows": ("W", "hidden sheet; other sheet; hidden row"),
    "merged cells": ("Q", "merged down; merged across"),
    "error cells": ("Q", "error cell in an end; formula without value; row of formulas only"),
    "password, bomb, DTD": ("E", "password; bomb; bomb that lies about its size; DTD; DTD after a long comment"),
}
"""Item of the rules' list of faults → the letters it may give, and the cases that show it."""

OTHER_TESTS = {
    "lost leading zeros": ("test_fault_values.py", "test_lost_zeros_come_back_only_where_another_file_proves_them"),
    "start before birth": ("test_fault_values.py", "test_a_start_before_birth_is_put_aside"),
    "9999 and future ends are open": ("test_fault_values.py", "test_an_end_of_9999_and_one_after_the_window_are_open"),
    "days conserved": ("../register/test_spells.py", "test_days_are_conserved_and_islands_stay_apart"),
    "across snapshots it is a merge": ("test_fault_values.py", "test_snapshots_are_merged_and_contradictions_said"),
    "child without family": ("test_fault_values.py", "test_a_child_without_a_family_is_used"),
    "cycles": ("test_families.py", "test_cycles_and_people_who_are_their_own_guardians_do_no_harm"),
    "40-member family": ("test_families.py", "test_a_family_of_forty_is_kept_and_one_of_forty_one_is_not"),
    "extra columns never output": ("test_faults.py", "test_a_column_that_is_not_mapped_reaches_no_output"),
    "5 MB field within memory": ("test_faults.py", "test_a_field_of_5_mb_takes_little_memory"),
}


def letters() -> dict[str, str]:
    cases = [*CASES, *BOOKS, *test_fault_values.CASES, *test_fault_values.MONEY, *test_fault_values.PEOPLE]
    return {str(case.id): str(case.values[0])[0] for case in cases}


@pytest.mark.parametrize("item", ITEMS)
def test_every_fault_of_the_list_has_a_case_with_its_letter(item: str) -> None:
    allowed, cases = ITEMS[item]
    given = letters()
    shown = {given[case] for case in cases.split("; ")}
    assert shown == set(allowed)


@pytest.mark.parametrize("item", OTHER_TESTS)
def test_every_other_fault_of_the_list_has_a_test(item: str) -> None:
    file, name = OTHER_TESTS[item]
    assert f"def {name}(" in (Path(__file__).parent / file).read_text("utf-8")
