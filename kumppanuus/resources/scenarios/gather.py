"""From today's course and the study's scenarios to the tables: paths, parts, required effects, comparisons."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import numpy as np
import pandas as pd

from kumppanuus.analysis import Context
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.signals import Gathered
from kumppanuus.methods.change import CENTS, one_group_at_a_time, swings
from kumppanuus.methods.intervals import Floats
from kumppanuus.methods.invest import discounts
from kumppanuus.resources.scenarios.ahead import assumed, drawn, look_ahead, luck_of
from kumppanuus.resources.scenarios.compute import ScenariosParams, ScenariosResult
from kumppanuus.resources.scenarios.effects import break_even_rows, required_rows
from kumppanuus.resources.scenarios.futures import Future, digits, limited, months_told, step_of
from kumppanuus.resources.scenarios.known import Course, course_of
from kumppanuus.resources.scenarios.staffing import plan_tables
from kumppanuus.study_scenarios import TODAY, Scenario

Row = Mapping[str, object]


def gather(_released: ReleasedResult, gathered: Gathered, params: ScenariosParams) -> Mapping[str, pd.DataFrame]:
    """Return the tables of the scenarios, from what the analyses that this one uses have released."""
    context = gathered.context
    months = max((each.horizon_months for each in context.scenarios), default=0)
    course = course_of(gathered.used, context, months) if months else None
    rows: dict[str, list[Row]] = {} if course is None else _rows(course, context, params)
    frames = {} if course is None else plan_tables(course, gathered, params)
    declared = {name: table for name, table in ScenariosResult.tables().items() if table.gathered}
    made = {name: frames.get(name, pd.DataFrame(rows.get(name, []), columns=list(declared[name].columns)))
            for name in declared}  # fmt: skip
    return {name: frame[list(declared[name].columns)].astype(dict.fromkeys(declared[name].names("released"), float))
            for name, frame in made.items()}  # fmt: skip


def _rows(course: Course, context: Context, params: ScenariosParams) -> dict[str, list[Row]]:
    luck = luck_of(course, params.draws, params.seed)
    today = _future(course, None, course.months, luck, context, params)
    futures = [_future(course, each, each.horizon_months, luck, context, params) for each in context.scenarios]
    now = 12 * float((course.now * course.month_eur).sum())
    return {
        "paths": [row for each in (today, *futures) for row in _paths(each, now, context)],
        "parts": [row for each in _shown_first(futures, params) for row in _parts(course, each, now, context)],
        "required": [row for each in futures for row in required_rows(each)],
        "break_even": [row for each in futures if each.point.flows for row in break_even_rows(each, context)],
        "assumptions": [row for each in futures for row in _assumptions(course, each, today, context)],
        "compared": _compared(today, futures),
        "lacking": [{"service": code, "lack": why, "named": 1.0} for code, why in course.lacking],
    }


def _shown_first(futures: list[Future], params: ScenariosParams) -> list[Future]:
    """Return the scenario that charts of one scenario show before the others."""
    asked = [each for each in futures if each.code == params.shown]
    acting = [each for each in futures if each.scenario and (each.scenario.effects or each.scenario.shifts)]
    first = [*asked, *acting, *futures][0]
    return [first, *(each for each in futures if each is not first)]


def _future(
    course: Course, scenario: Scenario | None, months: int, luck: Floats, context: Context, params: ScenariosParams
) -> Future:  # fmt: skip
    """Return what comes; the course goes as far as the longest scenario, each future is cut at its own horizon."""
    point_numbers = {} if scenario is None else assumed(scenario)
    draw_numbers = {} if scenario is None else drawn(scenario, params.draws, params.seed)
    point = look_ahead(course, scenario, point_numbers, context.last_day)
    draws = look_ahead(course, scenario, draw_numbers, context.last_day, luck=luck)
    rates = [numbers.get("discount_percent", np.zeros(1)) / 100 for numbers in (point_numbers, draw_numbers)]
    return Future(scenario, months, point, draws, rates[0], rates[1])


def _paths(future: Future, now: float, context: Context) -> list[Row]:
    """Return the cost of a year at the pace of some months, the last one included."""
    rows: list[Row] = [{"scenario": future.code, "month": "0", **limited("cost", now, np.array([now]))}]
    for month in months_told(future.months, context):
        point, draws = (12 * each.cost[:, month - 1] for each in (future.point, future.draws))
        rows.append({"scenario": future.code, "month": str(month), **limited("cost", float(point[0]), draws)})
    return rows


def _parts(course: Course, future: Future, now: float, context: Context) -> list[Row]:
    """Return what the change from now to the horizon is made of; the parts add up as they are written."""
    scenario = future.scenario
    assert scenario is not None
    numbers = assumed(scenario)

    def amount(groups: frozenset[str]) -> float:
        found = look_ahead(course, scenario, numbers, context.last_day, groups=groups)
        return 12 * float(found.cost[0, future.months - 1])

    found = one_group_at_a_time(amount, groups_of(scenario))
    step = max(step_of(max(now, found.before / CENTS, found.after / CENTS)) / 10, 1.0)
    whole = {"now": now, "course": found.before / CENTS - now,
             **{group: found.euros(group) for group in found.effects}}  # fmt: skip
    parts = {name: round(value / step) * step for name, value in whole.items()}
    horizon = round(found.after / CENTS / step) * step
    parts |= {"together": horizon - sum(parts.values()), "horizon": horizon}
    parts["course_end"] = parts["now"] + parts["course"]
    order = ("now", "course", "course_end", *found.effects, "together", "horizon")
    return [{"scenario": scenario.code, "part": name, "part_eur": parts[name]} for name in order]


def groups_of(scenario: Scenario) -> tuple[str, ...]:
    """Return the groups of assumptions that a scenario makes, in the order of the bars."""
    made = {
        "arrivals": scenario.arrivals, "prices": scenario.prices, "wages": scenario.wages, "shifts": scenario.shifts,
        "measures": scenario.effects, "effects": scenario.effects, "law": scenario.law,
    }  # fmt: skip
    return tuple(name for name, parts in made.items() if parts)


def _outcomes(cost: Floats, today: Floats, months: int, rate: Floats) -> Floats:
    """Return how much more than today's course it costs until a month, discounted (D,)."""
    return np.asarray(((cost - today)[:, :months] * discounts(months, rate)).sum(axis=-1))


def _assumptions(course: Course, future: Future, today: Future, context: Context) -> list[Row]:
    """Return every number, and the outcome when it alone is at either limit; the largest swing first."""
    scenario = future.scenario
    assert scenario is not None
    numbers = assumed(scenario)

    def outcome(changed: Mapping[str, float]) -> float:
        told = {**numbers, **{name: np.array([value]) for name, value in changed.items()}}
        found = look_ahead(course, scenario, told, context.last_day)
        rate = told.get("discount_percent", np.zeros(1)) / 100
        return float(_outcomes(found.cost, today.point.cost, future.months, rate)[0])

    frame = pd.DataFrame(
        [(name, number.value, number.least, number.most) for name, number in scenario.numbers()],
        columns=["name", "value", "lower", "upper"],
    )
    base = outcome({})
    return [
        {
            "scenario": scenario.code, "assumption": row["name"], "assumed": row["value"],
            "assumed_lower": row["lower"], "assumed_upper": row["upper"], "outcome_eur": digits(base),
            "at_lower_eur": digits(row["at_lower"]), "at_upper_eur": digits(row["at_upper"]),
        }
        for row in swings(outcome, frame).to_dict("records")
    ]  # fmt: skip


def _compared(today: Future, futures: list[Future]) -> list[Row]:
    """Return every scenario against today's course, and against those after it, with the same draws."""
    rows = [_against(each, None, today) for each in futures]
    return [*rows, *(_against(first, second, today) for first, second in itertools.combinations(futures, 2))]


def _against(first: Future, second: Future | None, today: Future) -> Row:
    months = first.months if second is None else min(first.months, second.months)
    ends = []
    for kind, rate in (("point", "rate"), ("draws", "rate_draws")):
        base = getattr(today, kind).cost
        found = _outcomes(getattr(first, kind).cost, base, months, getattr(first, rate))
        if second is not None:
            found = found - _outcomes(getattr(second, kind).cost, base, months, getattr(second, rate))
        ends.append(found)
    return {
        "scenario": first.code, "against": TODAY if second is None else second.code, "horizon": float(months),
        **limited("difference", float(ends[0][0]), ends[1]),
    }  # fmt: skip
