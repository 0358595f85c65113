"""The log-rank test: against R with late entry, three groups, strata; by hand; families that end together."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines.statistics import multivariate_logrank_test

from kumppanuus.methods.daygrid import DayCounts
from kumppanuus.methods.logrank import LogRank, clustered_logrank, logrank, logrank_by
from tests.methods.reference import r_case


def _assert_is(found: LogRank, block: dict[str, Any]) -> None:
    assert list(found.groups) == list(map(str, block["groups"]))
    np.testing.assert_array_equal(found.observed, block["observed"])
    np.testing.assert_allclose(found.expected, block["expected"], rtol=1e-10)
    assert found.statistic == pytest.approx(block["chisq"], rel=1e-10)
    assert found.df == block["df"]
    assert found.p == pytest.approx(block["p"], rel=1e-8)


def test_late_entry_as_in_r_channing_house() -> None:
    rows, expected = r_case("01_channing_left_truncation")
    rows = rows.rename(columns={"exit": "duration", "cens": "event"})
    found = logrank_by(rows, "sex")
    _assert_is(found, expected["logrank_left_truncated"])
    assert found.statistic == pytest.approx(3.49205108688575, abs=1e-10)  # the exact-ties score of coxph
    assert abs(logrank_by(rows.drop(columns="entry"), "sex").statistic - found.statistic) > 0.5


@pytest.mark.parametrize(("name", "block", "group", "event"), [
    ("05_abortion_cr_left_trunc", "logrank_cause3_left_truncated", "group", lambda rows: rows["cause"] == 3),
    ("13_sim_register_cr_truth", "logrank_left_truncated_any_end", "group", lambda rows: rows["event"] > 0),
    ("13_sim_register_cr_truth", "logrank_left_truncated_escalated", "group", lambda rows: rows["event"] == 2),
    ("15_tiny_hand_checked", "logrank_left_truncated", "group", lambda rows: rows["event"] > 0),
])  # fmt: skip
def test_late_entry_and_ties_as_in_r(name: str, block: str, group: str, event: Any) -> None:
    rows, expected = r_case(name)
    rows = rows.assign(event=event(rows), duration=rows["exit"])
    _assert_is(logrank_by(rows, group), expected[block])
    counts = rows.groupby([group, "entry", "duration", "event"]).size().reset_index(name="n")
    assert logrank_by(counts, group).statistic == pytest.approx(expected[block]["chisq"], rel=1e-10)
    naive = logrank_by(rows.drop(columns="entry"), group).statistic
    assert abs(naive / expected[block]["chisq"] - 1) > 0.005


def test_ages_as_in_r_mgus2() -> None:
    rows, expected = r_case("02_mgus2_age_scale")
    rows = rows.assign(entry=rows["age"] * 12, duration=rows["age"] * 12 + rows["futime"], event=rows["death"])
    _assert_is(logrank_by(rows, "sex"), expected["logrank_left_truncated"])


def test_first_infections_as_in_r_cgd() -> None:
    rows, expected = r_case("08_cgd_recurrent")
    first = rows[rows["enum"] == 1].rename(columns={"tstop": "duration", "status": "event"})
    _assert_is(logrank_by(first, "treat"), expected["logrank_first"])


@pytest.mark.parametrize(("kind", "name"), [(1, "recurrence"), (2, "death")])
def test_three_groups_and_strata_as_in_r_colon(kind: int, name: str) -> None:
    rows, expected = r_case("10_colon_logrank_cox_rmst")
    rows = rows[rows["etype"] == kind].rename(columns={"time": "duration", "status": "event"})
    _assert_is(logrank_by(rows, "rx"), expected[name]["logrank"])
    stratified = logrank_by(rows, "rx", ["sex"])
    assert stratified.statistic == pytest.approx(expected[name]["stratified_by_sex_chisq"], rel=1e-10)
    for pair in expected[name]["pairwise_chisq"]:
        assert logrank_by(rows[rows["rx"].isin(pair["pair"])], "rx").statistic == pytest.approx(pair["chisq"])


def test_by_hand() -> None:
    # day 2: 4 at risk (2 in a), one of a ends; day 3: 3 at risk (1 in a), one of b ends
    rows = pd.DataFrame({"group": list("aabb"), "duration": [2, 3, 3, 4], "event": [1, 0, 1, 0]})
    found = logrank_by(rows, "group")
    assert found.expected.tolist() == pytest.approx([2 / 4 + 1 / 3, 2 / 4 + 2 / 3])
    assert found.variance[0, 0] == pytest.approx(1 / 4 + 2 / 9)
    assert found.statistic == pytest.approx((1 - 5 / 6) ** 2 / (17 / 36))


_ROWS = st.lists(
    st.tuples(st.integers(0, 6), st.integers(1, 9), st.booleans(), st.sampled_from("abc"), st.sampled_from("xy"),
              st.integers(0, 4)), min_size=6, max_size=40,
)  # fmt: skip


def _frame(rows: list[tuple[int, int, bool, str, str, int]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["entry", "more", "event", "group", "stratum", "family"])
    return frame.assign(duration=frame["entry"] + frame["more"])


@settings(max_examples=25, deadline=None)
@given(_ROWS)
def test_rows_counts_and_any_order_agree(rows: list[tuple[int, int, bool, str, str, int]]) -> None:
    frame = _frame(rows)
    columns = ["entry", "duration", "event", "group", "stratum", "family"]
    counts = frame.groupby(columns).size().reset_index(name="n").iloc[::-1]
    for cluster in ("", "family"):
        first, second = (logrank_by(each, "group", ["stratum"], cluster=cluster) for each in (frame, counts))
        np.testing.assert_allclose(first.variance, second.variance, atol=1e-10)
        assert first.df == second.df
        assert first.statistic == pytest.approx(second.statistic, rel=1e-6, nan_ok=True)


@settings(max_examples=15, deadline=None)
@given(_ROWS)
def test_without_late_entry_as_lifelines(rows: list[tuple[int, int, bool, str, str, int]]) -> None:
    frame = _frame(rows).drop(columns="entry")
    found = logrank_by(frame, "group")
    if found.df == frame["group"].nunique() - 1 > 0:
        other = multivariate_logrank_test(frame["duration"], frame["group"], frame["event"])
        assert found.statistic == pytest.approx(other.test_statistic, rel=1e-6)


def test_twins_count_once_when_families_are_whole() -> None:
    dice = np.random.default_rng(5)
    frame = pd.DataFrame({"duration": dice.integers(1, 60, 200), "event": dice.random(200) < 0.7,
                          "group": dice.choice(["a", "b"], 200), "family": np.arange(200)})  # fmt: skip
    twins = pd.concat([frame, frame])
    once, twice = (logrank_by(each, "group", cluster="family").statistic for each in (frame, twins))
    assert twice == pytest.approx(once)
    assert logrank_by(twins, "group").statistic > 1.9 * logrank_by(frame, "group").statistic


def test_families_that_end_together_reject_no_oftener_than_they_should() -> None:
    dice = np.random.default_rng(11)
    plain = clustered = 0
    for _ in range(200):  # groups of children in one home end together; nothing depends on the group
        home = np.repeat(np.arange(60), 4)
        length = np.ceil(np.repeat(dice.exponential(100, 60), 4) * dice.uniform(0.9, 1.1, 240))
        frame = pd.DataFrame({"duration": length, "event": True, "family": home,
                              "group": np.where(home % 2, "a", "b")})  # fmt: skip
        plain += logrank_by(frame, "group").p < 0.05
        clustered += logrank_by(frame, "group", cluster="family").p < 0.05
    assert 2 <= clustered <= 20  # 5 % of 200 within three standard errors
    assert plain > 40


def test_nothing_to_compare() -> None:
    nothing = DayCounts(np.zeros((2, 5)), np.zeros((2, 5)), np.zeros((2, 5)))
    one = logrank_by(pd.DataFrame({"group": ["a", "a"], "duration": [1, 2], "event": [1, 1]}), "group")
    for found in (logrank([], "ab"), logrank([nothing], "ab"), clustered_logrank([], "ab"), one):
        assert (found.df, np.isnan(found.statistic), np.isnan(found.p)) == (0, True, True)
