"""Cox regression on counts: against R and lifelines, its ties, strata, clusters, proportionality and guards."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import CoxPHFitter

from kumppanuus.methods import cox_sums
from kumppanuus.methods.cox import Cox, cox
from kumppanuus.methods.cox_sums import Stratum, Ties, day_sums
from kumppanuus.methods.several import holm
from tests.methods.reference import r_case

TIES: list[Ties] = ["efron", "breslow"]


def _assert_is(found: Cox, block: dict[str, Any]) -> None:
    np.testing.assert_allclose(found.coefficients, [*block["coef"].values()], rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(np.sqrt(np.diag(found.covariance)), [*block["se"].values()], rtol=1e-6)
    np.testing.assert_allclose(found.log_likelihood, block["loglik"], rtol=1e-10)
    assert found.score_test == pytest.approx(block["score_test"], rel=1e-8)
    assert (found.n, found.events) == (block["n"], block["nevent"])
    if block["robust_se"]:
        np.testing.assert_allclose(np.sqrt(np.diag(found.covariance_robust)), [*block["robust_se"].values()], rtol=1e-8)
    assert found.converged


@pytest.mark.parametrize("ties", TIES)
def test_late_entry_as_in_r(ties: Ties) -> None:
    rows, expected = r_case("01_channing_left_truncation")
    rows = rows.rename(columns={"exit": "duration", "cens": "event"})
    found = cox(rows, ["sex"], references={"sex": "Female"}, ties=ties)
    _assert_is(found, expected[f"cox_{ties}"])
    assert found.names == ("sex=Male",)
    naive = cox(rows.drop(columns="entry"), ["sex"], references={"sex": "Female"}, ties=ties)
    assert abs(naive.coefficients[0] - found.coefficients[0]) > 0.02
    rows, expected = r_case("02_mgus2_age_scale")
    rows = rows.assign(entry=rows["age"] * 12, duration=rows["age"] * 12 + rows["futime"], event=rows["death"])
    _assert_is(cox(rows, ["sex"], references={"sex": "F"}, ties=ties), expected[f"cox_{ties}"])


@pytest.mark.parametrize("ties", TIES)
def test_heavy_ties_as_in_r_from_rows_and_from_counts(ties: Ties) -> None:
    rows, expected = r_case("05_abortion_cr_left_trunc")
    rows = rows.assign(duration=rows["exit"], event=rows["cause"] == 3)
    _assert_is(cox(rows, ["group"], references={"group": "0"}, ties=ties), expected[f"cox_cause3_{ties}"])
    rows, expected = r_case("13_sim_register_cr_truth")
    rows = rows.assign(duration=rows["exit"], event=rows["event"] > 0)
    counts = rows.groupby(["group", "entry", "duration", "event"]).size().reset_index(name="n").iloc[::-1]
    for each in (rows, counts):
        found = cox(each, ["group"], references={"group": "A"}, ties=ties)
        _assert_is(found, expected[f"cox_any_{ties}"])
        ratio = found.ratios().loc["group=B"]
        truth = expected["truth"]["hazard_ratio_B_vs_A"]
        assert ratio["lower"] < truth < ratio["upper"]
    naive = cox(rows.drop(columns="entry"), ["group"], references={"group": "A"}, ties=ties)
    assert abs(naive.coefficients[0] - expected[f"cox_any_{ties}"]["coef"]["B"]) > 1e-3


@pytest.mark.parametrize(("kind", "name"), [(1, "recurrence"), (2, "death")])
def test_several_variables_and_proportionality_as_in_r(kind: int, name: str) -> None:
    rows, expected = r_case("10_colon_logrank_cox_rmst")
    rows = rows[rows["etype"] == kind].rename(columns={"time": "duration", "status": "event"})
    rows = rows.assign(lev=(rows["rx"] == "Lev") * 1.0, lev5fu=(rows["rx"] == "Lev+5FU") * 1.0)
    variables = ["lev", "lev5fu", "age", "sex", "node4"]
    for ties in TIES:
        found = cox(rows, numbers=variables, ties=ties)
        _assert_is(found, expected[name][f"cox_{ties}"])
    zph, test = expected[name]["zph"], cox(rows, numbers=variables).proportionality
    assert list(test.factors) == zph["rows"]
    np.testing.assert_allclose(test.statistic, zph["chisq"], rtol=1e-5)
    np.testing.assert_allclose(test.p, zph["p"], rtol=1e-5)
    factor = cox(rows, ["rx"], ["age", "sex", "node4"], references={"rx": "Obs"})
    assert factor.proportionality.df.tolist() == [2, 1, 1, 1, 5]  # both arms are one factor
    wald = expected[name]["cox_efron"]["wald"]
    assert cox(rows, numbers=variables).differences.statistic[-1] == pytest.approx(wald, rel=1e-6)
    assert factor.differences.df.tolist() == [2, 1, 1, 1, 5]
    assert factor.proportionality.statistic[-1] == pytest.approx(zph["chisq"][-1], rel=1e-5)


@pytest.mark.parametrize(("block", "strata"), [("andersen_gill", []), ("pwp_total", ["enum"])])
def test_clusters_and_strata_as_in_r(block: str, strata: list[str]) -> None:
    rows, expected = r_case("08_cgd_recurrent")
    rows = rows.rename(columns={"tstart": "entry", "tstop": "duration", "status": "event"})
    _assert_is(cox(rows, ["treat"], strata=strata, references={"treat": "placebo"}, cluster="id"), expected[block])


def _made_up(size: int, seed: int) -> pd.DataFrame:
    dice = np.random.default_rng(seed)
    age, sex = dice.choice(["00-06", "07-12", "13-17"], size), dice.choice(["f", "m"], size)
    service, entry = dice.choice(["a", "b"], size), dice.integers(0, 40, size) * (dice.random(size) < 0.3)
    speed = np.where(age == "13-17", 1.8, 1.0) * np.where(service == "a", 3.0, 1.0)
    length = np.ceil(dice.exponential(120 / speed)).astype(int) + entry
    seen = np.minimum(length, 200)
    return pd.DataFrame({"age": age, "sex": sex, "service": service, "entry": entry, "duration": seen,
                         "event": length <= 200, "family": dice.integers(0, 60, size)})[seen > entry]  # fmt: skip


def test_as_lifelines_on_rows() -> None:
    frame = _made_up(600, 8).reset_index(drop=True)
    found = cox(frame, ["age", "sex"], strata=["service"], references={"age": "00-06", "sex": "f"})
    wide = pd.get_dummies(frame[["age", "sex"]], dtype=float).drop(columns=["age_00-06", "sex_f"])
    other = CoxPHFitter().fit(
        wide.join(frame[["entry", "duration", "event", "service"]]), "duration", "event", entry_col="entry",
        strata=["service"],
    )  # fmt: skip
    np.testing.assert_allclose(found.coefficients, other.params_.to_numpy(), atol=1e-4)
    np.testing.assert_allclose(np.sqrt(np.diag(found.covariance)), other.standard_errors_.to_numpy(), atol=1e-4)
    assert found.names == ("age=07-12", "age=13-17", "sex=m")


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(TIES))
def test_rows_counts_and_any_order_agree(seed: int, ties: Ties) -> None:
    frame = _made_up(150, seed)
    counts = frame.groupby([*frame.columns]).size().reset_index(name="n").sample(frac=1, random_state=seed)
    one, two = (cox(each, ["age", "sex"], strata=["service"], cluster="family", ties=ties) for each in (frame, counts))
    np.testing.assert_allclose(one.coefficients, two.coefficients, atol=1e-8)
    np.testing.assert_allclose(one.covariance_robust, two.covariance_robust, atol=1e-8)
    np.testing.assert_allclose(one.proportionality.statistic, two.proportionality.statistic, rtol=1e-5)


def test_twins_count_once_when_families_are_whole() -> None:
    frame = _made_up(400, 4).assign(family=lambda rows: np.arange(len(rows)))
    once, twice = (cox(each, ["age"], cluster="family", ties="breslow") for each in (frame, pd.concat([frame, frame])))
    np.testing.assert_allclose(once.coefficients, twice.coefficients, atol=1e-9)
    np.testing.assert_allclose(once.covariance_robust, twice.covariance_robust, rtol=1e-6)
    np.testing.assert_allclose(once.covariance, 2 * twice.covariance, rtol=1e-6)


def test_strata_take_out_what_services_make() -> None:
    """Boys use the slow service oftener; within a service they end as fast as girls."""
    dice = np.random.default_rng(17)
    boy = dice.random(4000) < 0.5
    service = np.where(dice.random(4000) < np.where(boy, 0.8, 0.2), "slow", "fast")
    length = np.ceil(dice.exponential(np.where(service == "slow", 300, 60))).astype(int)
    frame = pd.DataFrame({"duration": length, "event": 1, "sex": np.where(boy, "m", "f"), "service": service})
    pooled = cox(frame, ["sex"], references={"sex": "f"}).ratios().loc["sex=m"]
    within = cox(frame, ["sex"], strata=["service"], references={"sex": "f"}).ratios().loc["sex=m"]
    assert pooled["upper"] < 0.8
    assert within["lower"] < 1 < within["upper"]


def test_thousands_of_ties_cost_no_more_and_are_exact() -> None:
    dice = np.random.default_rng(2)
    at_risk, ended = (dice.integers(*between, (3, 3)).astype(float) for between in ((200, 300), (40, 80)))
    stratum = Stratum(np.array([[0.0, 0], [1, 0], [0, 1]]), np.arange(3.0), at_risk, ended)
    beta = np.array([0.7, -1.1])
    closed = day_sums(stratum, beta, "efron")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cox_sums, "DIRECT", 10_000)
        direct = day_sums(stratum, beta, "efron")
    for name in ("first", "first_tied", "second", "second_tied", "second_tied2"):
        np.testing.assert_allclose(getattr(closed, name), getattr(direct, name), rtol=1e-8)
    products = [
        sum(np.log(total - place / ends * tied) for place in range(int(ends)))
        for total, tied, ends in zip(direct.total, direct.tied, direct.ends, strict=True)
    ]
    won = float((stratum.ended.sum(axis=1) * (stratum.design @ beta)).sum())
    assert cox_sums.log_likelihood(stratum, direct, beta, "efron") == pytest.approx(won - sum(products), rel=1e-12)


def test_slope_and_bend_are_the_derivatives() -> None:
    dice = np.random.default_rng(9)
    at_risk = dice.integers(90, 150, (3, 4)).astype(float)
    stratum = Stratum(np.array([[0.0, 0], [1, 0], [1, 1]]), np.arange(4.0), at_risk, np.floor(at_risk * 0.3))
    beta, small = np.array([0.4, -0.3]), 1e-5
    for ties in TIES:

        def at(b: np.ndarray, ties: Ties = ties) -> tuple[float, np.ndarray]:
            found = day_sums(stratum, b, ties)
            return cox_sums.log_likelihood(stratum, found, b, ties), cox_sums.score(stratum, found)

        for place in range(2):
            step = small * np.eye(2)[place]
            (up, slope_up), (down, slope_down) = at(beta + step), at(beta - step)
            assert at(beta)[1][place] == pytest.approx((up - down) / (2 * small), rel=1e-5)
            bend = cox_sums.information(stratum, day_sums(stratum, beta, ties))
            np.testing.assert_allclose(bend[place], -(slope_up - slope_down) / (2 * small), rtol=1e-5)


def test_guards() -> None:
    frame = _made_up(120, 1)
    assert cox(frame, ["age", "sex"]).supported
    few = frame.assign(event=np.arange(len(frame)) < 25)
    assert not cox(few, ["age", "sex"]).supported  # 25 ends, 3 variables
    apart = pd.DataFrame({"duration": range(1, 81), "event": [1] * 40 + [0] * 40, "group": ["a"] * 40 + ["b"] * 40})
    assert not cox(apart, ["group"]).converged  # nobody in b ends: no finite ratio
    with pytest.raises(ValueError, match="no variable"):
        cox(frame.assign(sex="f"), ["sex"])
    with pytest.raises(ValueError, match="after entry"):
        cox(frame.assign(duration=frame["entry"]), ["sex"])


def test_many_tests_at_once() -> None:
    # Holm's own order: the smallest times four, the next times three, never below the one before
    assert holm([0.01, 0.04, 0.03, 0.005]).tolist() == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.6, float("nan"), 0.9]).tolist() == pytest.approx([1.0, float("nan"), 1.0], nan_ok=True)


def test_nothing_is_said_of_what_is_never_compared() -> None:
    """Adults are in services of their own; two ages only meet each other."""
    frame = _made_up(900, 5)
    adults = frame.assign(service="d", age="18+")
    apart = _made_up(300, 6).assign(service="e")
    apart = apart.assign(age=np.where(apart["sex"] == "m", "x", "y"), sex="f")
    found = cox(pd.concat([frame, adults, apart]), ["age", "sex"], strata=["service"], references={"age": "00-06"})
    assert found.names == ("age=07-12", "age=13-17", "sex=m")
    assert found.left_out == ("age=18+", "age=x", "age=y")
    alone = cox(frame, ["age", "sex"], strata=["service"], references={"age": "00-06"})
    np.testing.assert_allclose(found.coefficients[:2], alone.coefficients[:2], atol=0.1)  # sex is told by adults, too
    assert found.converged
    assert found.proportionality.df.tolist() == found.differences.df.tolist() == [2, 1, 3]
    nothing = cox(adults, ["age"], references={"age": "00-06"})
    assert (nothing.names, nothing.supported) == ((), False)
