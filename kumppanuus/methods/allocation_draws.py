"""Which decisions of an allocation stay the same when the judgements behind it are drawn anew between their limits."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumppanuus.methods.allocation import Plan, propose
from kumppanuus.methods.allocation_case import WHERE, Case, Limits, Numbers, gained
from kumppanuus.methods.allocation_model import FIXED, variables
from kumppanuus.methods.optimum import Solution
from kumppanuus.methods.solver import solve

LEAST_DRAWS = 200
SAME = 0.02
"""A service whose volume moves by less than this share of today's is kept as it is."""
_NARROW = 1e-9


@dataclass(frozen=True, slots=True)
class Steadiness:
    """How far a plan hangs on judgements.

    decisions : service, ``now``, ``proposed`` (families), ``decision`` (1 grow, 0 keep, -1 shrink) of the plan at the
        judged values, and in which share of the draws the best plan would ``grow``, ``keep`` or ``shrink`` it, and say
        the ``same``.
    gain, lower, upper : benefit of the plan over today's, as a share of today's: at the judged values, and the 2.5th
        and 97.5th percentile over the draws, the plan staying as it is.
    draws : how many.
    """

    decisions: pd.DataFrame
    gain: float
    lower: float
    upper: float
    draws: int


def pert(lower: Numbers, value: Numbers, upper: Numbers, quantiles: Numbers) -> Numbers:
    """Return quantiles of beta-PERT distributions: most likely `value`, nothing outside `lower` and `upper`.

    Parameters
    ----------
    lower, value, upper : shape (n,). quantiles : shape (draws, n), 0–1.

    References
    ----------
    D. G. Malcolm, J. H. Roseboom, C. E. Clark and W. Fazar, Operations Research 7, 1959, 646–669.
    """
    from scipy.special import betaincinv

    width = np.maximum(upper - lower, _NARROW)
    first, second = 1 + 4 * (value - lower) / width, 1 + 4 * (upper - value) / width
    drawn = lower + width * betaincinv(first, second, quantiles)
    return np.where(upper - lower > _NARROW, drawn, value)


def steadiness(case: Case, limits: Limits, intervals: pd.DataFrame, *, draws: int = LEAST_DRAWS, seed: int = 0,
               same: float = SAME, plan: Plan | None = None) -> Steadiness:  # fmt: skip
    """Solve the allocation again and again with benefits drawn between their limits.

    Somebody who thinks too well of a service does so for all segments: the benefits of one service move together, those
    of different services do not. What is wanted of areas and segments is measured with the judged values throughout.

    Parameters
    ----------
    intervals : segment, service, ``lower``, ``upper`` around the case's benefits.
    plan : what `propose` says, if that is known already.

    Raises
    ------
    ModelError
        KU916 when there is no plan within the limits.
    """
    told = case.benefits.merge(intervals, on=["segment", "service"], how="left")
    lower, value, upper = (told[name].fillna(told["benefit"]).to_numpy(float) for name in ("lower", "benefit", "upper"))
    services, of = np.unique(told["service"].to_numpy(str), return_inverse=True)
    quantiles = np.random.default_rng(seed).uniform(size=(draws, len(services)))
    drawn = pert(lower, value, upper, quantiles[:, of])
    x, planned, redone = _solved(case, limits, (plan or propose(case, limits)).solution, told, drawn)
    return Steadiness(_decisions(case, x, planned, redone, same), *_gain(case, limits, x, planned, told, drawn), draws)


def _solved(
    case: Case, limits: Limits, solution: Solution, told: pd.DataFrame, drawn: Numbers
) -> tuple[pd.DataFrame, Numbers, Numbers]:
    """Return the variables, the plan at the judged values, and the plans of the draws (draws, variables)."""
    x = variables(case, limits)
    place = told[["segment", "service"]].assign(place=range(len(told)))
    row = x.merge(place, on=["segment", "service"], how="left")["place"].to_numpy(float)
    judged = (x["tranche"] != FIXED).to_numpy()
    at = np.where(judged, np.nan_to_num(row), 0).astype(np.int64)
    worth = np.array([0.0, *(share for _, share in limits.tranches)])[x["tranche"].to_numpy() + 1]
    planned = solution.values("families")["value"].to_numpy(float)
    order = _places(solution)
    redone, last, cost = np.empty((len(drawn), len(x))), solution.outcome, solution.programme.cost.copy()
    for draw, benefits in enumerate(drawn):
        cost[order] = benefits[at] * worth
        last = solve(replace(solution.programme, cost=cost), like=last)
        redone[draw] = last.values[order]
    return x, planned, redone


def _places(solution: Solution) -> npt.NDArray[np.int64]:
    """Return where each variable stands in the programme, which sorts them by their keys."""
    numbered = replace(solution.outcome, values=np.arange(len(solution.outcome.values), dtype=float))
    return replace(solution, outcome=numbered).values("families")["value"].to_numpy(dtype=np.int64)


def _decisions(case: Case, x: pd.DataFrame, planned: Numbers, redone: Numbers, same: float) -> pd.DataFrame:
    services, of = np.unique(x["service"].to_numpy(str), return_inverse=True)
    member = (of[:, None] == np.arange(len(services))).astype(float)
    now = case.now.groupby("service")["families"].sum().reindex(services).fillna(0.0).to_numpy(float)

    def way(volume: Numbers) -> Numbers:
        moved = volume - now
        return np.where(np.abs(moved) <= same * now + _NARROW, 0.0, np.sign(moved))

    plan, ways = way(planned @ member), way(redone @ member)
    return pd.DataFrame({
        "service": services, "now": now, "proposed": planned @ member, "decision": plan,
        "grow": (ways > 0).mean(axis=0), "keep": (ways == 0).mean(axis=0), "shrink": (ways < 0).mean(axis=0),
        "same": (ways == plan).mean(axis=0),
    })  # fmt: skip


def _gain(case: Case, limits: Limits, x: pd.DataFrame, planned: Numbers, told: pd.DataFrame, drawn: Numbers
          ) -> tuple[float, float, float]:  # fmt: skip
    """Return by which share of today's benefit the plan is better: at the judged values, and over the draws."""
    both = ["segment", "service"]
    sides = []
    for volumes in (x[[*WHERE, "production"]].assign(families=planned), case.now):
        rows = gained(case, limits, volumes).groupby(both)["gain"].sum().reset_index()
        sides.append(told[both].merge(rows, on=both, how="left")["gain"].fillna(0.0))
    planned_, today = (side.to_numpy(float) for side in sides)
    judged = told["benefit"].to_numpy(float)
    if judged @ today <= 0:
        return np.nan, np.nan, np.nan
    share = (drawn @ (planned_ - today)) / (drawn @ today)
    lower, upper = np.quantile(share, [0.025, 0.975])
    return float(judged @ (planned_ - today) / (judged @ today)), float(lower), float(upper)
