"""The allocation against optima, prices and ranges worked by hand, and what holds of every case."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumppanuus.methods.allocation import STEPS, front, prices, propose
from kumppanuus.methods.allocation_case import (
    Case,
    Limits,
    benefit_by_area,
    benefit_of,
    cost_of,
    fitted_use,
    without_help,
)
from kumppanuus.methods.allocation_draws import pert, steadiness
from kumppanuus.methods.allocation_model import TIE, build

HALVES = ((0.5, 1.0), (0.5, 0.5))


def rows(columns: str, *values: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(list(values), columns=columns.split())


def bought_case() -> tuple[Case, Limits]:
    """A hundred families, two services that are bought: p costs 1,000, q 2,500, either helps six points."""
    return Case(
        needs=rows("segment area families", ("s", "all", 100.0)),
        benefits=rows("segment service benefit", ("s", "p", 6.0), ("s", "q", 6.0)),
        ways=rows("service production cost hours", ("p", "purchased", 1000.0, 0.0), ("q", "purchased", 2500.0, 0.0)),
        now=rows("segment service production area families", ("s", "p", "purchased", "all", 40.0),
                 ("s", "q", "purchased", "all", 40.0)),
    ), Limits(change=0.5, tranches=HALVES)  # fmt: skip


def own_case() -> tuple[Case, Limits]:
    """Own staff only: a takes 10 hours and helps 4 points, b takes 20 and helps 6."""
    return Case(
        needs=rows("segment area families", ("s", "all", 100.0)),
        benefits=rows("segment service benefit", ("s", "a", 4.0), ("s", "b", 6.0)),
        ways=rows("service production cost hours", ("a", "own", 1000.0, 10.0), ("b", "own", 1000.0, 20.0)),
        now=rows("segment service production area families", ("s", "a", "own", "all", 40.0),
                 ("s", "b", "own", "all", 40.0)),
        hours=rows("service hours", ("a", 400.0), ("b", 800.0)),
    ), Limits(budget=100_000.0, change=0.5, own_change=0.25, tranches=((1.0, 1.0),))  # fmt: skip


def by(frame: pd.DataFrame, *keys: str) -> dict[Any, dict[str, Any]]:
    """Return the rows of a frame under their keys."""
    return {tuple(row[key] for key in keys) if len(keys) > 1 else row[keys[0]]: {str(k): v for k, v in row.items()}
            for row in frame.to_dict("records")}  # fmt: skip


def volumes(case: Case, limits: Limits) -> dict[str, float]:
    plan = propose(case, limits)
    return {str(k): float(v) for k, v in plan.volumes.groupby("service")["proposed"].sum().items()}


def test_the_optimum_by_hand() -> None:
    """p goes to its limit of 60, what is left buys 32 of q: 50·6 + 10·3 + 32·6 = 522 points; today 480."""
    case, limits = bought_case()
    plan = propose(case, limits)
    assert volumes(case, limits) == pytest.approx({"p": 60.0, "q": 32.0})
    assert (plan.benefit, plan.benefit_now) == pytest.approx((522.0, 480.0))
    assert (plan.cost, plan.cost_now) == pytest.approx((140_000.0, 140_000.0))
    assert plan.status == "optimal"
    assert plan.repair.empty


def test_prices_and_their_ranges_by_hand() -> None:
    """One euro more buys q (6/2,500 a euro) while q lies between 20 and its first tranche of 50; a p more brings
    3 − 1,000 · 6/2,500 = 0.6 from 50 to 90 of them, where q comes to its least."""
    found = by(prices(*bought_case()), "limit", "service")
    budget, p = found["budget", ""], found["change", "p"]
    assert (budget["dual"], budget["looser"]) == pytest.approx((240.0, 45_000 * 6 / 2500 + 25_000 * 3 / 2500))
    assert (budget["from"], budget["to"]) == pytest.approx((110_000.0, 185_000.0))
    assert (p["side"], p["at"]) == ("upper", 60.0)
    assert (p["dual"], p["looser"], p["tighter"]) == pytest.approx((6.0, 6.0, 6.0))
    assert (p["from"], p["to"]) == pytest.approx((50.0, 90.0))
    assert found["change", "q"]["dual"] == 0


def test_own_staff_is_moved_not_let_go() -> None:
    """a helps more an hour: it grows to 500 hours, b keeps the other 700; an hour more is worth b's 6/20."""
    case, limits = own_case()
    assert volumes(case, limits) == pytest.approx({"a": 50.0, "b": 35.0})
    found = by(prices(case, limits, {"staff": 10.0, "own": 10.0}), "limit", "service")
    staff = found["staff", ""]
    assert (staff["dual"], staff["looser"], staff["tighter"]) == pytest.approx((3.0, 3.0, 3.0))
    assert (staff["from"], staff["to"]) == pytest.approx((1100.0, 1500.0))
    assert found["own", "a"]["dual"] == pytest.approx(10 * (4 / 10 - 6 / 20))
    poor = volumes(case, replace(limits, budget=76_000.0))  # b to 30 frees nothing: 600 hours have to stay
    assert poor["b"] >= 30.0 - 1e-9


def test_tranches_fill_in_order_so_that_the_model_says_what_the_volumes_bring() -> None:
    case, limits = bought_case()
    model, _ = build(case, limits)
    x = model.solve().values("families").set_index(["service", "tranche"])["value"]
    assert x[("p", 0)] == pytest.approx(50.0)
    assert x[("p", 1)] == pytest.approx(10.0)
    assert x[("q", 1)] == pytest.approx(0.0)


def test_a_contract_binds() -> None:
    """At least 45 of q leave 27,500 euros for p."""
    case, limits = bought_case()
    bound = replace(case, contracts=rows("service production least most", ("q", "purchased", 45.0, np.nan)))
    assert volumes(bound, limits) == pytest.approx({"p": 27.5, "q": 45.0})
    price = prices(bound, limits).set_index("limit").loc["contract"]
    assert price["side"] == "lower"
    assert price["dual"] == pytest.approx(10 * (2500 * 6 / 1000 - 6))  # ten families of q fewer, 25 of p more


def test_what_is_bought_keeps_to_its_share() -> None:
    case, limits = own_case()
    ways = pd.concat([case.ways, rows("service production cost hours", ("a", "purchased", 500.0, 0.0))])
    more = replace(case, ways=ways)
    free, held = propose(more, limits), propose(more, replace(limits, bought=0.02))
    bought = held.volumes.loc[held.volumes["production"] == "purchased", "proposed"].sum()
    assert bought == pytest.approx(0.02 * 100_000 / 500)
    assert free.benefit > held.benefit


def two_areas(equity: float = 0.0) -> tuple[Case, Limits]:
    """Two areas of 100 families; in the west everybody is of a segment that p helps twice as much."""
    return Case(
        needs=rows("segment area families", ("w", "west", 100.0), ("e", "east", 100.0)),
        benefits=rows("segment service benefit", ("w", "p", 4.0), ("e", "p", 2.0)),
        ways=rows("service production cost hours", ("p", "purchased", 1000.0, 0.0)),
        now=rows("segment service production area families", ("w", "p", "purchased", "west", 50.0),
                 ("e", "p", "purchased", "east", 50.0)),
    ), Limits(change=1.0, tranches=((1.0, 1.0),), equity=equity)  # fmt: skip


def test_the_weakest_area_is_kept_up() -> None:
    """Free, the west takes all: 100 · 4. At 80 % of the average both ends meet at 0.8 · (4w + 2e)/200 = 2e/100."""
    free, held = propose(*two_areas()), propose(*two_areas(0.8))
    assert free.volumes.set_index("area")["proposed"].to_dict() == pytest.approx({"east": 0.0, "west": 100.0})
    east = float(by(held.volumes, "area")["east"]["proposed"])
    assert east == pytest.approx(100 * 0.8 * 4 / (0.8 * 2 + 4))  # w = 100 − e
    points = held.areas.set_index("area")["proposed"]
    assert points["east"] == pytest.approx(0.8 * (points.mean()))
    assert (free.benefit, held.benefit) == pytest.approx((400.0, 4 * (100 - east) + 2 * east))


def test_the_front_runs_from_the_most_benefit_to_the_strongest_weakest_area() -> None:
    """The weakest can have 2e = 4(100 − e) at most: e = 200/3, and benefit falls by two points a family moved."""
    found = front(*two_areas(0.8), points=5)
    assert list(found["point"]) == [1, 2, 3, 4, 5]
    assert found["benefit"].iloc[0] == pytest.approx(400.0)
    assert found["weakest"].iloc[-1] == pytest.approx(4 / 3)
    assert found["benefit"].to_numpy() == pytest.approx(400 - 100 * found["weakest"].to_numpy())
    assert front(*bought_case()).empty  # one area: nothing to weigh


def test_what_is_not_judged_stays_as_it_is() -> None:
    case, limits = bought_case()
    also = rows("segment service production area families", ("t", "p", "purchased", "all", 30.0))
    more = replace(case, needs=pd.concat([case.needs, rows("segment area families", ("t", "all", 30.0))]),
                   now=pd.concat([case.now, also]))  # fmt: skip
    plan = propose(more, limits)
    of = plan.volumes.set_index(["segment", "service"])["proposed"]
    assert of[("t", "p")] == 30.0
    assert plan.benefit_now == 480.0


def test_families_without_help_lie_between_two_numbers() -> None:
    """40 places of p and 40 of q for 100 families: at least 20 have none, at most 60."""
    case, _ = bought_case()
    (row,) = without_help(case, case.now).to_dict("records")
    assert (row["at_least"], row["at_most"]) == (20.0, 60.0)


def test_no_area_and_no_segment_loses_more_than_a_service_may() -> None:
    case, limits = two_areas()
    plan = propose(case, replace(limits, change=0.2))
    assert plan.volumes.set_index("area")["proposed"].to_dict() == pytest.approx({"east": 40.0, "west": 60.0})


def test_no_segment_loses_benefit_where_none_may() -> None:
    """The segment in the east has 2 points from each of 50 families today; free, the west would take all of it."""
    case, limits = two_areas()
    plan = propose(case, replace(limits, groups=1.0))
    assert plan.volumes.set_index("segment")["proposed"].to_dict() == pytest.approx({"e": 50.0, "w": 50.0})
    half = propose(case, replace(limits, groups=0.5))
    assert half.volumes.set_index("segment")["proposed"].to_dict() == pytest.approx({"e": 25.0, "w": 75.0})


def test_a_service_that_the_law_gives_a_right_to_does_not_shrink() -> None:
    case, limits = bought_case()
    assert volumes(case, replace(limits, kept=frozenset({"q"}))) == pytest.approx({"p": 40.0, "q": 40.0})


def test_own_production_of_unknown_hours_changes_no_more_than_staff_does() -> None:
    """a helps more a euro, but nobody knows its hours: it grows by a quarter at most, b pays for it."""
    case, limits = own_case()
    unknown = replace(case, ways=case.ways.assign(hours=[0.0, 20.0]), hours=case.hours.tail(1))
    assert volumes(unknown, replace(limits, budget=None)) == pytest.approx({"a": 40.0, "b": 40.0})
    dear = replace(unknown, ways=unknown.ways.assign(cost=[100.0, 5000.0]))
    assert volumes(dear, replace(limits, budget=None)) == pytest.approx({"a": 50.0, "b": 39.8})


def test_coverage_comes_first_and_what_is_short_is_told() -> None:
    case, limits = two_areas()
    plan = propose(case, replace(limits, coverage=0.4))
    assert plan.volumes.set_index("area").loc["east", "proposed"] == pytest.approx(40.0)
    assert plan.short == pytest.approx(0.0)
    poor = propose(case, replace(limits, coverage=0.6))
    assert poor.short == pytest.approx(20.0)  # 100 places, 120 wanted


@pytest.mark.parametrize("staff", [600.0, 650.0])
def test_where_there_is_no_plan_the_least_change_is_said(staff: float) -> None:
    """65 families of the east have to be covered, ten hours each: 650 hours; with 600 there is no plan."""
    case = Case(
        needs=rows("segment area families", ("s", "east", 100.0), ("s", "west", 100.0)),
        benefits=rows("segment service benefit", ("s", "a", 4.0)),
        ways=rows("service production cost hours", ("a", "own", 1000.0, 10.0)),
        now=rows("segment service production area families", ("s", "a", "own", "east", 60.0),
                 ("s", "a", "own", "west", 70.0)),
        hours=rows("service area hours", ("a", "east", staff), ("a", "west", 700.0)),
    )  # fmt: skip
    limits = Limits(budget=1e6, change=0.5, own_change=0.5, coverage=0.65, short_cost=None)
    plan = propose(case, limits)
    if staff == 650.0:
        assert plan.found
        return
    assert plan.status == "infeasible"
    assert np.isnan(plan.benefit)
    assert plan.volumes["proposed"].isna().all()
    (row,) = plan.repair.to_dict("records")
    assert (row["limit"], row["area"], row["at"], row["needed"]) == ("staff", "east", 600.0, pytest.approx(650.0))


@st.composite
def cases(draw: st.DrawFn) -> tuple[Case, Limits]:
    """Two segments, three services in one or two ways, two areas; today keeps to every limit."""
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    needs = pd.MultiIndex.from_product([["s", "t"], ["x", "y"]], names=["segment", "area"]).to_frame(index=False)
    needs["families"] = rng.integers(10, 200, len(needs)).astype(float)
    benefits = pd.MultiIndex.from_product([["s", "t"], ["a", "b", "c"]], names=["segment", "service"])
    judged = benefits.to_frame(index=False).assign(benefit=rng.uniform(0.5, 9, 6).round(1))
    judged = judged[rng.uniform(size=6) < 0.8]
    ways = rows("service production cost hours", ("a", "own", 2000.0, 25.0), ("b", "own", 5000.0, 60.0),
                ("b", "purchased", 6500.0, 0.0), ("c", "voucher", 1500.0, 0.0))  # fmt: skip
    now = needs.merge(ways, how="cross").drop(columns=["cost", "hours"])
    now["families"] = (now["families"] * rng.uniform(0, 0.4, len(now))).round()
    worked = now.merge(ways, on=["service", "production"]).assign(hours=lambda each: each["families"] * each["hours"])
    hours = worked[worked["production"] == "own"].groupby("service")["hours"].sum().reset_index()
    limits = Limits(change=draw(st.sampled_from([0.1, 0.5])), coverage=draw(st.sampled_from([0.0, 0.6])))
    return Case(needs, judged, ways, now, hours), limits


@settings(max_examples=5, deadline=None)
@given(cases())
def test_never_worse_than_today_and_more_money_is_never_worse(drawn: tuple[Case, Limits]) -> None:
    case, limits = drawn
    if case.benefits.empty:
        return

    def aim(families: pd.DataFrame, column: str) -> float:
        short = (limits.coverage * case.needs["families"]).sum() * 0
        told = without_help(case, families, column)
        helped = told[told["segment"].isin(case.benefits["segment"])]
        short = (limits.coverage * helped["homes"] - helped["places"]).clip(lower=0).sum()
        weakest = benefit_by_area(case, limits, families, column)["points"].min()
        everyone = case.needs["families"].sum()
        return float(benefit_of(case, limits, families, column) - 10 * short + TIE * everyone * weakest)

    plan = propose(case, limits)
    assert plan.found
    now, then = aim(plan.volumes, "now"), aim(plan.volumes, "proposed")
    assert then >= now - 1e-6 * abs(now)
    model, _ = build(case, limits)
    assert model.solve().objective == pytest.approx(then, rel=1e-6)  # tranches fill in order
    assert plan.cost <= plan.cost_now * (1 + 1e-9)
    richer = propose(case, replace(limits, budget=1.05 * plan.cost_now))
    assert aim(richer.volumes, "proposed") >= then - 1e-6 * abs(then)


def test_rows_may_come_in_any_order() -> None:
    case, limits = two_areas(0.8)
    turned = Case(**{name: getattr(case, name).iloc[::-1] for name in ("needs", "benefits", "ways", "now")})
    pd.testing.assert_frame_equal(propose(case, limits).volumes, propose(turned, limits).volumes)


def test_decisions_that_hold() -> None:
    """p grows as long as its second tranche (half of 4–8) brings more a euro than q: always, for q is dear."""
    case, limits = bought_case()
    near = rows("segment service lower upper", ("s", "p", 4.0, 8.0), ("s", "q", 4.0, 8.0))
    found = steadiness(case, limits, near, draws=200, seed=3)
    told = found.decisions.set_index("service")
    assert found.gain == pytest.approx(522 / 480 - 1)
    assert found.lower < found.gain < found.upper
    assert told.loc["p", "decision"] == 1
    assert told.loc["p", "same"] == 1.0
    assert told.loc["q", "decision"] == -1
    assert (told[["grow", "keep", "shrink"]].sum(axis=1) == 1).all()
    same = steadiness(case, limits, near, draws=200, seed=3)
    pd.testing.assert_frame_equal(found.decisions, same.decisions)


def test_a_decision_that_hangs_on_judgement_says_so() -> None:
    """p and q cost the same and are judged alike within wide limits: which of them grows is a toss."""
    case, limits = bought_case()
    even = replace(case, ways=case.ways.assign(cost=1000.0), benefits=case.benefits.assign(benefit=[6.1, 6.0]))
    wide = rows("segment service lower upper", ("s", "p", 2.0, 10.0), ("s", "q", 2.0, 10.0))
    told = steadiness(even, replace(limits, tranches=((1.0, 1.0),)), wide, draws=200, seed=1).decisions
    assert told["same"].between(0.35, 0.65).all()


def test_pert_keeps_to_its_limits_and_its_mean() -> None:
    """The mean of a beta-PERT is (lower + 4 · value + upper) / 6."""
    at = (np.arange(2000)[:, None] + 0.5) / 2000
    drawn = pert(np.array([2.0]), np.array([5.0]), np.array([10.0]), at)
    assert drawn.min() >= 2.0
    assert drawn.max() <= 10.0
    assert drawn.mean() == pytest.approx((2 + 20 + 10) / 6, abs=1e-3)
    assert (pert(np.array([3.0]), np.array([3.0]), np.array([3.0]), at) == 3.0).all()


def test_use_by_segment_and_by_area_is_fitted() -> None:
    """Both sums are kept; where the segments live alike everywhere it is their product."""
    needs = rows("segment area families", ("s", "x", 60.0), ("s", "y", 40.0), ("t", "x", 30.0), ("t", "y", 20.0))
    by_segment = rows("segment service families", ("s", "a", 40.0), ("t", "a", 10.0), ("s", "b", 10.0))
    by_area = rows("service area families", ("a", "x", 20.0), ("a", "y", 30.0))
    found = fitted_use(needs, by_segment, by_area)
    of = {key: row["families"] for key, row in by(found, "segment", "service", "area").items()}
    assert of[("s", "a", "x")] == pytest.approx(40 * 20 / 50)
    assert of[("t", "a", "y")] == pytest.approx(10 * 30 / 50)
    assert of[("s", "b", "x")] == pytest.approx(6.0)  # nobody says where b is used
    assert found.groupby(["segment", "service"])["families"].sum().to_dict() == pytest.approx(
        {("s", "a"): 40.0, ("s", "b"): 10.0, ("t", "a"): 10.0}
    )


def test_frames_that_do_not_belong_together_are_refused() -> None:
    case, _ = bought_case()
    with pytest.raises(ValueError, match="now"):
        replace(case, ways=case.ways.head(1))
    with pytest.raises(ValueError, match="two rows"):
        replace(case, benefits=pd.concat([case.benefits, case.benefits]))
    assert cost_of(case, case.now) == 140_000.0
    assert STEPS["budget"] == 100_000.0
