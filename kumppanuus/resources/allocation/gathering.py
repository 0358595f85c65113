"""The tables that are made after the gate: the proposal, what binds it, and what of it does not hang on judgement."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.signals import Gathered
from kumppanuus.disclosure.years import rows_of
from kumppanuus.methods.allocation import Plan, front, prices, propose
from kumppanuus.methods.allocation_case import BOUGHT, Case, gained
from kumppanuus.methods.allocation_draws import Steadiness, steadiness
from kumppanuus.methods.intervals import normal_quantile
from kumppanuus.resources.allocation.declared import AllocationParams, AllocationResult
from kumppanuus.resources.allocation.situation import Situation, hours_of_fte, situation
from kumppanuus.study_resources import Allocation

_EUROS, _FAMILIES, _EQUITY = 100_000.0, 10.0, 0.05
"""Steps in which limits are tried: 100,000 €, ten families, five percentage points; of staff one person-year."""
_MONEY = ("budget", "bought")
_STAFF = ("staff", "own", "own in area")
_ENDS = ("points_lower", "points_upper")
_SIDES = ("now", "proposed")
Frames = dict[str, pd.DataFrame]


def gather(released: ReleasedResult, gathered: Gathered, params: AllocationParams) -> Mapping[str, pd.DataFrame]:
    """Return the proposal and what there is to say of it; only ``outcome`` has a row where there is none."""
    today = situation(released, gathered, params.least_group_percent / 100)
    if isinstance(today, str):
        return _declared({"outcome": _outcome(today)})
    resources = gathered.context.resources
    assert resources is not None
    plan = propose(today.case, today.limits)
    told = _always(today, plan)
    if not plan.found:
        missing = _repair(today, plan, resources.allocation)
        return _declared({**told, "repair": missing, "outcome": _outcome("infeasible")})
    steady = steadiness(today.case, today.limits, today.intervals, draws=params.draws, seed=params.seed,
                        same=params.same_percent / 100, plan=plan)  # fmt: skip
    return _declared(
        {
            **told,
            "outcome": _outcome("found"),
            "totals": _totals(today, plan, steady),
            "limits": _limits(today, plan, resources.allocation),
            "front": _front(today, params),
            "core": _core(steady, today.case),
        }
    )


def _declared(frames: Mapping[str, pd.DataFrame]) -> Frames:
    """Return every gathered table in its declared columns; those that nothing is said of without rows."""
    made: Frames = {}
    for name, table in AllocationResult.tables().items():
        if table.gathered:
            rows = frames.get(name, pd.DataFrame()).reindex(columns=list(table.columns))
            kinds = {each: object if each in table.dimensions else float for each in table.columns}
            made[name] = rows.astype(kinds).reset_index(drop=True)
    return made


def _outcome(reason: str) -> pd.DataFrame:
    return pd.DataFrame({"reason": [reason], "told": [1.0]})


def _always(today: Situation, plan: Plan) -> Frames:
    """Return what is told with a proposal and without one."""
    volumes = plan.volumes.merge(today.case.ways, on=["service", "production"])
    for side in _SIDES:
        volumes[f"families_{side}"], volumes[f"eur_{side}"] = volumes[side], volumes[side] * volumes["cost"]
    columns = [f"{what}_{side}" for what in ("families", "eur") for side in _SIDES]
    benefits = today.case.benefits.merge(today.intervals, on=["segment", "service"])
    return {
        "plan": _summed(volumes, ["service"], columns),
        "ways": _summed(volumes, ["service", "production"], columns[:2]),
        "groups": _groups(today, plan),
        "areas": _areas(today, plan),
        "benefits": benefits.rename(columns={"lower": "benefit_lower", "upper": "benefit_upper"}),
        "left_out": today.left_out,
    }


def _summed(volumes: pd.DataFrame, keys: list[str], columns: list[str]) -> pd.DataFrame:
    """Sum families and euros, in no more digits than mean something; NaN where there is no proposal."""
    return (
        volumes.groupby(keys, as_index=False, sort=False)[columns]
        .sum(min_count=1)
        .round({name: 0 if name.startswith("families") else -3 for name in columns})
    )


def _groups(today: Situation, plan: Plan) -> pd.DataFrame:
    names = {"now": "without_now", "proposed": "without_proposed", "now_most": "without_now_most",
             "proposed_most": "without_proposed_most"}  # fmt: skip
    rows = plan.without.rename(columns=names)
    rows = rows[rows["segment"].isin(today.case.benefits["segment"])]
    summed = rows.groupby("segment", as_index=False)[["homes", *names.values()]].sum(min_count=1)
    most = today.case.benefits.groupby("segment")["benefit"].sum() * sum(a * b for a, b in today.limits.tranches)
    for side in _SIDES:
        gain = gained(today.case, today.limits, plan.volumes, side)
        points = (gain["benefit"] * gain["gain"]).groupby(gain["segment"]).sum(min_count=1)
        told = summed["segment"].map(points) / summed["homes"] if plan.found or side == "now" else np.nan
        summed[f"points_{side}"] = told
        summed[f"unmet_{side}"] = (100 * (1 - told / summed["segment"].map(most))).clip(lower=0.0)
    whole = [*names.values(), "homes", "unmet_now", "unmet_proposed"]
    return summed.round({**dict.fromkeys(whole, 0), "points_now": 2, "points_proposed": 2})


def _areas(today: Situation, plan: Plan) -> pd.DataFrame:
    """Return points a family; today's with limits that hold what rounding may have moved (in squares, 95 %)."""
    gain = gained(today.case, today.limits, today.case.now)
    moved = _moved(today, gain, ["service", "area"]).groupby("area")["variance"].sum()
    people = today.rounding[(today.rounding["service"] == "")].set_index("area")["variance"]
    found = plan.areas.rename(columns={side: f"points_{side}" for side in _SIDES})
    variance = found["area"].map(moved).fillna(0.0) + found["area"].map(people).fillna(0.0) * found["points_now"] ** 2
    half = normal_quantile() * np.sqrt(variance) / found["homes"]
    found = found.assign(points_lower=found["points_now"] - half, points_upper=found["points_now"] + half)
    return found.round({"homes": 0, **dict.fromkeys(("points_now", "points_proposed", *_ENDS), 2)})


def _moved(today: Situation, gain: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return `keys` and ``variance``: of the points of today's use, for what rounding may have moved its families."""
    points = gain.assign(points=gain["benefit"] * gain["gain"]).groupby(keys)["points"].sum()
    use = today.case.now.groupby(keys)["families"].sum().rename("use")
    rows = points.reset_index().merge(use.reset_index(), on=keys)
    other = next(name for name in ("segment", "area") if name not in keys)
    rows = rows.merge(today.rounding[today.rounding[other] == ""], on=keys)
    each = rows["points"] / rows["use"].where(rows["use"] > 0)
    return rows[keys].assign(variance=(rows["variance"] * each**2).fillna(0.0))


def _outwards(today: Situation, steady: Steadiness, points: float) -> tuple[float, float, float]:
    """Return the gain in whole per cents and its limits: of the draws and of rounding, added in squares, outwards."""
    gain = gained(today.case, today.limits, today.case.now)
    variance = _moved(today, gain, ["segment", "service"])["variance"].sum()
    rounding = normal_quantile() * np.sqrt(variance) / points if points > 0 else np.nan
    lower = steady.gain - np.hypot(steady.gain - steady.lower, rounding)
    upper = steady.gain + np.hypot(steady.upper - steady.gain, rounding)
    return float(np.round(100 * steady.gain)), np.floor(100 * lower), np.ceil(100 * upper)


def _totals(today: Situation, plan: Plan, steady: Steadiness) -> pd.DataFrame:
    rows = []
    costs = plan.volumes.merge(today.case.ways, on=["service", "production"])
    bought = costs["production"].isin(BOUGHT)
    for side, points, cost in (("now", plan.benefit_now, plan.cost_now), ("proposed", plan.benefit, plan.cost)):
        share = float((costs[side] * costs["cost"])[bought].sum()) / cost if cost > 0 else np.nan
        average = points / plan.areas["homes"].sum()
        rows.append((side, round(points), round(cost, -4), np.round(100 * share), _short(today, plan, side),
                     round(plan.areas[side].min(), 2), round(average, 2)))  # fmt: skip
    names = ["side", "points", "cost_eur", "bought_percent", "short", "weakest", "average"]
    gain = _outwards(today, steady, plan.benefit_now)
    found = pd.DataFrame(rows, columns=names)
    for name, value in zip(("gain_percent", "gain_lower", "gain_upper", "draws"), (*gain, steady.draws), strict=True):
        found[name] = [np.nan, value]
    return found


def _short(today: Situation, plan: Plan, side: str) -> float:
    """Return how many families lack a place that helps, beside the coverage that is wanted."""
    rows = plan.without[plan.without["segment"].isin(today.case.benefits["segment"])]
    allowed = (1 - today.limits.coverage) * rows["homes"]
    return float(round((rows[side] - allowed).clip(lower=0.0).sum()))


def _limits(today: Situation, plan: Plan, told: Allocation) -> pd.DataFrame:
    """Return what limits cost, in real units; of those of one service only where they bind.

    A right that the law gives has no price: how much less of it would free for others is no choice.
    """
    hours = hours_of_fte(told)
    steps = {"budget": _EUROS, "bought": _EUROS, "staff": hours, "own": hours, "own in area": hours,
             "unstaffed": _FAMILIES, "contract": _FAMILIES, "change": _FAMILIES, "equity": _EQUITY}  # fmt: skip
    found = prices(today.case, today.limits, steps, plan=plan)
    found = found.assign(down=found["at"] - found["from"], up=found["to"] - found["at"])
    general = found["limit"].isin(["budget", "bought", "staff", "equity"])
    rows = _in_units(found[general | (found["looser"] > 0)], ("at", "down", "up", "step"), told, today.limits.kept)
    rows = rows[rows["limit"] != "kept"].rename(columns={"dual": "price"})
    return rows.round({"price": 1, "looser": 1, "tighter": 1}).sort_values(
        ["looser", "limit", "service", "area"], ascending=[False, True, True, True]
    )


def _repair(today: Situation, plan: Plan, told: Allocation) -> pd.DataFrame:
    return _in_units(plan.repair, ("at", "needed"), told, today.limits.kept)


def _in_units(rows: pd.DataFrame, names: Sequence[str], told: Allocation, kept: Collection[str]) -> pd.DataFrame:
    """Return limits under their codes, in units that people use: person-years, per cent; one decimal or two."""
    unit = np.select([rows["limit"].isin(_STAFF), rows["limit"] == "equity"], [hours_of_fte(told), 0.01], 1.0)
    digits = np.select([rows["limit"].isin(_STAFF), rows["limit"].isin(_MONEY)], [2, 0], 1)
    values = {name: rows[name].replace([np.inf, -np.inf], np.nan).to_numpy(float) / unit for name in names}
    rounded = {name: np.round(value * 10.0**digits) / 10.0**digits for name, value in values.items()}
    codes = [_code(row, kept) for row in rows_of(rows[["limit", "service", "production", "side"]])]
    wide = {name: rows[name].where(rows[name] != "", "all") for name in ("segment", "service", "area") if name in rows}
    return rows.assign(**rounded, **wide, limit=codes)


def _code(row: Mapping[str, object], kept: Collection[str]) -> str:
    """Return the code of a limit: which end of it binds, of which contract, and whether the law wants it."""
    limit, end = str(row["limit"]), "least" if row["side"] == "lower" else "most"
    if limit == "contract":
        return f"{row['production']}_{end}"
    if limit == "change" and end == "least" and row["service"] in kept:
        return "kept"
    named = limit.replace(" ", "_")
    return f"{named}_{end}" if limit in ("change", "own", "own in area", "unstaffed") else named


def _front(today: Situation, params: AllocationParams) -> pd.DataFrame:
    rows = front(today.case, today.limits, params.points).rename(columns={"benefit": "points"})
    rows = rows.round({"weakest": 2, "points": 0}).drop_duplicates(["weakest", "points"])
    return rows.assign(point=[str(place) for place in range(1, len(rows) + 1)])


def _core(steady: Steadiness, case: Case) -> pd.DataFrame:
    """Return the decisions of the services that somebody judged."""
    rows = steady.decisions[steady.decisions["service"].isin(case.benefits["service"])]
    shares = {f"{name}_percent": (100 * rows[name]).round() for name in ("grow", "shrink", "same")}
    shares["keep_percent"] = 100 - shares["grow_percent"] - shares["shrink_percent"]  # so that they add up
    return rows[["service", "decision"]].assign(**shares)
