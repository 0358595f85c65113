"""Towns that are odd, null or too much for a picture: nothing falls over, and no sentence says what is not so."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.rules import significant
from kumppanuus.drawing import Notice
from kumppanuus.language.say import Say, speaker
from kumppanuus.methods.allocation import propose
from kumppanuus.methods.allocation_case import Case, Limits
from kumppanuus.methods.arrivals import fit_arrivals
from kumppanuus.methods.forecast import forecast, with_limits
from kumppanuus.methods.service_times import service_times
from kumppanuus.methods.staying import staying
from kumppanuus.report.words import say_of_room
from kumppanuus.resources import allocation
from kumppanuus.resources.capacity.known import Rule
from kumppanuus.resources.capacity.known import Service as Served
from kumppanuus.resources.capacity.states import long_run
from kumppanuus.resources.forecast import ANALYSIS as FORECAST
from kumppanuus.resources.forecast.charts import _services_headline
from kumppanuus.resources.forecast.declared import GRID
from kumppanuus.resources.scenarios.known import course_of
from kumppanuus.wings import ROOMS
from tests.resources.made_up_forecast import context, released
from tests.resources.made_up_forecast import forecast as made_up
from tests.resources.small_town import SEGMENTS, SERVICES, WING, Service, Worked, benefits, town, worked
from tests.resources.test_against_rows import SCENARIO

MANY = 24
"""More of everything than any picture can hold."""
_MANIFOLD = ("service", "segment", "area", "need", "measure", "year")
_APART = (("resources.segments", "moves"), ("resources.capacity", "places"))
"""What holds only few rows by its making: groups of a picture, the three services simulated."""


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Worked:
    """A service that was closed two years ago, one that is half a year old, one with two clients, all in one town."""
    more = (
        Service("closed", "early", 8, 6, 20.0, closes="2023-12-31"),
        Service("fresh", "early", 14, 12, 25.0, opens="2025-07-01"),
        Service("rare", "special", 0.1, 20, 80.0),
    )
    (effect,) = SCENARIO["effects"]
    whole = {f"{name}_percent": {"value": 100, "rationale": "x", "source": "y"}
             for name in ("reduction", "cover", "cashable")}  # fmt: skip
    late = {**effect, "code": "late", "service": "closed"}
    acting = {**SCENARIO, "effects": [effect, late, {**effect, **whole, "code": "full", "service": "fresh"}]}
    judged = benefits([each["code"] for each in SEGMENTS], [each.code for each in (*SERVICES, *more)])
    made = town((*SERVICES, *more), benefits=judged, scenarios=[acting], scale=0.7)
    return worked(made, tmp_path_factory.mktemp("odd"))


def _draw(result: ReleasedResult, key: str, say: Say) -> dict[str, Any]:
    room = next(each for each in ROOMS if each.key == key)
    spoken = say_of_room(room, say)
    return {name: draw(result, spoken) for name, draw in room.charts.items()}


def test_closed_fresh_and_rare_services(odd: Worked) -> None:
    say = speaker(odd.town.study, "fi")
    for key in WING:
        for name, chart in _draw(odd.released.results[key], key, say).items():
            assert chart.headline, (key, name)
    ahead = odd.table("forecast", "ahead").set_index(["service", "horizon"])
    assert "closed" not in set(odd.table("forecast", "ahead")["service"])
    fresh = ahead.loc[("fresh", "24")]
    assert fresh["lower"] < fresh["clients"] < fresh["upper"]
    assert fresh["upper"] / fresh["lower"] > 3  # half a year tells little of what comes in two
    assert set(odd.table("scenarios", "lacking")["service"]) >= {"closed"}
    required = odd.table("scenarios", "required").set_index("measure")
    assert "mixed/late" not in required.index
    assert required.loc["mixed/full", "avoided"] <= required.loc["mixed/full", "entries"]
    paths = odd.table("scenarios", "paths")
    assert (paths["cost_lower"] >= 0).all()
    assert (paths["cost_lower"] <= paths["cost_eur"]).all()


def _manifold(result: ReleasedResult, dimensions: tuple[str, ...]) -> ReleasedResult:
    """Return a result in which every row of these dimensions stands many times, under codes of its own."""
    tables = {}
    for name, table in result.tables.items():
        mine = [each for each in dimensions if each in table.frame and each in table.declaration.dimensions]
        copies = [table.frame.assign(**{each: table.frame[each].astype(str) + f"_{number}" for each in mine})
                  for number in range(MANY if mine else 0)]  # fmt: skip
        frame = pd.concat([table.frame, *copies], ignore_index=True)
        masked = pd.concat([table.masked] * (1 + len(copies)), ignore_index=True)
        tables[name] = dataclasses.replace(table, frame=frame, masked=masked)
    return dataclasses.replace(result, tables=tables)


def test_every_picture_holds_only_as_much_as_it_can(odd: Worked) -> None:
    """Forty areas, thirty needs, a hundred services: a picture shows some, the table has all."""
    say = speaker(odd.town.study, "fi")
    for room in (each for each in ROOMS if each.key in WING):
        spoken = say_of_room(room, say)
        plain = odd.released.results[room.key]
        for dimension in (each for each in _MANIFOLD if any(each in table.frame for table in plain.tables.values())):
            result = _manifold(plain, (dimension,))
            for name, draw in room.charts.items():
                if (room.key, name) not in _APART:
                    assert draw(result, spoken).headline, (room.key, name, dimension)


def test_seven_months_and_nothing_else(tmp_path: Path) -> None:
    """No year has been seen: no proposal for a year, no forecast, and each says why; rates are of the days seen."""
    judged = benefits([each["code"] for each in SEGMENTS], [each.code for each in SERVICES])
    made = town(first="2025-01-01", last="2025-07-31", benefits=judged, without=["needs"], scale=0.5)
    found = worked(made, tmp_path, rooms=[f"resources.{name}" for name in ("allocation", "forecast", "capacity")])
    assert found.table("allocation", "outcome")["reason"].tolist() == ["no_year"]
    drawn = _draw(found.released.results["resources.allocation"], "resources.allocation", speaker(made.study, "fi"))
    assert all(isinstance(chart.form, Notice) for chart in drawn.values())
    assert "kokonaista vuotta ei ole seurattu" in drawn["plan"].headline
    ahead = _draw(found.released.results["resources.forecast"], "resources.forecast", speaker(made.study, "fi"))
    assert "ei ole annettu" not in ahead["places"].headline  # places are given
    asked = made.contacts[made.contacts["service"] == "curator"]
    target = found.table("capacity", "waits").set_index("service").loc["curator", "waiting_target"]
    assert target == round(len(asked) / 212 * 30 / -math.log(0.1))


def test_rounded_sums_are_whole_numbers() -> None:
    """119,000,000.00000001 € would be written "119 000 000,0", of which the scan for identifiers reads "119000"."""
    sums = np.random.default_rng(5).uniform(1e3, 9e9, 20_000)
    for digits in (2, 3):
        told = significant(sums, digits)
        assert (told == np.rint(told)).all()
        assert np.abs(told / sums - 1).max() <= 0.5 * 10.0 ** (1 - digits)
    assert significant(np.array([24_613_000.0, 0.012_345, -1_850.0, 0.0]), 3).tolist() == [24.6e6, 0.0123, -1850.0, 0.0]


def test_a_load_that_nobody_knows_well_has_limits_and_no_end() -> None:
    """Starts and stays of a small service may be off by more than all of it: the least load is none at all."""
    stay = service_times([30.0, 60.0, 90.0, 360.0], [0.9, 0.8, 0.6, 0.1])
    small = Served("rare", 3.0, 3.0, 4.0, 1.0, False, 3 / 730, 0.5 / 730, 9 / 730, stay, 0.6, 0.0, 0.0, 3.0, math.nan)
    assert small.load_off > 1
    (row,) = long_run([small], Rule(30, 0.9))
    assert row["places_needed_lower"] == 1
    assert row["share_expected_upper"] == 100


def _case(cost: float = 100.0) -> Case:
    homes = pd.DataFrame({"segment": ["s"], "area": ["a"], "families": [100.0]})
    now = pd.DataFrame({"segment": "s", "service": ["law", "help", "help"], "production": ["own", "own", "purchased"],
                        "area": "a", "families": [40.0, 20.0, 20.0]})  # fmt: skip
    ways = now[["service", "production"]].assign(cost=[10 * cost, cost, cost], hours=0.0)
    judged = pd.DataFrame({"segment": "s", "service": ["law", "help"], "benefit": [5.0, 4.0]})
    contracts = pd.DataFrame({"service": ["help"], "production": ["purchased"], "least": [20.0], "most": [math.nan]})
    return Case(homes, judged, ways, now, contracts=contracts)


def test_what_the_law_gives_never_pays_for_a_budget_that_is_too_small() -> None:
    """Money that is not enough is said to be lacking, whole: not half of it and children's placements cut besides."""
    found = propose(_case(), Limits(budget=10_000.0, kept=frozenset({"law"}), change=0.2, own_change=0.1))
    assert found.status == "infeasible"
    assert np.isnan(found.benefit)
    (row,) = found.repair.to_dict("records")
    # 40 by law at 1,000 €, 18 own and 20 bought by contract at 100 €
    assert (row["limit"], row["at"], row["needed"]) == ("budget", 10_000.0, pytest.approx(40_000 + 1_800 + 2_000))
    assert propose(_case(), Limits(budget=row["needed"] + 1, kept=frozenset({"law"}), change=0.2, own_change=0.1)).found


def test_a_contract_for_more_than_is_allowed_is_named_alone() -> None:
    case = _case()
    case.contracts["least"] = 90.0
    found = propose(case, Limits(kept=frozenset({"law"}), change=0.2, own_change=0.1))
    assert found.status == "infeasible"
    assert found.repair["limit"].tolist() == ["contract"]
    assert found.repair["needed"].tolist() == pytest.approx([22.0])  # money for 40 in all, of whom 18 own


def test_of_several_limits_that_have_to_move_the_headline_names_none() -> None:
    said = {"reason": ["infeasible"], "told": [1.0]}
    rows = {"limit": ["budget", "group"], "segment": ["all", "s"], "service": "all", "area": "all", "at": [1e6, 9.0],
            "needed": [2e6, 8.0]}  # fmt: skip
    declared = allocation.ANALYSIS.result.tables()
    frames = {name: pd.DataFrame(columns=list(table.columns)) for name, table in declared.items()}
    frames |= {"outcome": pd.DataFrame(said), "repair": pd.DataFrame(rows)}
    room = released("resources.allocation", **frames)
    say = speaker(town(scale=0.1).study, "fi")
    headline = _draw(room, "resources.allocation", say)["plan"].headline
    assert "rahaa" not in headline
    one = dataclasses.replace(room, tables={**room.tables, **released("x", repair=frames["repair"].head(1)).tables})
    assert "rahaa tarvitaan" in _draw(one, "resources.allocation", say)["plan"].headline


def test_scenarios_begin_where_the_forecast_does() -> None:
    """A level is rounded once: its services count for so much more (or less) that they add up to it, in both rooms."""
    plain = made_up()
    levels = plain["ahead"].groupby(["level", "horizon"], as_index=False)["clients"].sum()
    levels["clients"] *= np.where(levels["level"] == "corrective", 1.06, 1.0)
    told = dataclasses.replace(plain, tables={**plain.tables, **released("x", levels_ahead=levels).tables})
    courses = [course_of({"resources.forecast": each}, context(), 24) for each in (plain, told)]
    before, after = (each for each in courses if each is not None)
    times = [1.06 if code == "placement" else 1.0 for code in before.services]
    assert after.now == pytest.approx(before.now * times)
    assert after.today == pytest.approx(before.today * np.array(times)[:, None])
    assert (after.arrivals == before.arrivals).all()


def test_a_town_in_balance_is_forecast_to_stay_so() -> None:
    """Nothing changes, so the interval of two years ahead holds today's number in three of four towns and more."""
    random, seeds, rate, mean = np.random.default_rng(3), 200, 6.0, 14.0
    months = np.array(GRID, dtype=float)
    ends = np.arange(-57, 1, 3.0)
    counts = random.poisson(rate * 3, (seeds, len(ends)))
    curve = np.exp(-months / mean)
    stock = random.poisson(rate * mean, seeds)
    shape = np.append(-np.diff(curve), curve[-1])
    errors = np.sqrt(curve * (1 - curve) / (rate * 60))
    drawn = np.minimum.accumulate(np.clip(curve + errors * random.standard_normal((seeds, 1)), 1e-3, 1), axis=1)
    drawn[:, 0] = 1.0
    made = forecast(pd.DataFrame({"town": range(seeds)}), staying(months, drawn, np.tile(errors, (seeds, 1))),
                    stock[:, None] * shape, fit_arrivals(counts, ends - 3, ends), [24])  # fmt: skip
    limits = with_limits(made)
    inside = (limits["lower"] <= stock) & (stock <= limits["upper"])
    assert inside.mean() >= 0.75
    assert abs(made["clients"].mean() / (rate * mean) - 1) < 0.03


@pytest.mark.parametrize(
    ("value", "lower", "upper", "perhaps"),
    [(23, 3, 47, True), (23, 15, 32, False), (-30, -45, -2, True), (-30, -39, -20, False)],
)
def test_of_a_dozen_services_one_leaves_its_interval_by_chance(
    value: float, lower: float, upper: float, perhaps: bool
) -> None:
    """Of fourteen services in balance one or more leave their interval of 80 % in six towns of ten."""
    top = pd.Series({"service": "curator", "value": value, "lower": lower, "upper": upper, "now": 129.0, "then": 159.0})
    spoken = say_of_room(FORECAST, speaker(town(scale=0.1).study, "fi"))
    assert ("ehkä" in _services_headline(top, spoken)) is perhaps
