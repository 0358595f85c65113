"""Whatever kind of extract it is, the same records give the same register and the same account."""

from __future__ import annotations

import datetime
import os
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kumppanuus.errors import InputError
from kumppanuus.intake.account import Intake
from kumppanuus.intake.sources import files_of, open_extract
from kumppanuus.intake.typed import cell_text, column_text
from kumppanuus.study import Source
from tests.intake.kinds import WRITERS, csv_text, write_csv, write_sqlite, write_zip
from tests.intake.small import RELATIONSHIPS, only, read, rows, study_in

HEADER = ["Asiakas", "Palvelu", "Alku", "Loppu", "Muuta"]
MORNING = datetime.datetime(2020, 2, 1)
RECORDS: list[list[Any]] = [
    [1001, "perhe", MORNING, datetime.date(2020, 2, 28), None],
    [1002, "koti", datetime.datetime(2020, 3, 1), None, "x"],
    [1003, "koti", datetime.datetime(2020, 2, 1, 12, 30), None, None],
    [None, None, None, None, None],
    [1004, "perhe", datetime.datetime(2020, 5, 1), datetime.date(2020, 4, 1), None],
    [None, "Yhteensä", None, None, "y"],
    [None, None, None, None, "jotain"],
    [1005, "per\x7fhe", MORNING, None, None],
    [1001, "perhe", MORNING, datetime.date(2020, 2, 28), None],
    [1006, "perhetyö; lisä", MORNING, None, None],
]
COSTS: dict[str, Any] = {
    "table": "costs",
    "columns": {"service": "P", "date": "D", "cost_eur": "E"},
    "delimiter": ";",
}
MONEY: list[list[Any]] = [
    ["koti", datetime.date(2020, 2, 1), 12.345],
    ["koti", datetime.date(2020, 2, 2), 1250.0],
    ["koti", datetime.date(2020, 2, 3), -0.5],
    ["koti", datetime.date(2020, 2, 4), None],
]


def same(one: Intake, other: Intake) -> None:
    """Hold two intakes against each other: tables, accounts, and what was found how often."""
    assert one.tables.keys() == other.tables.keys()
    for name, table in one.tables.items():
        assert table.equals(other.tables[name]), name
    for mine, theirs in zip(one.account, other.account, strict=True):
        assert mine == replace(theirs, file=mine.file, sheet=mine.sheet)
    told = [[(finding.code, finding.n) for finding in each.findings] for each in (one, other)]
    assert told[0] == told[1]


def twin(folder: Path, source: dict[str, Any], header: list[str], records: list[list[Any]], **told: str) -> Intake:
    folder.mkdir()
    write_csv(folder / "r.csv", header, records, **told)
    intake = read(folder, source | {"files": ["r.csv"]})
    assert only(intake).read == len(records)
    return intake


@pytest.mark.parametrize("kind", WRITERS)
def test_files_of_every_kind_read_like_their_text_twin(tmp_path: Path, kind: str) -> None:
    expected = twin(tmp_path / "text", RELATIONSHIPS, HEADER, RECORDS)
    assert dict(only(expected).quarantined) == {"KU304": 1, "KU305": 1, "KU306": 1, "KU309": 1, "KU312": 1}
    WRITERS[kind](tmp_path / f"r.{kind}", HEADER, RECORDS)
    same(read(tmp_path, RELATIONSHIPS | {"files": [f"r.{kind}"]}), expected)


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("told", [("dd.mm.yyyy", "%d.%m.%Y", ","), ("yyyy-mm-dd", "%Y-%m-%d", ".")])
def test_dates_and_numbers_take_the_form_that_the_source_says(
    tmp_path: Path, kind: str, told: tuple[str, str, str]
) -> None:
    date_format, date, decimal = told
    source = COSTS | {"date_format": date_format, "decimal": decimal}
    expected = twin(tmp_path / "text", source, ["P", "D", "E"], MONEY, date=date, decimal=decimal)
    assert [row["cost_cents"] for row in rows(expected, "costs")] == [1235, 125000, -50]
    WRITERS[kind](tmp_path / f"k.{kind}", ["P", "D", "E"], MONEY)
    same(read(tmp_path, source | {"files": [f"k.{kind}"]}), expected)


@pytest.mark.parametrize("inner", ["r.csv", "2020/r.csv", "otteet\\r.csv", *(f"r.{kind}" for kind in WRITERS)])
def test_members_of_an_archive_read_like_files(tmp_path: Path, inner: str) -> None:
    expected = twin(tmp_path / "text", RELATIONSHIPS, HEADER, RECORDS)
    kind = inner.rpartition(".")[2]
    if kind == "csv":
        content = csv_text(HEADER, RECORDS).encode()
    else:
        WRITERS[kind](tmp_path / "r", HEADER, RECORDS)
        content = (tmp_path / "r").read_bytes()
    write_zip(tmp_path / "otteet.zip", {inner: content})
    intake = read(tmp_path, RELATIONSHIPS | {"folder": "otteet.zip", "files": [f"r.{kind}"]})
    same(intake, expected)
    assert only(intake).file == f"r.{kind}"
    if kind == "csv":
        assert intake.inputs == expected.inputs
    aside = (tmp_path / "state" / "quarantine" / f"001_relationships_r.{kind}.csv").read_text("utf-8-sig")
    assert "1004" in aside


def test_a_query_reads_like_its_text_twin(tmp_path: Path) -> None:
    records = [row for row in RECORDS if row[0] != 1005]
    expected = twin(tmp_path / "text", RELATIONSHIPS, HEADER, records)
    write_sqlite(tmp_path / "kunta.db", HEADER, records)
    source = {name: value for name, value in RELATIONSHIPS.items() if name not in ("files", "delimiter")}
    asked = {"database": "sqlite:///kunta.db", "query": "SELECT * FROM poiminta ORDER BY rowid"}
    intake = read(tmp_path, source | asked)
    same(intake, expected)
    assert only(intake).file == "kunta.poiminta"


def test_files_of_one_source_may_be_of_several_kinds(tmp_path: Path) -> None:
    write_csv(tmp_path / "r1.csv", HEADER, RECORDS[:1])
    WRITERS["ods"](tmp_path / "r2.ods", HEADER, RECORDS[1:2])
    WRITERS["parquet"](tmp_path / "r3.parquet", HEADER, RECORDS[8:9])
    intake = read(tmp_path, RELATIONSHIPS | {"files": ["r*.*"]})
    assert [account.file for account in intake.account] == ["r1.csv", "r2.ods", "r3.parquet"]
    assert len(rows(intake)) == 2


def test_raw_values_of_faulty_records_come_back_from_every_kind(tmp_path: Path) -> None:
    for kind in ("xls", "ods", "parquet"):
        WRITERS[kind](tmp_path / f"r.{kind}", HEADER, RECORDS)
        read(tmp_path, RELATIONSHIPS | {"files": [f"r.{kind}"]})
        file = tmp_path / "state" / "quarantine" / f"001_relationships_r.{kind}.csv"
        lines = file.read_text("utf-8-sig").splitlines()
        row = 3 if kind == "parquet" else 4
        assert f";{row};KU306;1003\tkoti\t01.02.2020 12:30:00\t\t" in lines[1], kind


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet", "zip"])
def test_an_extract_that_changes_while_it_is_read_is_refused(tmp_path: Path, kind: str) -> None:
    file, source = tmp_path / f"r.{kind}", RELATIONSHIPS | {"files": ["r.*"]}
    if kind == "zip":
        write_zip(file, {"r.csv": csv_text(HEADER, RECORDS)})
        source |= {"folder": "r.zip"}
    else:
        (WRITERS | {"csv": write_csv})[kind](file, HEADER, RECORDS)
    study = study_in(tmp_path, source)
    opened = open_extract(files_of(study, study.sources[0])[0], study.sources[0])
    opened.demand_unchanged()
    stat = file.stat()
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1_000_000))
    with pytest.raises(InputError) as caught:
        opened.demand_unchanged()
    assert caught.value.code == "KU107"
    file.unlink()
    with pytest.raises(InputError) as caught:
        opened.demand_unchanged()
    assert caught.value.code == "KU111"


# --- Parquet alone


@pytest.mark.parametrize("column", [
    pa.array([["2020"], None]), pa.array([{"a": 1}, None]), pa.array([b"x", None]),
    pa.array([[("a", 1)], None], pa.map_(pa.string(), pa.int64())),
])  # fmt: skip
def test_nested_columns_are_refused_where_they_are_read_only(tmp_path: Path, column: pa.Array) -> None:
    good = {"Asiakas": [1, 2], "Palvelu": ["koti", "koti"], "Alku": [MORNING, MORNING]}
    pq.write_table(pa.table(good | {"Loppu": column}), tmp_path / "r.parquet")
    with pytest.raises(InputError) as caught:
        read(tmp_path, RELATIONSHIPS | {"files": ["r.parquet"]})
    assert (caught.value.code, caught.value.facts["columns"]) == ("KU115", "Loppu")
    columns = {name: header for name, header in RELATIONSHIPS["columns"].items() if name != "end"}
    assert only(read(tmp_path, RELATIONSHIPS | {"files": ["r.parquet"], "columns": columns})).used == 2


def test_what_is_no_parquet_file_is_refused(tmp_path: Path) -> None:
    WRITERS["parquet"](tmp_path / "whole.parquet", HEADER, RECORDS)
    whole = (tmp_path / "whole.parquet").read_bytes()
    for content in (b"Asiakas;Palvelu\n", whole[:-9], whole[:200] + bytes(60) + whole[260:]):
        (tmp_path / "r.parquet").write_bytes(content)
        with pytest.raises(InputError) as caught:
            read(tmp_path, RELATIONSHIPS | {"files": ["r.parquet"]})
        assert caught.value.code == "KU116"


SOURCE = Source(table="visits", files=("*",), columns={"client": "*"})


@pytest.mark.parametrize(("values", "texts"), [
    (pa.array([1, None, 12345678901234567]), ["1", "", "12345678901234567"]),
    (pa.array([2**64 - 1], pa.uint64()), ["18446744073709551615"]),
    (pa.array([1.0, 12.345, None, 1e-7, -2.5, 1e15]), ["1", "12,345", "", "0,0000001", "-2,5", "1.00000000000000E+15"]),
    (pa.array([0.1, 12.3], pa.float32()), ["0,1", "12,3"]),
    (pa.array([np.nan]), ["nan"]),
    (pa.array([Decimal("12.50"), Decimal("-0.05"), None]), ["12,50", "-0,05", ""]),
    (pa.array([True, False, None]), ["TRUE", "FALSE", ""]),
    (pa.array([datetime.date(2020, 2, 1), datetime.date(9999, 12, 31)]), ["01.02.2020", "31.12.9999"]),
    (pa.array([datetime.date(2020, 2, 1)], pa.date64()), ["01.02.2020"]),
    (pa.array([MORNING, datetime.datetime(2020, 2, 1, 0, 0, 0, 5)]), ["01.02.2020", "01.02.2020 00:00:00.000005"]),
    (pa.array([1580508000000000000], pa.timestamp("ns", "Europe/Helsinki")), ["01.02.2020"]),
    (pa.array([1580508000], pa.timestamp("s", "UTC")), ["31.01.2020 22:00:00"]),
    (pa.array([datetime.time(12, 30)], pa.time32("s")), ["12:30:00"]),
    (pa.array(["a", None, "a"]).dictionary_encode(), ["a", "", "a"]),
    (pa.array(["ä", None], pa.large_string()), ["ä", ""]),
    (pa.nulls(2), ["", ""]),
    (pa.array([], pa.float64()), []),
])  # fmt: skip
def test_values_of_every_type_have_the_text_of_a_text_file(values: pa.Array, texts: list[str]) -> None:
    assert column_text(values, SOURCE).to_pylist() == texts


@example([0.0, -0.0, 1e9, 0.001, float("nan"), float("inf")])
@given(st.lists(st.one_of(st.none(), st.floats(), st.integers(-(10**9), 10**9).map(lambda n: n / 100))))
def test_numbers_have_the_same_text_one_by_one_and_all_at_once(numbers: list[float | None]) -> None:
    texts = column_text(pa.array(numbers, pa.float64()), SOURCE).to_pylist()
    assert texts == [cell_text(number, SOURCE) for number in numbers]
    for number, text in zip(numbers, texts, strict=True):
        if number is not None and abs(number) < 1e15:
            assert float(text.replace(",", ".")) == number
