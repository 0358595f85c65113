from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, poisson

from kumppanuus.methods.limits import binomial_limits, mean_limits, poisson_limits


def test_poisson_limits_of_the_table() -> None:
    """Ten cases: 4.80 to 18.39, none: 0 to 3.69 (Garwood's table; Breslow & Day 1987, table 2.11)."""
    lower, upper = poisson_limits(np.array([10.0, 0.0]), np.array([10.0, 0.0]))
    assert lower == pytest.approx([4.795, 0.0], abs=5e-4)
    assert upper == pytest.approx([18.390, 3.689], abs=5e-4)


@given(st.integers(1, 400))
@settings(max_examples=40, deadline=None)
def test_a_mean_at_a_limit_gives_the_count_its_tail(count: int) -> None:
    (lower,), (upper,) = poisson_limits(np.array([float(count)]), np.array([float(count)]))
    assert poisson.sf(count - 1, lower) == pytest.approx(0.025, rel=1e-6)
    assert poisson.cdf(count, upper) == pytest.approx(0.025, rel=1e-6)


def test_limits_of_a_class_hold_those_of_its_numbers() -> None:
    lower, upper = poisson_limits(np.array([7.0]), np.array([12.0]))
    for count in range(7, 13):
        low, high = poisson_limits(np.array([float(count)]), np.array([float(count)]))
        assert lower[0] <= low[0]
        assert high[0] <= upper[0]
    assert np.isnan(poisson_limits(np.array([np.nan]), np.array([np.nan]))).all()


@pytest.mark.parametrize("confidence", [0.95, 0.998])
def test_control_limits_lie_where_the_binomial_tail_does(confidence: float) -> None:
    cases, tail = np.array([20.0, 57.0, 200.0, 900.0]), (1 - confidence) / 2
    lower, upper = binomial_limits(cases, 0.7, confidence)
    for n, low, high in zip(cases, lower * cases, upper * cases, strict=True):
        assert binom.cdf(np.floor(low) - 1, n, 0.7) < tail <= binom.cdf(np.ceil(low), n, 0.7)
        if high < n:
            assert binom.sf(np.ceil(high), n, 0.7) < tail <= binom.sf(np.floor(high) - 1, n, 0.7)


def test_control_limits_narrow_with_cases_and_mirror() -> None:
    cases = np.linspace(5, 500, 60)
    lower, upper = binomial_limits(cases, 0.3)
    assert (np.diff(lower) >= 0).all()
    assert (np.diff(upper) <= 0).all()
    assert ((lower < 0.3) & (upper > 0.3)).all()
    mirrored = binomial_limits(cases, 0.7)
    assert mirrored[0] == pytest.approx(1 - upper)
    assert mirrored[1] == pytest.approx(1 - lower)


def test_where_all_do_or_nobody_does_chance_moves_nothing() -> None:
    for share in (0.0, 1.0):
        assert (np.array(binomial_limits(np.array([10.0, 50.0]), share)) == share).all()


def test_limits_of_a_mean_are_students() -> None:
    """Hours of sleep gained, Student, Biometrika 6 (1908) 1-25; limits as in R (`t.test`, `sleep`)."""
    gained = np.array([1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4])
    assert mean_limits(gained) == pytest.approx((0.7001142, 2.4598858), abs=1e-7)
    with pytest.raises(ValueError, match="two"):
        mean_limits(gained[:1])
