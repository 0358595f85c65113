from __future__ import annotations

from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumppanuus.analysis import Column, Table
from kumppanuus.disclosure.merging import longer, merged
from kumppanuus.disclosure.placed import coarser_time

COSTS = Table(
    "counts",
    MappingProxyType(
        {
            "kind": Column("dimension", adds=True),
            "year": Column("dimension", time_axis=True),
            "days_seen": Column("public"),
            "persons": Column("persons"),
            "families": Column("families"),
            "cost_eur": Column("sum", of=("persons", "families", "concentration")),
            "per_family_eur": Column("mean", of=("persons", "families", "concentration")),
            "concentration": Column("concentration"),
        }
    ),
    coarsen=("merge", "drop"),
)


def test_sums_and_concentrations_of_merged_categories_by_hand() -> None:
    """Two families with 30 and 10, three with 20 each: together 100, concentration (900 + 100 + 3 x 400) / 100^2."""
    rows = pd.DataFrame(
        [("a", "2024", 366, 50, 40, 900.0, 1.0, 0.1), ("b", "2024", 366, 4, 2, 40.0, 1.0, 1000 / 1600),
         ("c", "2024", 366, 3, 3, 60.0, 1.0, 1200 / 3600)],
        columns=list(COSTS.columns),
    )  # fmt: skip
    other = merged(COSTS, rows, 2).iloc[1]
    assert other[["kind", "year", "days_seen", "persons", "families", "cost_eur"]].tolist() == [
        "other", "2024", 366, 7, 5, 100.0
    ]  # fmt: skip
    assert other["concentration"] == pytest.approx(0.22)
    assert np.isnan(other["per_family_eur"])


def test_equal_sizes_are_told_apart_by_their_codes_and_not_by_exact_numbers() -> None:
    """8 and 11 are both about 9: the code decides, or the choice would tell which of the two is smaller."""
    rows = pd.DataFrame({"kind": ["a", "b", "c"], "persons": [11, 8, 40], "families": [9, 9, 9]})
    kind = Column("dimension", adds=True)
    table = Table("counts", {"kind": kind, "persons": Column("persons"), "families": Column("families")})
    assert merged(table, rows, 1)["kind"].tolist() == ["other", "b", "c"]


@pytest.mark.parametrize(
    ("code", "next_code"),
    [("2024-01", "2024 Q1"), ("2024-03", "2024 Q1"), ("2024-04", "2024 Q2"), ("2024-12", "2024 Q4"),
     ("2024 Q4", "2024"), ("2024", "2024"), ("2023–2024", "2023–2024"), ("unknown", "unknown")],
)  # fmt: skip
def test_coarser_time(code: str, next_code: str) -> None:
    assert coarser_time(pd.Series([code])).tolist() == [next_code]


@given(st.lists(st.integers(0, 50), min_size=1, max_size=30), st.integers(1, 3))
def test_nobody_is_lost_or_counted_twice(people: list[int], times: int) -> None:
    month = Column("dimension", time_axis=True, adds=True)
    table = Table("counts", {"month": month, "persons": Column("persons"), "families": Column("families")})
    months = [f"{2020 + place // 12}-{place % 12 + 1:02d}" for place in range(len(people))]
    rows = pd.DataFrame({"month": months, "persons": people, "families": people})
    found = longer(table, rows, times)
    assert found["persons"].sum() == sum(people)
    assert found["month"].is_unique
    assert len(found) <= -(-len(people) // (3 if times == 1 else 12)) + 1
