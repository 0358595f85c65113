"""Gini, shares of the top and their errors: published values, closed forms, resampling, classes against units."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumppanuus.methods.concentration import concentration, dealt, gini_of_curve, parts_within

INCOMES = [541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261]
"""Example of the help pages of ``Gini`` in the R packages ineq and DescTools."""


def alone(amounts: np.ndarray, tops: tuple[float, ...] = (0.1,)):  # type: ignore[no-untyped-def, type-arg]
    return concentration(np.ones(len(amounts)), amounts, tops)


@pytest.mark.parametrize(("amounts", "gini"), [
    (INCOMES, 0.4620911),  # ineq::Gini of R
    ([1, 2, 2, 3, 4, 99], 0.7462462),  # reldist::gini of R, as printed at stats.stackexchange.com/questions/21868
    ([3, 3, 3, 3], 0.0),
    ([0, 0, 0, 1], 0.75),  # 1 - 1/n
])  # fmt: skip
def test_published_ginis(amounts: list[float], gini: float) -> None:
    assert alone(np.array(amounts, dtype=float)).gini == pytest.approx(gini, abs=5e-8)


QUANTILES = (np.arange(200_000) + 0.5) / 200_000


@pytest.mark.parametrize(("amounts", "gini", "tenth"), [
    (-np.log1p(-QUANTILES), 0.5, 0.1 * (1 - math.log(0.1))),  # exponential
    ((1 - QUANTILES) ** (-1 / 3), 1 / 5, 0.1 ** (1 - 1 / 3)),  # Pareto, alpha = 3: 1 / (2 alpha - 1)
    (np.exp([NormalDist().inv_cdf(p) for p in QUANTILES]), math.erf(0.5),  # lognormal, sigma = 1: erf(sigma / 2)
     NormalDist().cdf(1 - NormalDist().inv_cdf(0.9))),
], ids=["exponential", "Pareto", "lognormal"])  # fmt: skip
def test_closed_forms(amounts: np.ndarray, gini: float, tenth: float) -> None:  # type: ignore[type-arg]
    found = alone(amounts)
    assert found.gini == pytest.approx(gini, abs=2e-3)
    assert found.shares[0] == pytest.approx(tenth, abs=2e-3)


def test_error_of_the_gini_of_an_exponential() -> None:
    """Asymptotic variance 1 / (12 n): Gail & Gastwirth, J. R. Statist. Soc. B 40 (1978) 350-357."""
    found = alone(-np.log1p(-QUANTILES))
    assert found.gini_error == pytest.approx(1 / math.sqrt(12 * len(QUANTILES)), rel=5e-3)


def test_errors_against_resampling() -> None:
    dice = np.random.default_rng(11)
    amounts = np.sort(dice.lognormal(0, 1, 400))
    found = alone(amounts, (0.1, 0.05))
    samples = [alone(amounts[dice.integers(0, 400, 400)], (0.1, 0.05)) for _ in range(800)]
    errors = np.std([[each.gini, *each.shares] for each in samples], axis=0)
    np.testing.assert_allclose([found.gini_error, *found.share_errors], errors, rtol=0.08)


def test_intervals_hold_the_true_value_so_often() -> None:
    dice = np.random.default_rng(12)
    true = np.array([math.erf(0.5), NormalDist().cdf(1 - NormalDist().inv_cdf(0.9))])
    hits = []
    for _ in range(400):
        found = alone(dice.lognormal(0, 1, 1500))
        estimates = np.array([found.gini, found.shares[0]])
        errors = np.array([found.gini_error, found.share_errors[0]])
        hits.append(np.abs(estimates - true) <= 1.96 * errors)
    covered = np.mean(hits, axis=0)
    assert (covered > 0.90).all()  # the tail of a lognormal makes them a little narrow
    assert (covered < 0.98).all()


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(0, 50)), min_size=1, max_size=12))
def test_classes_of_equal_units_are_the_units(classes: list[tuple[int, int]]) -> None:
    counts, means = (np.array(each, dtype=float) for each in zip(*classes, strict=True))
    grouped, single = (
        concentration(counts, counts * means, (0.25,)),
        alone(np.repeat(means, counts.astype(int)), (0.25,)),
    )
    np.testing.assert_allclose(grouped.gini, single.gini, atol=1e-12)
    np.testing.assert_allclose(grouped.shares, single.shares, atol=1e-12)
    np.testing.assert_allclose(grouped.gini_error, single.gini_error, atol=1e-9)


def test_dealt_by_hand() -> None:
    """Three classes of 2, 3 and 5 units that have 4, 9 and 50 together, dealt to groups of 4, 3 and 3 units."""
    assert dealt([2, 3, 5], [4, 9, 50], [4, 7, 10]).tolist() == [4 + 6, 3 + 20, 30]
    assert parts_within([2, 3, 5], 4, 7).tolist() == pytest.approx([0, 1 / 3, 2 / 5])
    assert parts_within([2, 3, 5], 0, 10).tolist() == [1, 1, 1]


def test_the_curve_through_all_units_has_their_gini() -> None:
    sums = np.cumsum(INCOMES) / np.sum(INCOMES)
    people = np.arange(11) / 10
    assert gini_of_curve(people, [0, *sums]) == pytest.approx(0.4620911, abs=5e-8)
    assert gini_of_curve(people[::5], [0, *sums[4::5]]) < 0.4620911
    with pytest.raises(ValueError, match="from 0 to 1"):
        gini_of_curve([0, 0.5], [0, 0.2])


def test_nothing_to_share() -> None:
    found = concentration([3], [0], (0.1,))
    assert math.isnan(found.gini)
    assert np.isnan([found.gini_error, *found.shares, *found.share_errors]).all()
    with pytest.raises(ValueError, match="negative"):
        concentration([1, 1], [1, -1])
