"""The month grid: where days go, and that a spread seen by month is the one by day; coverage of what is published."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumppanuus.methods.daygrid import day_counts
from kumppanuus.methods.family_bands import family_restricted_mean, with_family_band
from kumppanuus.methods.intervals import Floats, family_weights
from kumppanuus.methods.monthgrid import (
    carried_error,
    carried_variance,
    first_full_month,
    last_full_month,
    month_ends,
    on_months,
)
from kumppanuus.methods.survival import Survival, survival_curve
from kumppanuus.register.calendar import month_day


def test_months_by_hand() -> None:
    # month 1 is full on day 30, month 2 on day 60, month 12 on day 365
    assert month_ends(3).tolist() == [0, 30, 60, 91]
    assert last_full_month([0, 29, 30, 59, 60, 364, 365]).tolist() == [0, 0, 1, 1, 2, 11, 12]
    assert first_full_month([0, 1, 30, 31, 60, 61, 365, 366]).tolist() == [0, 1, 1, 2, 2, 3, 12, 13]


@given(st.integers(0, 20_000), st.integers(1, 20_000))
def test_every_period_keeps_a_length_and_every_day_its_month(entry: int, length: int) -> None:
    begins, leaves = int(last_full_month(entry)), int(first_full_month(entry + length))
    assert begins < leaves
    assert month_day(begins) <= entry < month_day(begins + 1)
    assert month_day(leaves - 1) < entry + length <= month_day(leaves)


_SPELLS = st.lists(st.tuples(st.integers(0, 90), st.integers(1, 200), st.booleans(), st.integers(0, 3)), min_size=1,
                   max_size=30)  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(_SPELLS)
def test_days_gathered_to_months_equal_rows_counted_by_month(spells: list[tuple[int, int, bool, int]]) -> None:
    entry, length, event, group = (np.array(column) for column in zip(*spells, strict=True))
    leaves = entry + length
    by_day = on_months(day_counts(entry, leaves, event, group=group, groups=4))
    by_month = day_counts(last_full_month(entry), first_full_month(leaves), event, group=group, groups=4)
    for name in ("entering", "ended", "censored"):
        np.testing.assert_array_equal(getattr(by_day, name), getattr(by_month, name))
    # at risk in a month: whoever is at risk on any of its days
    pooled, days = by_month.pooled(), np.arange(1, leaves.max() + 1)
    there = (entry[:, None] < days) & (days <= leaves[:, None])
    for month in range(1, pooled.last_day + 1):
        inside = (month_day(month - 1) < days) & (days <= month_day(month))
        assert pooled.at_risk[month] == there[:, inside].any(axis=1).sum()


def test_design_effect_is_drawn_between_months_and_level_beyond() -> None:
    carried = carried_variance(
        np.full(5, 2.0), [0, 30, 45, 60, 99], np.array([0.0, 1.0, 4.0, np.nan]), np.array([0.0, 1.0, 4.0, 9.0]),
        np.array([0, 30, 60, 91]),
    )  # fmt: skip
    np.testing.assert_allclose(carried, [2.0, 2.0, 5.0, 8.0, 8.0])  # effects 1 at day 30, 4 at day 60
    nothing = carried_variance(np.ones(2), [1, 2], np.zeros(2), np.zeros(2), np.array([0, 30]))
    assert np.isnan(nothing).all()


def test_relative_spread_is_carried() -> None:
    error = carried_error(np.array([0.0, 0.22, 0.5]), np.array([0.0, 0.2, 0.5]), np.array([0.0, 0.02, 0.01]))
    np.testing.assert_allclose(error, [0.0, 0.022, 0.01])


def _families(random: np.random.Generator, families: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Siblings begin within two months and share a gamma frailty; a window of two years, a third begins before it.

    Durations of everybody together: P(T > t) = 1 / (1 + t / 300), in whole days upwards.
    """
    home = np.repeat(np.arange(families), 1 + random.integers(0, 3, families))
    frailty = random.gamma(1.0, 1.0, families)[home]
    lasts = np.ceil(random.exponential(300.0, len(home)) / frailty).clip(max=50_000).astype(int)
    start = random.integers(-400, 730, families)[home] + random.integers(0, 60, len(home))
    seen = (start + lasts > 0) & (start < 730)
    home, start, lasts = home[seen], start[seen], lasts[seen]
    return np.maximum(0, -start), np.minimum(start + lasts, 730) - start, start + lasts <= 730, home


def _curve(random: np.random.Generator, families: int, weights: Floats) -> tuple[Survival, Survival, float, float]:
    """Return Greenwood's curve, the one with the family band, and the limits of the restricted mean of a year."""
    entry, leaves, event, home = _families(random, families)
    groups = weights.shape[1]
    curve = survival_curve(day_counts(entry, leaves, event))
    by_month = day_counts(last_full_month(entry), first_full_month(leaves), event, group=home % groups, groups=groups)
    ends = month_ends(by_month.last_day)
    mean = family_restricted_mean(curve, 365, by_month, weights, ends)
    return curve, with_family_band(curve, by_month, weights, ends), *mean.limits()


def test_intervals_cover_the_truth() -> None:
    """1,000 replications with late entry, censoring and siblings alike; 2 standard errors of a coverage are 1.4 %."""
    weights, random = family_weights(100, 120, seed=1), np.random.default_rng(20261127)
    share, mean = 1 / (1 + 365 / 300), (1 / (1 + np.arange(365) / 300)).sum()
    covered = np.zeros(3)
    for _ in range(1000):
        plain, curve, lower, upper = _curve(random, 300, weights)
        covered += [each.at(365)[1] <= share <= each.at(365)[2] for each in (curve, plain)] + [lower <= mean <= upper]
    assert 0.93 <= covered[0] / 1000 <= 0.97
    assert 0.93 <= covered[2] / 1000 <= 0.97
    assert covered[1] / 1000 < 0.93  # Greenwood's takes siblings for strangers


@pytest.mark.parametrize("from_day", [0, 45])
def test_the_spread_by_month_is_the_one_by_day(from_day: int) -> None:
    random, weights = np.random.default_rng(3), family_weights(200, 400, seed=2)
    entry, leaves, event, home = _families(random, 2000)
    by_day = day_counts(entry, leaves, event, group=home % 200, groups=200)
    curve = survival_curve(by_day, from_day=from_day)
    ends = month_ends(int(first_full_month(by_day.last_day)))
    days, months = with_family_band(curve, by_day, weights), with_family_band(curve, on_months(by_day), weights, ends)
    here = slice(120 - from_day, 700 - from_day)
    ratio = np.sqrt(months.variance[here] / days.variance[here])
    assert ratio == pytest.approx(1.0, abs=0.04)
    means = [
        family_restricted_mean(curve, 365, *grid) for grid in ((by_day, weights), (on_months(by_day), weights, ends))
    ]
    assert means[1].standard_error == pytest.approx(means[0].standard_error, rel=0.03)
    assert means[0].value == means[1].value == curve.restricted_mean(365).value
    assert means[0].standard_error > 1.1 * curve.restricted_mean(365).standard_error


def test_restricted_mean_by_day_is_that_of_the_samples() -> None:
    # on the day grid no design effect is carried: the error is the spread of the areas under the samples' curves
    random, weights = np.random.default_rng(4), family_weights(200, 100, seed=2)
    entry, leaves, event, home = _families(random, 200)
    by_day = day_counts(entry, leaves, event, group=home % 200, groups=200)
    hazard = (weights @ by_day.ended) / np.maximum(weights @ by_day.at_risk, 1)
    areas = np.cumprod(1 - hazard, axis=1)[:, :300].sum(axis=1)
    found = family_restricted_mean(survival_curve(by_day), 300, by_day, weights)
    assert found.standard_error == pytest.approx(areas.std(ddof=1))


def test_one_group_has_no_error_of_its_mean() -> None:
    counts = day_counts([0] * 5, [1, 2, 3, 4, 5], [1] * 5, group=[3] * 5, groups=200)
    found = family_restricted_mean(survival_curve(counts), 4, counts, family_weights(200, 50, seed=1))
    assert found.value == pytest.approx(1 + 0.8 + 0.6 + 0.4)
    assert np.isnan(found.limits()).all()
