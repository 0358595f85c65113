"""The judge itself: what it must see, and that a seed always does the same."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kumppanuus.errors import EXIT_FAULT, InputError
from kumppanuus.intake.account import FileAccount, Intake
from tests.fuzz.case import Broken, Case, Said, judge, make_case
from tests.fuzz.mutations import CANARY
from tests.fuzz.town import Town

TOWN = Town("", {"a.csv": b"A;B\r\n0434707;x\r\n", "b.csv": b"A\r\n1\r\n2\r\n"}, frozenset({"0434707", "Aino Meri"}))
ACCOUNT = FileAccount("visits", "a.csv", read=1, used=1)


def intake(**changes: object) -> Intake:
    accounts = (dataclasses.replace(ACCOUNT, **changes), FileAccount("costs", "b.csv", read=2, used=2))  # type: ignore[arg-type]
    tables = {"visits": pa.table({"client": [1]}), "costs": pa.table({"client": [1, 2]})}
    return Intake(MappingProxyType(tables), accounts, (), np.empty(0, np.uint64), MappingProxyType({}))


def judged(folder: Path, said: Said, touched: frozenset[str] = frozenset(), town: Town = TOWN, seed: int = 1) -> str:
    """Return what the judge says of a case, nothing when all is well."""
    case = Case(seed, folder, "nothing", touched, TOWN.files)
    try:
        judge(case, town, {"a.csv": 1, "b.csv": 2}, lambda _command, _folder: said, "check")
    except Broken as what:
        return str(what)
    return ""


def test_a_good_reading_is_good(tmp_path: Path) -> None:
    assert judged(tmp_path, Said(1, "a.csv 1 434 707 rows 0434707x", [intake()])) == ""


@pytest.mark.parametrize(
    ("said", "what"),
    [
        (Said(EXIT_FAULT, ""), "exit code 70"),
        (Said(1, "Traceback (most recent call last)"), "traceback"),
        (Said(1, "thread '<unnamed>' panicked at"), "traceback"),
        (Said(1, "client 0434707."), "identifying value in stdout or stderr"),
        (Said(1, "of Aino Meri,"), "identifying value in stdout or stderr"),
        (Said(1, "(010106A902K)"), "identifying value in stdout or stderr"),
        (Said(1, f"x{CANARY}x"), "canary in stdout or stderr"),
        (Said(1, "", raised=[ValueError("0434707")]), "identifying value in exception"),
        (Said(1, "", raised=[InputError("KU199", file="a.csv")]), "KU199 file=a.csv"),
        (Said(1, "", [intake(read=2)]), "account of a.csv does not balance"),
        (Said(1, "", [intake(used=2, blank=-1)]), "account of a.csv does not balance"),
        (Said(1, "", [intake(read=2, blank=1)]), "a.csv was not damaged and has 2 records"),
        (Said(1, "", [intake(used=0, blank=1)]), "0 used records of visits, 1 rows"),
        (Said(1, "", [intake(used=0, quarantined={"KU301": 1})]), "0 used records of visits, 1 rows"),
    ],
)
def test_a_broken_promise_is_seen(tmp_path: Path, said: Said, what: str) -> None:
    assert judged(tmp_path, said).startswith(what)


def test_a_lost_record_of_a_damaged_file_is_seen(tmp_path: Path) -> None:
    said = Said(1, "", [intake(read=0, used=0)])
    assert judged(tmp_path, said, frozenset({"a.csv"})) == "a.csv has 2 lines and 0 records"


def test_the_quarantine_holds_what_the_account_says(tmp_path: Path) -> None:
    reading = intake(used=0, quarantined={"KU301": 1})
    reading = dataclasses.replace(reading, tables=MappingProxyType({"costs": reading.tables["costs"]}))
    assert judged(tmp_path, Said(1, "", [reading])) == "0 records in quarantine, other number in the account"
    aside = tmp_path / ".kumppanuus" / "quarantine" / "001_visits_a.csv.csv"
    aside.parent.mkdir(parents=True)
    aside.write_text('file;raw\r\na.csv;"0434707\r\n"\r\n', encoding="utf-8-sig")
    assert judged(tmp_path, Said(1, "", [reading])) == ""
    (aside.parent / "summary.csv").write_text("0434707", encoding="utf-8")
    assert judged(tmp_path, Said(1, "", [reading])) == "identifying value in summary.csv"


@pytest.mark.parametrize("name", ["kumppanuus-fault.txt", "quarantine.writing/x"])
def test_what_is_left_behind_is_seen(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).touch()
    assert judged(tmp_path, Said(0, "", [intake()])).endswith("was left behind")


@pytest.mark.parametrize(("column", "kind"), [("area", pa.string()), ("client", pa.uint64())])
def test_a_value_in_a_stored_table_is_seen(tmp_path: Path, column: str, kind: pa.DataType) -> None:
    town = dataclasses.replace(TOWN, secrets=frozenset({"1434707"}))
    (tmp_path / "register").mkdir()
    for value, what in ((1434708, ""), (1434707, "identifying value in x.parquet")):
        pq.write_table(pa.table({column: pa.array([value]).cast(kind)}), tmp_path / "register" / "x.parquet")
        assert judged(tmp_path, Said(0, "", [intake()]), town=town, seed=5) == what


def test_a_seed_always_does_the_same(town: Town, tmp_path: Path) -> None:
    """In text files: a workbook is written with the time of day in it."""
    seen = set()
    for seed in range(25):
        case, again = (make_case(town, seed, tmp_path / f"{seed}{copy}") for copy in "ab")
        assert (case.told, case.touched) == (again.told, again.touched)
        for name, content in case.files.items():
            assert content == again.files[name] or content.startswith(b"PK")
        seen.add(case.told)
    assert len(seen) > 20
