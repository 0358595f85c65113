"""Kaplan–Meier on a day grid: against R, against lifelines, by hand; and intervals that keep families whole."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter
from lifelines.datasets import load_waltons

from kumppanuus.methods.daygrid import DayCounts, day_counts, first_day_with
from kumppanuus.methods.family_bands import with_family_band
from kumppanuus.methods.intervals import family_weights, loglog_limits, normal_quantile
from kumppanuus.methods.survival import Survival, kaplan_meier, kaplan_meier_by, survival_curve
from tests.methods.reference import r_case


def _numbers(values: list[float | None]) -> np.ndarray:
    return np.array([np.nan if value is None else value for value in values], dtype=float)


def _median_of_r(curve: Survival) -> float:
    """R takes the middle of a stretch that lies at exactly 0.5; the smallest such day is ours."""
    below = curve.days[curve.survival < 0.5]
    flat = curve.survival_at(int(curve.median.value)) == 0.5 if curve.median.value > 0 else False
    return (curve.median.value + below[0]) / 2 if flat else curve.median.value


def _assert_is(curve: Survival, block: dict[str, Any], *, median_limits: bool = True) -> None:
    """Compare with a block of R: curve at every exit time, median, restricted means."""
    expected = block["curve"]
    place = np.array(expected["time"]) - curve.from_day
    for field, values in (("at_risk", "n_risk"), ("events", "n_event")):
        np.testing.assert_array_equal(getattr(curve, field)[place], expected[values])
    np.testing.assert_allclose(curve.survival[place], expected["surv"], atol=1e-9)
    for found, values in (
        (np.sqrt(curve.variance), "se_greenwood"),
        (curve.lower, "lower_loglog"),
        (curve.upper, "upper_loglog"),
    ):
        np.testing.assert_allclose(found[place], _numbers(expected[values]), atol=1e-9)
    assert _median_of_r(curve) == pytest.approx(_numbers([block["median"]])[0], nan_ok=True)
    if median_limits:
        limits = _numbers([block["quantiles"]["lower_loglog"][1], block["quantiles"]["upper_loglog"][1]])
        np.testing.assert_allclose([curve.median.lower, curve.median.upper], limits)
    for mean in block["rmst"]:
        found = curve.restricted_mean(mean["tau"])
        assert found.value == pytest.approx(mean["rmst"], abs=1e-6)
        assert found.standard_error == pytest.approx(mean["se"], abs=1e-6)


@pytest.mark.parametrize("sex", ["Female", "Male"])
def test_late_entry_as_in_r_channing_house(sex: str) -> None:
    rows, expected = r_case("01_channing_left_truncation")
    part = rows[rows["sex"] == sex]
    raw = kaplan_meier(part["entry"], part["exit"], part["cens"])
    late = kaplan_meier(part["entry"].clip(lower=816)[part["exit"] > 816], part["exit"][part["exit"] > 816],
                        part["cens"][part["exit"] > 816], from_day=816)  # fmt: skip
    # R's quantile of a band that falls to 0 and vanishes is of no use: limits of the raw men's curve are not compared
    _assert_is(raw, expected["km_raw"][sex], median_limits=sex == "Female")
    _assert_is(late, expected["km_from_816"][sex])
    assert late.from_day == 816
    assert np.isnan(late.survival_at(815))


@pytest.mark.parametrize("sex", ["F", "M"])
def test_heavy_ties_as_in_r_mgus2(sex: str) -> None:
    rows, expected = r_case("02_mgus2_age_scale")
    part = rows[rows["sex"] == sex]
    entry, leaves = part["age"] * 12, part["age"] * 12 + part["futime"]
    _assert_is(kaplan_meier(entry, leaves, part["death"]), expected["km_raw"][sex], median_limits=False)
    late = kaplan_meier(entry, leaves, part["death"], from_day=720)
    _assert_is(late, expected["km_from_720"][sex])
    wrong = expected["wrong_convention_entry_at_risk_at_entry"][sex]["at"]
    assert abs(late.survival_at(780) - wrong["surv"][wrong["time"].index(780)]) > 1e-4


@pytest.mark.parametrize(("kind", "name"), [(1, "recurrence"), (2, "death")])
@pytest.mark.parametrize("arm", ["Obs", "Lev", "Lev+5FU"])
def test_plain_censoring_as_in_r_colon(kind: int, name: str, arm: str) -> None:
    rows, expected = r_case("10_colon_logrank_cox_rmst")
    part = rows[(rows["etype"] == kind) & (rows["rx"] == arm)]
    _assert_is(kaplan_meier(np.zeros(len(part)), part["time"], part["status"]), expected[name]["km"][arm])


def test_ten_rows_as_in_r() -> None:
    rows, expected = r_case("15_tiny_hand_checked")
    _assert_is(kaplan_meier(rows["entry"], rows["exit"], rows["event"] > 0), expected["km_any"])


@pytest.mark.parametrize("group", ["A", "B"])
def test_late_entry_of_a_register_as_in_r_and_as_it_was_made(group: str) -> None:
    rows, expected = r_case("13_sim_register_cr_truth")
    part = rows[rows["group"] == group]
    curve = kaplan_meier(part["entry"], part["exit"], part["event"] > 0)
    block, truth = expected[f"km_{group}"], expected["truth"]["truth"][group]
    at = block["at"]
    seen = [day for day in at["time"] if day <= curve.last_day]
    assert len(seen) >= 6
    for place, day in enumerate(seen):
        found = (*curve.at(day), np.sqrt(curve.variance[day]))
        assert found == pytest.approx([at[n][place] for n in ("surv", "lower_loglog", "upper_loglog", "se_greenwood")],
                                      abs=1e-9)  # fmt: skip
        assert abs(found[0] - truth["S"][place]) < 4 * found[3]
    assert curve.median.value == block["median"]
    for mean in block["rmst"]:
        found_mean = curve.restricted_mean(mean["tau"])
        assert (found_mean.value, found_mean.standard_error) == pytest.approx((mean["rmst"], mean["se"]), abs=1e-6)
    naive = expected[f"km_naive_no_entry_{group}"]["at"]
    assert abs(curve.survival_at(365) - naive["surv"][naive["time"].index(365)]) > 0.01  # as if seen from the start


TEN = pd.DataFrame(
    {
        "entry": [0, 0, 0, 3, 0, 2, 5, 0, 1, 4],
        "duration": [3, 3, 5, 5, 5, 7, 8, 8, 9, 9],
        "event": [1, 0, 1, 1, 1, 0, 1, 1, 0, 1],
    }
)
"""Entry on the day of an end (day 3, day 5), a censoring on the day of an end (day 3, day 9), late entries."""


def test_ten_rows_by_hand() -> None:
    # day 3: 7 at risk (entries on day 3 are not yet), 1 ends; day 5: 7 at risk, 3 end; day 8: 4, 2; day 9: 2, 1
    curve = kaplan_meier_by(TEN)[()]
    exact = {2: Fraction(1), 3: Fraction(6, 7), 5: Fraction(24, 49), 8: Fraction(12, 49), 9: Fraction(6, 49)}
    assert {day: curve.survival_at(day) for day in exact} == pytest.approx({d: float(s) for d, s in exact.items()})
    assert curve.at_risk.tolist() == [0, 5, 6, 7, 6, 7, 5, 5, 4, 2]
    greenwood = Fraction(24, 49) ** 2 * (Fraction(1, 42) + Fraction(3, 28))
    assert curve.variance[5] == pytest.approx(float(greenwood))
    assert curve.median.value == 5
    assert curve.restricted_mean(8).value == pytest.approx(3 + 2 * 6 / 7 + 3 * 24 / 49)
    assert np.isnan(curve.survival_at(10))  # one was still open on day 9: what comes after is not known
    assert np.isnan(curve.restricted_mean(11).value)


def test_rows_balance_on_every_day() -> None:
    counts = day_counts(TEN["entry"], TEN["duration"], TEN["event"])
    left = np.cumsum(counts.ended + counts.censored)
    assert (counts.under_observation + counts.later + left == 10).all()
    seen = [((TEN["entry"] <= day) & (day < TEN["duration"])).sum() for day in range(10)]
    assert counts.under_observation.tolist() == seen


def test_median_not_reached_is_not_a_number() -> None:
    curve = kaplan_meier([0, 0, 0], [5, 6, 7], [1, 0, 0])
    assert np.isnan(curve.median.value)
    assert np.isnan(curve.median.upper)


def test_all_ended_stays_at_zero() -> None:
    curve = kaplan_meier([0, 0], [2, 4], [1, 1])
    assert curve.survival_at(1000) == 0.0
    assert curve.restricted_mean(1000).value == 3.0
    assert np.isnan(curve.lower[-1])


def test_begins_where_enough_are_observed() -> None:
    # two begin in the window, twelve were already there on day 30
    entry, leaves = [0, 0, *[30] * 12], [10, 20, *range(40, 52)]
    assert kaplan_meier(entry, leaves, [1] * 14).survival_at(39) == 0.0  # the trap: a risk set of two drives S to 0
    curve = kaplan_meier(entry, leaves, [1] * 14, at_least=10)
    assert curve.from_day == 30
    assert curve.survival_at(40) == pytest.approx(11 / 12)
    assert np.isnan(curve.survival_at(29))
    with pytest.raises(ValueError, match="at_least"):
        kaplan_meier(entry, leaves, [1] * 14, at_least=13)


def test_without_late_entry_few_are_enough() -> None:
    assert first_day_with(day_counts([0, 0], [3, 4], [1, 1]), 10) == 0


@pytest.mark.parametrize(
    ("entry", "duration"), [([3], [3]), ([4], [3]), ([-1], [3]), ([0.5], [3]), ([0], [np.nan]), ([0], [0])]
)
def test_unusable_days_are_refused(entry: list[float], duration: list[float]) -> None:
    with pytest.raises(ValueError, match=r"entry|duration"):
        kaplan_meier(entry, duration, [1])


def test_counts_equal_lifelines_rows_and_weights() -> None:
    flies = load_waltons()
    entry = np.arange(len(flies)) % 6  # everybody lives 6 days at least
    rows = pd.DataFrame({"entry": entry, "duration": flies["T"].to_numpy(), "event": flies["E"].to_numpy()})
    counted = rows.value_counts().rename("n").reset_index()
    curve = kaplan_meier_by(counted)[()]
    by_rows = KaplanMeierFitter().fit(rows["duration"], rows["event"], entry=rows["entry"])
    weighted = KaplanMeierFitter().fit(
        counted["duration"], counted["event"], entry=counted["entry"], weights=counted["n"]
    )
    for fitted in (by_rows, weighted):
        days = fitted.survival_function_.index.to_numpy()
        days = days[days >= 0].astype(int)
        limits = fitted.confidence_interval_survival_function_.loc[days].to_numpy()
        np.testing.assert_allclose(curve.survival[days], fitted.survival_function_.loc[days].iloc[:, 0], atol=1e-12)
        np.testing.assert_allclose(curve.lower[days[:-1]], limits[:-1, 0], atol=1e-12)
        np.testing.assert_allclose(curve.upper[days[:-1]], limits[:-1, 1], atol=1e-12)
        assert curve.median.value == fitted.median_survival_time_


def test_strata_are_separate_curves() -> None:
    flies = load_waltons().rename(columns={"T": "duration", "E": "event"})
    curves = kaplan_meier_by(flies, ["group"])
    assert set(curves) == {("miR-137",), ("control",)}
    part = flies[flies["group"] == "control"]
    fitted = KaplanMeierFitter().fit(part["duration"], part["event"])
    assert curves[("control",)].median.value == fitted.median_survival_time_


_SPELLS = st.lists(
    st.tuples(st.integers(0, 20), st.integers(1, 25), st.booleans(), st.integers(0, 4)), min_size=1, max_size=40
)


@settings(max_examples=60, deadline=None)
@given(_SPELLS)
def test_survival_equals_the_product_over_rows(spells: list[tuple[int, int, bool, int]]) -> None:
    entry = np.array([start for start, *_ in spells])
    leaves = entry + np.array([length for _, length, *_ in spells])
    event = np.array([ended for _, _, ended, _ in spells])
    curve = kaplan_meier(entry, leaves, event)
    share = 1.0
    for day in range(1, leaves.max() + 1):
        ended = int((event & (leaves == day)).sum())
        share *= 1 - ended / int(((entry < day) & (leaves >= day)).sum()) if ended else 1
        assert curve.survival_at(day) == pytest.approx(share, abs=1e-12)


@settings(max_examples=40, deadline=None)
@given(_SPELLS, st.integers(0, 20))
def test_groups_add_up_and_lasting_drops_the_rest(spells: list[tuple[int, int, bool, int]], day: int) -> None:
    entry = np.array([start for start, *_ in spells])
    leaves = entry + np.array([length for _, length, *_ in spells])
    event, group = np.array([s[2] for s in spells]), np.array([s[3] for s in spells])
    grouped = day_counts(entry, leaves, event, group=group, groups=5).lasting(day).pooled()
    kept = leaves > day
    plain = day_counts(np.maximum(entry, day)[kept], leaves[kept], event[kept], last_day=int(leaves.max()))
    if day < leaves.max():
        for name in ("entering", "ended", "censored"):
            np.testing.assert_array_equal(getattr(grouped, name), getattr(plain, name))


def _families(families: int, members: int, seed: int, *, late: bool = True) -> tuple[Survival, DayCounts]:
    """Exponential durations of families dealt to 200 groups; members of a family are copies of each other."""
    random = np.random.default_rng(seed)
    leaves = np.ceil(random.exponential(300, families)).astype(int)
    entry = np.where(random.random(families) < 0.3, random.integers(0, 200, families), 0) if late else 0 * leaves
    observed = np.minimum(leaves, entry + 400)
    kept = observed > entry
    rows = [np.repeat(each[kept], members) for each in (entry, observed, leaves <= entry + 400, np.arange(families))]
    counts = day_counts(rows[0], rows[1], rows[2], group=rows[3] % 200, groups=200)
    return survival_curve(counts), counts


def _ratio(wide: Survival, narrow: Survival) -> float:
    """Mean ratio of standard errors on the days that carry information."""
    days = slice(30, 401)
    return float(np.sqrt(np.mean(wide.variance[days] / narrow.variance[days])))


def test_families_of_one_give_greenwoods_error() -> None:
    # a bootstrap of 400 has a standard error of its own of about 1/sqrt(800) = 3.5 %, 200 groups one of about 5 %
    curve, counts = _families(4000, 1, seed=1)
    band = with_family_band(curve, counts, family_weights(200, 400, seed=7))
    assert _ratio(band, curve) == pytest.approx(1.0, abs=0.15)
    assert band.interval == "family bootstrap"
    assert band.median.lower == pytest.approx(curve.median.lower, rel=0.06)


def test_groups_of_single_families_equal_the_sandwich() -> None:
    # infinitesimal jackknife over groups, day by day: var = S² Σ_g (Σ_t (d_g − n_g d/n)/n)²
    curve, counts = _families(1500, 1, seed=3)
    band = with_family_band(curve, counts, family_weights(200, 4000, seed=11))
    risk = counts.pooled().at_risk
    hazard = np.divide(curve.events, risk, out=np.zeros_like(risk), where=risk > 0)
    parts = np.divide(counts.ended - counts.at_risk * hazard, risk, out=np.zeros_like(counts.ended), where=risk > 0)
    sandwich = curve.survival**2 * (np.cumsum(parts, axis=1) ** 2).sum(axis=0)
    days = slice(30, 300)
    assert np.sqrt(band.variance[days] / sandwich[days]) == pytest.approx(1.0, abs=0.06)


@pytest.mark.parametrize("members", [2, 4])
def test_members_of_a_family_are_no_evidence(members: int) -> None:
    # k identical members: Greenwood believes in k times the people, families know better: the error is √k of his
    weights = family_weights(200, 400, seed=7)
    curve, counts = _families(1500, members, seed=5)
    alone, alone_counts = _families(1500, 1, seed=5)
    band = with_family_band(curve, counts, weights)
    np.testing.assert_allclose(band.variance, with_family_band(alone, alone_counts, weights).variance, atol=1e-15)
    assert _ratio(band, curve) == pytest.approx(np.sqrt(members), rel=0.15)
    assert (band.upper - band.lower)[200] > (curve.upper - curve.lower)[200]


def test_same_seed_same_band_other_seed_other_band() -> None:
    curve, counts = _families(300, 2, seed=5)
    bands = [with_family_band(curve, counts, family_weights(200, 100, seed=seed)) for seed in (1, 1, 2)]
    np.testing.assert_array_equal(bands[0].lower, bands[1].lower)
    assert not np.allclose(bands[0].lower[100:200], bands[2].lower[100:200])


def test_band_contains_the_curve_and_stays_inside() -> None:
    curve, counts = _families(200, 3, seed=9)
    band = with_family_band(curve, counts, family_weights(200, 200, seed=1))
    known = ~np.isnan(band.lower)
    assert (band.lower[known] <= band.survival[known]).all()
    assert (band.survival[known] <= band.upper[known]).all()
    assert band.lower[0] == band.upper[0] == 1.0


def test_one_family_gives_no_band() -> None:
    counts = day_counts([0] * 5, [1, 2, 3, 4, 5], [1] * 5, group=[3] * 5, groups=200)
    band = with_family_band(survival_curve(counts), counts, family_weights(200, 50, seed=1))
    assert np.isnan(band.lower).all()
    assert np.isnan(band.median.lower)


def test_limits_by_hand() -> None:
    # S = 0.5, se = 0.1: theta = 1.96 · 0.1 / (0.5 · ln 2); lower = 0.5^exp(theta)
    assert normal_quantile() == pytest.approx(1.959963984540054, abs=1e-14)
    theta = 1.959963984540054 * 0.1 / (0.5 * np.log(2))
    lower, upper = loglog_limits(np.array([1.0, 0.5, 0.0]), np.array([0.0, 0.1, np.nan]))
    assert lower[:2] == pytest.approx([1.0, 0.5 ** np.exp(theta)])
    assert upper[:2] == pytest.approx([1.0, 0.5 ** np.exp(-theta)])
    assert np.isnan([lower[2], upper[2]]).all()
