"""The sums behind Cox's partial likelihood, from counts by pattern of covariates and day: exact for tied ends.

Patterns are the different rows of covariates; a stratum has its own baseline. With thousands of ends on one day
Efron's correction is a sum over each of them; sums of 1/(a − l) and 1/(a − l)² over l are differences of the digamma
and trigamma functions, so its cost does not grow with the number of ends either.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import gammaln, polygamma, psi

from kumppanuus.methods.intervals import Floats

Ties = Literal["efron", "breslow"]
DIRECT = 64
"""Up to so many ends on a day their corrections are added one by one, above by the closed form."""


@dataclass(frozen=True, slots=True)
class Stratum:
    """Counts of one stratum on its days with ends.

    design : covariates of each pattern, (patterns, variables). days : the days with ends, (days,).
    at_risk, ended : (patterns, days).
    """

    design: Floats
    days: Floats
    at_risk: Floats
    ended: Floats


@dataclass(frozen=True, slots=True)
class DaySums:
    """What a coefficient vector makes of a stratum, day by day.

    risk : exp(covariates × coefficients) by pattern, (patterns,).
    total, tied : Σ risk of those at risk and of those that end, (days,).
    total_x, tied_x : the same times covariates, (days, variables).
    ends : ends on the day, (days,).
    first, first_tied, second, second_tied, second_tied2 : Σ v, Σ u v, Σ v², Σ u v² and Σ u² v² over the day's ends
        l = 0 … d − 1 with u = l / d and v = 1 / (total − u tied); (days,). With Breslow's ties every u is 0.
    """

    risk: Floats
    total: Floats
    tied: Floats
    total_x: Floats
    tied_x: Floats
    ends: Floats
    first: Floats
    first_tied: Floats
    second: Floats
    second_tied: Floats
    second_tied2: Floats

    @property
    def mean_x(self) -> Floats:
        """Mean covariates of those at risk, averaged over the day's ends; (days, variables)."""
        sums = self.first[:, None] * self.total_x - self.first_tied[:, None] * self.tied_x
        return np.asarray(sums / self.ends[:, None])

    @property
    def hazard(self) -> tuple[Floats, Floats]:
        """Hazard of a day for somebody of risk 1 who stays, and for one who ends on it; (days,)."""
        return self.first, self.first - self.first_tied

    @property
    def hazard_x(self) -> tuple[Floats, Floats]:
        """Hazard times mean covariates, for one who stays and for one who ends; (days, variables)."""
        stays = self.second[:, None] * self.total_x - self.second_tied[:, None] * self.tied_x
        less = self.second_tied[:, None] * self.total_x - self.second_tied2[:, None] * self.tied_x
        return stays, stays - less


def day_sums(stratum: Stratum, beta: Floats, ties: Ties) -> DaySums:
    """Return the sums of a stratum at a coefficient vector."""
    with np.errstate(over="ignore"):
        risk = np.exp(stratum.design @ beta)
    weighted, ending = risk[:, None] * stratum.at_risk, risk[:, None] * stratum.ended
    total, ends = weighted.sum(axis=0), stratum.ended.sum(axis=0)
    tied = ending.sum(axis=0)
    total_x, tied_x = weighted.T @ stratum.design, ending.T @ stratum.design
    over = _over_ends(total, tied, ends) if ties == "efron" else _all_at_once(total, ends)
    return DaySums(risk, total, tied, total_x, tied_x, ends, *over)


def log_likelihood(stratum: Stratum, sums: DaySums, beta: Floats, ties: Ties) -> float:
    """Return the log partial likelihood of a stratum."""
    won = float((stratum.ended.sum(axis=1) * (stratum.design @ beta)).sum())
    if ties == "breslow":
        return won - float((sums.ends * np.log(sums.total)).sum())
    return won - float(_log_products(sums.total, sums.tied, sums.ends).sum())


def score(stratum: Stratum, sums: DaySums) -> Floats:
    """Return the derivative of the log likelihood; (variables,)."""
    return np.asarray(stratum.ended.sum(axis=1) @ stratum.design - (sums.ends[:, None] * sums.mean_x).sum(axis=0))


def information(stratum: Stratum, sums: DaySums, weight: Floats | None = None) -> Floats:
    """Return minus the second derivative, the information; with weights (days,) each day's times its weight.

    Returns
    -------
    (variables, variables).
    """
    of_day = np.ones(len(sums.ends)) if weight is None else weight
    risk_weights = stratum.at_risk @ (of_day * sums.first) - stratum.ended @ (of_day * sums.first_tied)
    squares = (stratum.design * (sums.risk * risk_weights)[:, None]).T @ stratum.design
    t, d = sums.total_x, sums.tied_x
    mixed = (t * (of_day * sums.second_tied)[:, None]).T @ d
    outer = (t * (of_day * sums.second)[:, None]).T @ t - mixed - mixed.T
    return np.asarray(squares - outer - (d * (of_day * sums.second_tied2)[:, None]).T @ d)


def _all_at_once(total: Floats, ends: Floats) -> tuple[Floats, ...]:
    nothing = np.zeros(len(ends))
    return ends / total, nothing, ends / total**2, nothing, nothing


def _over_ends(total: Floats, tied: Floats, ends: Floats) -> tuple[Floats, ...]:
    """Return Σ v, Σ u v, Σ v², Σ u v², Σ u² v² over the ends of each day."""
    sums = np.zeros((5, len(ends)))
    few = ends <= DIRECT
    if few.any():
        place = np.arange(int(ends[few].max()), dtype=float)
        there = place < ends[few][:, None]
        u = np.where(there, place / ends[few][:, None], 0.0)
        v = np.where(there, 1.0 / np.where(there, total[few][:, None] - u * tied[few][:, None], 1.0), 0.0)
        sums[:, few] = [v.sum(1), (u * v).sum(1), (v**2).sum(1), (u * v**2).sum(1), (u**2 * v**2).sum(1)]
    if not few.all():
        sums[:, ~few] = _by_closed_form(total[~few], tied[~few], ends[~few])
    return tuple(sums)


def _by_closed_form(total: Floats, tied: Floats, ends: Floats) -> Floats:
    step = tied / ends
    a = total / step
    first = (psi(a + 1) - psi(a - ends + 1)) / step
    second = (polygamma(1, a - ends + 1) - polygamma(1, a + 1)) / step**2
    first_tied = (total * first - ends) / tied  # u v = (total v − 1) / tied
    second_tied = (total * second - first) / tied
    second_tied2 = (total * second_tied - first_tied) / tied
    return np.array([first, first_tied, second, second_tied, second_tied2])


def _log_products(total: Floats, tied: Floats, ends: Floats) -> Floats:
    """Return Σ_l log(total − u_l tied) of each day: a product of equal steps, Γ(a + 1) / Γ(a − d + 1)."""
    step = tied / ends
    a = total / step
    return np.asarray(ends * np.log(step) + gammaln(a + 1) - gammaln(a - ends + 1))
