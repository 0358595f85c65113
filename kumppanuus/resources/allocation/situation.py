"""Today as released numbers tell it: families by segment and area, what they use, what it costs and who does it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from kumppanuus.analysis import Context
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.signals import Gathered
from kumppanuus.disclosure.years import last_year
from kumppanuus.forms.rounding import ends_of_class
from kumppanuus.methods.allocation_case import Case, Limits, fitted_use
from kumppanuus.study_resources import Allocation, Resources

HIDDEN = 3.0
"""What a hidden number of families is taken to be (R16)."""
WHOLE = "all"
"""The area of a plan for the whole organiser."""
_OWN = "own"
_LEAST_AREAS = 2
_YEAR = 365


@dataclass(frozen=True, slots=True)
class Situation:
    """What an allocation is worked out from.

    left_out : service, ``families_now``: used by somebody, but nobody knows what it costs.
    intervals : segment, service, ``lower``, ``upper`` of the benefits.
    rounding : ``variance`` of what was rounded away from published families: by area and service, by area (service
        empty), by segment and service (area empty).
    """

    case: Case
    limits: Limits
    intervals: pd.DataFrame
    left_out: pd.DataFrame
    rounding: pd.DataFrame


def situation(released: ReleasedResult, gathered: Gathered, groups: float = 1.0) -> Situation | str:
    """Return today, or the reason (a code of ``plan_reasons``) why nothing can be proposed.

    groups : benefit that every segment keeps at least, as a share of today's.
    """
    resources, used = gathered.context.resources, gathered.used
    if resources is None or not resources.benefits:
        return "no_benefits"
    segments, spending = (_ok(used, f"resources.{name}") for name in ("segments", "spending"))
    if segments is None or not len(segments["segments"]):
        return "no_segments"
    if not any(days >= _YEAR for days in gathered.context.years.values()):
        return "no_year"
    costs = _costs(spending, gathered.context)
    use = _filled(segments["services"], ["segment", "service"])
    known = use[use["service"].isin(costs["service"])]
    judged = _benefits(resources, segments, costs)
    if known.empty or costs.empty:
        return "no_costs"
    if not known["families"].sum() > 0:
        return "not_made"
    if judged.empty:
        return "no_benefits"
    today = _situation(released, resources, segments, (known, use), costs, judged, gathered.context.last_day)
    return replace(today, limits=replace(today.limits, groups=groups))


def _situation(
    released: ReleasedResult, resources: Resources, segments: ReleasedResult, used: tuple[pd.DataFrame, pd.DataFrame],
    costs: pd.DataFrame, judged: pd.DataFrame, last_day: str,
) -> Situation:  # fmt: skip
    known, use = used
    needs = _needs(segments)
    now = _now(needs, known, _filled(released["places"], ["service", "area"]), costs)
    ways, hours = _ways(now, costs, released["staff"], resources.allocation)
    case = Case(
        needs=needs,
        benefits=judged.rename(columns={"value": "benefit"})[["segment", "service", "benefit"]],
        ways=ways,
        now=now,
        hours=hours,
        contracts=_contracts(resources, costs, last_day),
    )
    missing = use[~use["service"].isin(costs["service"])].groupby("service")["families"].sum().reset_index()
    intervals = judged[["segment", "service", "lower", "upper"]]
    kept = frozenset(released["staff"].loc[released["staff"]["statutory"] == 1, "service"])
    limits = replace(limits_of(resources.allocation), kept=kept)
    return Situation(case, limits, intervals,
                     missing.rename(columns={"families": "families_now"}), _rounding(released, segments))  # fmt: skip


def limits_of(told: Allocation) -> Limits:
    """Return the limits of a study."""
    return Limits(
        budget=told.budget_eur, change=told.change_at_most, own_change=told.own_change_at_most,
        bought=told.purchased_at_most, coverage=told.coverage_at_least, equity=told.equity_at_least,
        tranches=told.tranches,
    )  # fmt: skip


def hours_of_fte(told: Allocation) -> float:
    """Return the working hours of a person-year."""
    return told.hours_per_fte * (1 - told.absence)


def _rounding(released: ReleasedResult, segments: ReleasedResult) -> pd.DataFrame:
    """Return how far published families may be from the exact ones; a hidden number is one of six."""
    keys = ["segment", "service", "area"]
    told = pd.concat([released["places"], segments["areas"].drop(columns="segment"), segments["services"]])
    told = told.reindex(columns=[*keys, "families"]).fillna(dict.fromkeys(keys, ""))
    low, high = ends_of_class(np.asarray(told["families"].astype(float).fillna(HIDDEN), dtype=np.float64))
    variance = ((high - low + 1) ** 2 - 1) / 12
    return told.assign(variance=variance).groupby(keys)["variance"].sum().reset_index()


def _ok(used: Mapping[str, ReleasedResult], key: str) -> ReleasedResult | None:
    found = used.get(key)
    return found if found is not None and found.status == "ok" else None


def _filled(table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return published families under `keys`; a hidden number is `HIDDEN`."""
    rows = table[[*keys, "families"]].astype({"families": float})
    return rows.assign(families=rows["families"].fillna(HIDDEN)).groupby(keys)["families"].sum().reset_index()


def _needs(segments: ReleasedResult) -> pd.DataFrame:
    """Return families by segment and area; one area where fewer than two are told.

    What areas say is scaled to the segment's published number; a segment without areas of its own lies where all do.
    """
    homes = _filled(segments["segments"], ["segment"])
    told = segments["areas"]
    told = _filled(told[~told["area"].isin(["unknown", "other"])], ["segment", "area"])
    areas = told.groupby("area")["families"].sum().reset_index().rename(columns={"families": "all"})
    if len(areas) < _LEAST_AREAS:
        return homes.assign(area=WHOLE)[["segment", "area", "families"]]
    rows = homes.merge(areas, how="cross").merge(
        told.rename(columns={"families": "here"}), on=["segment", "area"], how="left"
    )
    rows["here"] = rows["here"].fillna(0.0)
    unknown = rows.groupby("segment")["here"].transform("sum") <= 0
    rows["here"] = rows["here"].mask(unknown, rows["all"])
    rows["families"] *= rows["here"] / rows.groupby("segment")["here"].transform("sum")
    return rows[["segment", "area", "families"]]


def _costs(spending: ReleasedResult | None, context: Context) -> pd.DataFrame:
    """Return service, production, ``cost`` of a family a year, ``part`` of the service's families: what is known."""
    columns = ["service", "production", "cost", "part"]
    if spending is None:
        return pd.DataFrame(columns=columns)
    year = last_year(spending)
    name = "ways" if "ways" in spending.tables else "services"
    rows = spending[name]
    rows = rows[rows["year"] == year] if "year" in rows else rows
    if name == "services":
        rows = rows.assign(production=[_only(context, code) for code in rows["service"]])
    rows = rows.assign(families=rows["families"].astype(float).fillna(HIDDEN), cost_eur=rows["cost_eur"].astype(float))
    rows = rows[rows["cost_eur"].gt(0) & rows["families"].gt(0)]
    part = rows["families"] / rows.groupby("service")["families"].transform("sum")
    return rows.assign(cost=rows["cost_eur"] / rows["families"], part=part)[columns].reset_index(drop=True)


def _only(context: Context, service: str) -> str:
    ways = [*context.unit_costs.get(service, {})]
    return ways[0] if len(ways) == 1 else "unknown"


def _benefits(resources: Resources, segments: ReleasedResult, costs: pd.DataFrame) -> pd.DataFrame:
    """Return segment, service, value, lower, upper of what is judged to help a segment that has families, at a cost."""
    rows = pd.DataFrame(
        [(each.segment, each.service, each.value, each.lower, each.upper) for each in resources.benefits],
        columns=["segment", "service", "value", "lower", "upper"],
    )
    known = rows["segment"].isin(segments["segments"]["segment"]) & rows["service"].isin(costs["service"])
    return rows[known & (rows["value"] > 0)].reset_index(drop=True)


def _now(needs: pd.DataFrame, use: pd.DataFrame, places: pd.DataFrame, costs: pd.DataFrame) -> pd.DataFrame:
    """Return families by segment, service, way of production and area, as the published sums let them be."""
    here = places[places["area"].isin(needs["area"])]
    rows = fitted_use(needs, use[use["segment"].isin(needs["segment"])], here).merge(costs, on="service")
    rows["families"] *= rows["part"]
    return rows[["segment", "service", "production", "area", "families"]]


def _ways(
    now: pd.DataFrame, costs: pd.DataFrame, staff: pd.DataFrame, told: Allocation
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the ways with the own hours of a family, and the own hours there are: what staff does today, it can do."""
    served = now[now["production"] == _OWN].groupby("service")["families"].sum().reset_index()
    hours = staff.merge(served[served["families"] > 0], on="service").dropna(subset="own_fte")
    hours = hours.assign(hours=hours["own_fte"].astype(float) * hours_of_fte(told), production=_OWN)
    hours = hours[hours["hours"] > 0]
    each = hours.assign(hours=hours["hours"] / hours["families"])[["service", "production", "hours"]]
    ways = costs[["service", "production", "cost"]].merge(each, on=["service", "production"], how="left")
    return ways.fillna({"hours": 0.0}), hours[["service", "hours"]].reset_index(drop=True)


def _contracts(resources: Resources, costs: pd.DataFrame, last_day: str) -> pd.DataFrame:
    """Return the contracts in force in some part of the year that follows the window."""
    first = datetime.date.fromisoformat(last_day) if last_day else datetime.date.max
    end = first + datetime.timedelta(_YEAR) if last_day else datetime.date.max
    rows = [
        (each.service, each.production, each.least_families, each.most_families)
        for each in resources.contracts
        if not (each.valid_to and each.valid_to <= first) and not (each.valid_from and each.valid_from > end)
    ]
    found = pd.DataFrame(rows, columns=["service", "production", "least", "most"])
    found = found.astype({"least": float, "most": float})
    found = found.groupby(["service", "production"], as_index=False).agg({"least": "max", "most": "min"})
    return found.merge(costs[["service", "production"]], on=["service", "production"])
