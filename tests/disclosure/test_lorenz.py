from __future__ import annotations

from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumppanuus.analysis import Column, Table
from kumppanuus.disclosure.lorenz import protect_lorenz
from kumppanuus.disclosure.released import Guarded, Rules
from kumppanuus.disclosure.rules_forms import gini, merged_concentration
from kumppanuus.errors import DisclosureError

RULES = Rules()
TABLE = Table(
    "lorenz",
    MappingProxyType(
        {
            "year": Column("dimension", codes="years", time_axis=True),
            "tenth": Column("dimension", codes="tenths"),
            "persons": Column("persons"),
            "families": Column("families"),
            "cost_eur": Column("sum", of=("persons", "families", "concentration"), unit="EUR"),
            "concentration": Column("concentration"),
            "share": Column("cumulative", of=("cost_eur", "concentration")),
        }
    ),
)


def _curve(costs: list[float], families: int = 10, groups: int = 10, year: str = "2024") -> pd.DataFrame:
    """Return a Lorenz table of the cost of single families, `families` of two persons a group."""
    parts = np.split(np.sort(np.array(costs, dtype=float)), groups)
    rows = []
    for place, part in enumerate(parts, start=1):
        concentration = (part**2).sum() / part.sum() ** 2 if part.sum() else np.nan
        rows.append((year, str(place), 2 * len(part), len(part), part.sum(), concentration, np.nan))
    assert len(costs) == families * groups
    return pd.DataFrame(rows, columns=list(TABLE.columns))


def _protect(*frames: pd.DataFrame, tighten: int = 0) -> Guarded:
    return protect_lorenz("costs", TABLE, pd.concat(frames, ignore_index=True), RULES, tighten)


def test_a_curve_by_hand() -> None:
    found = _protect(_curve([1.0] * 50 + [3.0] * 50))
    frame = found.table.frame
    # 200 in all: the lower half has 50 of it, each upper tenth 30
    assert frame["share"].tolist() == [0.05, 0.1, 0.15, 0.2, 0.25, 0.4, 0.55, 0.7, 0.85, 1.0]
    assert list(frame.columns) == ["year", "tenth", "persons", "families", "share", "hidden"]
    assert frame["persons"].tolist() == [21.0] * 10
    assert (found.table.told, found.table.hidden) == ((), 0)
    assert gini(frame["share"].to_numpy()) == 0.25


def test_a_dominated_top_makes_the_grid_coarser() -> None:
    # in the top tenth one family has 1000 of 1270; in the top half 1000 of 1410 as well: nothing is left
    assert _protect(_curve([1.0] * 60 + [5.0] * 30 + [30.0] * 9 + [1000.0])).table.frame.empty
    # in the top tenth (9 x 40² + 320²) / 680² = 0.253; with the tenth below it at most 0.19
    assert len(_protect(_curve([1.0] * 80 + [38.0] * 10 + [40.0] * 9 + [300.0])).table.frame) == 10
    found = _protect(_curve([1.0] * 80 + [38.0] * 10 + [40.0] * 9 + [320.0]))
    assert found.table.frame["tenth"].tolist() == ["1..2", "3..4", "5..6", "7..8", "9..10"]
    assert found.table.told == ("merged",)
    assert found.table.frame["share"].tolist() == [0.02, 0.04, 0.05, 0.07, 1.0]
    assert found.exact["persons"].tolist() == [40.0] * 5


def test_groups_of_few_families_make_the_grid_coarser() -> None:
    sizes = [len(_protect(_curve([1.0 + place for place in range(10 * n)], n)).table.frame) for n in (1, 2, 3, 4, 5)]
    # five families at least of a merged group are known only where one of its tenths has five
    assert sizes == [0, 0, 0, 0, 10]
    columns = {**TABLE.columns, "tenth": Column("dimension", codes="tenths", adds=True)}
    four = _curve([1.0 + place for place in range(40)], 4)
    added = protect_lorenz("costs", Table("lorenz", columns), four, RULES)
    assert added.table.frame["families"].tolist() == [9.0] * 5


def test_one_family_alone_in_the_middle() -> None:
    # the eighth tenth holds one family with money among ten: its step would be that family's cost
    costs = [0.0] * 79 + [100.0] * 21
    frame = _protect(_curve(costs)).table.frame
    assert frame["tenth"].tolist() == ["1..5", "6..10"]
    assert frame["share"].tolist() == [0.0, 1.0]


def test_tightening_ends_in_nothing() -> None:
    curve = _curve([float(place) for place in range(1, 101)])
    assert [len(_protect(curve, tighten=n).table.frame) for n in range(5)] == [10, 5, 2, 0, 0]
    assert _protect(curve, tighten=3).table.told == ("dropped",)


def test_small_and_empty_years_are_left_out() -> None:
    found = _protect(_curve([2.0] * 100), _curve([0.0] * 100, year="2023"), _curve([2.0] * 10, 1, year="2022"))
    assert set(found.table.frame["year"]) == {"2024"}
    assert (found.table.told, found.table.hidden) == (("left_out",), 20)
    assert _protect(_curve([2.0] * 100).iloc[:0]).table.frame.empty


@pytest.mark.parametrize(
    "change",
    [
        lambda frame: frame.assign(cost_eur=[-1.0, *frame["cost_eur"][1:]]),
        lambda frame: frame.assign(cost_eur=[np.nan, *frame["cost_eur"][1:]]),
        lambda frame: frame.iloc[:9],
        lambda frame: frame.assign(tenth=[*"abcdefghij"]),
        lambda frame: frame.assign(persons=[np.nan, *frame["persons"][1:]]),
    ],
)
def test_what_is_no_curve_is_refused(change) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(DisclosureError, match="KU525"):
        _protect(change(_curve([2.0] * 100)))


def test_concentration_that_is_not_known_counts_as_domination() -> None:
    assert _protect(_curve([2.0] * 100).assign(concentration=np.nan)).table.frame.empty


@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 1000)), min_size=1, max_size=12))
def test_r5_merged_concentration_is_never_understated(costs: list[tuple[int, int]]) -> None:
    """Families with money in both groups: the pair holds what each has in the one and in the other."""
    both = np.array(costs, dtype=float)
    sums = both.sum(axis=0)
    each = np.array([(column**2).sum() / column.sum() ** 2 if column.sum() else 0.0 for column in both.T])
    total = both.sum(axis=1)
    exact = (total**2).sum() / total.sum() ** 2 if total.sum() else 0.0
    assert merged_concentration(sums, each) >= exact - 1e-12
    assert merged_concentration(sums, each) <= max(each) + 1e-12
    apart = (both**2).sum() / both.sum() ** 2 if both.sum() else 0.0
    assert merged_concentration(sums, each, adds=True) == pytest.approx(apart)


@pytest.mark.parametrize(
    ("points", "expected"),
    [([0.5, 1.0], 0.0), ([0.0, 1.0], 0.5), ([0.1, 0.3, 0.6, 1.0], 0.25), ([1.0], None), ([0.5, 0.9], None),
     ([np.nan, 1.0], None), ([], None)],
)  # fmt: skip
def test_r16_gini_of_published_points(points: list[float], expected: float | None) -> None:
    found = gini(np.array(points))
    assert np.isnan(found) if expected is None else found == expected


_COSTS = st.lists(st.integers(0, 2000), min_size=60, max_size=60)


@settings(max_examples=100, deadline=None)
@given(_COSTS, st.randoms(use_true_random=False))
def test_no_dominated_group_ever_leaves(costs: list[int], random: object) -> None:
    ordered = np.sort(np.array(costs, dtype=float))
    frame = _curve(list(ordered), 6)
    found = _protect(frame)
    shown = found.table.frame
    assert "cost_eur" not in shown
    if len(shown):
        assert shown["share"].iloc[-1] == 1
        assert np.allclose(shown["share"] * 100, np.round(shown["share"] * 100), atol=1e-9)
        for part in np.split(ordered, len(shown)):
            assert part.max() <= 0.5 * part.sum() or part.sum() == 0
            assert np.sort(part)[-2:].sum() <= 0.85 * part.sum() or part.sum() == 0
            assert len(part) >= 5
    order = list(range(len(frame)))
    random.shuffle(order)  # type: ignore[attr-defined]
    pd.testing.assert_frame_equal(_protect(frame.iloc[order]).table.frame, shown)
