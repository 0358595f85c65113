"""Competing ends: against R (etm, cmprsk, survfit), by hand, against a known truth; and how they may be counted."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumppanuus.methods.causes import CauseCounts, cause_counts, period_counts
from kumppanuus.methods.incidence import Incidence, cumulative_incidence, incidence_by, incidence_curves
from kumppanuus.methods.incidence_bands import jackknife_variance, with_family_band
from kumppanuus.methods.intervals import family_weights
from kumppanuus.methods.survival import kaplan_meier
from tests.methods.reference import r_case

ENDS = ("planned", "escalated", "dropped", "moved")


def _at(curves: Incidence, days: list[int], of: str = "incidence") -> np.ndarray:
    """Shape (days, causes); R carries the last value on."""
    return np.asarray(getattr(curves, of)[:, np.minimum(days, curves.last_day) - curves.from_day].T)


def test_causes_of_myeloma_as_in_r() -> None:
    rows, expected = r_case("03_mgus2_illness_death")
    first = rows.assign(cause=np.where(rows["pstat"] == 1, "pcm", np.where(rows["death"] == 1, "death", "")))
    days = first["futime"].where(first["pstat"] == 0, first["ptime"])
    curves = {
        kind: cumulative_incidence(0 * days, days, first["cause"], causes=("pcm", "death"), variance=kind)
        for kind in ("greenwood", "aalen")
    }
    block, gray = expected["cr_all"], expected["cr_cmprsk"]
    np.testing.assert_allclose(_at(curves["greenwood"], block["time"]), np.array(block["pstate"])[:, 1:], atol=1e-9)
    error = np.sqrt(_at(curves["greenwood"], block["time"], "variance"))
    mstate = expected["cr_mstate_Cuminc"]
    np.testing.assert_allclose(error, np.array([mstate["se.1"], mstate["se.2"]]).T, atol=1e-9)
    np.testing.assert_allclose(_at(curves["aalen"], gray["time"], "variance"), np.array(gray["var_aalen"]).T, atol=1e-9)
    for block in expected["cr_all"]["sojourn_step_integral_from_0"]:
        found = [curves["greenwood"].time_lost(cause, block["tau"]).value for cause in ("pcm", "death")]
        np.testing.assert_allclose(found, block["mean"][1:], atol=1e-6)
    naive = np.array(expected["one_minus_km_pcm"])
    assert (naive - _at(curves["greenwood"], expected["cr_all"]["time"])[:, 0] > 5e-4).all()


def test_ends_of_the_waiting_list_as_in_r() -> None:
    """Four people have an end on day 0, which is no time at risk for us: everything is moved by one day."""
    rows, expected = r_case("04_transplant_competing")
    causes = ("death", "ltx", "withdraw")
    days, zero = rows["futime"] + 1, np.zeros(len(rows))
    at = [day + 1 for day in expected["all"]["time"]]
    plain, gray = (
        cumulative_incidence(zero, days, rows["event"], causes=causes, censored="censored", variance=kind)
        for kind in ("greenwood", "aalen")
    )
    np.testing.assert_allclose(_at(plain, at), np.array(expected["all"]["pstate"])[:, 1:], atol=1e-9)
    np.testing.assert_allclose(
        np.sqrt(_at(plain, at, "variance")), expected["mstate_Cuminc"]["se_greenwood"], atol=1e-9
    )
    np.testing.assert_allclose(_at(gray, at, "variance"), np.array(expected["cmprsk"]["var_aalen"]).T, atol=1e-9)
    robust = jackknife_variance(zero, days, rows["event"], at, causes=causes, censored="censored")
    np.testing.assert_allclose(np.sqrt(robust).T, np.array(expected["all"]["se_ij"])[:, 1:], atol=1e-9)
    for block in expected["all"]["sojourn_step_integral_from_0"]:
        found = [plain.time_lost(cause, block["tau"] + 1).value for cause in causes]
        np.testing.assert_allclose(found, block["mean"][1:], atol=1e-6)
    by_blood = incidence_by(rows.assign(duration=days, cause=rows["event"].replace("censored", "")), ("abo",))
    for (blood,), curves in by_blood.items():
        block = expected["by_abo"][blood]
        np.testing.assert_allclose(_at(curves, at), np.array(block["pstate"])[:, 1:], atol=1e-9)


@pytest.mark.parametrize("group", [0, 1])
def test_late_entry_on_tied_weeks_as_in_r(group: int) -> None:
    """The data on which lifelines' estimator goes wrong (0.319 for 0.362)."""
    rows, expected = r_case("05_abortion_cr_left_trunc")
    part = rows[rows["group"] == group]
    curves = cumulative_incidence(part["entry"], part["exit"], part["cause"], causes="123", censored=0)
    for row, block in enumerate(expected[f"etm_group{group}"]):
        np.testing.assert_allclose(curves.incidence[row, block["time"]], block["P"], atol=1e-9)
        np.testing.assert_allclose(curves.variance[row, block["time"]], block["var_greenwood"], atol=1e-9)
    survfit = expected[f"survfit_group{group}"]
    robust = jackknife_variance(
        part["entry"], part["exit"], part["cause"], survfit["time"], causes="123", censored=0
    )  # fmt: skip
    np.testing.assert_allclose(np.sqrt(robust).T, np.array(survfit["se_ij"])[:, 1:], atol=1e-9)
    naive = np.array(expected[f"naive_no_truncation_group{group}"]["pstate"])[:, 3]
    assert np.abs(naive - curves.incidence[2, survfit["time"]]).max() > 0.02


@pytest.mark.parametrize("group", ["A", "B"])
def test_register_with_a_known_truth(group: str) -> None:
    rows, expected = r_case("13_sim_register_cr_truth")
    part = rows[rows["group"] == group]
    curves = cumulative_incidence(part["entry"], part["exit"], part["event"], causes="1234", censored=0)
    block = expected[f"aj_{group}"]
    np.testing.assert_allclose(_at(curves, block["time"][:6]), np.array(block["pstate"])[:6, 1:], atol=1e-9)
    if group == "A":
        for row, etm in enumerate(expected["etm_A"][1:]):
            np.testing.assert_allclose(curves.incidence[row, etm["time"]], etm["P"], atol=1e-9)
            np.testing.assert_allclose(curves.variance[row, etm["time"]], etm["var_greenwood"], atol=1e-9)
    truth = expected["truth"]["truth"][group]
    known = np.array([truth["CIF"][end] for end in ("planned_end", "escalated", "dropout", "moved")])
    days = np.array([day for day in truth["time"] if day <= 1095])
    known = known[:, : len(days)]
    error = np.sqrt(curves.variance[:, days])
    assert (np.abs(curves.incidence[:, days] - known) < 4 * error).all()
    naive = expected[f"km_naive_no_entry_{group}"]["at"]  # late entry ignored: short relationships are missing
    place, kept = naive["time"].index(180), curves.survival[180]
    assert abs(naive["surv"][place] - truth["S"][place]) > 3 * naive["se_greenwood"][place]
    assert abs(kept - truth["S"][place]) < 3 * naive["se_greenwood"][place]


def test_ten_rows_with_a_pencil() -> None:
    """Day 3: 1 of 7; day 5: 3 of 7 (who enters on it is not yet at risk); day 8: 2 of 4; day 9: 1 of 2."""
    entry = [0, 0, 0, 3, 0, 2, 5, 0, 1, 4]
    leave = [3, 3, 5, 5, 5, 7, 8, 8, 9, 9]
    cause = ["a", "", "b", "a", "a", "", "a", "b", "", "a"]
    curves = cumulative_incidence(entry, leave, cause)
    assert curves.at_risk[[3, 5, 8, 9]].tolist() == [7, 7, 4, 2]
    open_before = {3: Fraction(1), 5: Fraction(6, 7), 8: Fraction(24, 49), 9: Fraction(12, 49)}
    first = [Fraction(1, 7), *(Fraction(1, 7) + Fraction(6, 7) * Fraction(2, 7) for _ in range(1))]
    first.append(first[-1] + open_before[8] * Fraction(1, 4))
    first.append(first[-1] + open_before[9] * Fraction(1, 2))
    second = [Fraction(0), Fraction(6, 7) * Fraction(1, 7)]
    second += [second[-1] + open_before[8] * Fraction(1, 4)] * 2
    np.testing.assert_allclose(curves.incidence[:, [3, 5, 8, 9]], [[float(x) for x in row] for row in (first, second)])
    assert curves.survival[9] == pytest.approx(float(Fraction(6, 49)))
    # the first day by itself is a binomial draw, 1 of 7; the second cause has not been drawn yet
    assert curves.variance[:, 3].tolist() == [pytest.approx(1 / 7 * 6 / 7 / 7), 0.0]
    assert curves.time_lost("a", 8).value == pytest.approx(float(2 * first[0] + 3 * first[1]))
    _, expected = r_case("15_tiny_hand_checked")
    for row, block in enumerate(expected["etm"][1:]):
        np.testing.assert_allclose(curves.incidence[row, block["time"]], block["P"], atol=1e-12)
        np.testing.assert_allclose(curves.variance[row, block["time"]], block["var_greenwood"], atol=1e-12)


def test_one_cause_is_one_minus_kaplan_meier() -> None:
    dice = np.random.default_rng(3)
    entry = dice.integers(0, 20, 300)
    leave, ended = entry + dice.integers(1, 40, 300), dice.random(300) < 0.7
    alone = cumulative_incidence(entry, leave, np.where(ended, "end", ""), at_least=10)
    curve = kaplan_meier(entry, leave, ended, at_least=10)
    assert alone.from_day == curve.from_day
    np.testing.assert_allclose(alone.incidence[0], 1 - curve.survival, atol=1e-12)
    shown = ~np.isnan(curve.lower)
    np.testing.assert_allclose(alone.lower[0][shown], 1 - curve.upper[shown], atol=1e-10)
    lost, mean = alone.time_lost("end", 30), curve.restricted_mean(30)
    assert lost.value == pytest.approx(30 - alone.from_day - mean.value)
    assert lost.standard_error == pytest.approx(mean.standard_error)


def test_two_causes_overstated_by_one_minus_kaplan_meier() -> None:
    leave, cause = np.repeat([1, 2, 3, 4], 5), ["a", "b"] * 10
    curves = cumulative_incidence(np.zeros(20), leave, cause)
    naive = [1 - kaplan_meier(np.zeros(20), leave, [each == name for each in cause]).survival[-1] for name in "ab"]
    assert curves.incidence[:, -1].sum() == pytest.approx(1.0)
    assert sum(naive) == pytest.approx(1.4602)  # more ends than people


@st.composite
def _rows(draw: st.DrawFn) -> pd.DataFrame:
    size = draw(st.integers(3, 30))
    entry = draw(st.lists(st.integers(0, 8), min_size=size, max_size=size))
    stay = draw(st.lists(st.integers(1, 12), min_size=size, max_size=size))
    cause = draw(st.lists(st.sampled_from(["", "a", "b", "c"]), min_size=size, max_size=size))
    frame = pd.DataFrame({"entry": entry, "duration": np.add(entry, stay), "cause": cause})
    return frame.assign(group=draw(st.lists(st.integers(0, 2), min_size=size, max_size=size)))


@settings(max_examples=25, deadline=None)
@given(_rows(), st.randoms())
def test_rows_counts_order_and_buckets_give_the_same(frame: pd.DataFrame, dice: Any) -> None:
    by_row = incidence_by(frame, causes="abc")[()]
    shuffled = frame.iloc[dice.sample(range(len(frame)), len(frame))]
    counted = shuffled.groupby(["entry", "duration", "cause"]).size().rename("n").reset_index()
    from_counts = incidence_by(counted, causes="abc")[()]
    last = int(frame["duration"].max())
    groups = [cause_counts(part["entry"], part["duration"], part["cause"], causes="abc", last_day=last)
              for _, part in frame.groupby("group")]  # fmt: skip
    sums = [np.sum([getattr(each, of) for each in groups], axis=0) for of in ("entering", "ended", "censored")]
    added = incidence_curves(CauseCounts(("a", "b", "c"), *sums))
    pooled = incidence_curves(
        cause_counts(frame["entry"], frame["duration"], frame["cause"], causes="abc", group=frame["group"], groups=3)
    )
    for other in (from_counts, added, pooled):
        np.testing.assert_array_equal(by_row.incidence, other.incidence)
        np.testing.assert_array_equal(by_row.variance, other.variance)
    np.testing.assert_allclose(by_row.incidence.sum(axis=0) + by_row.survival, 1.0, atol=1e-12)
    assert (np.diff(by_row.incidence, axis=1) >= 0).all()
    assert (by_row.variance >= 0).all()
    for lower, upper, share in zip(by_row.lower, by_row.upper, by_row.incidence, strict=True):
        known = ~np.isnan(lower)
        assert (lower[known] <= share[known] + 1e-12).all()
        assert (share[known] <= upper[known] + 1e-12).all()


def test_conditional_curves_begin_where_enough_are_observed() -> None:
    entry = [0, 0, *[6] * 12]
    leave = [3, 9, *range(8, 20)]
    curves = cumulative_incidence(entry, leave, ["a"] * 14, at_least=10)
    assert curves.from_day == 6
    assert curves.incidence[0, 0] == 0.0
    assert np.isnan(curves.at("a", 5)).all()
    with pytest.raises(ValueError, match="never so many"):
        cumulative_incidence(entry, leave, ["a"] * 14, at_least=30)
    with pytest.raises(ValueError, match="none of the causes"):
        cumulative_incidence(entry, leave, ["a"] * 14, causes=("b",))


def test_days_at_risk_by_period_are_the_days_between_entry_and_exit() -> None:
    entry, leave = np.array([0, 0, 10, 35]), np.array([20, 70, 40, 36])
    found = period_counts(entry, leave, ["a", "", "b", "a"], edges=(0, 30, 60), group=[0, 1, 0, 0], groups=2)
    days = [[sum(first < day <= last and begin < day <= end for day in range(first + 1, last + 1))
             for first, last in ((0, 30), (30, 60))] for begin, end in zip(entry, leave, strict=True)]  # fmt: skip
    assert found.exposure.tolist() == np.array([np.sum([days[0], days[2], days[3]], axis=0), days[1]]).tolist()
    assert found.ended[:, 0].tolist() == [[1, 1], [0, 1]]
    assert found.since(30).exposure.tolist() == found.exposure[:, 1:].tolist()


def test_bootstrap_of_singles_agrees_with_the_model_and_that_of_pairs_is_wider() -> None:
    """Brothers and sisters who leave together are half as many people: the variance doubles."""
    dice = np.random.default_rng(20)
    size, edges = 4000, tuple(range(0, 391, 30))
    leave = np.ceil(dice.exponential(200, size)).astype(int)
    cause = np.where(leave <= 390, dice.choice(["a", "b"], size, p=[0.7, 0.3]), "")
    leave, group = np.minimum(leave, 390), dice.integers(0, 200, size)
    weights = family_weights(200, 600, seed=5)
    plain = cumulative_incidence(np.zeros(size), leave, cause)
    alone, twice = (
        with_family_band(
            cumulative_incidence(np.zeros(size * n), np.repeat(leave, n), np.repeat(cause, n)),
            period_counts(np.zeros(size * n), np.repeat(leave, n), np.repeat(cause, n), edges=edges,
                          group=np.repeat(group, n), groups=200),
            weights,
        )
        for n in (1, 2)
    )  # fmt: skip
    for row in (0, 1):
        for day in (180, 360):
            assert alone.variance[row, day] / plain.variance[row, day] == pytest.approx(1.0, abs=0.25)
            assert twice.variance[row, day] == pytest.approx(alone.variance[row, day], rel=1e-9)
    assert alone.interval == "family bootstrap"
    nobody = cumulative_incidence([0], [9], [""])
    none = with_family_band(nobody, period_counts([0], [9], [""], edges=(0, 30), group=[0], groups=1), weights[:, :1])
    assert none.survival[-1] == 1.0
    with pytest.raises(ValueError, match="by_group"):
        with_family_band(plain, period_counts([1], [2], ["a"], edges=(1, 30), group=[0], groups=1), weights)


def test_intervals_hold_the_truth_in_95_of_100() -> None:
    """1,000 registers of 120 relationships with late entry: two constant rates, looked at after 12 steps."""
    dice = np.random.default_rng(62)
    rates, runs, size = np.array([0.05, 0.03]), 1000, 260
    total = rates.sum()
    gone = np.maximum(np.ceil(dice.exponential(1 / total, (runs, size))), 1).astype(int)
    late = np.where(dice.random((runs, size)) < 0.5, 0, dice.integers(1, 12, (runs, size)))
    closed = late + dice.integers(6, 30, (runs, size))
    leave, seen = np.minimum(gone, closed), gone > late
    cause = np.where(gone <= closed, dice.choice(["a", "b"], (runs, size), p=rates / total), "")
    truth = rates / total * (1 - np.exp(-total * 12))
    held = np.zeros((runs, 2))
    for run in range(runs):
        here = seen[run]
        curves = cumulative_incidence(late[run][here], leave[run][here], cause[run][here], causes=("a", "b"))
        low, high = curves.lower[:, 12], curves.upper[:, 12]
        held[run] = (low <= truth) & (truth <= high)
    assert ((held.mean(axis=0) > 0.93) & (held.mean(axis=0) < 0.97)).all()


def test_published_days_of_a_register_take_part_of_a_second() -> None:
    names = np.array(ENDS)
    dice = np.random.default_rng(1)
    leave = dice.integers(1, 1800, 200_000)
    curves = cumulative_incidence(np.zeros(200_000), leave, names[dice.integers(0, 4, 200_000)])
    assert curves.causes == tuple(sorted(ENDS))
    assert curves.incidence[:, -1].sum() == pytest.approx(1.0)
