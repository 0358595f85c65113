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
INDICATORS = [
    {"indicator": "10", "region": region, "year": year, "gender": gender, "value": value, "absolute": absolute}
    for region, year, gender, value, absolute in (
        ("5", 2020, "total", 10.7, 107.0), ("6", 2020, None, 9.25, None), ("7", 2020, "male", 1.0, 2.0),
        ("81", 2020, "total", 8.0, None), ("80", 2020, "total", 8.0, None), ("80", 2019, "total", None, 4.0),
    )
]  # fmt: skip
SEGMENTS = [
    {"code": code, "name": {"fi": code}, **rule}
    for code, rule in {
        "heavy": {"levels": ["corrective"], "services_at_least": 2}, "poor": {"needs": ["money"], "youngest_under": 12},
        "siblings": {"members_at_least": 2}, "early": {"services": ["early"]},
    }.items()
]  # fmt: skip
NEEDS = [{"code": code, "name": {"fi": code}} for code in ("money", "school")]
ASKED = {
    "code": "own", "name": {"fi": "Oma"}, "invited": {"leader": 3, "worker": 9},
    "themes": [{"code": "work", "name": {"fi": "Työ"}}],
    "items": [{"code": code, "text": {"fi": code}, "theme": "work", "reversed": code == "b"} for code in "ab"],
}  # fmt: skip
SURVEY = [
    {"respondent": n, "instrument": None if n % 2 else "own", "respondent_group": ("leader", "worker")[n % 2],
     "question": question, "answer": answer}
    for n, question, answer in (
        (1, "a", 4.0), (1, "b", 2.0), (2, "a", 3.0), (3, "a", 2.5), (3, "?", 1.0), (4, "b", 5.0),
    )
]  # fmt: skip
PEERS = {
    "indicators": [{"indicator": "10", "worse": "higher"}],
    "regions": [
        {"code": code, "name": {"fi": code}, "part": part, "numbers": numbers}
        for code, part, numbers in (("5", "own", ["5"]), ("6", "peer", ["6", "7"]), ("81", "county", ["81", "80"]))
    ],
}


def _table(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    """Return canonical rows; columns that are not given are null."""
    kinds = {
        "UBIGINT": pa.uint64(),
        "DATE": pa.date32(),
        "VARCHAR": pa.string(),
        "BIGINT": pa.int64(),
        "DOUBLE": pa.float64(),
    }
    stored = {column: kinds[kind] for column, kind in TABLES[name].stored.items() if kind in kinds}
    return pa.table({c: pa.array([row.get(c) for row in rows], kind) for c, kind in stored.items()})


def _tables(stays: list[Any], visits: list[Any], costs: list[Any], homes: list[int]) -> dict[str, pa.Table]:
    later = [datetime.timedelta(days or 0) for _, _, _, days, *_ in stays]
    told = {(c, s, a): (n, why, way, late, more) for (c, s, a, n, why, way, late), more in
            zip(stays, later, strict=True)}  # fmt: skip
    relationships = [
        {"client": c, "service": s, "start": a, "end": a + more if n else None, "end_reason": why if n else None,
         "production": way, "area": "west", "recorded": None if late is None else a + datetime.timedelta(late),
         "worker": (7, 8, 9, None)[(c + len(s)) % 4]}
        for (c, s, a), (n, why, way, late, more) in told.items()
    ]  # fmt: skip
    people = [
        {"client": place + 1, "family": 100 + home, "birth_date": datetime.date(2004 + home, 3, 3),
         "sex": ("female", "male", None)[place % 3], "area": ("west", "east", None)[home % 3]}
        for place, home in enumerate(homes)
    ]  # fmt: skip
    needs = [
        {"client": c, "date": a, "need": ("money", "school", "?")[place % 3],
         "stage": ("contact", "assessment", None)[place % 3], "area": (None, "west")[place % 2]}
        for place, (c, _, a, *_) in enumerate(stays)
    ]  # fmt: skip
    contacts = [
        {"client": c if place % 5 else None, "date": a, "kind": ("notification", "application", "referral")[place % 3],
         "service": s if place % 2 else None, "decided": more and a + datetime.timedelta(more % 15),
         "assessed": more and a + datetime.timedelta(more % 120), "area": ("west", None)[place % 2],
         "outcome": (None, "service", "redirected", "withdrew", "assessment")[place % 5]}
        for place, (c, s, a, more, *_) in enumerate(stays)
    ]  # fmt: skip
    goals = [
        {"client": c, "date": a, "service": s, "with_family": ("yes", "no", None)[place % 3],
         "assessed": more and a + datetime.timedelta(more), "outcome": ("met", None)[place % 2] if more else None}
        for place, (c, s, a, more, *_) in enumerate(stays)
    ]  # fmt: skip
    return {
        "clients": _table("clients", people),
        "relationships": _table("relationships", relationships),
        "visits": _table(
            "visits", [{"client": c, "service": s, "date": a, "worker": c % 3 or None} for c, s, a in visits]
        ),
        "population": _table(
            "population",
            [
                {"area": area, "year": year, "age_from": 0, "age_to": 17, "persons": 100}
                for area in ("west", "east")
                for year in (2020, 2021)
            ],
        ),
        "indicators": _table("indicators", INDICATORS),
        "survey": _table("survey", SURVEY),
        "contacts": _table("contacts", contacts),
        "needs": _table("needs", needs),
        "goals": _table("goals", goals),
        "costs": _table("costs", [{"client": c, "service": s, "date": a, "cost_cents": n} for c, s, a, n in costs]),
    }


@settings(max_examples=2, deadline=None)
@given(st.lists(_STAY, min_size=1, max_size=30), st.lists(_VISIT, max_size=8), st.lists(_COST, max_size=8),
       st.lists(st.integers(1, 6), min_size=14, max_size=14), st.integers(0, 9))  # fmt: skip
def test_at_once_bucket_by_bucket_and_in_any_order(
    stays: list[Any], visits: list[Any], costs: list[Any], homes: list[int], seed: int
) -> None:
    causes = {"goal": "planned", "away": "by_next"}
    study = toy_study(end_causes=causes, peers=PEERS, needs=NEEDS, questionnaires=[ASKED], segments=SEGMENTS)
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
