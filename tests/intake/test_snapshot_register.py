"""A register that others made, in five yearly snapshots (see its README for the columns and the counts)."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pandas as pd
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


def test_changes_between_the_years_are_those_that_pandas_counts(tmp_path: Path) -> None:
    intake = read(tmp_path, EPISODES | {"folder": str(DATA)}, CHILDREN | {"folder": str(DATA)}, **STUDY)
    counted = {(change.file, change.kind): change.n for change in intake.changes}
    assert counted == _changes_by_pandas()
    assert (intake.changed("relationships"), intake.changed("clients")) == ({"closed": 910, "vanished": 24}, {})
    in_newest = sum(r["DEC"] == "" for r in csv.DictReader((DATA / "2021-episodes.csv").open(encoding="utf-8")))
    assert in_newest + intake.changed("relationships")["vanished"] == 86


def _changes_by_pandas() -> dict[tuple[str, str], int]:
    """Lay all years under each other and compare each row of a key with its row in the year before."""
    parts = [(file.name, pd.read_csv(file, dtype=str, na_filter=False)) for file in sorted(DATA.glob("*-episodes.csv"))]
    told = pd.concat([part.assign(file=name, year=n) for n, (name, part) in enumerate(parts)], ignore_index=True)
    told["provider"] = told["PLACE_PROVIDER"].map(PROVIDERS)
    of_key = told.groupby(["CHILD", "PLACE", "DECOM"])  # the years lie in their order
    told["was"], told["had"] = of_key["DEC"].shift(), of_key["provider"].shift()
    told["first"], told["last"] = of_key["year"].transform("min"), of_key["year"].transform("max")
    again = told["was"].notna()
    was_open, is_open = told["was"] == "", told["DEC"] == ""
    gone = told[(told["year"] == told["last"]) & (told["year"] < len(parts) - 1)]
    came = told[(told["year"] == told["first"]) & (told["year"] > 0)].assign(year=lambda came: came["year"] - 1)
    assert gone.merge(came, on=["CHILD", "PLACE", "DEC", "year"]).empty  # no start has moved in these data
    kinds = {
        "closed": told[again & was_open & ~is_open],
        "reopened": told[again & ~was_open & is_open],
        "end_moved": told[again & ~was_open & ~is_open & (told["was"] != told["DEC"])],
        "changed": told[again & (told["had"] != told["provider"])],
        "vanished": gone[gone["DEC"] == ""],
    }
    return {
        (str(file), kind): int(n) for kind, rows in kinds.items() for file, n in rows["file"].value_counts().items()
    }


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
