"""Standardised rates and ratios: published examples, closed forms, scipy's distributions as an independent way."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2, poisson

from kumppanuus.methods.limits import poisson_limits
from kumppanuus.methods.several import confidence_of_each
from kumppanuus.methods.standardised import (
    byar_limits,
    direct,
    direct_ratio,
    dispersion_of,
    expected_counts,
    indirect,
    mid_p_limits,
    ratio_control_limits,
    widened,
)

SEEN_4_OF_3_3 = {"exact": (0.330, 3.104), "byar": (0.326, 3.103), "mid_p": (0.385, 2.924)}
"""Limits of an SMR of 4 / 3.3 = 1.212 in OpenEpi's example (Rothman & Boice 1979); also the defaults of R's epi.smr."""

# Births with Down's syndrome in Michigan by order of birth and age of the mother: Fleiss (1981), p. 249, as in R's
# epitools for table 1 of Fay & Feuer (1997): per 100,000, with the births of all five orders as standard.
BIRTHS = np.array(
    [
        [230061, 329449, 114920, 39487, 14208, 3052], [72202, 326701, 208667, 83228, 28466, 5375],
        [15050, 175702, 207081, 117300, 45026, 8660], [2293, 68800, 132424, 98301, 46075, 9834],
        [327, 30666, 123419, 149919, 104088, 34392],
    ]
)  # fmt: skip
CASES = np.array(
    [
        [107, 141, 60, 40, 39, 25], [25, 150, 110, 84, 82, 39], [3, 71, 114, 103, 108, 75], [1, 26, 64, 89, 137, 96],
        [0, 8, 63, 112, 262, 295],
    ]
)  # fmt: skip
CRUDE_AND_ADJUSTED = [(56.3, 92.3), (67.6, 91.2), (83.3, 85.1), (115.5, 92.7), (167.1, 75.5)]

# Deaths by age in the United States in 1940 and 1960: Selvin, Statistical Analysis of Epidemiologic Data (2004).
DEATHS = {
    1940: [45, 201, 320, 670, 1126, 3160, 9723, 17935, 22179, 13461, 2238],
    1960: [141, 926, 1253, 1080, 1869, 4891, 14956, 30888, 41725, 26501, 5928],
}
PEOPLE = {
    1940: [906897, 3794573, 10003544, 10629526, 9465330, 8249558, 7294330, 5022499, 2920220, 1019504, 142532],
    1960: [1784033, 7065148, 15658730, 10482916, 9939972, 10563872, 9114202, 6850263, 4702482, 1874619, 330915],
}


@pytest.mark.parametrize("kind", list(SEEN_4_OF_3_3))
def test_limits_of_a_published_ratio(kind: str) -> None:
    found = indirect(4, 3.3, kind=kind)  # type: ignore[arg-type]
    assert found.value == pytest.approx(1.212, abs=5e-4)
    assert (float(found.lower), float(found.upper)) == pytest.approx(SEEN_4_OF_3_3[kind], abs=5e-4)


def test_liddells_example() -> None:
    """Eight deaths where 3.59 are expected, 90 %: chi-square quantiles 7.96 and 28.87 of 16 and 18 degrees, halved."""
    found = indirect(8, 3.59, confidence=0.90)
    assert (float(found.lower), float(found.upper)) == pytest.approx((7.9616 / 7.18, 28.8693 / 7.18), abs=1e-4)


def test_directly_standardised_rates_of_fay_and_feuer() -> None:
    standard = BIRTHS.mean(axis=0)
    found = direct(CASES, BIRTHS, standard, per=1e5)
    crude = 1e5 * CASES.sum(axis=1) / BIRTHS.sum(axis=1)
    assert list(zip(crude.round(1), found.value.round(1), strict=True)) == CRUDE_AND_ADJUSTED
    each = [sum(s * c / n for s, c, n in zip(standard, *rows, strict=True)) for rows in zip(CASES, BIRTHS, strict=True)]
    assert found.value == pytest.approx(1e5 * np.array(each) / standard.sum())
    # The method of their paper, worked from chi-square quantiles for the first order of birth.
    weight = standard / standard.sum() / BIRTHS[0]
    y, v, w = (weight * CASES[0]).sum(), (weight**2 * CASES[0]).sum(), weight.max()
    lower = v / (2 * y) * chi2.ppf(0.025, 2 * y**2 / v)
    upper = (v + w**2) / (2 * (y + w)) * chi2.ppf(0.975, 2 * (y + w) ** 2 / (v + w**2))
    assert (found.lower[0], found.upper[0]) == pytest.approx((1e5 * lower, 1e5 * upper))


def test_indirect_and_direct_of_two_years_of_deaths() -> None:
    """The example of R's epitools: 139.25 per 100,000 (direct), 0.83 (0.82–0.84) and 137.9 (indirect)."""
    adjusted = direct(DEATHS[1940], PEOPLE[1940], PEOPLE[1960], per=1e5)
    assert float(adjusted.value) == pytest.approx(139.25, abs=5e-3)
    expected = expected_counts(PEOPLE[1940], DEATHS[1960], PEOPLE[1960])
    one_by_one = sum(n * d / p for n, d, p in zip(PEOPLE[1940], DEATHS[1960], PEOPLE[1960], strict=True))
    assert float(expected) == pytest.approx(one_by_one)
    found = indirect(sum(DEATHS[1940]), expected)
    rounded = [round(float(each), 2) for each in (found.value, found.lower, found.upper)]
    assert rounded == [0.83, 0.82, 0.84]
    assert float(found.value) * sum(DEATHS[1960]) / sum(PEOPLE[1960]) * 1e5 == pytest.approx(137.9, abs=0.05)


def test_areas_by_hand() -> None:
    """Two areas, two ages: the rates of all are 30 of 300 and 60 of 200."""
    areas = np.array([[100, 150], [200, 50]])
    expected = expected_counts(areas, [30, 60], [300, 200])
    assert expected.tolist() == [100 * 0.1 + 150 * 0.3, 200 * 0.1 + 50 * 0.3] == [55, 35]
    assert expected.sum() == 30 + 60  # the organiser's own rates share out its own cases


def test_what_is_not_known_has_no_ratio() -> None:
    assert np.isnan(expected_counts([[10.0, 5.0]], [1, 1], [20, 0])).all()
    assert expected_counts([[10.0, 0.0]], [1, 1], [20, 0]).tolist() == [0.5]
    for kind in ("exact", "byar", "mid_p"):
        found = indirect([4, math.nan, 4], [0, 2, math.nan], kind=kind)  # type: ignore[arg-type]
        for each in (found.value, found.lower, found.upper):
            assert np.isnan(each).all()
    assert np.isnan(direct([1, 2], [0, 5], [3, 3]).upper)


def test_byar_of_a_hundred() -> None:
    """Breslow & Day (1987), equation 2.13; the lower limit as in the public health tools of England (81.362)."""
    lower = byar_limits([100, 0])[0]
    assert lower.tolist() == pytest.approx([81.3621, 0.0], abs=1e-4)
    exact = poisson_limits(np.arange(5.0, 400), np.arange(5.0, 400))
    close = byar_limits(np.arange(5.0, 400))
    assert np.abs(close[0] / exact[0] - 1).max() < 0.01
    assert np.abs(close[1] / exact[1] - 1).max() < 0.01


@given(st.integers(0, 300), st.sampled_from([0.9, 0.95, 0.99]))
@settings(max_examples=25, deadline=None)
def test_mid_p_limits_have_their_tails_and_lie_within_the_exact_ones(count: int, confidence: float) -> None:
    (lower,), (upper,) = mid_p_limits([count], confidence)
    (least,), (most,) = poisson_limits(np.array([count]), np.array([count]), confidence)
    tail = (1 - confidence) / 2
    assert poisson.cdf(count - 1, upper) + poisson.pmf(count, upper) / 2 == pytest.approx(tail, rel=1e-6)
    assert least <= lower <= count <= upper < most
    if count:
        assert poisson.sf(count, lower) + poisson.pmf(count, lower) / 2 == pytest.approx(tail, rel=1e-6)


@given(st.floats(0.2, 2000), st.sampled_from([0.95, 0.9875, 0.998]))
@settings(max_examples=40, deadline=None)
def test_a_count_lies_outside_when_its_exact_interval_leaves_the_expectation_out(wanted: float, level: float) -> None:
    lower, upper = (float(each) * wanted for each in ratio_control_limits(wanted, level))
    tail = (1 - level) / 2
    for count in {math.floor(lower), math.ceil(lower), math.floor(upper), math.ceil(upper)}:
        low, high = (float(each[0]) for each in poisson_limits(np.array([count]), np.array([count]), level))
        if min(abs(count - lower), abs(count - upper)) > 1e-6:
            assert (count < lower) == (high < wanted)
            assert (count > upper) == (low > wanted)
    # Spiegelhalter (2005), A.1: between the whole numbers around the quantiles
    assert poisson.ppf(tail, wanted) - 1 <= lower <= max(poisson.ppf(tail, wanted), 0)
    assert poisson.ppf(1 - tail, wanted) <= upper <= poisson.ppf(1 - tail, wanted) + 1


def test_limits_of_a_funnel_near_those_of_the_normal_distribution() -> None:
    """1 ± 1.96 √(φ / E) for large E (Spiegelhalter 2005, A.2.2), φ = 1 and 2.25."""
    for spread, wide in ((1.0, 1.0), (2.25, 1.5)):
        lower, upper = ratio_control_limits(10_000.0, dispersion=spread)
        assert (float(lower), float(upper)) == pytest.approx((1 - 0.0196 * wide, 1 + 0.0196 * wide), abs=3e-4)
    assert widened(np.array([0.2]), np.array([2.0]), 1.0, 4.0)[0].tolist() == [0.0]


def test_overdispersion_by_hand() -> None:
    """Eleven units: the ends are set to the next ones (10 % of ten steps), so 1, 1, 2, …: mean square of the z."""
    z = [-9.0, -3.0, -2.0, -2.0, -1.0, 0.0, 1.0, 2.0, 2.0, 3.0, 30.0]
    cut = [-3.0, *z[1:-1], 3.0]
    assert dispersion_of(z) == pytest.approx(sum(each**2 for each in cut) / 11)
    assert dispersion_of([-1.0, 1.0, 1.2, -0.8]) == 1.0  # no more than chance
    assert dispersion_of([1.5, -1.5] * 5) == pytest.approx(2.25)  # above 1 + 2 √(2 / 10) = 1.89
    assert dispersion_of([1.3, -1.3] * 5) == 1.0  # 1.69 may be chance
    assert dispersion_of([math.nan, 7.0]) == 1.0


def test_ratio_of_standardised_rates() -> None:
    """One stratum: the ratio of two rates with limits on the log scale, exp(±1.96 √(1/a + 1/b))."""
    found = direct_ratio([40], [1000], [20], [1000], [7])
    half = 1.959964 * math.sqrt(1 / 40 + 1 / 20)
    assert float(found.value) == pytest.approx(2)
    assert (float(found.lower), float(found.upper)) == pytest.approx((2 * math.exp(-half), 2 * math.exp(half)))
    # Twice the rate at every age is twice the standardised rate, whatever the ages.
    base, other = np.array([100.0, 900.0]), np.array([500.0, 500.0])
    twice = direct_ratio(base * [0.2, 0.04], base, other * [0.1, 0.02], other, [3, 5])
    assert float(twice.value) == pytest.approx(2)
    assert np.isnan(direct_ratio([0], [10], [4], [10], [1]).lower)


def test_pairs_know_as_much_as_half_as_many() -> None:
    """Children who come two by two: squares of 4 a pair make the limits of half the count, doubled."""
    alone, pairs = indirect(50, 40.0), indirect(100, 80.0, squares=200, largest=2)
    assert (float(pairs.lower), float(pairs.upper)) == pytest.approx((float(alone.lower), float(alone.upper)))


def test_intervals_for_several_at_once() -> None:
    assert confidence_of_each(0.95, 4) == pytest.approx(0.9875)
    assert confidence_of_each(0.95, 0) == confidence_of_each(0.95, 1) == pytest.approx(0.95)
