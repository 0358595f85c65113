"""The log-rank test within strata with families: size under no difference, and what goes in by hand."""

from __future__ import annotations

import numpy as np
import pytest

from kumppanuus.methods.daygrid import DayCounts, day_counts
from kumppanuus.methods.family_tests import family_logrank
from kumppanuus.methods.logrank import logrank
from kumppanuus.methods.monthgrid import first_full_month, half_months, last_full_month

GROUPS = ("a", "b")


def _by(entry: np.ndarray, leaves: np.ndarray, event: np.ndarray, code: np.ndarray, size: int, last: int) -> DayCounts:
    counts = day_counts(last_full_month(entry), first_full_month(leaves), event, group=code, groups=size, last_day=last)
    return half_months(counts)


def _test(random: np.random.Generator, *, members: int, late: bool) -> tuple[float, float, float]:
    """Return p corrected, p as if independent, and the design effect: no difference between the groups."""
    families, clusters = 400, 100
    home = np.repeat(np.arange(families), members)
    group = (home % 2).astype(int)
    service = random.integers(0, 3, families)[home]
    lasts = np.ceil(random.exponential(1.0, families)[home] * np.array([100.0, 250.0, 500.0])[service]).astype(int)
    # one group is seen for two years, the other for half a year only, as start cohorts are
    until = np.where(group == 0, 730, 180) + random.integers(0, 30, families)[home]
    entry = np.where(random.random(families)[home] < 0.3, random.integers(1, 90, families)[home], 0) * int(late)
    seen = np.minimum(lasts, until) > entry
    entry, leaves, event = entry[seen], np.minimum(lasts, until)[seen], (lasts <= until)[seen]
    group, service, home = group[seen], service[seen], home[seen]
    last = int(first_full_month(leaves.max()))
    strata = [_by(entry[s], leaves[s], event[s], group[s], 2, last) for s in (service == each for each in range(3))]
    flat = _by(entry, leaves, event, (home % clusters) * 2 + group, 2 * clusters, last)
    parts = (each.reshape(clusters, 2, -1) for each in (flat.entering, flat.ended, flat.censored))
    found = family_logrank(strata, DayCounts(*parts), GROUPS)
    return found.p, found.test.p, found.design_effect


def test_no_difference_is_found_as_often_as_promised() -> None:
    """300 replications, members of a family end together; 2 standard errors of 5 % are 2.5 %."""
    random = np.random.default_rng(8)
    found = np.array([_test(random, members=3, late=True) for _ in range(300)])
    assert 0.02 <= (found[:, 0] < 0.05).mean() <= 0.08
    assert (found[:, 1] < 0.05).mean() > 0.15  # members taken for strangers
    assert 2.0 < np.median(found[:, 2]) < 4.0  # three alike: three times the variance


def test_families_of_one_need_no_correction() -> None:
    random = np.random.default_rng(9)
    effects = [_test(random, members=1, late=False)[2] for _ in range(40)]
    assert np.mean(effects) == pytest.approx(1.1, abs=0.1)  # never let fall below 1


def test_nothing_to_compare() -> None:
    nothing = DayCounts(np.zeros((2, 5)), np.zeros((2, 5)), np.zeros((2, 5)))
    stacked = DayCounts(*(np.zeros((3, 2, 5)) for _ in range(3)))
    found = family_logrank([nothing], stacked, GROUPS)
    assert found.df == 0
    assert np.isnan([found.p, found.statistic, found.design_effect]).all()


def test_half_a_month_by_hand() -> None:
    counts = half_months(DayCounts(np.array([4.0, 2.0, 0.0]), np.array([0.0, 1.0, 2.0]), np.array([0.0, 2.0, 1.0])))
    assert counts.entering.tolist() == [4.0, 1.0, 1.0]
    assert counts.ended.tolist() == [0.0, 1.0, 2.0]
    assert counts.censored.tolist() == [1.0, 1.5, 0.5]


def test_months_and_days_agree_where_groups_are_seen_for_different_times() -> None:
    random = np.random.default_rng(10)
    group = np.repeat([0, 1], 3000)
    lasts = np.ceil(random.exponential(150.0, 6000)).astype(int)
    until = np.where(group == 0, 900, random.integers(1, 365, 6000))
    leaves, event = np.minimum(lasts, until), lasts <= until
    by_day = logrank([day_counts(0 * leaves, leaves, event, group=group, groups=2)], GROUPS)
    last = int(first_full_month(leaves.max()))
    halved = logrank([_by(0 * leaves, leaves, event, group, 2, last)], GROUPS)
    whole = logrank(
        [day_counts(0 * leaves, first_full_month(leaves), event, group=group, groups=2)], GROUPS
    )  # censored ones at risk for all of their last month
    surplus = [(each.observed - each.expected)[0] / np.sqrt(each.variance[0, 0]) for each in (by_day, halved, whole)]
    assert surplus[1] == pytest.approx(surplus[0], abs=0.25)
    assert abs(surplus[2] - surplus[0]) > 1.0
