"""A register that others made, in five yearly snapshots (see its README for the columns and the counts)."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pytest

from tests.intake.small import finding, read

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "ssda903"
CODES = [
    "A3",
    "A4",
    "A5",
    "A6",
    "H5",
    "K1",
    "K2",
    "P1",
    "P2",
    "P3",
    "R1",
    "R2",
    "R5",
    "S1",
    "U1",
    "U2",
    "U3",
    "U4",
    "U5",
    "U6",
]
PROVIDERS = {"PR0": "family", "PR1": "own", "PR2": "own", "PR3": "own", "PR4": "purchased", "PR5": "purchased"}
COMMON: dict[str, Any] = {"delimiter": ",", "date_format": "dd/mm/yyyy", "files_are": "snapshots"}
EPISODES = COMMON | {
    "table": "relationships",
    "files": ["*-episodes.csv"],
    "end_is": "first_day_after",
    "columns": {"client": "CHILD", "service": "PLACE", "start": "DECOM", "end": "DEC", "production": "PLACE_PROVIDER"},
    "values": {"production": PROVIDERS},
}
CHILDREN = COMMON | {
    "table": "clients",
    "files": ["*-header.csv"],
    "columns": {"client": "CHILD", "sex": "SEX", "birth_date": "DOB"},
    "values": {"sex": {"1": "male", "2": "female"}},
}
STUDY: dict[str, Any] = {
    "window": {"from": "2017-04-01", "to": "2022-03-31"},
    "services": [{"code": code, "name": {"fi": code}, "level": "corrective"} for code in CODES],
}
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data/ssda903 is not here")


def test_merging_leaves_86_open_relationships_where_a_naive_reading_has_996(tmp_path: Path) -> None:
    naive = 0
    for file in DATA.glob("*-episodes.csv"):
        with file.open(encoding="utf-8", newline="") as stream:
            naive += sum(record["DEC"] == "" for record in csv.DictReader(stream))
    intake = read(tmp_path, EPISODES | {"folder": str(DATA)}, CHILDREN | {"folder": str(DATA)}, **STUDY)
    assert intake.totals()["relationships"] == {
        "read": 3737, "used": 2827, "merged": 910, "quarantined": 0, "outside_window": 0, "blank": 0
    }  # fmt: skip
    assert (naive, intake.tables["relationships"]["end"].null_count) == (996, 86)
    assert intake.tables["clients"].num_rows == 820
    assert pc.count_distinct(intake.tables["relationships"]["client"]).as_py() == 820
    assert all(account.balanced for account in intake.account)
    assert not [found for found in intake.findings if found.severity == "error" or found.code == "KU401"]


def test_the_same_content_in_iso_dates_gives_identical_tables(tmp_path: Path) -> None:
    iso = tmp_path / "iso"
    iso.mkdir()
    for file in DATA.glob("*.csv"):
        with file.open(encoding="utf-8", newline="") as old, (iso / file.name).open("w", encoding="utf-16") as new:
            writer = csv.writer(new, delimiter=";", quoting=csv.QUOTE_ALL)
            for record in csv.reader(old):
                writer.writerow(["-".join(reversed(t.split("/"))) if t.count("/") == 2 else t for t in record])
    changes = {"folder": str(iso), "date_format": "yyyy-mm-dd", "delimiter": "auto"}
    there = read(tmp_path, EPISODES | {"folder": str(DATA)}, CHILDREN | {"folder": str(DATA)}, **STUDY)
    here = read(tmp_path, EPISODES | changes, CHILDREN | changes, **STUDY)
    assert here.totals() == there.totals()
    assert {name: table.equals(there.tables[name]) for name, table in here.tables.items()} == dict.fromkeys(
        here.tables, True
    )
    assert (here.identifiers == there.identifiers).all()
    assert finding_counts(here) == finding_counts(there)


def finding_counts(intake: Any) -> list[tuple[str, str, int, int | None]]:
    return [(found.code, found.file, found.n, found.example_row) for found in intake.findings]


def test_unused_columns_are_named_and_never_read(tmp_path: Path) -> None:
    one = EPISODES | {"folder": str(DATA), "files": ["2017-episodes.csv"]}
    intake = read(tmp_path, one, **STUDY)
    assert set(finding(intake, "KU403").detail["columns"]) >= {"HOME_POST", "PL_POST"}  # type: ignore[call-overload]
