"""Rates: exact limits against published tables and closed forms, clustered ones by simulation, ratios against R."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, chi2, poisson

from kumppanuus.methods.limits import poisson_limits
from kumppanuus.methods.rates import count_limits, least_squares_of_clusters, rate_ratios, rates

GARWOOD = {
    0: (0.000, 3.689), 1: (0.025, 5.572), 2: (0.242, 7.225), 3: (0.619, 8.767), 5: (1.623, 11.668),
    10: (4.795, 18.390), 20: (12.217, 30.888), 50: (37.111, 65.919), 100: (81.364, 121.627),
}  # fmt: skip
"""95 % limits of a Poisson mean: Garwood 1936; Ulm, Am. J. Epidemiol. 131 (1990) 373–375; Breslow & Day 1987."""


def test_limits_of_the_published_table() -> None:
    found = rates(list(GARWOOD), np.ones(len(GARWOOD)), per=1.0)
    assert found.value.tolist() == list(map(float, GARWOOD))
    assert np.column_stack([found.lower, found.upper]) == pytest.approx(np.array(list(GARWOOD.values())), abs=6e-4)


def test_no_event_at_all_is_the_rule_of_three() -> None:
    """Nobody among 1,000: at most −ln(0.025) = 3.69 per 1,000 (one-sided at 95 %: −ln(0.05) = 3.00)."""
    assert rates(0, 1000).upper == pytest.approx(-math.log(0.025))
    assert rates(0, 1000, confidence=0.90).upper == pytest.approx(-math.log(0.05))
    assert rates(0, 1000).lower == 0


@given(st.integers(1, 400), st.floats(1, 1e6), st.sampled_from([0.9, 0.95, 0.99]))
@settings(max_examples=25, deadline=None)
def test_a_mean_at_a_limit_gives_the_count_its_tail(count: int, base: float, confidence: float) -> None:
    found = rates(count, base, per=1.0, confidence=confidence)
    lower, upper = float(found.lower) * base, float(found.upper) * base
    assert poisson.sf(count - 1, lower) == pytest.approx((1 - confidence) / 2, rel=1e-6)
    assert poisson.cdf(count, upper) == pytest.approx((1 - confidence) / 2, rel=1e-6)
    same = poisson_limits(np.array([count]), np.array([count]), confidence)
    assert (lower, upper) == pytest.approx((same[0][0], same[1][0]))
    assert lower == pytest.approx(chi2.ppf((1 - confidence) / 2, 2 * count) / 2)


def test_what_is_not_known_has_no_rate() -> None:
    found = rates([5, np.nan, 5, 5], [0, 100, np.nan, 100])
    for each in (found.value, found.lower, found.upper):
        assert np.isnan(each).tolist() == [True, True, True, False]


def test_clusters_of_two_are_pairs_counted_once() -> None:
    """Forty clients who come two by two know no more than twenty families do: the limits of 20, doubled."""
    lower, upper = count_limits(np.array([40.0]), np.array([80.0]), 2.0)
    alone = poisson_limits(np.array([20.0]), np.array([20.0]))
    assert (lower[0], upper[0]) == pytest.approx((2 * alone[0][0], 2 * alone[1][0]))


def test_weighted_counts_by_hand() -> None:
    """Fay & Feuer's limits from chi-square quantiles: y = 12, v = 26, largest 3."""
    lower, upper = count_limits(np.array([12.0]), np.array([26.0]), 3.0)
    assert lower[0] == pytest.approx(26 / 24 * chi2.ppf(0.025, 2 * 144 / 26))
    assert upper[0] == pytest.approx((26 + 9) / (2 * 15) * chi2.ppf(0.975, 2 * 15**2 / 35))


SIZES, COMMON = np.array([1, 2, 3, 4]), np.array([0.62, 0.25, 0.09, 0.04])


@pytest.mark.parametrize("families", [30, 300])
def test_limits_cover_when_families_come_together(families: int) -> None:
    """4,000 towns: limits with the squares cover 95–98 %, from families alone at least 93 %, of single people 85 %."""
    drawn = np.random.default_rng(11).poisson(families * COMMON, (4000, 4))
    events, squares, truth = drawn @ SIZES, drawn @ SIZES**2, families * COMMON @ SIZES

    def covered(squares: np.ndarray, largest: np.ndarray | float) -> float:
        lower, upper = count_limits(events, squares, largest)
        return float(((lower <= truth) & (truth <= upper)).mean())

    assert 0.95 <= covered(squares, 4.0) <= 0.98
    assert covered(*least_squares_of_clusters(events, drawn.sum(axis=1))) >= 0.93
    assert covered(events, 1.0) <= 0.88  # what must not come out


def test_least_squares_are_the_most_equal_clusters() -> None:
    squares, largest = least_squares_of_clusters([136, 3, 10, 0, 2], [100, 3, 3, 0, 3])
    # 64 of one and 36 of two; three of one; 3 + 3 + 4; nobody; more families than people cannot be
    assert squares[:4].tolist() == [64 + 36 * 4, 3, 9 + 9 + 16, 0]
    assert largest[:3].tolist() == [2, 1, 4]
    assert np.isnan(squares[4])


@given(st.lists(st.integers(1, 6), min_size=1, max_size=40))
@settings(max_examples=25, deadline=None)
def test_no_families_have_smaller_squares(sizes: list[int]) -> None:
    squares, largest = least_squares_of_clusters(sum(sizes), len(sizes))
    assert squares <= sum(size**2 for size in sizes)
    assert largest <= max(sizes)


def test_ratio_of_r() -> None:
    """R's own example: poisson.test(c(11, 6+8+7), c(800, 1083+1050+878)) gives 1.971488, 0.8584264–4.2772659."""
    found = rate_ratios(11, 800, 21, 3011)
    assert found.value == pytest.approx(1.971488, abs=5e-7)
    assert (float(found.lower), float(found.upper)) == pytest.approx((0.8584264, 4.2772659), abs=5e-8)


@given(st.integers(1, 60), st.integers(1, 60), st.floats(0.1, 10))
@settings(max_examples=25, deadline=None)
def test_ratios_at_the_limits_have_their_tails(above: int, below: int, scale: float) -> None:
    found = rate_ratios(above, scale, below, 1.0)
    least, most = (float(each) * scale / (1 + float(each) * scale) for each in (found.lower, found.upper))
    assert binom.sf(above - 1, above + below, least) == pytest.approx(0.025, rel=1e-6)
    assert binom.cdf(above, above + below, most) == pytest.approx(0.025, rel=1e-6)
    turned = rate_ratios(below, 1.0, above, scale)
    assert float(turned.lower) == pytest.approx(1 / float(found.upper))


def test_ratios_with_nobody_on_a_side() -> None:
    found = rate_ratios([0, 8, 0, 8], [1, 1, 1, 0], [8, 0, 0, 8], [1, 1, 1, 1])
    assert found.lower[0] == found.value[0] == 0
    assert np.isinf(found.value[1])
    assert np.isinf(found.upper[1])
    assert found.lower[1] == pytest.approx(1 / found.upper[0])
    assert np.isnan(found.value[2:]).all()
