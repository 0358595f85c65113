"""Who should get how much of what: a linear programme over segments, services, ways of production and areas.

Everything is counted in families a year and in points of benefit a year. Benefits are somebody's judgement, so a plan
is as good as they are: `steadiness` says which decisions do not hang on them.

References
----------
H. P. Williams, Model Building in Mathematical Programming, 5th ed., Wiley 2013 (tranches of diminishing gain; prices).
G. Mavrotas, Effective implementation of the ε-constraint method, Applied Mathematics and Computation 213, 2009,
455–465.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from kumppanuus.errors import ModelError
from kumppanuus.methods.allocation_case import KEYS, Case, Limits, benefit_by_area, benefit_of, cost_of, without_help
from kumppanuus.methods.allocation_model import build, variables
from kumppanuus.methods.optimise import Model
from kumppanuus.methods.optimum import Solution

STEPS: Mapping[str, float] = MappingProxyType(
    {
        "budget": 100_000.0, "bought": 100_000.0, "staff": 1360.0, "own": 1360.0, "own in area": 1360.0,
        "unstaffed": 10.0, "contract": 10.0, "change": 10.0,
    }
)  # fmt: skip
"""One real unit of each limit that has a price: 100,000 €, the hours of a person-year, ten families."""
WEIGHTS: Mapping[str, float] = MappingProxyType(
    {**STEPS, "change in area": 10.0, "change in segment": 10.0, "coverage": 10.0, "group": 100.0, "equity": 0.1}
)
"""What gives way when there is no plan, and how much of each weighs alike."""
KEPT = "kept"
"""What the law gives a right to gives way only where nothing else is enough; ten families of it then weigh as above."""
NOTHING = 1e-6
"""Points that are none."""
_OF = ("service", "production", "area")


@dataclass(frozen=True, slots=True)
class Plan:
    """A proposal beside today, or what stands in its way.

    status : as of `optimise.Solution`; without a solution what is proposed is missing.
    volumes : segment, service, production, area, ``now``, ``proposed`` (families a year).
    areas : area, ``homes``, ``now``, ``proposed`` (points a family a year).
    without : segment, area, ``homes``, and families without a place that helps: at least ``now``, ``proposed``, at most
        ``now_most``, ``proposed_most``.
    benefit, benefit_now : points a year. cost, cost_now : euros a year. short : families short of the wanted coverage.
    repair : the least change of limits after which there is a plan; empty where there is one.
    solution, parts : the solved model, and which of its parts there are.
    """

    status: str
    volumes: pd.DataFrame
    areas: pd.DataFrame
    without: pd.DataFrame
    benefit: float
    benefit_now: float
    cost: float
    cost_now: float
    short: float
    repair: pd.DataFrame
    solution: Solution = field(repr=False)
    parts: frozenset[str] = field(repr=False)

    @property
    def found(self) -> bool:
        """Whether there is a proposal."""
        return self.status == "optimal"


def propose(case: Case, limits: Limits) -> Plan:
    """Return the plan that brings the most points within the limits, beside today."""
    model, parts = build(case, limits)
    solution = model.solve()
    volumes = _volumes(case, solution) if solution.found else _with_now(case, np.nan)
    sides = {}
    for side in ("now", "proposed"):
        area = benefit_by_area(case, limits, volumes, side).rename(columns={"points": side})
        without = without_help(case, volumes, side).rename(columns={"at_least": side, "at_most": f"{side}_most"})
        sides[side] = area, without.drop(columns="places")
    return Plan(
        solution.status,
        volumes,
        sides["now"][0].merge(sides["proposed"][0], on=["area", "homes"]),
        sides["now"][1].merge(sides["proposed"][1], on=["segment", "area", "homes"]),
        benefit_of(case, limits, volumes, "proposed") if solution.found else np.nan,
        benefit_of(case, limits, volumes, "now"),
        cost_of(case, volumes, "proposed") if solution.found else np.nan,
        cost_of(case, volumes, "now"),
        _short(case, limits, volumes) if solution.found else np.nan,
        pd.DataFrame() if solution.found else repair(case, limits),
        solution,
        parts,
    )


def _volumes(case: Case, solution: Solution) -> pd.DataFrame:
    proposed = solution.values("families").groupby(KEYS)["value"].sum().reset_index()
    rows = _with_now(case, 0.0).drop(columns="proposed").merge(proposed, on=KEYS, how="outer")
    rows = rows.rename(columns={"value": "proposed"}).fillna({"now": 0.0, "proposed": 0.0})
    return rows.sort_values(KEYS, ignore_index=True)


def _with_now(case: Case, proposed: float) -> pd.DataFrame:
    rows = case.now[[*KEYS, "families"]].rename(columns={"families": "now"}).assign(proposed=proposed)
    return rows.sort_values(KEYS, ignore_index=True)


def _short(case: Case, limits: Limits, volumes: pd.DataFrame) -> float:
    """Return how many families lack a place that helps, beside the coverage that is wanted."""
    rows = without_help(case, volumes, "proposed")
    return float((limits.coverage * rows["homes"] - rows["places"]).clip(lower=0.0).sum())


def prices(case: Case, limits: Limits, steps: Mapping[str, float] = STEPS, *, plan: Plan | None = None) -> pd.DataFrame:
    """Return what each limit costs: by how many points a plan would be better if it were one real unit looser.

    Parameters
    ----------
    steps : limit (a name of `STEPS`) → one real unit of it; ``equity``: a share, such as 0.05.
    plan : what `propose` says, if that is known already.

    Returns
    -------
    A row a limit, those that cost nothing included: ``limit``, ``service``, ``production``, ``area`` (empty where it is
    about all), ``side`` (``lower``, ``upper``), ``at`` (the limit), ``from``, ``to`` (between them one unit more is
    worth as much), ``step``, ``dual`` (points a step, as the solution says), ``looser`` and ``tighter``: points gained
    and lost when the model is solved anew with the limit one step looser and tighter (missing where there is then no
    plan). No rows where there is no plan.
    """
    plan = plan or propose(case, limits)
    solution, names = plan.solution, plan.parts
    if not solution.found:
        return pd.DataFrame(columns=["limit", *_OF, "side", "at", "from", "to", "step", "dual", "looser", "tighter"])
    parts = [_prices_of(name, solution, step) for name, step in steps.items() if name in names - {"equity"}]
    if "equity" in names & {*steps}:
        parts.append(_price_of_equity(case, limits, solution, steps["equity"]))
    return pd.concat(parts, ignore_index=True)


def _price_of_equity(case: Case, limits: Limits, solution: Solution, step: float) -> pd.DataFrame:
    """Return what the demand on the weakest area costs: the model made anew, for no right-hand side says it."""
    told = {"limit": "equity", **dict.fromkeys(_OF, ""), "side": "lower", "at": limits.equity, "from": np.nan,
            "to": np.nan, "step": step, "dual": 0.0, "looser": 0.0, "tighter": 0.0}  # fmt: skip
    if solution.constraint("equity")["binding"].any():
        other = [build(case, replace(limits, equity=min(max(limits.equity + by, 0.0), 1.0)))[0].solve().objective
                 for by in (-step, step)]  # fmt: skip
        told |= {"dual": np.nan, "looser": other[0] - solution.objective, "tighter": solution.objective - other[1]}
    return pd.DataFrame([told])


def _prices_of(name: str, solution: Solution, step: float) -> pd.DataFrame:
    rows = solution.constraint(name)
    keys = [key for key in _OF if key in rows]
    told = [_price(solution, name, {key: row[key] for key in keys}, row, step) for row in rows.to_dict("records")]
    tried = pd.DataFrame(told, columns=["dual", "looser", "tighter"])
    at = rows["lower"].where(rows["side"] == "lower", rows["upper"])
    return pd.DataFrame({
        "limit": name, **{key: rows[key] if key in keys else "" for key in _OF}, "side": rows["side"], "at": at,
        "from": rows["dual_from"], "to": rows["dual_to"], "step": step, **tried,
    })  # fmt: skip


def _price(
    solution: Solution, name: str, keys: Mapping[str, object], row: Mapping[Any, Any], step: float
) -> tuple[float, float, float]:
    """Return points a step of one limit: as its dual says, and gained and lost when the model is solved anew."""
    if abs(row["dual"]) * step < NOTHING:
        return 0.0, 0.0, 0.0
    found, sign = solution.price(name, keys, by=step), -1.0 if row["side"] == "lower" else 1.0
    looser, tighter = (found.more, found.less) if sign > 0 else (found.less, found.more)
    return sign * found.dual * step, sign * looser * step, sign * tighter * step


def front(case: Case, limits: Limits, points: int = 11) -> pd.DataFrame:
    """Return plans from the most benefit to the strongest weakest area (ε-constraints), without the limit on equity.

    Returns
    -------
    point (1 …), ``weakest`` (points a family of the weakest area) and ``benefit`` (points a year), the most benefit
    first; none where there is no plan or only one area.
    """
    columns = ["point", "weakest", "benefit"]
    model, names = build(case, replace(limits, equity=0.0), tie=0.0)
    if "weakest" not in names or not model.solve().found:
        return pd.DataFrame(columns=columns)
    gain = variables(case, limits)["gain"].to_numpy(float)
    told = [(plan.value("weakest"), float(plan.values("families")["value"].to_numpy(float) @ gain))
            for plan in model.pareto("weakest", points=points).solutions]  # fmt: skip
    return pd.DataFrame(told, columns=columns[1:]).assign(point=range(1, len(told) + 1))[columns]


def repair(case: Case, limits: Limits) -> pd.DataFrame:
    """Return the least change of limits after which there is a plan; units of `WEIGHTS` count alike.

    Returns
    -------
    ``limit``, ``segment``, ``service``, ``production``, ``area`` (empty where it is about all), ``side``, ``at``,
    ``needed``.
    """
    model, names = build(case, limits)
    found = _repaired(model, [name for name in WEIGHTS if name in names], KEPT in names)
    found = found.rename(columns={"name": "limit", "has": "at", "needs": "needed"})
    keys = ["segment", *_OF]
    return found.reindex(columns=["limit", *keys, "side", "at", "needed"]).fillna(dict.fromkeys(keys, ""))


def _repaired(model: Model, names: Sequence[str], kept: bool) -> pd.DataFrame:
    """Return the least repair of one kind of limit that is enough alone; else of all, of what the law wants last.

    One kind is what people can talk about: a sentence about one limit of several that have to move is not true alone.
    """
    alone = [found for name in names if (found := _tried(model, {name: 1 / WEIGHTS[name]})) is not None]
    if alone:
        return min(alone, key=lambda found: _weight(found))
    every = {name: 1 / WEIGHTS[name] for name in names}
    found = _tried(model, every)
    return found if found is not None else model.smallest_repair({**every, **({KEPT: 0.1} if kept else {})})


def _tried(model: Model, weights: Mapping[str, float]) -> pd.DataFrame | None:
    try:
        return model.smallest_repair(weights)
    except ModelError:
        return None


def _weight(found: pd.DataFrame) -> float:
    return float((found["by"].abs() / found["name"].map(WEIGHTS)).sum())
