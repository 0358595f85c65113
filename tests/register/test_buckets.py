"""Every room's counts are the same at once, bucket by bucket and in any order of the rows."""

from __future__ import annotations

import datetime
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from kumppanuus import pipeline
from kumppanuus.register.engine import count, prepare
from kumppanuus.register.store import build_register
from kumppanuus.register.tables import TABLES
from kumppanuus.wings import ROOMS
from tests.studies import toy_study

FIRST = datetime.date(2020, 1, 1)
_SERVICE = st.sampled_from(["early", "special", "corrective", "?"])
_DAY = st.integers(-500, 800).map(lambda days: FIRST + datetime.timedelta(days))
_STAY = st.tuples(st.integers(1, 14), _SERVICE, _DAY, st.none() | st.integers(1, 700),
                  st.sampled_from(["goal", "away", None]), st.sampled_from(["own", "purchased"]),
                  st.none() | st.integers(-5, 40))  # fmt: skip
_VISIT = st.tuples(st.integers(1, 14), _SERVICE, _DAY)
_COST = st.tuples(st.none() | st.integers(1, 14), _SERVICE, _DAY, st.integers(1, 10**6))


def _table(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    """Return canonical rows; columns that are not given are null."""
    kinds = {"UBIGINT": pa.uint64(), "DATE": pa.date32(), "VARCHAR": pa.string(), "BIGINT": pa.int64()}
    stored = {column: kinds[kind] for column, kind in TABLES[name].stored.items() if kind in kinds}
    return pa.table({c: pa.array([row.get(c) for row in rows], kind) for c, kind in stored.items()})


def _tables(stays: list[Any], visits: list[Any], costs: list[Any], homes: list[int]) -> dict[str, pa.Table]:
    later = [datetime.timedelta(days or 0) for _, _, _, days, *_ in stays]
    told = {(c, s, a): (n, why, way, late, more) for (c, s, a, n, why, way, late), more in
            zip(stays, later, strict=True)}  # fmt: skip
    relationships = [
        {"client": c, "service": s, "start": a, "end": a + more if n else None, "end_reason": why if n else None,
         "production": way, "area": "west", "recorded": None if late is None else a + datetime.timedelta(late)}
        for (c, s, a), (n, why, way, late, more) in told.items()
    ]  # fmt: skip
    people = [
        {"client": place + 1, "family": 100 + home, "birth_date": datetime.date(2004 + home, 3, 3),
         "sex": ("female", "male", None)[place % 3], "area": ("west", "east", None)[home % 3]}
        for place, home in enumerate(homes)
    ]  # fmt: skip
    return {
        "clients": _table("clients", people),
        "relationships": _table("relationships", relationships),
        "visits": _table("visits", [{"client": c, "service": s, "date": a} for c, s, a in visits]),
        "population": _table(
            "population",
            [
                {"area": area, "year": year, "age_from": 0, "age_to": 17, "persons": 100}
                for area in ("west", "east")
                for year in (2020, 2021)
            ],
        ),
        "costs": _table("costs", [{"client": c, "service": s, "date": a, "cost_cents": n} for c, s, a, n in costs]),
    }


@settings(max_examples=2, deadline=None)
@given(st.lists(_STAY, min_size=1, max_size=30), st.lists(_VISIT, max_size=8), st.lists(_COST, max_size=8),
       st.lists(st.integers(1, 6), min_size=14, max_size=14), st.integers(0, 9))  # fmt: skip
def test_at_once_bucket_by_bucket_and_in_any_order(
    stays: list[Any], visits: list[Any], costs: list[Any], homes: list[int], seed: int
) -> None:
    study = toy_study(end_causes={"goal": "planned", "away": "by_next"})
    tables = _tables(stays, visits, costs, homes)
    order = np.random.default_rng(seed)
    mixed = {name: table.take(pa.array(order.permutation(len(table)))) for name, table in tables.items()}
    with tempfile.TemporaryDirectory() as folder:
        one = build_register(tables, study, Path(folder) / "one", buckets=1)
        four = build_register(mixed, study, Path(folder) / "four", buckets=4)
        for built in (one, four):
            prepare(ROOMS, built, study)
        for room in ROOMS:
            params = pipeline.room_params(room, study)
            whole = count(room, params, one, study)
            parts = count(room, params, four, study, by_bucket=True)
            assert whole.keys() == parts.keys()
            for name, frame in whole.items():
                pd.testing.assert_frame_equal(frame, parts[name], obj=f"{room.key}: {name}")
