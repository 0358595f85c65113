"""What is put aside, where, for whom; and that raw identifiers are nowhere else."""

from __future__ import annotations

import csv
import os
import stat
import traceback
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kumppanuus.errors import InputError, KumppanuusError
from kumppanuus.intake import safety
from kumppanuus.intake.account import FileAccount
from kumppanuus.intake.quarantine_limit import demand_within_limit, over_limit
from kumppanuus.intake.rules import load_rules
from kumppanuus.study import Check
from tests.intake.small import CLIENTS, HEADER, RELATIONSHIPS, client, read, read_text

CANARY, FAMILY, CODE = "90017731", "66001234", "131052-308T"


def quarantined(folder: Path) -> list[list[str]]:
    with (folder / "state" / "quarantine" / "001_relationships_r.csv.csv").open(
        encoding="utf-8-sig", newline=""
    ) as file:
        return list(csv.reader(file, delimiter=";"))


def test_raw_records_stand_beside_their_rule_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = HEADER + '1;perhe;31.2.2020;\n2;"a\nb";3.3.20;\n=1+1;perhe\n5;perhe;1.2.2020;\n5;perhe;1.2.2020;1.3.2020\n'
    read_text(tmp_path, text)
    assert quarantined(tmp_path) == [
        ["file", "sheet", "row", "rule", "raw"],
        ["r.csv", "", "2", "KU306", "1;perhe;31.2.2020;"],
        ["r.csv", "", "3", "KU307", '2;"a\nb";3.3.20;'],
        ["r.csv", "", "5", "KU301", "'=1+1;perhe"],
        ["r.csv", "", "6", "KU316", "5;perhe;1.2.2020;"],
        ["r.csv", "", "7", "KU316", "5;perhe;1.2.2020;1.3.2020"],
    ]
    summary = (tmp_path / "state" / "quarantine" / "summary.csv").read_text("utf-8-sig").splitlines()
    assert summary[1:] == [f"relationships;r.csv;;{rule}" for rule in ("KU301;1", "KU306;1", "KU307;1", "KU316;2")]


@pytest.mark.parametrize(("language", "name", "head"), [
    ("fi", "korjattavat.csv", "tiedosto;taulukko;rivi;sääntö;mitä;ohje"),
    ("sv", "att_ratta.csv", "fil;blad;rad;regel;vad;råd"),
    ("en", "to_mend.csv", "file;sheet;row;rule;what;how to mend"),
])  # fmt: skip
def test_the_lay_list_says_where_and_what_but_no_value(tmp_path: Path, language: str, name: str, head: str) -> None:
    text = HEADER + f'{CANARY};perhe;31.2.2020;\n2;"{CANARY}\nb";3.3.20;\n={CANARY};perhe\n5;perhe;1.2.2020;\n'
    about = {"organiser": "Testilä", "language": language}
    (tmp_path / "r.csv").write_text(text)
    read(tmp_path, RELATIONSHIPS, study=about)
    told = (tmp_path / "state" / "quarantine" / name).read_text("utf-8-sig")
    assert CANARY not in told
    assert told.splitlines()[0] == head
    rules = load_rules()
    assert list(csv.reader(told.splitlines()[1:], delimiter=";")) == [
        ["r.csv", "", str(row), code, rules[code].what[language], rules[code].mend[language]]
        for row, code in ((2, "KU306"), (3, "KU307"), (5, "KU301"))
    ]


def test_a_file_name_is_no_formula_in_the_lay_list(tmp_path: Path) -> None:
    (tmp_path / "=r.csv").write_text(HEADER + "1;perhe;31.2.2020;\n")
    read(tmp_path, RELATIONSHIPS | {"files": ["=r.csv"]})
    for name in ("korjattavat.csv", "001_relationships_=r.csv.csv", "summary.csv"):
        lines = (tmp_path / "state" / "quarantine" / name).read_text("utf-8-sig").splitlines()
        assert "'=r.csv" in lines[1]


def account(read: int, quarantined: dict[str, int], file: str = "r.csv") -> FileAccount:
    used = read - sum(quarantined.values())
    return FileAccount("relationships", file, read=read, used=used, quarantined=quarantined)


@pytest.mark.parametrize(("told", "check", "stops"), [
    (account(1000, {"KU306": 21}), {}, True),
    (account(1000, {"KU306": 20}), {}, False),  # not more than 20 rows
    (account(1050, {"KU306": 21}), {}, False),  # 2 % exactly
    (account(1049, {"KU306": 10, "KU309": 11}), {}, True),
    (account(10, {"KU306": 10}), {}, False),  # few rows, whatever the share
    (account(1000, {"KU312": 500}), {}, False),  # totals rows are no records
    (account(1000, {"KU312": 500, "KU306": 21}), {}, True),
    (account(1000, {"KU306": 300, "KU309": 20}), {"accept": {"KU306": "tiedossa"}}, False),
    (account(1000, {"KU306": 300, "KU309": 21}), {"accept": {"KU306": "tiedossa"}}, True),
    (account(1000, {"KU306": 21}), {"quarantine_percent": 3}, False),
    (account(1000, {"KU306": 1}), {"quarantine_percent": 0, "quarantine_rows": 0}, True),
    (account(1000, {"KU306": 1000}), {"quarantine_percent": 100}, False),
    (account(0, {}), {"quarantine_percent": 0, "quarantine_rows": 0}, False),
])  # fmt: skip
def test_the_limit_is_a_share_and_a_number_of_rows_of_one_file(
    told: FileAccount, check: dict[str, Any], stops: bool
) -> None:
    assert bool(over_limit([told], Check(**check))) == stops


def test_the_limit_names_every_file_and_its_biggest_rule(tmp_path: Path) -> None:
    accounts = [
        account(1000, {"KU306": 10, "KU309": 30}, "a.csv"),
        account(5000, {"KU306": 30}, "b.csv"),
        account(100, {"KU301": 50}, "c.csv"),
    ]
    with pytest.raises(InputError) as caught:
        demand_within_limit(accounts, Check(), tmp_path)
    assert caught.value.code == "KU120"
    assert caught.value.facts == {
        "files": "a.csv 40/1000 = 4 % (KU309 30); c.csv 50/100 = 50 % (KU301 50)",
        "folder": str(tmp_path),
    }
    demand_within_limit(accounts[1:2], Check(), tmp_path)


def test_only_the_owner_reads_it_and_the_next_run_replaces_it(tmp_path: Path) -> None:
    read_text(tmp_path, HEADER + "1;perhe;31.2.2020;\n")
    folder = tmp_path / "state" / "quarantine"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
    read_text(tmp_path, HEADER + "1;perhe;1.2.2020;\n")
    assert [file.name for file in folder.iterdir()] == ["summary.csv"]
    assert [path.name for path in folder.parent.iterdir()] == ["quarantine"]


def test_a_run_that_cannot_read_leaves_the_old_quarantine(tmp_path: Path) -> None:
    read_text(tmp_path, HEADER + "1;perhe;31.2.2020;\n")
    before = quarantined(tmp_path)
    with pytest.raises(KumppanuusError):
        read_text(tmp_path, HEADER.replace("Alku", "Loppu"))
    assert quarantined(tmp_path) == before


def test_raw_identifiers_stay_in_the_quarantine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    source = CLIENTS | {"columns": {"client": "A", "identity_code": "H", "family": "P"}}
    (tmp_path / "c.csv").write_text(f"A;H;P\n{CANARY};{CODE};{FAMILY}\n{CANARY}9;{CODE[:-1]}Y;{FAMILY}\n")
    (tmp_path / "r.csv").write_text(
        f"{HEADER}{CANARY};perhe;1.2.2020;\n{CANARY};{CANARY};31.2.2020;\n{CANARY};{CANARY};1.2.2020;\n"
    )
    intake = read(tmp_path, source, RELATIONSHIPS)
    told = repr(
        (intake.account, intake.findings, intake.inputs, [table.to_pylist() for table in intake.tables.values()])
    )
    written = [path for path in tmp_path.rglob("*") if path.is_file() and path.name not in ("c.csv", "r.csv")]
    for secret in (CANARY, FAMILY, CODE):
        assert secret not in told
        holders = {path.parent.name for path in written if secret.encode() in path.read_bytes()}
        assert holders <= {"quarantine"}
        assert holders or secret == CODE  # the valid code of a good row is nowhere at all
    seen = [client(CANARY), client(CANARY + "9"), client(FAMILY, "family"), client(CODE, "person")]
    assert np.isin(np.array(seen, np.uint64), intake.identifiers).all()
    assert (np.diff(intake.identifiers.astype(object)) > 0).all()
    assert intake.identifiers.dtype == np.uint64


def test_totals_words_are_no_identifiers(tmp_path: Path) -> None:
    intake = read_text(tmp_path, HEADER + "Yhteensä;perhe;1.2.2020;\n1;perhe;1.2.2020;\n")
    assert intake.identifiers.tolist() == [client("1")]


@pytest.mark.parametrize(
    "fault", [ValueError(CANARY), KeyError(CANARY), UnicodeDecodeError("utf-8", CANARY.encode(), 0, 1, CANARY)]
)
def test_the_boundary_lets_no_value_out(fault: Exception) -> None:
    with pytest.raises(InputError) as caught, safety.safe_reading("r.csv"):
        raise fault
    assert caught.value.code == "KU199"
    assert CANARY not in "".join(traceback.format_exception(caught.value))


def test_a_refused_file_is_named_without_its_folder(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    (tmp_path / "r.csv").write_text(HEADER)
    (tmp_path / "r.csv").chmod(0)
    with pytest.raises(InputError) as caught:
        read(tmp_path, RELATIONSHIPS)
    assert caught.value.code == "KU111"
    assert str(tmp_path) not in str(caught.value)
