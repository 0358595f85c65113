"""Scenarios on a made-up forecast whose numbers have closed forms."""

from __future__ import annotations

import datetime
import math

import numpy as np
import pandas as pd
import pytest

from kumppanuus.disclosure.released import Released, ReleasedResult
from kumppanuus.drawing import Forest, Notice, Waterfall, figure, lint_figure
from kumppanuus.language.say import Say
from kumppanuus.language.scenarios import scenario_names
from kumppanuus.methods.forecast import project
from kumppanuus.report.exhibits import exhibits
from kumppanuus.report.words import say_of_room
from kumppanuus.resources.scenarios import ANALYSIS
from kumppanuus.resources.scenarios.ahead import GROUPS, assumed, look_ahead, luck_of, month_end
from kumppanuus.resources.scenarios.compute import ScenariosParams
from kumppanuus.resources.scenarios.known import Course, course_of
from kumppanuus.study_resources import Contract
from kumppanuus.study_scenarios import Scenario
from tests.report.test_headline_numbers import unfounded
from tests.resources.made_up_forecast import (
    ARRIVALS,
    LAST_DAY,
    LEAVING,
    MONTH_EUR,
    PRICES,
    SCENARIO,
    SHIFT,
    STOCK,
    context,
    forecast,
    inputs,
    release_of,
    released,
    room,
    scenario,
)

SERVICES = {"open": "Avoin kohtaamispaikka", "family_work": "Perhetyö", "placement": "Sijoitus kodin ulkopuolelle"}
EUR = 'rationale = "x", source = "y" }'


@pytest.fixture(scope="module")
def whole() -> Released:
    """A measure with a shift, and rising prices with a law that changes."""
    return release_of(scenario(SCENARIO + SHIFT), scenario(PRICES), params=ScenariosParams(draws=100, plan_draws=3))


@pytest.fixture
def both(whole: Released) -> ReleasedResult:
    """The room's tables of these."""
    return whole.results[ANALYSIS.key]


def _course(*scenarios: Scenario, months: int = 36) -> Course:
    found = course_of({"resources.forecast": forecast()}, context(*scenarios), months)
    assert found is not None
    return found


def _bare(*scenarios: Scenario, language: str = "fi") -> Say:
    bare = Say(language, {}, {"services": SERVICES, "study": {"organiser": "Testilä", "period": "2024–2025"}})  # type: ignore[arg-type]
    return Say(bare.language, {}, {**bare.names, **scenario_names(scenarios, bare)})


def _say(*scenarios: Scenario, language: str = "fi") -> Say:
    return say_of_room(ANALYSIS, _bare(*scenarios, language=language))


def test_today_s_course_is_the_forecast_s_to_the_last_digit() -> None:
    """Stock e^(−μh) + λ/μ (1 − e^(−μh)) in closed form, and what `forecast.project` says."""
    course = _course()
    ahead = look_ahead(course, None, {}, LAST_DAY)
    told = project(inputs(), (12, 24, 36)).set_index(["service", "ahead"])["clients"]
    for place, code in enumerate(course.services):
        mu, months = LEAVING[code], np.arange(1, 37)
        expected = STOCK[code] * np.exp(-mu * months) + ARRIVALS[code] / mu * (1 - np.exp(-mu * months))
        assert ahead.clients[0, place] == pytest.approx(expected, rel=2e-3)  # within a class of a month nobody is new
        for month in (12, 24, 36):
            assert ahead.clients[0, place, month - 1] == pytest.approx(told[code, month], rel=1e-9)
    assert course.services == ("open", "family_work", "placement")
    assert course.lacking == (("unpriced", "no_price"),)
    month_eur = np.array([MONTH_EUR[code] for code in course.services])
    assert ahead.cost[0, -1] == pytest.approx(float(ahead.clients[0, :, -1] @ month_eur))


def test_the_forecast_s_own_limits_are_carried() -> None:
    """80 % of the draws lie between them: 1.2816 standard deviations of (130 − 77) / 2.563 per cent on either side."""
    course = _course()
    shares = (1.3 - 1 / 1.3) / (2 * 1.2816)
    assert course.spread[:, 35] == pytest.approx(shares, rel=1e-3)
    assert _course(months=48).spread[0, 47] == pytest.approx(shares + (shares - (1.2 - 1 / 1.2) / 2.5631), rel=1e-3)
    draws = look_ahead(course, None, {}, LAST_DAY, luck=luck_of(course, 2000, 1)).clients[:, 1, 35]
    point = look_ahead(course, None, {}, LAST_DAY).clients[0, 1, 35]
    low, high = np.quantile(draws, (0.1, 0.9)) / point - 1
    assert (low, high) == pytest.approx((-1.2816 * shares, 1.2816 * shares), abs=0.005)


def test_beyond_the_forecast_arrivals_stay_as_they_were_last() -> None:
    course = _course(months=72)
    assert course.arrivals[1] == pytest.approx(np.full(72, ARRIVALS["family_work"]))


def test_a_measure_by_closed_form() -> None:
    """λ·RRR·cover a month kept away; of them e^(−μ…) still would be there; the saving is their cost times κ."""
    at_once = SCENARIO.replace("ramp_months = 6", "ramp_months = 0")
    plan = scenario(at_once.replace("lag_months = { value = 6, lower = 3, upper = 12", "lag_months = { value = 0"))
    course = _course(plan)
    ahead = look_ahead(course, plan, assumed(plan), LAST_DAY)
    flow = ahead.flows["in_time"]
    mu, months = LEAVING["placement"], np.arange(1, 37)
    stock = ARRIVALS["placement"] * 0.25 * 0.5 / mu * (1 - np.exp(-mu * months))
    assert flow.avoided[0] == pytest.approx(np.full(36, 0.5))
    assert flow.saved[0] == pytest.approx(stock * 9000 * 0.6)
    assert flow.spent[0] == pytest.approx(np.full(36, 250_000 / 12))
    today = look_ahead(course, None, {}, LAST_DAY)
    assert ahead.cost - today.cost == pytest.approx(flow.spent - flow.saved)
    assert (today.clients - ahead.clients)[0, 2] == pytest.approx(stock)
    row = room(plan)["required"].iloc[0]
    saving = float((stock * 9000 * 0.6 / 0.25 * 1.03 ** (-months / 12)).sum())
    cost = float((250_000 / 12 * 1.03 ** (-months / 12)).sum())
    assert row["effect_required"] == round(100 * cost / saving)
    assert (row["entries"], row["avoided"]) == (144.0, 18.0)
    assert row["families_per_avoided"] == 20.0  # 360 families reached for 18
    assert row["per_avoided_eur"] == pytest.approx(750_000 / 18, rel=2e-3)
    net = np.cumsum(flow.saved[0] - flow.spent[0])
    assert row["break_even"] == 1 + int(np.flatnonzero(net < 0)[-1]) + 1


def test_prices_wages_arrivals_and_the_law_by_hand() -> None:
    """12 % a year on bought placements; 3 % a year on 70 % of own family work; 10 % more arrivals from month 7."""
    plan = scenario(PRICES)
    course = _course(plan, months=24)
    numbers, today = assumed(plan), look_ahead(course, None, {}, LAST_DAY)

    def extra(group: str) -> float:
        found = look_ahead(course, plan, numbers, LAST_DAY, groups=frozenset({group}))
        return float(found.cost[0, 23] - today.cost[0, 23])

    clients = today.clients[0, :, 23]
    assert extra("prices") == pytest.approx(clients[2] * 9000 * (1.12**2 - 1))
    own = clients[0] * 100 + clients[1] * 750 * 0.5  # no costs by way: half of each way that has a price
    assert extra("wages") == pytest.approx(own * 0.7 * (1.03**2 - 1))
    later = ARRIVALS["family_work"] * 0.1 / LEAVING["family_work"] * (1 - math.exp(-LEAVING["family_work"] * 18))
    assert extra("arrivals") == pytest.approx(later * 750)
    assert extra("law") == pytest.approx(clients[2] * (1 / 25 - 1 / 30) * 62_000 / 12)
    before = look_ahead(course, plan, numbers, LAST_DAY, groups=frozenset({"law"}))
    assert (before.cost - today.cost)[0, :12] == pytest.approx(np.zeros(12))  # in force from January 2027: month 13
    assert (before.cost - today.cost)[0, 12] > 0


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [("2025-12-31", 1, "2026-01-31"), ("2025-12-31", 2, "2026-02-28"), ("2025-06-15", 8, "2026-02-15"),
     ("2024-02-29", 12, "2025-02-28"), ("2025-01-30", 1, "2025-02-27")],
)  # fmt: skip
def test_months_end_as_calendars_go(day: str, months: int, end: str) -> None:
    assert month_end(day, months).isoformat() == end


def test_a_shift_moves_families_and_keeps_the_cost_of_those_it_does_not_help() -> None:
    """10 families a year get family work; half of them would have entered all the same. Nobody is lost."""
    plan = scenario(
        SCENARIO.split("[[effects]]")[0] + SHIFT.replace("lag_months = { value = 3", "lag_months = { value = 0")
    )
    course = _course(plan)
    ahead, today = look_ahead(course, plan, assumed(plan), LAST_DAY), look_ahead(course, None, {}, LAST_DAY)
    flow, months = ahead.flows["placement/family_work"], np.arange(1, 37)
    mu, light = LEAVING["placement"], LEAVING["family_work"]
    helped = 10 / 12 / light * (1 - np.exp(-light * months))
    avoided = 5 / 12 / mu * (1 - np.exp(-mu * months))
    assert (ahead.clients - today.clients)[0, 1] == pytest.approx(helped)
    assert (today.clients - ahead.clients)[0, 2] == pytest.approx(avoided)
    assert flow.spent[0] == pytest.approx(helped * 750)
    assert flow.saved[0] == pytest.approx(avoided * 9000 * 0.6)
    moved = SHIFT.replace('"families"', '"euros"').replace("value = 10, lower = 5, upper = 15", "value = 52000")
    euros = scenario(SCENARIO.split("[[effects]]")[0] + moved)
    by_money = look_ahead(course, euros, assumed(euros), LAST_DAY).flows["placement/family_work"]
    assert by_money.spent[0] == pytest.approx(np.full(36, 52_000 / 12))
    stay = (1 - math.exp(-light * 36)) / light
    assert by_money.avoided[0, -1] == pytest.approx(52_000 / 12 / (750 * stay) * 0.5)


def test_nobody_can_be_kept_away_who_would_not_come() -> None:
    plan = scenario(
        SCENARIO.split("[[effects]]")[0] + SHIFT.replace("value = 10, lower = 5, upper = 15", "value = 500")
    )
    ahead = look_ahead(_course(plan), plan, assumed(plan), LAST_DAY)
    flow = ahead.flows["placement/family_work"]
    assert (flow.avoided <= flow.entries + 1e-12).all()
    assert flow.avoided[0, -1] == pytest.approx(ARRIVALS["placement"] * 0.5)
    assert (ahead.clients >= -1e-9).all()


def test_the_parts_add_up_as_they_are_written_and_every_group_is_switched() -> None:
    everything = scenario(SCENARIO + SHIFT + PRICES.split("horizon_months = 24")[1])
    rows = room(everything)["parts"].set_index("part")["part_eur"]
    assert rows.drop(["course_end", "horizon"]).sum() == rows["horizon"]
    assert rows["now"] + rows["course"] == rows["course_end"]
    assert set(rows.index) == {"now", "course", "course_end", *GROUPS, "together", "horizon"}
    assert (rows[list(GROUPS)] != 0).all()
    assert rows["together"] != 0  # dearer places make a saving larger
    now = sum(STOCK[code] * MONTH_EUR[code] for code in ("open", "family_work", "placement")) * 12
    assert rows["now"] == pytest.approx(now, abs=5_000)


def test_same_draws_in_every_scenario() -> None:
    """Two scenarios that assume the same cost the same in every draw: their difference has no width."""
    twin = scenario(SCENARIO, code="twin")
    rows = room(scenario(), twin)["compared"]
    told = {(row["scenario"], row["against"]): row for row in rows.to_dict("records")}
    names = ("difference_eur", "difference_lower", "difference_upper")
    assert [told["early_help", "twin"][name] for name in names] == [0.0, 0.0, 0.0]
    value, lower, upper = (float(told["early_help", "today"][name]) for name in names)
    assert lower < value < upper
    assert [told["twin", "today"][name] for name in names] == [value, lower, upper]


def test_limits_hold_the_number_and_widen_with_the_assumption() -> None:
    sure = scenario(SCENARIO.replace("value = 25, lower = 5, upper = 40", "value = 25"))
    widths = []
    for plan in (sure, scenario()):
        found = room(plan)
        for table, name in (("paths", "cost"), ("compared", "difference"), ("break_even", "saved")):
            frame = found[table]
            assert (frame[f"{name}_lower"] <= frame[f"{name}_eur"]).all()
            assert (frame[f"{name}_eur"] <= frame[f"{name}_upper"]).all()
        row = found["compared"].iloc[0]
        widths.append(row["difference_upper"] - row["difference_lower"])
        required = found["required"].iloc[0]
        assert required["required_lower"] <= required["effect_required"] <= required["required_upper"]
    assert widths[1] > 1.3 * widths[0]


def test_the_tornado_puts_the_widest_first_and_certain_numbers_do_not_move() -> None:
    rows = room(scenario())["assumptions"]
    swing = (rows["at_upper_eur"] - rows["at_lower_eur"]).abs()
    assert rows["assumption"].iloc[0] == "effects/in_time/reduction_percent"
    assert swing.is_monotonic_decreasing
    certain = rows[rows["assumed_lower"] == rows["assumed_upper"]]
    assert set(certain["assumption"]) == {"discount_percent", "effects/in_time/families_a_year"}
    assert (certain["at_lower_eur"] == certain["outcome_eur"]).all()
    assert rows["outcome_eur"].nunique() == 1


def test_the_plan_hires_where_own_is_cheaper_and_is_held_against_other_futures() -> None:
    found = room(scenario(), scenario(PRICES), params=ScenariosParams(draws=40, plan_draws=12))
    plan, values = found["plan"].set_index("service"), found["plan_values"].set_index("way")
    assert plan.index.tolist() == ["family_work"]
    row = plan.loc["family_work"]
    share = (0.5 / 22.5) / (0.5 / 22.5 + 0.5 / 31)
    assert row["own_now"] == round(STOCK["family_work"] * share)
    assert row["least"] <= row["own_planned"] <= row["most"]
    assert row["own_planned"] > row["own_now"]  # 22.5 a day instead of 31
    assert row["fte_planned"] == pytest.approx(14 * row["own_planned"] / row["own_now"], abs=0.2)
    seen = values["seen_eur"]
    assert seen["knowing"] <= seen["plan"] <= seen["mean"]
    assert seen["plan"] < seen["today"]
    assert values["unseen_eur"]["plan"] < values["unseen_eur"]["today"]
    assert values["unseen_less"]["plan"] > 0


def test_a_contract_binds_to_buy_and_an_old_one_does_not() -> None:
    """60 of last year's 100 families have to be bought for: so many of today's bought places, in every future."""
    years = pd.DataFrame({"year": ["2025"], "days_seen": [365.0]})
    ways = pd.DataFrame({"service": ["family_work"] * 2, "production": ["own", "purchased"], "cost_eur": [2e5, 4e5],
                         "families": [120.0, 100.0]})  # fmt: skip
    services = pd.DataFrame({"service": ["family_work"], "year": ["2025"], "persons": [150.0], "families": [150.0]})
    spending = released("resources.spending", years=years, ways=ways, services=services)
    bound = Contract(service="family_work", production="purchased", least_families=60)
    over = Contract(
        service="family_work", production="purchased", least_families=30, valid_to=datetime.date(2025, 6, 1)
    )
    found = release_of(
        scenario(), used={"resources.forecast": forecast(), "resources.spending": spending}, contracts=(bound, over),
        params=ScenariosParams(draws=10, plan_draws=6),
    ).results[ANALYSIS.key]["plan"].iloc[0]  # fmt: skip
    bought = STOCK["family_work"] * (4 / 31) / (2 / 22.5 + 4 / 31)
    assert found["bound"] == round(0.6 * bought)
    assert found["bought_lower"] >= found["bound"] - 1


def test_two_measures_work_on_what_the_first_has_left() -> None:
    """25 % of half, then 40 % of half of the rest: 1 − (1 − 0.125)(1 − 0.2) of the entries are kept away."""
    one = SCENARIO[SCENARIO.index("[[effects]]") :].replace("ramp_months = 6", "ramp_months = 0")
    one = one.replace("lag_months = { value = 6, lower = 3, upper = 12", "lag_months = { value = 0")
    two = one.replace('code = "in_time"', 'code = "second"').replace("value = 25, lower = 5, upper = 40", "value = 40")
    plan = scenario(SCENARIO.split("[[effects]]")[0] + one + two)
    flows = look_ahead(_course(plan), plan, assumed(plan), LAST_DAY).flows
    kept_away = sum(flow.avoided[0, 0] for flow in flows.values())
    assert kept_away == pytest.approx(ARRIVALS["placement"] * (1 - 0.875 * 0.8))


def test_what_cannot_be_counted_is_said_and_never_invented() -> None:
    hidden = room(scenario(), used={"resources.forecast": forecast(placement=math.nan)})
    assert hidden["lacking"].set_index("service")["lack"].to_dict() == {
        "placement": "no_forecast",
        "unpriced": "no_price",
    }
    assert hidden["required"].empty
    assert (hidden["parts"].set_index("part")["part_eur"][["measures", "effects"]] == 0).all()
    for used in ({}, {"resources.forecast": released("resources.forecast", inputs=inputs().iloc[:0])}):
        nothing = room(scenario(), used=used)
        assert nothing["paths"].empty
        for make in ANALYSIS.charts.values():
            chart = make(nothing, _say(scenario()))
            assert isinstance(chart.form, Notice)
            assert "ennuste" in chart.headline.lower()
    for make in ANALYSIS.charts.values():
        assert "kumppanuus skenaario uusi" in make(room(), _say()).alt


def test_the_same_numbers_give_the_same_tables_in_whatever_order_they_come() -> None:
    told = forecast()
    turned = released(told.key, **{name: told[name].drop(columns="hidden").iloc[::-1] for name in told.tables})
    params = ScenariosParams(draws=20, plan_draws=2)
    first, again = (room(scenario(SCENARIO + SHIFT), used={told.key: each}, params=params) for each in (told, turned))
    for name, table in first.tables.items():
        pd.testing.assert_frame_equal(table.frame, again[name])


def test_clients_per_family_and_ways_come_from_published_spending() -> None:
    years = pd.DataFrame({"year": ["2024", "2025"], "days_seen": [366.0, 365.0]})
    services = pd.DataFrame({"service": ["family_work"] * 2, "year": ["2024", "2025"], "persons": [90.0, 150.0],
                             "families": [80.0, 100.0]})  # fmt: skip
    ways = pd.DataFrame({"service": ["family_work"] * 2, "production": ["own", "purchased"], "cost_eur": [3e5, 1e5]})
    spending = released("resources.spending", years=years, services=services, ways=ways)
    found = course_of({"resources.forecast": forecast(), "resources.spending": spending}, context(), 12)
    assert found is not None
    assert found.per_family.tolist() == [1.0, 1.5, 1.0]
    assert found.ways["own"].tolist() == [1.0, 0.75, 0.0]
    assert found.ways["purchased"].tolist() == [0.0, 0.25, 1.0]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_charts_say_what_the_tables_hold(language: str, both: ReleasedResult, whole: Released) -> None:
    say = _say(scenario(SCENARIO + SHIFT), scenario(PRICES), language=language)
    charts = {name: make(both, say) for name, make in ANALYSIS.charts.items()}
    for chart in charts.values():
        assert not lint_figure(figure(chart))
        assert len(chart.headline) <= 120
    shown = exhibits(whole, [ANALYSIS], _bare(scenario(SCENARIO + SHIFT), scenario(PRICES), language=language))
    assert {each.name: unfounded(each, say) for each in shown if unfounded(each, say)} == {}
    assert len(shown) == len(charts)
    row = both["required"].set_index("measure").loc["early_help/in_time"]
    assert say.percent(float(row["effect_required"]) / 100) in charts["required"].headline
    form = charts["required"].form
    assert isinstance(form, Forest)
    assert (form.rows[0].middle, form.rows[0].others) == ((5.0, 40.0), (25.0,))
    waterfall = charts["parts"].form
    assert isinstance(waterfall, Waterfall)
    ends = [span for span in waterfall.spans() if span]
    assert ends[-2][1] == pytest.approx(ends[-1][1])  # the bars lead to the total


@pytest.mark.parametrize(
    ("cost", "case"),
    [
        (250_000, "jättää asian auki"),
        (20_000, "vähintään"),
        (700_000, "ei maksaisi itseään"),
        (9_000_000, "vaikka se tehoaisi"),
    ],
)
def test_the_headline_is_the_required_effect_against_the_judged_one(cost: int, case: str) -> None:
    plan = scenario(SCENARIO.replace("value = 250000, lower = 220000, upper = 300000", f"value = {cost}"))
    found = room(plan)
    chart = ANALYSIS.charts["required"](found, _say(plan))
    assert case in chart.headline
    assert "Työpaja" in chart.footer  # whose judgement it is
