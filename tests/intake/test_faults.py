"""The faults that real extracts bring, one line each, through the command line: the right outcome and never a value.

E stops with words · Q puts rows aside and goes on · W keeps them and says so · - is read as if nothing were wrong.
"""

from __future__ import annotations

import json
import sys
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kumppanuus import cli
from tests.intake.small import HEADER

SECRET, SPOKEN = "48213977", "Salakka"
"""A number of a client and a word of a cell that no output may show."""
GOOD = f"{SECRET}1;perhe;1.2.2020;28.2.2020\n"
LAST = f"{SECRET}3;koti;3.3.2020;\n"
STUDY = """
schema = 1
study = { organiser = "Testilä" }
window = { from = 2020-01-01, to = 2021-12-31 }
areas = [{ code = "kanta", name = { fi = "Kanta" } }, { code = "satama", name = { fi = "Satama" } }]
services = [
    { code = "perhe", name = { fi = "Perhetyö" }, level = "early" },
    { code = "koti", name = { fi = "Kotipalvelu" }, level = "early" },
]
"""
COLUMNS = {"client": "Asiakas", "service": "Palvelu", "start": "Alku", "end": "Loppu"}
Content = str | bytes | Callable[[Path], None]


def toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(k)} = {toml(v)}" for k, v in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)


def write_study(folder: Path, *sources: dict[str, Any]) -> None:
    texts = ["\n".join(f"{name} = {toml(value)}" for name, value in source.items()) for source in sources]
    (folder / "kumppanuus.toml").write_text(STUDY + "".join(f"\n[[sources]]\n{t}\n" for t in texts), "utf-8")


def relationships(**changes: Any) -> dict[str, Any]:
    return {"table": "relationships", "files": ["r*.*"], "columns": COLUMNS, **changes}


def clients(**changes: Any) -> dict[str, Any]:
    return {"table": "clients", "files": ["c*.*"], "columns": {"client": "Asiakas", "birth_date": "Syntynyt"}} | changes


@pytest.fixture
def told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, dict[str, Any], str]]:
    """Run ``check`` twice and return its exit code, its JSON and every word it said."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KUMPPANUUS_KEY", raising=False)

    def check() -> tuple[int, dict[str, Any], str]:
        outputs, code = [], 0
        for arguments in (["--json"], []):
            monkeypatch.setattr(sys, "argv", ["kumppanuus", "check", str(tmp_path), *arguments])
            with pytest.raises(SystemExit) as left:
                cli.main()
            code = int(str(left.value.code))
            outputs.append(capsys.readouterr())
        words = "".join(part for output in outputs for part in output)
        assert SECRET not in words
        assert SPOKEN not in words
        assert "Traceback" not in words
        assert not (tmp_path / cli.FAULT_FILE).exists()
        return code, json.loads(outputs[0].out) if outputs[0].out else {}, words

    return check


def save(folder: Path, content: Content, name: str) -> None:
    if callable(content):
        content(folder / name)
    else:
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)


def text(*lines: str, header: str = HEADER) -> str:
    """A file whose line 2 is good, whose next lines are as given, and whose last line is good."""
    return header + GOOD + "".join(f"{line}\n" for line in lines) + LAST


def row(client: str = f"{SECRET}2", service: str = "perhe", start: str = "1.2.2020", end: str = "") -> str:
    return f"{client};{service};{start};{end}"


ACCENTED = {"columns": COLUMNS | {"service": "Pääpalvelu", "end": "Päättynyt (pvm)"}}
MAPPED = {"values": {"service": {"Perhetyö": "perhe", "Tuki €": "koti", "Šokki": "koti"}}}
LARGE = "x" * 5_000_000
FINNISH = text(row(service="Perhetyö"))
EURO = text(row(service="Tuki €"), row(service="Perhetyö", start="2.2.2020"))

CASES: list[Any] = [
    # --- Files
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
    pytest.param("-", FINNISH.encode("utf-16-le"), MAPPED | {"encoding": "utf-16"}, id="utf-16 declared"),
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
    pytest.param("-", text(row()).replace(";", "\t"), {}, id="tab found"),
    pytest.param("Q KU301 1 3", text(f"{SECRET}2;{SPOKEN}"), {}, id="short row"),
    pytest.param("Q KU301 1 3", text(row() + f";{SPOKEN}"), {}, id="long row"),
    pytest.param("Q KU302 1 3", text(f'{SECRET}2;"{SPOKEN};1.2.2020;'), {}, id="quote unbalanced mid-file"),
    pytest.param("Q KU302 1 4", text() + f'{SECRET}5;"{SPOKEN};1.2.2020;', {}, id="quote unbalanced at the end"),
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
    # --- Values
    pytest.param("Q KU306 3 3", text(row(end="NA"), row("2", end="NULL"), row("9", end="-")), {}, id="NA undeclared"),
    pytest.param("-", text(row(end="NA"), row(f"{SECRET}9", end="-")), {"missing": ["NA", "-"]}, id="NA declared"),
    pytest.param("E KU109", text(row(f"{SPOKEN}"), row("4,82E+08")), {}, id="scientific notation"),
    pytest.param("-", text(row(start="\u200b 1.2.2020\u00a0", service="perhe\u202f")), {}, id="strange spaces"),
    pytest.param("-", text(row(start="1.2.2020 00:00:00", end="2.2.2020 0.00")), {}, id="midnight"),
    pytest.param(
        "-",
        text(row(start="2020-02-01T00:00:00"))
        .replace("3.3.2020", "2020-03-03")
        .replace("1.2.2020;28.2.2020", "2020-02-01;"),
        {"date_format": "yyyy-mm-dd"},
        id="ISO midnight",
    ),
    pytest.param("Q KU306 1 3", text(row(start="1.2.2020 21:00:00")), {}, id="another time of day"),
    pytest.param("Q KU306 1 3", text(row(start="43862")), {}, id="serial date of a spreadsheet"),
    pytest.param("Q KU306 1 3", text(row(start="2/1/2020")), {}, id="another form of date"),
    pytest.param("Q KU306 1 3", text(row(start="2.13.2020")), {}, id="month first"),
    pytest.param("Q KU306 2 3", text(row(start="31.2.2020"), row(start="29.2.2021")), {}, id="days that are not"),
    pytest.param("Q KU307 1 3", text(row(start="1.2.20")), {}, id="year of two digits"),
    pytest.param("-", text(row(end="31.12.9999")), {}, id="endless"),
    pytest.param("Q KU306 1 3", text(row(start="31.12.9999")), {}, id="starts in 9999"),
    pytest.param("Q KU309 1 3", text(row(end="31.1.2020")), {}, id="ends before it starts"),
    pytest.param("W KU407 1 3", text(row(end="1.6.2030")), {}, id="ends after the window"),
    pytest.param("Q KU315 1 3", text(row(end="1.2.2020")), {"end_is": "first_day_after"}, id="zero days"),
    pytest.param("W KU402 1 4", text(row(), row()), {}, id="exact duplicate"),
    pytest.param("Q KU316 2 3", text(row(), row(end="1.3.2020")), {}, id="same key, other content"),
    pytest.param("Q KU319 3 3", text(row("#N/A"), row(service="#REF!"), row(end="#PUUTTUU!")), {}, id="faults as text"),
    pytest.param("W KU401 1 3", text(row(service=SPOKEN)), {}, id="unknown code"),
]


@pytest.mark.parametrize(("outcome", "content", "changes"), CASES)
def test_a_fault_of_a_text_file_has_its_outcome(
    tmp_path: Path, told: Callable[..., Any], outcome: str, content: Content | None, changes: dict[str, Any]
) -> None:
    if content is not None:
        save(tmp_path, content, "r.csv")
    write_study(tmp_path, relationships(**changes))
    check_outcome(outcome, *told())


def check_outcome(outcome: str, code: int, account: dict[str, Any], words: str) -> None:
    letter, rule, n, line = (*outcome.split(), *[""] * 4)[:4]
    if letter == "E":
        assert (code, account) == (1, {})
        assert rule in words
        return
    assert code == (1 if letter == "Q" else 0)
    for each in account["files"]:
        assert each["read"] == each["used"] + sum(each["merged"].values()) + sum(each["quarantined"].values()) + sum(
            each[part] for part in ("outside_window", "blank")
        )
    found = {f["code"]: f for f in account["findings"]}
    assert list(found) == ([rule] if rule else [])
    for fact, value in (("n", n), ("row", line)):
        assert not value or found[rule][fact] == int(value)
    if letter == "Q":
        assert sum(f["quarantined"].get(rule, 0) for f in account["files"]) == found[rule]["n"]


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
def test_a_fault_of_a_workbook_has_its_outcome(
    tmp_path: Path, told: Callable[..., Any], outcome: str, content: Content
) -> None:
    save(tmp_path, content, "r.xlsx")
    values = {"service": {"PerhetyÃ¶": "perhe"}}
    write_study(tmp_path, relationships(values=values))
    check_outcome(outcome, *told())


def outcome_of(told: Callable[..., Any]) -> tuple[int, dict[str, tuple[str, int, int | None]], dict[str, Any]]:
    code, account, _ = told()
    return code, {f["code"]: (f["file"], f["n"], f["row"]) for f in account["findings"]}, account["tables"]


def numbers(*values: str) -> str:
    return HEADER + "".join(f"{value};perhe;1.2.2020;\n" for value in values)


def births(*values: str) -> str:
    return "Asiakas;Syntynyt\n" + "".join(f"{value};1.1.2015\n" for value in values)


@pytest.mark.parametrize(("theirs", "ours", "mended", "strangers"), [
    (("0048213977", "1148213977"), ("1148213977", "48213977", "48213977"), 2, 0),
    (("0048213977", "0000000000"), ("0", "48213977"), 2, 0),
    (("0048213977", "1148213977"), ("0048213977", "1148213977"), 0, 0),
    (("0048213977",), ("48213977", "0000000012"), 0, 2),  # this file kept its zeros: the short number is another
    (("0048213977", "048213977"), ("48213977",), 0, 1),  # no width is kept
    (("0048213977", "A148213"), ("48213977",), 0, 1),
    (("1148213977",), ("48213977",), 0, 1),  # no twin
    (("48213977",), ("48213977",), 0, 0),
])  # fmt: skip
def test_lost_zeros_come_back_only_where_another_file_proves_them(
    tmp_path: Path, told: Callable[..., Any], theirs: tuple[str, ...], ours: tuple[str, ...], mended: int,
    strangers: int,
) -> None:  # fmt: skip
    save(tmp_path, births(*theirs), "c.csv")
    save(tmp_path, numbers(*ours), "r.csv")
    write_study(tmp_path, clients(), relationships())
    code, found, tables = outcome_of(told)
    assert code == 0
    assert found.get("KU410", ("r.csv", 0, None))[:2] == ("r.csv", mended)
    assert found.get("KU406", ("r.csv", 0, None))[1] == strangers
    assert tables["relationships"]["merged"] == len(ours) - len(set(ours))


def test_lost_zeros_of_one_domain_are_no_proof_for_another(tmp_path: Path, told: Callable[..., Any]) -> None:
    save(tmp_path, births("0048213977"), "c.csv")
    save(tmp_path, numbers("48213977"), "r.csv")
    write_study(tmp_path, clients(), relationships(id_domain="school"))
    _, found, _ = outcome_of(told)
    assert set(found) == {"KU406"}


def test_a_number_in_a_workbook_meets_its_text_with_zeros(tmp_path: Path, told: Callable[..., Any]) -> None:
    save(tmp_path, births("0048213977", "0048213978"), "c.csv")

    def write(path: Path) -> None:
        book = openpyxl.Workbook()
        assert book.active is not None
        lines: list[list[Any]] = [
            list(COLUMNS.values()),
            [48213977, "perhe", "1.2.2020", None],
            [48213978, "koti", "1.2.2020", ""],
        ]
        for line in lines:
            book.active.append(line)
        book.save(path)

    save(tmp_path, write, "r.xlsx")
    write_study(tmp_path, clients(), relationships())
    assert outcome_of(told)[:2] == (0, {"KU410": ("r.xlsx", 2, 2)})


SNAPSHOTS: list[Any] = [
    pytest.param([row(), row(end="5.5.2020")], {}, id="closed later"),
    pytest.param([row(end="5.5.2020"), row(end="6.6.2020")], {"KU404": ("r10.csv", 1, 2)}, id="another end"),
    pytest.param([row(end="5.5.2020"), row()], {"KU404": ("r10.csv", 1, 2)}, id="reopened"),
    pytest.param([row() + ";own;kanta", row() + ";purchased;kanta"], {"KU404": ("r10.csv", 1, 2)}, id="production"),
    pytest.param([row() + ";own;kanta", row() + ";own;satama"], {"KU404": ("r10.csv", 1, 2)}, id="area"),
    pytest.param([row() + ";;", row() + ";own;kanta"], {}, id="told later"),
    pytest.param([row(), row("3"), row(end="5.5.2020")], {"KU405": ("r10.csv", 1, 2)}, id="absent in between"),
]


@pytest.mark.parametrize(("lines", "expected"), SNAPSHOTS)
def test_snapshots_are_merged_and_contradictions_said(
    tmp_path: Path, told: Callable[..., Any], lines: list[str], expected: dict[str, Any]
) -> None:
    header = "Asiakas;Palvelu;Alku;Loppu;Tapa;Alue\n"
    for name, line in zip(("r9", "r10", "r11"), lines, strict=False):
        save(tmp_path, header + line + ";" * (5 - line.count(";")) + "\n", f"{name}.csv")
    columns = COLUMNS | {"production": "Tapa", "area": "Alue"}
    write_study(tmp_path, relationships(files_are="snapshots", columns=columns))
    code, found, tables = outcome_of(told)
    assert (code, found) == (0, expected)
    assert tables["relationships"]["merged"] == 1


def test_a_wrong_key_is_refused_and_nothing_changes(
    tmp_path: Path, told: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    save(tmp_path, text(), "r.csv")
    write_study(tmp_path, relationships())
    told()
    before = {path.name: path.read_bytes() for path in (tmp_path / ".kumppanuus").rglob("*") if path.is_file()}
    monkeypatch.setenv("KUMPPANUUS_KEY", "ab" * 32)
    monkeypatch.setattr(sys, "argv", ["kumppanuus", "check", str(tmp_path)])
    with pytest.raises(SystemExit) as left:
        cli.main()
    error = capsys.readouterr().err
    assert left.value.code == 2
    assert "KU221" in error
    assert "ab" * 32 not in error
    after = {path.name: path.read_bytes() for path in (tmp_path / ".kumppanuus").rglob("*") if path.is_file()}
    assert after == before
