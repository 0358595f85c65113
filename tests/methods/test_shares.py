"""Limits of shares against published values; odd months worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumppanuus.methods.shares import balance_limits, difference_limits, odd_months, surely_none, wilson_limits


# Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3 (score without continuity correction).
@pytest.mark.parametrize(
    ("count", "total", "lower", "upper"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0000, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_agrees_with_published_limits(count: int, total: int, lower: float, upper: float) -> None:
    assert wilson_limits(count, total) == pytest.approx((lower, upper), abs=5e-5)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_limits_hold_the_share_and_stay_inside(drawn: tuple[int, int]) -> None:
    count, total = drawn
    low, high = wilson_limits(count, total)
    assert 0 <= low <= count / total + 1e-12
    assert count / total - 1e-12 <= high <= 1
    mirrored = wilson_limits(total - count, total)
    assert (1 - mirrored[1], 1 - mirrored[0]) == pytest.approx((low, high), abs=1e-9)


@pytest.mark.parametrize(("count", "total"), [(-1, 5), (6, 5), (0, 0)])
def test_a_share_needs_a_base(count: int, total: int) -> None:
    with pytest.raises(ValueError, match="count"):
        wilson_limits(count, total)


def months(values: list[float], width: float = 0.0, days: float = 30.0) -> tuple[list[int], list[float]]:
    middle = np.array(values)
    odd, usual = odd_months(middle, middle - width, middle + width, np.full(len(values), days))
    return odd.tolist(), usual.tolist()


def test_a_gap_and_a_peak_are_seen_and_their_neighbours_are_not() -> None:
    odd, usual = months([40] * 8 + [5] + [40] * 8 + [120] + [40] * 8)
    assert [place for place, way in enumerate(odd) if way < 0] == [8]
    assert [place for place, way in enumerate(odd) if way > 0] == [17]
    assert usual[8] == pytest.approx(40)


def test_half_is_not_below_half() -> None:
    assert months([40] * 6 + [20] + [40] * 6)[0][6] == 0
    assert months([400] * 6 + [199] + [400] * 6)[0][6] == -1


def test_few_by_chance_is_not_odd() -> None:
    # P(0 | mean 6) = 0.0025, P(0 | mean 7) = 0.0009
    assert months([6] * 6 + [0] + [6] * 6)[0][6] == 0
    assert months([7] * 6 + [0] + [7] * 6)[0][6] == -1


def test_rounding_speaks_for_the_month() -> None:
    # 45 may be 48; 101 may be as few as 98, half of which is 49, and 99 as few as 96, half of which is 48.
    assert months([101] * 6 + [45] + [101] * 6, width=3)[0][6] == -1
    assert months([99] * 6 + [45] + [99] * 6, width=3)[0][6] == 0


def test_a_long_silence_is_compared_with_the_months_that_hold_something() -> None:
    odd, usual = months([0] * 14 + [40] * 16)
    assert odd[:14] == [-1] * 14
    assert usual[0] == pytest.approx(40)


def test_months_cut_by_the_window_are_left_alone() -> None:
    middle = np.array([1.0] + [40.0] * 10)
    odd, usual = odd_months(middle, middle, middle, np.array([3.0] + [30.0] * 10))
    assert odd[0] == 0
    assert math.isnan(usual[0])


def test_a_longer_month_may_hold_more() -> None:
    middle = np.array([28.0, 31.0] * 6)
    assert odd_months(middle, middle, middle, middle)[1].tolist() == pytest.approx(middle.tolist())


def test_nothing_can_be_said_of_a_short_window() -> None:
    assert months([40, 0, 40])[0] == [0, 0, 0]


def test_an_unknown_month_is_neither_judged_nor_compared_with() -> None:
    values = [40.0] * 6 + [math.nan] + [40.0] * 6 + [0.0]
    odd, usual = months(values)
    assert odd[6] == 0
    assert math.isnan(usual[6])
    assert odd[13] == -1


def test_silence_of_a_rare_service_says_nothing() -> None:
    assert not surely_none(91, 0.05)  # mean 4.6
    assert surely_none(91, 0.1)  # mean 9.1


# Newcombe, Statistics in Medicine 17 (1998) 873-890, table II, method 10 (score without continuity correction).
@pytest.mark.parametrize(
    ("first", "second", "lower", "upper"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
    ],
)
def test_differences_agree_with_published_limits(
    first: tuple[int, int], second: tuple[int, int], lower: float, upper: float
) -> None:
    assert difference_limits(first, second) == pytest.approx((lower, upper), abs=5e-5)
    low, high = difference_limits(second, first)
    assert (-high, -low) == pytest.approx((lower, upper), abs=5e-5)


def test_balance_by_hand() -> None:
    half = 1.959964 * math.sqrt((0.5 + 0.3 - 0.2**2) / 100)
    assert balance_limits(0.5, 0.3, 100) == pytest.approx((0.2 - half, 0.2 + half), abs=1e-6)
    assert balance_limits(0.3, 0.5, 100) == pytest.approx((-0.2 - half, -0.2 + half), abs=1e-6)
    assert balance_limits(1.0, 0.0, 10) == (1.0, 1.0)
    with pytest.raises(ValueError, match="total"):
        balance_limits(0.5, 0.5, 0)
