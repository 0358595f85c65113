from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumppanuus.analysis import Analysis, Params, Result
from kumppanuus.errors import DeclarationError
from kumppanuus.register.engine import count, read_statements
from tests.studies import Row, clients, register, relationships, toy_study

SQL = """
-- prepare: long_ones
SELECT * FROM spells, params WHERE exit_day - entry_day >= at_least
-- table: by_service(service | persons, families, days)
SELECT service, count(DISTINCT client) AS persons, count(DISTINCT family) AS families,
    sum(exit_day - entry_day) AS "days"
FROM long_ones GROUP BY service;
-- table: inhabitants(| persons)
SELECT coalesce(sum(persons), 0)::BIGINT AS persons FROM population
"""


@dataclass(frozen=True, slots=True)
class _Params(Params):
    at_least: int = 1


def _analysis(folder: Path, sql: str = SQL) -> Analysis:
    file = folder / "counts.sql"
    file.write_text(sql)
    return Analysis("toy.room", {}, file, _Params, Result, lambda: Result(), {}, file)


def test_statements_are_read_with_their_heads() -> None:
    prepare, table, total = read_statements(SQL)
    assert prepare.prepares
    assert prepare.name == "long_ones"
    assert (table.name, table.dimensions, table.measures) == (
        "by_service",
        ("service",),
        ("persons", "families", "days"),
    )
    assert total.dimensions == ()


def test_sql_without_head_is_refused() -> None:
    with pytest.raises(DeclarationError, match="KU904"):
        read_statements("SELECT 1")


@pytest.mark.parametrize(
    "sql",
    [
        "-- table: x(service | persons)\nSELECT service, count(*) AS other FROM spells GROUP BY ALL",
        "-- table: x(service | persons)\nSELECT service, count(*) / 2 AS persons FROM spells GROUP BY ALL",
    ],
)
def test_other_columns_and_fractions_are_refused(tmp_path: Path, sql: str) -> None:
    study = toy_study()
    built = register(tmp_path, study, relationships=relationships([(1, "early", "2020-02-01", None)]))
    with pytest.raises(DeclarationError, match="KU905"):
        count(_analysis(tmp_path, sql), _Params(), built, study)


_ROWS = st.lists(
    st.tuples(
        st.integers(1, 30),
        st.sampled_from(["early", "special", "corrective"]),
        st.integers(0, 800),
        st.one_of(st.none(), st.integers(1, 500)),
    ),
    max_size=40,
)


@settings(max_examples=12, deadline=None)
@given(_ROWS, st.lists(st.integers(1, 6), min_size=30, max_size=30), st.integers(1, 9), st.integers(1, 90))
def test_bucket_by_bucket_is_all_at_once(
    raw: list[tuple[int, str, int, int | None]], families: list[int], buckets: int, at_least: int
) -> None:
    zero = pd.Timestamp("2019-10-01")
    rows: list[Row] = [
        (c, s, str((zero + pd.Timedelta(days=a)).date()), str((zero + pd.Timedelta(days=a + n)).date()) if n else None)
        for c, s, a, n in raw
    ]
    people = clients([(number + 1, family + 1000, None) for number, family in enumerate(families)])
    with tempfile.TemporaryDirectory() as folder:
        study, path = toy_study(), Path(folder)
        built = register(path, study, buckets, relationships=relationships(rows), clients=people)
        whole = count(_analysis(path), _Params(at_least), built, study)
        parts = count(_analysis(path), _Params(at_least), built, study, by_bucket=True)
    assert list(whole) == ["by_service", "inhabitants"]
    for name in whole:
        pd.testing.assert_frame_equal(whole[name], parts[name])
    seen = whole["by_service"]
    assert (seen["families"] <= seen["persons"]).all()
