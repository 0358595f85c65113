"""Faults of values, one line each, through the command line; the letters are those of test_faults.py."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kumppanuus import cli
from tests.intake.conftest import Told
from tests.intake.faults import (
    COLUMNS,
    SECRET,
    SPOKEN,
    check_outcome,
    clients,
    outcome_of,
    relationships,
    row,
    save,
    text,
    write_study,
)
from tests.intake.small import HEADER

CASES: list[Any] = [
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
    # the 2nd of January would end after the 1st of February, the 1st of February before the 2nd of January
    pytest.param("Q KU309 1 3", text(row(start="01.02.2020", end="02.01.2020")), {}, id="day first"),
    pytest.param("-", text(row(start="02.01.2020", end="01.02.2020")), {}, id="day first, in order"),
    pytest.param(
        "Q KU306 3 3",
        text(row(start="29.2.2023"), row(start="29.2.2100"), row(start="29.2.1900")),
        {},
        id="leap days that are not",
    ),
    pytest.param("Q KU307 1 3", text(row(start="1.2.20")), {}, id="year of two digits"),
    pytest.param("-", text(row(end="31.12.9999")), {}, id="endless"),
    pytest.param("Q KU306 1 3", text(row(start="31.12.9999")), {}, id="starts in 9999"),
    pytest.param("Q KU309 1 3", text(row(end="31.1.2020")), {}, id="ends before it starts"),
    pytest.param("W KU407 1 3", text(row(end="1.6.2030")), {}, id="ends after the window"),
    pytest.param("Q KU315 1 3", text(row(end="1.2.2020")), {"end_is": "first_day_after"}, id="zero days"),
    pytest.param("Q KU310 1 3 2", text(row(start="1.2.2105")), {}, id="starts in the future"),
    pytest.param(
        "Q KU310 1 3 3",
        text(row(start="1.6.2021"), row(start="31.5.2021")),
        {"extracted": "2021-05-31"},
        id="starts after the day of the extract",
    ),
    pytest.param("-", text(row(start="1.6.2025")), {}, id="starts after the window"),
    pytest.param("- . . . 4", text(row(end="1.6.2020"), row(start="1.3.2020", end="1.9.2020")), {}, id="overlapping"),
    pytest.param("- . . . 4", text(row(end="1.9.2020"), row(start="1.3.2020", end="1.4.2020")), {}, id="nested"),
    pytest.param("- . . . 4", text(row(end="29.2.2020"), row(start="1.3.2020", end="1.4.2020")), {}, id="touching"),
    pytest.param("- . . . 3", text(row(end="1.2.2020")), {}, id="one day"),
    pytest.param("W KU402 1 4", text(row(), row()), {}, id="exact duplicate"),
    pytest.param("Q KU316 2 3", text(row(), row(end="1.3.2020")), {}, id="same key, other content"),
    pytest.param("Q KU319 3 3", text(row("#N/A"), row(service="#REF!"), row(end="#PUUTTUU!")), {}, id="faults as text"),
    pytest.param("W KU401 1 3", text(row(service=SPOKEN)), {}, id="unknown code"),
]


@pytest.mark.parametrize(("outcome", "content", "changes"), CASES)
def test_a_faulty_value_has_its_outcome(
    tmp_path: Path, told: Told, outcome: str, content: str, changes: dict[str, Any]
) -> None:
    save(tmp_path, content, "r.csv")
    write_study(tmp_path, relationships(**changes))
    check_outcome(outcome, *told())


MONEY: list[Any] = [
    pytest.param("-", "1234,5", {}, id="decimal comma"),
    pytest.param("-", "1234.5", {"decimal": "."}, id="decimal point declared"),
    pytest.param("Q KU308 1 3", "1234.5", {}, id="decimal point undeclared"),
    pytest.param("Q KU308 1 3", "1.234,5", {}, id="points between thousands"),
    pytest.param("-", "1\u00a0234,5", {}, id="no-break space"),
    pytest.param("-", "1\u202f234,5", {}, id="narrow no-break space"),
    pytest.param("-", "\u2212234,5", {}, id="U+2212"),
    pytest.param("Q KU308 1 3", "\u2013234,5", {}, id="dash for a minus"),
    pytest.param("Q KU308 1 3", "1,2e3", {}, id="number in scientific notation"),
    pytest.param("W KU427 1 3", "0,00", {}, id="cost of zero"),
]


@pytest.mark.parametrize(("outcome", "euros", "changes"), MONEY)
def test_a_faulty_number_has_its_outcome(
    tmp_path: Path, told: Told, outcome: str, euros: str, changes: dict[str, Any]
) -> None:
    save(tmp_path, f"P;D;E\nperhe;1.2.2020;1\nperhe;1.2.2020;{euros}\n", "k.csv")
    columns = {"service": "P", "date": "D", "cost_eur": "E"}
    write_study(tmp_path, {"table": "costs", "files": ["k.csv"], "columns": columns} | changes)
    check_outcome(outcome, *told())


PEOPLE: list[Any] = [
    *(pytest.param("- . . . 2", ["131052-308T", f"010253{sign}123W"], id=f"separator {sign}") for sign in "-YXWVU"),
    *(pytest.param("- . . . 2", ["131052-308T", f"010203{sign}1230"], id=f"separator {sign}") for sign in "ABCDEF"),
    pytest.param("W KU429 1 3 2", ["131052-308T", "010253+123W"], id="separator +"),
    pytest.param("- . . . 2", ["131052-308t", "010203a1230"], id="small letters"),
    *(pytest.param("Q KU313 1 3 1", ["131052-308T", f"010203{sign}1230"], id=f"separator {sign}") for sign in "G/Z1"),
    pytest.param(
        "- . . . 3", ["131052-308T", "131052Y308T", "131052X308T"], id="people differing only in the separator"
    ),
    pytest.param("W KU402 1 3 1", ["131052-308T", "131052-308T"], id="one person twice"),
    pytest.param("Q KU313 1 3 1", ["131052-308T", "131052-308U"], id="wrong check digit"),
    pytest.param("Q KU313 1 3 1", ["131052-308T", "310252-308T"], id="31st of February"),
    pytest.param("W KU412 1 3 2", ["131052-308T", "010594Y9032"], id="temporary code"),
]


@pytest.mark.parametrize(("outcome", "codes"), PEOPLE)
def test_identity_codes_have_their_outcome(tmp_path: Path, told: Told, outcome: str, codes: list[str]) -> None:
    save(tmp_path, "Hetu\n" + "".join(f"{code}\n" for code in codes), "c.csv")
    write_study(tmp_path, clients(columns={"client": "Hetu", "identity_code": "Hetu"}))
    code, account, words = told()
    check_outcome(outcome, code, account, words)
    assert not [one for one in codes if one.upper() in words.upper()]


def test_a_start_before_birth_is_put_aside(tmp_path: Path, told: Told) -> None:
    save(tmp_path, f"Asiakas;Syntynyt\n{SECRET}1;1.1.2015\n{SECRET}2;2.2.2020\n{SECRET}3;\n", "c.csv")
    save(tmp_path, text(row()), "r.csv")
    write_study(tmp_path, clients(), relationships())
    check_outcome("Q KU311 1 3 5", *told())


def test_a_child_without_a_family_is_used(tmp_path: Path, told: Told) -> None:
    save(tmp_path, f"Asiakas;Perhe\n{SECRET}1;7\n{SECRET}2;\n{SECRET}3;7\n", "c.csv")
    save(tmp_path, text(row()), "r.csv")
    write_study(tmp_path, clients(columns={"client": "Asiakas", "family": "Perhe"}), relationships())
    code, account, words = told()
    check_outcome("- . . . 6", code, account, words)
    assert "3 asiakasta, 2 perhettä" in words


def test_an_end_of_9999_and_one_after_the_window_are_open(tmp_path: Path, told: Told) -> None:
    save(tmp_path, text(row(end="31.12.9999"), row(start="2.2.2020", end="1.6.2030")), "r.csv")
    write_study(tmp_path, relationships())
    code, account, _ = told()
    assert code == 0
    assert account["open_relationships"] == 2  # 9999 and the last line; the other ends, after the window


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
    tmp_path: Path, told: Told, theirs: tuple[str, ...], ours: tuple[str, ...], mended: int,
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


def test_lost_zeros_of_one_domain_are_no_proof_for_another(tmp_path: Path, told: Told) -> None:
    save(tmp_path, births("0048213977"), "c.csv")
    save(tmp_path, numbers("48213977"), "r.csv")
    write_study(tmp_path, clients(), relationships(id_domain="school"))
    _, found, _ = outcome_of(told)
    assert set(found) == {"KU406"}


def test_a_number_in_a_workbook_meets_its_text_with_zeros(tmp_path: Path, told: Told) -> None:
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
    pytest.param([row(end="5.5.2020"), row()], {"KU413": ("r10.csv", 1, 2)}, id="reopened"),
    pytest.param([row() + ";own;kanta", row() + ";purchased;kanta"], {"KU404": ("r10.csv", 1, 2)}, id="production"),
    pytest.param([row() + ";own;kanta", row() + ";own;satama"], {"KU404": ("r10.csv", 1, 2)}, id="area"),
    pytest.param([row() + ";;", row() + ";own;kanta"], {}, id="told later"),
    pytest.param([row(), row("3"), row(end="5.5.2020")], {"KU405": ("r10.csv", 1, 2)}, id="absent in between"),
]


@pytest.mark.parametrize(("lines", "expected"), SNAPSHOTS)
def test_snapshots_are_merged_and_contradictions_said(
    tmp_path: Path, told: Told, lines: list[str], expected: dict[str, Any]
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
    tmp_path: Path, told: Told, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
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
