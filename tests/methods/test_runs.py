from __future__ import annotations

import math
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kumppanuus.methods.runs import SHIFT, TREND, Run, signals

NAN = math.nan


def test_six_on_one_side_are_a_shift_five_are_not() -> None:
    assert signals([9, 11, 9, 11, 9, 12, 13, 12, 13, 12, 13], 10) == (Run("above", 5, 10, 6),)
    assert signals([9, 11, 9, 11, 9, 9, 13, 12, 13, 12, 13], 10) == ()


def test_points_on_the_median_neither_count_nor_break() -> None:
    assert signals([11, 9, 8, 10, 9, 8, 10, 9, 8, 11, 9], 10) == (Run("below", 1, 8, 6),)
    assert signals([11, 9, 8, 10, 10, 8, 10, 9, 8, 11, 9], 10) == ()


def test_a_missing_value_breaks() -> None:
    assert signals([11, 9, 8, 9, NAN, 8, 9, 8, 11, 9, 11], 10) == ()


def test_five_rising_points_are_a_trend_and_equal_ones_are_ignored() -> None:
    rising = [11, 9, 11, 9, 8, 8, 9, 11, 12, 12, 13, 9, 11]
    assert signals(rising, 10) == (Run("up", 4, 10, 5),)
    assert signals([20 - value for value in rising], 10) == (Run("down", 4, 10, 5),)
    assert signals([11, 9, 11, 9, 8, 8, 9, 11, 12, 12, 9, 11], 10) == ()


def test_a_trend_within_a_shift_is_not_said_twice() -> None:
    assert signals([9, 11, 9, 11, 12, 13, 14, 15, 16, 17, 9], 10) == (Run("above", 3, 9, 7),)


def test_with_few_points_nothing_is_judged() -> None:
    assert signals([12.0] * 9, 10) == ()
    assert signals([12.0] * 10, 10) == (Run("above", 0, 9, 10),)
    assert signals([12.0] * 10, NAN) == ()
    assert signals([], NAN) == ()


VALUES = st.lists(st.one_of(st.integers(0, 6).map(float), st.just(NAN)), max_size=40)


@given(VALUES)
def test_signals_are_apart_in_order_and_what_they_say(values: list[float]) -> None:
    found = signals(values, 3.0)
    assert all(a.last < b.first for a, b in pairwise(found))
    for run in found:
        inside = values[run.first : run.last + 1]
        assert not any(map(math.isnan, inside))
        if run.kind in ("above", "below"):
            off = [value for value in inside if value != 3]
            assert len(off) == run.points >= SHIFT
            assert {value > 3 for value in off} == {run.kind == "above"}
        else:
            steps = [b - a for a, b in pairwise(inside) if a != b]
            assert len(steps) + 1 == run.points >= TREND
            assert {step > 0 for step in steps} == {run.kind == "up"}


@given(VALUES)
def test_a_mirror_turns_the_kinds(values: list[float]) -> None:
    turned = {"above": "below", "below": "above", "up": "down", "down": "up"}
    mirror = signals([6 - value for value in values], 3.0)
    assert [(turned[run.kind], run.first, run.last) for run in mirror] == [
        (run.kind, run.first, run.last) for run in signals(values, 3.0)
    ]
