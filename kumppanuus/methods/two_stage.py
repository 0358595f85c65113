"""Two-stage plans: what has to be decided now, before it is known what comes, and what can be mended afterwards.

>>> plan = TwoStage("min", first, second, terms, limits, scenarios)
>>> found = solve(plan)
>>> found.decided, found.value, found.vss, found.evpi

Staff is hired first and help is bought when demand is known: the plan pays for being right on average over all
scenarios, not for the one expected demand. Its worth is told by three numbers (value of the plan, of a plan for the
mean, of knowing beforehand) and held against scenarios that it has not seen (`held_out`).

References
----------
Birge & Louveaux, Introduction to Stochastic Programming (2011), ch. 1 and 4.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd

from kumppanuus.methods.optimise import Model
from kumppanuus.methods.optimum import Solution

_MEAN = "mean"


@dataclass(frozen=True, slots=True)
class TwoStage:
    """A plan under uncertainty as long frames.

    sense : ``max`` or ``min`` of the expected value.
    first : decided now: columns ``name``, ``value`` (of one unit), ``lower``, ``upper``.
    second : decided when the scenario is known: the same columns, and ``scenario`` where they differ between scenarios
        (a row without one, or the whole frame without the column, holds in all).
    terms : ``row``, ``name``, ``coefficient`` of either stage, and ``scenario`` as above.
    limits : ``row``, ``lower``, ``upper`` of the sum of a row's terms, and ``scenario`` as above.
    scenarios : ``scenario``, ``probability``; the probabilities add up to 1.
    """

    sense: Literal["max", "min"]
    first: pd.DataFrame
    second: pd.DataFrame
    terms: pd.DataFrame
    limits: pd.DataFrame
    scenarios: pd.DataFrame

    def __post_init__(self) -> None:
        if abs(float(self.scenarios["probability"].sum()) - 1) > 1e-9 or (self.scenarios["probability"] < 0).any():
            raise ValueError("probabilities must add up to 1")
        if set(self.first["name"]) & set(self.second["name"]):
            raise ValueError("a name is of one stage")

    def of(self, scenarios: pd.DataFrame) -> TwoStage:
        """Return the same plan under some of its scenarios, or under the same with other probabilities."""
        return replace(self, scenarios=scenarios)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to decide now, and what it is worth; all values in the unit of the objective.

    decided : ``name``, ``amount`` of the first stage. later : ``scenario``, ``name``, ``amount`` of the second.
    value : expected value of the plan (RP, the recourse problem).
    knowing : expected value if one knew beforehand what comes (WS, wait and see).
    of_mean : expected value of the plan that is best for the mean of the scenarios (EEV); ``mean_decided`` is that
        plan. NaN where it leaves some scenario without a way out.
    """

    decided: pd.DataFrame
    later: pd.DataFrame
    value: float
    knowing: float
    of_mean: float
    mean_decided: pd.DataFrame

    @property
    def evpi(self) -> float:
        """What knowing beforehand would be worth: the most that better forecasts may cost."""
        return abs(self.knowing - self.value)

    @property
    def vss(self) -> float:
        """What it is worth to plan for all scenarios instead of for their mean; NaN as in `of_mean`."""
        return abs(self.value - self.of_mean)


def solve(plan: TwoStage) -> Plan:
    """Find what to decide now, with what knowing beforehand and planning for the mean would give.

    Raises
    ------
    ValueError
        No decision satisfies every scenario, or the value has no end.
    """
    found = _solved(plan)
    mean = _amounts(_solved(_mean(plan)))
    later = found.values("second").rename(columns={"value": "amount"})[["scenario", "name", "amount"]]
    return Plan(_amounts(found), later, float(found.objective), knowing(plan), held_out(plan, mean), mean)


def knowing(plan: TwoStage) -> float:
    """Return the expected value if everything could be decided when the scenario is known (WS, wait and see).

    Raises
    ------
    ValueError
        As in `solve`.
    """
    everything = pd.concat([plan.first, plan.second], ignore_index=True)
    return float(_solved(replace(plan, first=plan.first.iloc[:0], second=everything)).objective)


def held_out(plan: TwoStage, decided: pd.DataFrame) -> float:
    """Return the expected value of decisions that are already made, such as under scenarios they were not made for.

    Parameters
    ----------
    plan : with the scenarios to hold them against. decided : ``name``, ``amount`` of the first stage.

    Returns
    -------
    NaN where some scenario is then left without a way out.
    """
    amounts = plan.first["name"].map(decided.set_index("name")["amount"]).to_numpy(dtype=float)
    fixed = plan.first.assign(lower=amounts, upper=amounts)
    solution = _model(replace(plan, first=fixed)).solve()
    return float(solution.objective) if solution.status == "optimal" else float("nan")


def _solved(plan: TwoStage) -> Solution:
    solution = _model(plan).solve()
    if solution.status != "optimal":
        raise ValueError(f"no plan for every scenario: {solution.status}")
    return solution


def _amounts(solution: Solution) -> pd.DataFrame:
    return solution.values("first").rename(columns={"value": "amount"})[["name", "amount"]]


def _model(plan: TwoStage) -> Model:
    """Return the plan as one linear programme over all scenarios."""
    second, terms, limits = (_everywhere(each, plan.scenarios) for each in (plan.second, plan.terms, plan.limits))
    model = Model(plan.sense)
    if len(plan.first):
        model.variables("first", plan.first[["name", "lower", "upper"]], lower="lower", upper="upper")
        model.objective("first", plan.first[["name", "value"]].rename(columns={"value": "coefficient"}))
    model.variables("second", second[["scenario", "name", "lower", "upper"]], lower="lower", upper="upper")
    weighed = second.assign(coefficient=second["value"] * second["probability"])
    model.objective("second", weighed[["scenario", "name", "coefficient"]])
    now = terms["name"].isin(plan.first["name"])
    parts = {"first": terms[now], "second": terms[~now]}
    columns = ["scenario", "row", "name", "coefficient"]
    model.constraints(
        "rows", limits[["scenario", "row", "lower", "upper"]],
        {name: part[columns] for name, part in parts.items() if len(part)}, lower="lower", upper="upper",
    )  # fmt: skip
    return model


def _everywhere(frame: pd.DataFrame, scenarios: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of each scenario with its probability; what names no scenario is in every one."""
    if "scenario" not in frame:
        return frame.merge(scenarios, how="cross")
    general = frame[frame["scenario"].isna()].drop(columns="scenario").merge(scenarios, how="cross")
    own = frame.dropna(subset=["scenario"]).merge(scenarios, on="scenario", how="inner")
    return pd.concat([each for each in (own, general) if len(each)], ignore_index=True)


def _mean(plan: TwoStage) -> TwoStage:
    """Return the plan under one scenario: the mean of what differs between them."""
    return replace(
        plan,
        second=_averaged(plan.second, plan.scenarios, ["name"]),
        terms=_averaged(plan.terms, plan.scenarios, ["row", "name"]),
        limits=_averaged(plan.limits, plan.scenarios, ["row"]),
        scenarios=pd.DataFrame({"scenario": [_MEAN], "probability": [1.0]}),
    )


def _averaged(frame: pd.DataFrame, scenarios: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return the mean of every number over the scenarios; it has no end where it has none in some scenario."""
    every = _everywhere(frame, scenarios[scenarios["probability"] > 0])
    numbers = [name for name in every.columns if name not in (*keys, "scenario", "probability")]
    weighed = every[numbers].mul(every["probability"], axis=0)
    return weighed.groupby([every[key] for key in keys], sort=True).sum().reset_index()
