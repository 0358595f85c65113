"""What changes from one version of a register to the next, kind by kind, on rows written by hand."""

from __future__ import annotations

import random
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumppanuus.console.changes import change_as_json, print_changes
from kumppanuus.console.speech import console_say
from kumppanuus.intake.account import CHANGES, Intake
from tests.intake.small import CLIENTS, HEADER, RELATIONSHIPS, client, day, finding, read, rows

ALL = "snapshots", "full", "corrections"
OLD = """1;perhe;1.2.2020;
2;perhe;1.2.2020;5.5.2020
3;perhe;1.2.2020;5.5.2020
4;perhe;1.2.2020;
5;perhe;1.2.2020;
6;perhe;1.2.2020;5.5.2020
7;perhe;1.2.2020;
8;perhe;1.2.2020;5.5.2020
9;perhe;1.2.2020;
9;koti;1.2.2020;5.5.2020
"""
NEW = """1;perhe;1.2.2020;6.6.2021
2;perhe;1.2.2020;
3;perhe;1.2.2020;7.7.2020
4;perhe;15.3.2020;
6;perhe;15.3.2020;5.5.2020
7;perhe;1.2.2020;
8;perhe;1.2.2020;5.5.2020
10;perhe;1.2.2021;
9;perhe;1.2.2020;
"""
"""1 has closed, 2 is open again, the end of 3 and the starts of 4 and 6 have moved, 5 and home care of 9 are gone."""
SEEN = {
    "snapshots": {"closed": 1, "reopened": 1, "end_moved": 1, "start_moved": 2, "vanished": 1},
    "full": {"closed": 1, "reopened": 1, "end_moved": 1, "start_moved": 2, "vanished": 2},
    "corrections": {"closed": 1, "reopened": 1, "end_moved": 1},
}
MERGED = {
    "snapshots": {"snapshot": 6, "moved": 2},
    "full": {"superseded": 6, "moved": 2, "removed": 2},
    "corrections": {"superseded": 6},
}
USED = {"snapshots": (2, 9), "full": (0, 9), "corrections": (4, 9)}


def write(folder: Path, *files: str, header: str = HEADER, start: str = "r") -> None:
    for number, body in enumerate(files, start=1):
        (folder / f"{start}{number}.csv").write_text(header + body)


def told(intake: Intake, table: str = "relationships") -> dict[str, int]:
    assert all(account.balanced for account in intake.account)
    assert sum(account.used for account in intake.account if account.table == table) == len(rows(intake, table))
    return intake.changed(table)


def where(intake: Intake, kind: str) -> list[tuple[str, int, tuple[int, ...]]]:
    return [(change.file, change.n, change.rows) for change in intake.changes if change.kind == kind]


def spells(intake: Intake) -> set[tuple[int, str, str, str]]:
    return {(r["client"], r["service"], str(r["start"]), str(r["end"])) for r in rows(intake)}


@pytest.mark.parametrize("files_are", ALL)
def test_every_kind_of_change_is_counted(tmp_path: Path, files_are: str) -> None:
    write(tmp_path, OLD, NEW)
    intake = read(tmp_path, RELATIONSHIPS | {"files_are": files_are})
    assert told(intake) == SEEN[files_are]
    assert dict(intake.account[0].merged) == MERGED[files_are]
    assert (intake.account[0].used, intake.account[1].used) == USED[files_are]
    assert where(intake, "closed") == [("r2.csv", 1, (2,))]
    assert where(intake, "reopened") == [("r2.csv", 1, (3,))]
    assert where(intake, "end_moved") == [("r2.csv", 1, (4,))]
    assert where(intake, "start_moved") == ([] if files_are == "corrections" else [("r2.csv", 2, (5, 6))])
    gone = {"snapshots": [("r1.csv", 1, (6,))], "full": [("r1.csv", 2, (6, 11))], "corrections": []}
    assert where(intake, "vanished") == gone[files_are]
    new = {(client("4"), "perhe", "2020-03-15", "None"), (client("6"), "perhe", "2020-03-15", "2020-05-06")}
    old = {(who, service, "2020-02-01", end) for who, service, _, end in new}
    fifth = (client("5"), "perhe", "2020-02-01", "None")
    assert spells(intake) >= new
    assert spells(intake) & old == (old if files_are == "corrections" else set())
    assert (fifth in spells(intake)) == (files_are != "full")


@pytest.mark.parametrize("files_are", ALL)
def test_each_change_has_its_finding_and_closing_has_none(tmp_path: Path, files_are: str) -> None:
    write(tmp_path, OLD, NEW)
    intake = read(tmp_path, RELATIONSHIPS | {"files_are": files_are})
    found = {one.code: (one.file, one.n, one.rows) for one in intake.findings}
    expected = {"KU404": ("r2.csv", 1, (4,)), "KU413": ("r2.csv", 1, (3,)), "KU414": ("r2.csv", 2, (5, 6))}
    lost = {"snapshots": {"KU405": ("r1.csv", 1, (6,))}, "full": {"KU415": ("r1.csv", 2, (6, 11))}}
    if files_are == "corrections":
        del expected["KU414"]
    assert found == expected | lost.get(files_are, {})


@pytest.mark.parametrize("files_are", ALL)
def test_the_order_listed_turns_the_changes_round(tmp_path: Path, files_are: str) -> None:
    write(tmp_path, OLD, NEW)
    source = RELATIONSHIPS | {"files_are": files_are, "files": ["r2.csv", "r1.csv"]}
    assert told(read(tmp_path, source)) == SEEN[files_are]  # by name, the list does not matter
    intake = read(tmp_path, source | {"order": "listed"})
    ended = {r["client"]: r["end"] for r in rows(intake) if r["client"] in (client("1"), client("2"))}
    assert ended == {client("1"): None, client("2"): day("2020-05-06")}
    turned = {"closed": 1, "reopened": 1, "end_moved": 1, "start_moved": 2, "vanished": 1}
    assert told(intake) == (SEEN["corrections"] if files_are == "corrections" else turned)
    assert where(intake, "closed") == [("r1.csv", 1, (3,))]


def test_a_start_that_moves_twice_is_one_relationship(tmp_path: Path) -> None:
    write(tmp_path, "1;perhe;1.2.2020;\n", "1;perhe;2.2.2020;\n", "1;perhe;3.2.2020;\n", "1;perhe;3.2.2020;5.5.2021\n")
    for files_are, older in (("snapshots", "snapshot"), ("full", "superseded")):
        intake = read(tmp_path, RELATIONSHIPS | {"files_are": files_are})
        assert told(intake) == {"closed": 1, "start_moved": 2}
        assert spells(intake) == {(client("1"), "perhe", "2020-02-03", "2021-05-06")}
        assert [dict(a.merged) for a in intake.account] == [{"moved": 1}, {"moved": 1}, {older: 1}, {}]


NOT_MOVED = {
    "another end": ("1;perhe;1.2.2020;", "1;perhe;2.2.2020;5.5.2021"),
    "another service": ("1;perhe;1.2.2020;", "1;koti;2.2.2020;"),
    "another client": ("1;perhe;1.2.2020;", "2;perhe;2.2.2020;"),
    "the old one still there": ("1;perhe;1.2.2020;", "1;perhe;1.2.2020;\n1;perhe;2.2.2020;"),
    "two that came": ("1;perhe;1.2.2020;", "1;perhe;2.2.2020;\n1;perhe;3.2.2020;"),
    "two that went": ("1;perhe;1.2.2020;\n1;perhe;2.2.2020;", "1;perhe;3.2.2020;"),
    "a file between": ("1;perhe;1.2.2020;", "3;perhe;1.2.2020;", "1;perhe;2.2.2020;\n3;perhe;1.2.2020;"),
    "both in the first file": ("1;perhe;1.2.2020;\n1;perhe;2.2.2020;", "3;perhe;1.2.2020;"),
}


@pytest.mark.parametrize("files", NOT_MOVED.values(), ids=NOT_MOVED)
def test_what_is_no_moved_start(tmp_path: Path, files: tuple[str, ...]) -> None:
    write(tmp_path, *(file + "\n" for file in files))
    intake = read(tmp_path, RELATIONSHIPS | {"files_are": "snapshots"})
    assert "start_moved" not in told(intake)
    keys = {tuple(line.split(";")[:3]) for file in files for line in file.split("\n")}
    assert len(rows(intake)) == len(keys)


def test_a_torn_key_in_the_newest_file_is_neither_gone_nor_moved(tmp_path: Path) -> None:
    write(tmp_path, "1;perhe;1.2.2020;\n", "1;perhe;1.2.2020;5.5.2020\n1;perhe;1.2.2020;6.6.2020\n1;perhe;2.2.2020;\n")
    for files_are in ALL:
        intake = read(tmp_path, RELATIONSHIPS | {"files_are": files_are})
        assert told(intake) == {}
        assert [(a.used, dict(a.quarantined)) for a in intake.account] == [(1, {}), (1, {"KU316": 2})]


def test_what_a_full_extract_lacks_is_left_to_another_source(tmp_path: Path) -> None:
    write(tmp_path, "1;perhe;1.2.2020;\n2;perhe;1.2.2020;\n", "2;perhe;1.2.2020;\n")
    write(tmp_path, "1;perhe;1.2.2020;5.5.2020\n2;perhe;1.2.2020;5.5.2020\n", start="s")
    intake = read(tmp_path, RELATIONSHIPS | {"files_are": "full"}, RELATIONSHIPS | {"files": ["s*.csv"]})
    assert {r["client"]: r["end"] for r in rows(intake)} == {client("1"): day("2020-05-06"), client("2"): None}
    assert [dict(a.merged) for a in intake.account] == [{"superseded": 1, "removed": 1}, {}, {"duplicate": 1}]
    assert (finding(intake, "KU404").file, finding(intake, "KU404").rows) == ("r2.csv", (2,))


def test_sources_of_a_table_may_have_files_of_different_kinds(tmp_path: Path) -> None:
    write(tmp_path, "1;perhe;1.2.2020;\n", "2;perhe;1.2.2020;\n")
    write(tmp_path, "3;perhe;1.2.2020;\n", "4;perhe;1.2.2020;\n", start="s")
    write(tmp_path, "5;perhe;1.2.2020;\n", "5;perhe;1.2.2020;5.5.2020\n", start="t")
    sources = [RELATIONSHIPS | {"files": [f"{s}*.csv"], "files_are": kind} for s, kind in zip("rst", ALL, strict=True)]
    intake = read(tmp_path, *sources)
    assert {r["client"] for r in rows(intake)} == {client(number) for number in "1245"}
    assert told(intake) == {"closed": 1, "vanished": 2}


def test_visits_have_no_key_and_are_compared_row_by_row(tmp_path: Path) -> None:
    source: dict[str, Any] = {"table": "visits", "files": ["v*.csv"], "delimiter": ";"}
    source["columns"] = {"client": "A", "service": "P", "date": "D"}
    old, new = "1;koti;1.2.2020\n" * 3 + "2;koti;1.2.2020\n", "1;koti;1.2.2020\n" * 2 + "3;koti;1.2.2020\n"
    write(tmp_path, old, new, header="A;P;D\n", start="v")
    merged = {}
    for files_are in ("parts", *ALL):
        intake = read(tmp_path, source | {"files_are": files_are})
        assert told(intake, "visits") == ({"vanished": 2} if files_are == "full" else {})
        merged[files_are] = (len(rows(intake, "visits")), dict(intake.account[0].merged))
    assert merged == {
        "parts": (7, {}),
        "snapshots": (5, {"snapshot": 2}),
        "full": (3, {"superseded": 2, "removed": 2}),
        "corrections": (5, {"superseded": 2}),
    }


def test_clients_who_move_are_counted_and_other_birthdays_listed(tmp_path: Path) -> None:
    source = CLIENTS | {"columns": CLIENTS["columns"] | {"area": "Alue"}}
    source["values"] = {"area": {"K": "kanta", "M": "muu"}}
    old = "1;1.1.2010;female;7;K\n2;1.1.2011;male;7;K\n3;1.1.2012;;;K\n4;1.1.2013;male;9;K\n5;1.1.2014;male;9;K\n"
    new = "1;1.1.2010;female;7;M\n2;2.1.2011;male;7;K\n3;1.1.2012;male;8;K\n4;1.1.2013;male;8;K\n"
    write(tmp_path, old, new, header="Asiakas;Syntynyt;Sukupuoli;Perhe;Alue\n", start="c")
    areas = [{"code": code, "name": {"fi": code}} for code in ("kanta", "muu")]
    for files_are, gone in (("snapshots", {}), ("full", {"vanished": 1}), ("corrections", {})):
        intake = read(tmp_path, source | {"files_are": files_are}, areas=areas)
        assert told(intake, "clients") == {"changed": 3} | gone
        assert where(intake, "changed") == [("c2.csv", 3, (2, 3, 5))]
        assert finding(intake, "KU404").rows == (3, 5)  # moving house contradicts nothing
        assert len(rows(intake, "clients")) == (4 if gone else 5)


def test_a_reason_that_comes_with_the_end_is_no_further_change(tmp_path: Path) -> None:
    source = RELATIONSHIPS | {"columns": RELATIONSHIPS["columns"] | {"end_reason": "Syy", "production": "Tuottaja"}}
    source["values"] = {"end_reason": {"a": "moved_away", "b": "goal_met"}}
    write(
        tmp_path,
        "1;perhe;1.2.2020;;;own\n2;perhe;1.2.2020;5.5.2020;a;own\n3;perhe;1.2.2020;;;own\n4;perhe;1.2.2020;;;\n",
        "1;perhe;1.2.2020;5.5.2020;a;own\n2;perhe;1.2.2020;5.5.2020;b;own\n3;perhe;1.2.2020;;;purchased\n"
        "4;perhe;1.2.2020;;;own\n",
        header="Asiakas;Palvelu;Alku;Loppu;Syy;Tuottaja\n",
    )
    for files_are in ALL:
        intake = read(tmp_path, source | {"files_are": files_are})
        assert told(intake) == {"closed": 1, "changed": 2}
        assert where(intake, "changed") == [("r2.csv", 2, (3, 4))]
        assert finding(intake, "KU404").rows == (4,)


def test_one_answer_of_a_record_may_be_lost_and_the_others_stay(tmp_path: Path) -> None:
    source: dict[str, Any] = {"table": "answers", "files": ["a*.csv"], "delimiter": ";"}
    source |= {"columns": {"client": "A", "date": "D"}, "questions": {"K1": "q1", "K2": "q2", "K3": "q3"}}
    write(tmp_path, "1;1.2.2020;3;4;1\n1;1.2.2020;3;5;\n", header="A;D;K1;K2;K3\n", start="a")
    intake = read(tmp_path, source)
    assert [(r["question"], r["answer"]) for r in rows(intake, "answers")] == [("q1", 3.0), ("q3", 1.0)]
    (account,) = intake.account  # the first record keeps two answers, the second none
    assert (account.used, dict(account.quarantined), account.balanced) == (1, {"KU316": 1}, True)


def test_changes_are_said_in_one_line_a_table_and_in_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, OLD, NEW)
    intake = read(tmp_path, RELATIONSHIPS | {"files_are": "full"})
    print_changes(intake, console_say("fi"))
    assert capsys.readouterr().out == (
        "Muutokset tiedostosta toiseen (Asiakkuudet): päättynyt 1, avattu uudelleen 1, loppupäivä siirtynyt 1, "
        "alkupäivä siirtynyt 2, kadonnut 2\n"
    )
    assert change_as_json(intake.changes[0]) == {
        "kind": "vanished", "table": "relationships", "file": "r1.csv", "n": 2, "rows": [6, 11]
    }  # fmt: skip
    for language in ("fi", "sv", "en"):
        assert all(console_say(language).has(f"change.{kind}") for kind in CHANGES)
    print_changes(read(tmp_path, RELATIONSHIPS), console_say("fi"))
    click.echo("")
    assert capsys.readouterr().out == "\n"


ROW = st.tuples(
    st.integers(1, 3),
    st.sampled_from(["perhe", "koti"]),
    st.integers(1, 3),
    st.sampled_from(["", "5.5.2020", "6.6.2020"]),
)


@settings(max_examples=25, deadline=None)
@given(
    files=st.lists(st.lists(ROW, max_size=8), min_size=2, max_size=4),
    files_are=st.sampled_from(["parts", *ALL]),
    seed=st.integers(0, 99),
)
def test_the_order_of_rows_and_parts_never_changes_the_tables(files: list[Any], files_are: str, seed: int) -> None:
    dice, results = random.Random(seed), []
    for shuffled in (False, True):
        bodies = [dice.sample(lines, len(lines)) if shuffled else lines for lines in files]
        if shuffled and files_are == "parts":
            dice.shuffle(bodies)
        with TemporaryDirectory() as name:
            folder = Path(name)
            write(folder, *("".join(f"{c};{s};{d}.2.2020;{e}\n" for c, s, d, e in lines) for lines in bodies))
            intake = read(folder, RELATIONSHIPS | {"files_are": files_are})
        counted = told(intake)
        read_rows = sum(account.read for account in intake.account)
        assert read_rows == sum(map(len, files))
        keys = [(r["client"], r["service"], r["start"]) for r in rows(intake)]
        assert keys == sorted(set(keys))
        results.append((rows(intake), counted, intake.totals()))
    assert results[0] == results[1]
