"""The tables of the scenarios: who is in services before the gate, everything else computed after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from kumppanuus.analysis import Column, Context, Params, Result, result_table
from kumppanuus.methods.order import in_order
from kumppanuus.register.populations import CLIENTS, PLANS

_RELEASED, _EUROS = Column("released"), Column("released", unit="EUR")
_SCENARIO = Column("dimension", codes="scenarios")
_MEASURE = Column("dimension", codes="measures")
_MONTH = Column("dimension", codes="numbers", time_axis=True)
_SERVICE = Column("dimension", codes="services")
_LIMITS = ("lower", "upper")


@dataclass(frozen=True, slots=True)
class ScenariosParams(Params):
    """How the scenarios are computed.

    shown : code of the scenario that the charts of one scenario show; empty: the first with a measure or a shift, else
        the first.
    draws, seed : how many times assumed numbers are drawn between their limits, and from where. The same assumption is
        drawn alike in every scenario, so their differences are theirs.
    plan_draws : how many futures the two-stage plan is made for; it is held against as many others. 0: no plan.
    """

    shown: str = ""
    draws: int = 400
    seed: int = 2015
    plan_draws: int = 120


@dataclass(frozen=True, slots=True)
class ScenariosResult(Result):
    """What the scenarios of the study would mean; only `years` counts people, the rest comes from published numbers.

    Euros are those of the study's base year, with what a scenario assumes to rise on top. Limits are 80 % ones: of the
    forecast and of the assumptions between their limits, drawn together.

    paths : cost of a year at the pace of that month, of today's course (``today``) and of each scenario.
    parts : from the cost of a year at today's pace (``now``) to that at the horizon: what today's course brings
        (``course``, until ``course_end``), each group of assumptions alone, and what only all together bring
        (``together``); they add up.
    required : of each measure: the assumed effect and the one at which it pays for itself by the horizon, both in per
        cent (``effect_…``: of those reached who stay out; of a shift: of those helped for whom it is enough); entries
        without it and avoided by it by the horizon, what an avoided entry costs, how many families are reached for one
        (``families_per_avoided``), how many would have entered per hundred of these (``would_enter``; more than 100
        contradicts itself), and in how many per cent of the draws it pays for itself (``paying``).
    break_even : euros spent and saved so far, of all measures of a scenario.
    assumptions : every assumed number with its limits, and the outcome when it alone is at its lower or upper limit.
        The outcome is what the scenario costs more (or less, negative) than today's course until its horizon.
    compared : difference of that outcome of a scenario against today's course or another scenario, with the same draws.
    lacking : services that the scenarios cannot count with, and why.
    plan : places (clients at a time) of the organiser's own services in the plan that is cheapest on average, against
        today; what is short is bought.
    plan_values : a month's cost of the plan, of the one for the mean, of today's places and of knowing beforehand, in
        the futures it was made for (``seen``) and in others (``unseen``), there also in per cent less than with today's
        places.
    """

    years: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "year": Column("dimension", codes="years", time_axis=True),
                "days_seen": Column("public", unit="days"),
                "persons": Column("persons"),
                "families": Column("families"),
            }
        ),
        population=CLIENTS,
    )
    paths: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {"scenario": _SCENARIO, "month": _MONTH, **dict.fromkeys(("cost_eur", "cost_lower", "cost_upper"), _EUROS)}
        ),
        population=PLANS,
    )
    parts: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {"scenario": _SCENARIO, "part": Column("dimension", codes="scenario_parts"), "part_eur": _EUROS}
        ),
        population=PLANS,
    )
    required: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "scenario": _SCENARIO,
                "measure": _MEASURE,
                "service": _SERVICE,
                **dict.fromkeys(
                    ("horizon", "effect_assumed", "effect_lower", "effect_upper", "effect_required", "required_lower",
                     "required_upper", "break_even", "break_even_lower", "break_even_upper", "paying", "entries",
                     "avoided", "families_per_avoided", "would_enter"), _RELEASED),
                **dict.fromkeys(("spent_eur", "saved_eur", "per_avoided_eur"), _EUROS),
            }
        ),
        population=PLANS,
    )  # fmt: skip
    break_even: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "scenario": _SCENARIO,
                "month": _MONTH,
                **dict.fromkeys(
                    ("spent_eur", "spent_lower", "spent_upper", "saved_eur", "saved_lower", "saved_upper"), _EUROS
                ),
            }
        ),
        population=PLANS,
    )
    assumptions: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "scenario": _SCENARIO,
                "assumption": Column("dimension", codes="assumptions"),
                **dict.fromkeys(("assumed", "assumed_lower", "assumed_upper"), _RELEASED),
                **dict.fromkeys(("outcome_eur", "at_lower_eur", "at_upper_eur"), _EUROS),
            }
        ),
        population=PLANS,
    )
    compared: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "scenario": _SCENARIO,
                "against": Column("dimension", codes="scenarios"),
                "horizon": _RELEASED,
                **dict.fromkeys(("difference_eur", "difference_lower", "difference_upper"), _EUROS),
            }
        ),
        population=PLANS,
    )
    lacking: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {"service": _SERVICE, "lack": Column("dimension", codes="scenario_lacks"), "named": _RELEASED}
        ),
        population=PLANS,
    )
    plan: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "service": _SERVICE,
                **dict.fromkeys(
                    ("own_now", "own_planned", "least", "most", "bound", "fte_now", "fte_planned", "bought",
                     "bought_lower", "bought_upper"), _RELEASED),
            }
        ),
        population=PLANS,
    )  # fmt: skip
    plan_values: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "way": Column("dimension", codes="plan_ways"),
                "seen_eur": _EUROS,
                "unseen_eur": _EUROS,
                "unseen_less": _RELEASED,
            }
        ),
        population=PLANS,
    )


def compute(counts: Mapping[str, pd.DataFrame], params: ScenariosParams, context: Context) -> ScenariosResult:
    """Return everybody in services; the other tables are gathered after the gate."""
    years = counts["years"].assign(days_seen=counts["years"]["year"].map(dict(context.years)).astype(float))
    declared = ScenariosResult.tables()
    empty = {name: pd.DataFrame(columns=list(table.columns)) for name, table in declared.items() if table.gathered}
    return ScenariosResult(years=in_order(years, ("year",), context)[list(declared["years"].columns)], **empty)
