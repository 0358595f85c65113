"""The tables of measures: the effect that is required of each, and euros spent and saved so far."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from kumppanuus.analysis import Context
from kumppanuus.methods.intervals import Floats
from kumppanuus.methods.invest import Investment, settled
from kumppanuus.resources.scenarios.futures import HIGH, LOW, Future, digits, limited, months_told, per
from kumppanuus.resources.scenarios.measures import Flow
from kumppanuus.study_scenarios import Number, ShiftAssumption

BEYOND = 999.0
"""A required effect above this many per cent is written as this: it is out of all reach."""
Row = Mapping[str, object]


def settle(flow: Flow, months: int, rate: Floats) -> Investment:
    """Return what a measure comes to by a horizon."""
    spent, saved, at_one = np.broadcast_arrays(flow.spent, flow.saved, flow.saved_at_one)
    return settled(spent[:, :months], saved[:, :months], at_one[:, :months], rate)


def required_rows(future: Future) -> list[Row]:
    """Return the assumed and the required effect of every measure."""
    scenario = future.scenario
    assert scenario is not None
    numbers = dict(scenario.numbers())
    reach = {**{each.code: each.families_a_year for each in scenario.effects},
             **{each.code: _shifted(each) for each in scenario.shifts}}  # fmt: skip
    rows: list[Row] = []
    for code, flow in future.point.flows.items():
        point, draws = settle(flow, future.months, future.rate), settle(future.draws.flows[code], future.months,
                                                                         future.rate_draws)  # fmt: skip
        effect, families = numbers[flow.effect], reach[code]
        entries, avoided = (float(each[0, : future.months].sum()) for each in (flow.entries, flow.avoided))
        spent, saved = (float(each[0, -1]) for each in (point.spent, point.saved))
        required = limited("required", _percent(point.required)[0], _percent(draws.required), plain=True)
        ends = _when(point.break_even, draws.break_even)
        served = math.nan if families is None else families.value * future.months / 12
        rows.append(
            {
                "scenario": scenario.code, "measure": f"{scenario.code}/{code}", "service": flow.service,
                "horizon": float(future.months), "effect_assumed": effect.value, "effect_lower": effect.least,
                "effect_upper": effect.most, "effect_required": required["required"],
                "required_lower": required["required_lower"], "required_upper": required["required_upper"], **ends,
                "paying": round(100 * float((draws.net_value >= 0).mean())), "entries": round(entries, 1),
                "avoided": round(avoided, 1), "families_per_avoided": per(served, avoided, 1),
                "would_enter": _would_enter(flow, served, future.months),
                "spent_eur": digits(spent), "saved_eur": digits(saved), "per_avoided_eur": digits(per(spent, avoided)),
            }
        )  # fmt: skip
    return rows


def _would_enter(flow: Flow, served: float, months: int) -> float:
    """Return for how many of a hundred families reached somebody would have entered: more than 100 cannot be."""
    share = per(float(flow.reached[0, :months].sum()), served)
    return round(100 * share) if math.isfinite(share) else math.nan


def _shifted(shift: ShiftAssumption) -> Number | None:
    return shift.a_year if shift.unit == "families" else None


def _percent(shares: Floats) -> Floats:
    """Return shares in per cent, with one that is out of all reach at the end of the scale."""
    return np.minimum(np.atleast_1d(shares) * 100, BEYOND)


def _when(point: Floats, draws: Floats) -> dict[str, float]:
    """Return the month of break-even; a limit that lies beyond the horizon does not exist."""
    months = np.where(np.isnan(draws), np.inf, draws)
    ends = {name: float(np.quantile(months, share, method="inverted_cdf"))
            for name, share in (("break_even_lower", LOW), ("break_even_upper", HIGH))}  # fmt: skip
    told = {"break_even": float(np.atleast_1d(point)[0]), **ends}
    return {name: value if math.isfinite(value) else math.nan for name, value in told.items()}


def break_even_rows(future: Future, context: Context) -> list[Row]:
    """Return euros spent and saved so far by all measures together."""
    so_far = {
        (name, kind): np.cumsum(sum((getattr(flow, name) for flow in ahead.flows.values()), np.zeros((1, 1))), axis=-1)
        for name in ("spent", "saved") for kind, ahead in (("point", future.point), ("draws", future.draws))
    }  # fmt: skip
    rows: list[Row] = []
    for month in (0, *months_told(future.months, context)):
        told: dict[str, float] = {}
        for name in ("spent", "saved"):
            value, draws = ((each[:, month - 1] if month else np.zeros(1)) for each in
                            (so_far[name, "point"], so_far[name, "draws"]))  # fmt: skip
            told |= limited(name, float(value[0]), draws)
        rows.append({"scenario": future.code, "month": str(month), **told})
    return rows
