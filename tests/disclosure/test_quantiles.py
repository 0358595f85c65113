from __future__ import annotations

from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumppanuus.analysis import Column, Table
from kumppanuus.disclosure.protect import protect_counts
from kumppanuus.disclosure.released import Rules
from kumppanuus.disclosure.rules_forms import quantile_in_bin

RULES = Rules()
WAITS = MappingProxyType(
    {
        "service": Column("dimension", codes="services"),
        "persons": Column("persons"),
        "families": Column("families"),
        "median_months": Column("quantile", of=("persons", "in_bin", "families_in_bin")),
        "p90_months": Column("quantile", of=("persons", "in_bin_90", "families_in_bin_90"), level=0.9),
        "in_bin": Column("behind"),
        "families_in_bin": Column("behind"),
        "in_bin_90": Column("behind"),
        "families_in_bin_90": Column("behind"),
    }
)


def _shown(*rows: tuple[str, int, int, float, float, int, int, int, int]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(WAITS))
    guarded = protect_counts("waits", Table("counts", WAITS), frame, None, (), RULES)
    exists = frame["median_months"].notna()
    assert guarded.table.masked["median_months"].equals(exists & guarded.table.frame["median_months"].isna())
    return guarded.table.frame.set_index("service")


def test_quantiles_by_hand() -> None:
    shown = _shown(
        ("a", 103, 90, 4, 11, 20, 18, 7, 3),
        ("b", 102, 90, 4, 11, 20, 18, 7, 3),  # 97-102 stand for the same: the ninth decile might have 9 above it
        ("c", 25, 25, 4, 11, 7, 3, 7, 3),
        ("d", 24, 24, 4, 11, 7, 3, 7, 3),
        ("e", 60, 60, 4, 11, 6, 6, 7, 3),  # six in the bin
        ("f", 60, 60, 4, 11, 12, 2, 7, 3),  # two families in the bin
        ("g", 60, 2, 4, 11, 20, 2, 7, 2),  # the row is hidden whole
        ("h", 60, 60, 137, 11, 20, 20, 7, 3),  # no round edge
        ("i", 60, 60, np.nan, 11, 0, 0, 7, 3),
    )
    assert list(shown.columns) == ["persons", "families", "median_months", "p90_months", "hidden"]
    assert shown["median_months"].dropna().to_dict() == {"a": 4, "b": 4, "c": 4}
    assert shown["p90_months"].dropna().to_dict() == {"a": 11}


def test_a_quantile_that_does_not_exist_is_not_called_hidden() -> None:
    frame = pd.DataFrame([("a", 60, 60, np.nan, np.nan, 0, 0, 0, 0)], columns=list(WAITS))
    masked = protect_counts("waits", Table("counts", WAITS), frame, None, (), RULES).table.masked
    assert not masked["median_months"].iloc[0]


@pytest.mark.parametrize(
    ("in_bin", "families", "shown"),
    [(0, 0, False), (1, 1, False), (4, 4, False), (5, 5, False), (6, 6, False), (7, 7, True), (7, 2, False),
     (7, 3, True), (12, 3, True), (13, 2, False)],
)  # fmt: skip
def test_r6_bins_on_the_edges(in_bin: int, families: int, shown: bool) -> None:
    found = quantile_in_bin(np.array([99.0]), np.array([in_bin]), np.array([families]), 0.5, RULES)
    assert found.tolist() == [shown]


@pytest.mark.parametrize(
    ("published", "level", "shown"),
    [(21, 0.5, False), (27, 0.5, True), (np.nan, 0.5, False), (0, 0.5, False), (99, 0.9, False), (105, 0.9, True),
     (105, 0.1, True), (45, 0.25, True), (39, 0.25, False)],
)  # fmt: skip
def test_r6_sides_by_published_numbers(published: float, level: float, shown: bool) -> None:
    found = quantile_in_bin(np.array([published]), np.array([20]), np.array([20]), level, RULES)
    assert found.tolist() == [shown]


@given(st.lists(st.integers(0, 30), min_size=1, max_size=200), st.sampled_from([0.1, 0.25, 0.5, 0.75, 0.9]))
def test_r6_never_with_fewer_than_ten_on_a_side(months: list[int], level: float) -> None:
    values = np.sort(np.array(months))
    edge = values[int(np.ceil(level * len(values))) - 1]
    inside = float((values == edge).sum())
    n = float(len(values))
    published = np.ceil(n / 6) * 6 - 3 if n > 6 else np.nan
    if quantile_in_bin(np.array([published]), np.array([inside]), np.array([inside]), level, RULES)[0]:
        assert (values <= edge).sum() >= 10
        assert (values >= edge).sum() >= 10
        assert inside >= 7
