"""Shares of published counts: by hand, and true whatever the exact numbers were."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumppanuus.forms.shares import limits_beside, share_of, share_with_limits
from kumppanuus.methods.shares import difference_limits, wilson_limits


def test_by_hand() -> None:
    """Published 27 of 45 stands for 25-30 of 43-48: Wilson's limits of 25/48 and 30/43 of 45 cases, outwards."""
    low, high = wilson_limits(25 / 48 * 45, 45)[0], wilson_limits(30 / 43 * 45, 45)[1]
    assert share_with_limits(np.array([27.0]), np.array([45.0])) == (
        0.6,
        math.floor(100 * low) / 100,
        math.ceil(100 * high) / 100,
    )
    assert (low, high) == pytest.approx((0.38, 0.81), abs=0.005)


def test_what_is_not_published_has_no_share() -> None:
    for some, base in ((math.nan, 45.0), (9.0, math.nan), (9.0, 15.0)):
        assert all(math.isnan(each) for each in share_with_limits(np.array([some]), np.array([base])))
        assert math.isnan(share_of(some, base))
    assert share_of(45.0, 45.0) == 1.0


@given(st.integers(0, 300), st.integers(0, 300), st.floats(0.4, 1), st.integers(1, 12))
def test_limits_hold_those_of_the_exact_numbers(part: int, rest: int, homes: float, compared: int) -> None:
    def rounded(number: int) -> float:
        return 0.0 if number == 0 else math.ceil(number / 6) * 6 - 3.0

    some, base = rounded(part), rounded(part + rest)
    if base < 21:
        return
    units = max(homes * base, 1.0)
    _, lower, upper = share_with_limits(np.array([some]), np.array([base]), units, compared)
    exact = wilson_limits(part / (part + rest) * units, units, 1 - 0.05 / compared)
    assert lower <= exact[0] + 1e-9
    assert upper >= exact[1] - 1e-9
    assert share_with_limits(np.array([some]), np.array([base]))[1] >= lower


@given(st.tuples(st.integers(1, 200), st.integers(1, 200)), st.tuples(st.integers(1, 200), st.integers(1, 200)))
def test_limits_beside_another_share_are_those_of_the_difference(one: tuple[int, int], other: tuple[int, int]) -> None:
    """Newcombe's interval holds 0 if and only if the limits hold the other share."""
    (a, b), (c, d) = one, other
    first, second = (a, a + b), (c, c + d)
    shares = [(x / n, *wilson_limits(x, n)) for x, n in (first, second)]
    low, high = limits_beside(*shares)
    difference = difference_limits(first, second)
    assert (low, high) == pytest.approx(
        (max(shares[1][0] + difference[0], 0), min(shares[1][0] + difference[1], 1)), abs=1e-12
    )
