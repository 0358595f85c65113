"""Sets of services day by day, highest levels, sampled families, facts of spells: tables worked by hand."""

from __future__ import annotations

import datetime
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kumppanuus.register.sets import LAST, OTHERS, SHARDS, codes_of_bits, members
from kumppanuus.register.store import Register, derive
from kumppanuus.study import Study
from tests.studies import Row, clients, register, relationships, toy_study

TOY: list[Row] = [
    (1, "early", "2020-01-01", "2020-12-31"),
    (1, "corrective", "2020-03-01", "2020-05-01"),
    (1, "special", "2020-06-01", "2021-06-01"),
]


def _seen(built: Register, study: Study, table: str) -> pd.DataFrame:
    derive(built, study, [table])
    with duckdb.connect() as connection:
        return connection.execute(f"FROM read_parquet({built.files(table, study=study)!r}) ORDER BY ALL").df()


def _one(tmp_path: Path, rows: list[Row], study: Study | None = None) -> tuple[Register, Study]:
    study = study or toy_study()
    people = clients([(client, 7, "2010-05-05") for client in sorted({row[0] for row in rows})])
    return register(tmp_path, study, relationships=relationships(rows), clients=people), study


def test_sets_of_the_days(tmp_path: Path) -> None:
    """E alone 60 days, with C 61, alone 31, with S 213, S alone 152 (methods.md, section B; half-open here)."""
    built, study = _one(tmp_path, TOY)
    seen = _seen(built, study, "client_sets")
    days = (seen["seen_to"] - seen["seen_from"]).dt.days
    inside = members(seen["low"], seen["high"], study.service_levels())
    names = codes_of_bits(study.service_levels())
    sets = ["+".join(np.array(names)[row]) for row in inside]
    assert list(zip(sets, days, seen["n_open"], strict=True)) == [
        ("early", 60, 1), ("corrective+early", 61, 2), ("early", 31, 1), ("early+special", 213, 2), ("special", 152, 1),
    ]  # fmt: skip


def test_a_family_has_what_its_members_have(tmp_path: Path) -> None:
    rows: list[Row] = [(1, "early", "2020-01-01", "2020-02-01"), (2, "special", "2020-01-16", "2020-03-01"),
                       (3, "early", "2020-02-01", "2020-02-11")]  # fmt: skip
    built, study = _one(tmp_path, rows)
    seen = _seen(built, study, "family_sets")
    assert list(zip(seen["seen_from"].dt.date.map(str), seen["n_open"], strict=True)) == [
        ("2020-01-01", 1), ("2020-01-16", 2), ("2020-02-11", 1),
    ]  # fmt: skip
    masks = _seen(built, study, "family_masks")
    assert masks[["persons", "n_services"]].to_numpy().tolist() == [[3, 2]]


def test_highest_levels(tmp_path: Path) -> None:
    built, study = _one(tmp_path, [*TOY, (1, "early", "2021-08-01", None)])
    seen = _seen(built, study, "client_level_stays")
    assert list(
        zip(seen["seen_from"].dt.date.map(str), seen["seen_to"].dt.date.map(str), seen["level"], strict=True)
    ) == [
        ("2020-01-01", "2020-03-01", "early"), ("2020-03-01", "2020-05-01", "corrective"),
        ("2020-05-01", "2020-06-01", "early"), ("2020-06-01", "2021-06-01", "special"),
        ("2021-08-01", "2022-01-01", "early"),
    ]  # fmt: skip
    assert (
        _seen(built, study, "family_level_stays").drop(columns="family").equals(seen.drop(columns=["client", "family"]))
    )


_DAY = st.integers(0, 700)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 129), _DAY, st.integers(1, 90)), min_size=1, max_size=20))
def test_more_services_than_bits(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[tuple[int, int, int, int]]
) -> None:
    """What is open on a day is what an independent count says; services after the 123rd are one bit together."""
    codes = [f"s{number:03d}" for number in range(130)]
    catalogue = [{"code": code, "name": {"fi": code}, "level": "early"} for code in codes]
    study = toy_study(services=catalogue)
    first = datetime.date(2020, 1, 1)
    spans = [(c, codes[s], first + datetime.timedelta(a), first + datetime.timedelta(a + n)) for c, s, a, n in drawn]
    built, _ = _one(tmp_path_factory.mktemp("r"), [(c, s, str(a), str(b)) for c, s, a, b in spans], study)
    seen = _seen(built, study, "client_sets")
    names = np.array(codes_of_bits(codes))
    assert names[-1] == OTHERS
    assert len(names) == LAST + 1
    inside = members(seen["low"], seen["high"], codes)
    place = {code: min(number, LAST) for number, code in enumerate(sorted([*codes, "unknown"]))}
    for row, bits in zip(seen.to_dict("records"), inside, strict=True):
        day = row["seen_from"].date()
        there = {s for c, s, a, b in spans if c == row["client"] and a <= day < b and day < datetime.date(2022, 1, 1)}
        assert set(np.flatnonzero(bits)) == {place[s] for s in there}
        assert row["n_open"] == len(there)


def test_sampled_families_are_the_same_in_every_bucketing(tmp_path: Path) -> None:
    study = toy_study()
    numbers = [*range(1, 60 * SHARDS, SHARDS), 5]
    rows: list[Row] = [(number, "early", "2020-01-01", "2020-02-01") for number in numbers]
    found = []
    for buckets in (1, 4):
        built = register(tmp_path / str(buckets), study, buckets=buckets, relationships=relationships(rows))
        found.append(set(_seen(built, study, "sampled_families")["family"]))
    assert found[0] == found[1] == {*numbers[:36], 5}


def test_facts_of_spells(tmp_path: Path) -> None:
    study = toy_study(end_causes={"goal": "planned", "away": "moved"})
    rows = relationships([
        (1, "early", "2019-06-01", "2020-02-01"), (1, "early", "2020-02-01", "2020-03-01"),
        (1, "early", "2021-01-01", "2021-02-01"), (1, "special", "2021-01-01", None),
        (2, "early", "2020-01-01", "2020-01-05"),
    ])  # fmt: skip
    rows = rows.set_column(4, "end_reason", pa.array(["away", "goal", "gone", None, None], pa.string()))
    rows = rows.set_column(6, "area", pa.array(["west", "east", "north", "north", "south"], pa.string()))
    people = clients([(1, 7, "2013-06-01"), (2, 8, None)])
    people = people.set_column(3, "sex", pa.array(["female", None], pa.string()))
    built = register(tmp_path, study, relationships=rows, clients=people)
    seen = _seen(built, study, "spell_facts").sort_values(["client", "service", "start"])
    columns = ["end_reason", "cause", "age", "age_group", "sex", "area", "cohort"]
    assert [[None if pd.isna(cell) else cell for cell in row] for row in seen[columns].to_numpy().tolist()] == [
        ["goal", "planned", 6, "00-06", "female", "west", "earlier"],
        ["gone", "other", 7, "07-12", "female", "north", "2021"],
        [None, None, 7, "07-12", "female", "north", "2021"],
        [None, "other", None, "unknown", "unknown", "south", "2020"],
    ]
    assert seen["previous_end"].dt.date.map(str).tolist() == ["NaT", "2020-03-01", "NaT", "NaT"]
