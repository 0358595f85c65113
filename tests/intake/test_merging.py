"""Yearly snapshots, duplicates and contradictions, on rows written by hand."""

from __future__ import annotations

from pathlib import Path

from kumppanuus.intake.account import Intake
from kumppanuus.intake.merge import FileFacts, rank_of
from tests.intake.small import CLIENTS, HEADER, RELATIONSHIPS, client, day, finding, only, read, rows

SNAPSHOTS = RELATIONSHIPS | {"files_are": "snapshots"}


def write(folder: Path, **files: str) -> None:
    for name, body in files.items():
        (folder / f"{name}.csv").write_text(HEADER + body)


def merged(intake: Intake) -> list[tuple[str, int, dict[str, int], dict[str, int]]]:
    return [(a.file, a.used, dict(a.merged), dict(a.quarantined)) for a in intake.account]


def test_open_in_one_file_and_closed_in_the_next_is_one_relationship(tmp_path: Path) -> None:
    write(tmp_path, r2="1;perhe;1.2.2020;\n2;perhe;1.2.2020;\n", r10="1;perhe;1.2.2020;5.5.2020\n2;perhe;1.2.2020;\n")
    intake = read(tmp_path, SNAPSHOTS)
    assert [(r["client"], r["end"]) for r in sorted(rows(intake), key=lambda r: str(r["end"]))] == [
        (client("1"), day("2020-05-06")),
        (client("2"), None),
    ]
    assert merged(intake) == [("r2.csv", 0, {"snapshot": 2}, {}), ("r10.csv", 2, {}, {})]  # 2 comes before 10
    assert [f.code for f in intake.findings] == []


def test_the_newest_file_is_believed_and_conflicts_are_counted(tmp_path: Path) -> None:
    write(
        tmp_path,
        r1="1;perhe;1.2.2020;5.5.2020\n2;perhe;1.2.2020;5.5.2020\n3;perhe;1.2.2020;5.5.2020\n",
        r2="1;perhe;1.2.2020;6.6.2020\n2;perhe;1.2.2020;\n3;perhe;1.2.2020;5.5.2020\n",
    )
    intake = read(tmp_path, SNAPSHOTS)
    ends = {r["client"]: r["end"] for r in rows(intake)}
    assert ends == {client("1"): day("2020-06-07"), client("2"): None, client("3"): day("2020-05-06")}
    conflict = finding(intake, "KU404")
    assert (conflict.n, conflict.file, conflict.rows) == (1, "r2.csv", (2,))
    reopened = finding(intake, "KU413")
    assert (reopened.n, reopened.file, reopened.rows) == (1, "r2.csv", (3,))


def test_a_relationship_that_vanishes_while_open_stays_open_and_is_said(tmp_path: Path) -> None:
    write(tmp_path, r1="1;perhe;1.2.2020;\n2;perhe;1.2.2020;5.5.2020\n", r2="3;perhe;1.2.2020;\n")
    intake = read(tmp_path, SNAPSHOTS)
    assert len(rows(intake)) == 3
    vanished = finding(intake, "KU405")
    assert (vanished.n, vanished.file, vanished.example_row) == (1, "r1.csv", 2)


def test_exact_duplicates_of_one_file_are_kept_once(tmp_path: Path) -> None:
    write(tmp_path, r1="1;perhe;1.2.2020;\n1;perhe;01.02.2020; \n2;perhe;1.2.2020;\n1;perhe;1.2.2020;\n")
    for source in (SNAPSHOTS, RELATIONSHIPS):
        intake = read(tmp_path, source)
        assert merged(intake) == [("r1.csv", 2, {"duplicate": 2}, {})]
        assert (finding(intake, "KU402").n, finding(intake, "KU402").example_row) == (2, 3)


def test_one_key_with_two_contents_in_one_file_is_put_aside_whole(tmp_path: Path) -> None:
    write(tmp_path, r1="1;perhe;1.2.2020;\n1;perhe;1.2.2020;5.5.2020\n1;perhe;1.2.2020;\n1;koti;1.2.2020;\n")
    intake = read(tmp_path, RELATIONSHIPS)
    assert merged(intake) == [("r1.csv", 1, {}, {"KU316": 3})]


def test_an_older_file_speaks_when_the_newest_contradicts_itself(tmp_path: Path) -> None:
    write(tmp_path, r1="1;perhe;1.2.2020;\n", r2="1;perhe;1.2.2020;5.5.2020\n1;perhe;1.2.2020;6.6.2020\n")
    intake = read(tmp_path, SNAPSHOTS)
    assert [r["end"] for r in rows(intake)] == [None]
    assert merged(intake) == [("r1.csv", 1, {}, {}), ("r2.csv", 0, {}, {"KU316": 2})]


def test_parts_of_one_extract_may_repeat_but_not_contradict_each_other(tmp_path: Path) -> None:
    write(tmp_path, r1="1;perhe;1.2.2020;\n2;perhe;1.2.2020;\n", r2="1;perhe;1.2.2020;\n2;perhe;1.2.2020;5.5.2020\n")
    intake = read(tmp_path, RELATIONSHIPS)
    assert merged(intake) == [("r1.csv", 1, {}, {"KU316": 1}), ("r2.csv", 0, {"duplicate": 1}, {"KU316": 1})]


def test_clients_change_area_without_conflict_but_not_their_birth(tmp_path: Path) -> None:
    header = "Asiakas;Syntynyt;Sukupuoli;Perhe\n"
    (tmp_path / "c1.csv").write_text(header + "1;1.1.2010;female;7\n2;1.1.2011;male;7\n3;1.1.2012;;\n")
    (tmp_path / "c2.csv").write_text(header + "1;1.1.2010;female;7\n2;2.1.2011;male;7\n3;1.1.2012;male;8\n")
    intake = read(tmp_path, CLIENTS | {"files_are": "snapshots"})
    assert {r["client"]: (r["birth_date"], r["sex"]) for r in rows(intake, "clients")} == {
        client("1"): (day("2010-01-01"), "female"),
        client("2"): (day("2011-01-02"), "male"),
        client("3"): (day("2012-01-01"), "male"),
    }
    assert (finding(intake, "KU404").n, finding(intake, "KU404").example_row) == (1, 3)
    assert intake.totals()["clients"]["merged"] == 3


def test_a_client_of_two_sources_is_one_and_the_first_source_is_believed(tmp_path: Path) -> None:
    header = "Asiakas;Syntynyt;Sukupuoli;Perhe\n"
    (tmp_path / "c.csv").write_text(header + "1;1.1.2010;female;7\n")
    (tmp_path / "d.csv").write_text(header + "1;1.1.2010;male;7\n2;1.1.2010;male;7\n")
    intake = read(tmp_path, CLIENTS, CLIENTS | {"files": ["d.csv"]})
    assert {r["client"]: r["sex"] for r in rows(intake, "clients")} == {client("1"): "female", client("2"): "male"}
    assert [(a.file, a.used, dict(a.merged)) for a in intake.account] == [
        ("c.csv", 1, {}),
        ("d.csv", 1, {"duplicate": 1}),
    ]
    assert finding(intake, "KU404").n == 1


def test_cumulative_snapshots_of_visits_do_not_count_twice(tmp_path: Path) -> None:
    source = {"table": "visits", "files": ["v*.csv"], "delimiter": ";", "files_are": "snapshots"}
    source["columns"] = {"client": "A", "service": "P", "date": "D"}
    (tmp_path / "v1.csv").write_text("A;P;D\n1;koti;1.2.2020\n1;koti;1.2.2020\n")
    (tmp_path / "v2.csv").write_text("A;P;D\n1;koti;1.2.2020\n1;koti;1.2.2020\n1;koti;1.2.2020\n2;koti;1.2.2020\n")
    intake = read(tmp_path, source)
    assert len(rows(intake, "visits")) == 4
    assert merged(intake) == [("v1.csv", 0, {"snapshot": 2}, {}), ("v2.csv", 4, {}, {})]


def test_merged_rows_outside_the_window_have_one_fate_each(tmp_path: Path) -> None:
    write(tmp_path, r1="1;perhe;1.2.2019;\n", r2="1;perhe;1.2.2019;5.5.2019\n")
    intake = read(tmp_path, SNAPSHOTS)
    assert [(a.used, dict(a.merged), a.outside_window) for a in intake.account] == [(0, {"snapshot": 1}, 0), (0, {}, 1)]


def test_the_order_of_rows_does_not_matter(tmp_path: Path) -> None:
    lines = [f"{n};perhe;{1 + n % 28}.2.2020;\n" for n in range(50)]
    write(tmp_path, r1="".join(lines))
    there = read(tmp_path, RELATIONSHIPS).tables["relationships"]
    write(tmp_path, r1="".join(reversed(lines)))
    assert read(tmp_path, RELATIONSHIPS).tables["relationships"].equals(there)


def test_sources_without_a_file_of_theirs_are_absent(tmp_path: Path) -> None:
    write(tmp_path, r1="1;perhe;1.2.2020;\n")
    intake = read(tmp_path, RELATIONSHIPS)
    assert set(intake.tables) == {"relationships"}
    assert only(intake).used == 1


def test_ranks_put_earlier_sources_and_later_snapshots_first() -> None:
    facts = [FileFacts(0, "snapshots"), FileFacts(0, "snapshots"), FileFacts(2), FileFacts(2)]
    older, newest, part, other_part = rank_of(facts)
    assert newest > older > part == other_part
