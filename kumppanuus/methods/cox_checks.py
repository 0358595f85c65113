"""What is asked of a fitted Cox model: errors that keep families whole, and whether its ratios last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc

from kumppanuus.methods import cox_sums as sums
from kumppanuus.methods.cox_fit import Fitted
from kumppanuus.methods.cox_rows import Part, Rows
from kumppanuus.methods.cox_sums import DaySums
from kumppanuus.methods.intervals import Floats
from kumppanuus.methods.survival import kaplan_meier


@dataclass(frozen=True, slots=True)
class FactorTests:
    """One test a factor, and one of all together.

    factors : names, the last is ``GLOBAL``. statistic, df, p : chi-squared.
    """

    factors: tuple[str, ...]
    statistic: Floats
    df: npt.NDArray[np.int64]
    p: Floats


def sandwich(rows: Rows, parts: Sequence[Part], fitted: Fitted, cluster: npt.NDArray[np.int64]) -> Floats:
    """Return Σ over clusters of squared influence: the covariance when people of one cluster are alike."""
    influence = np.zeros((int(cluster.max(initial=-1)) + 1, len(rows.names)))
    for part, of_days in zip(parts, fitted.of_days, strict=True):
        here = part.rows
        np.add.at(influence, cluster[here], _score_residuals(rows, part, of_days, fitted.beta) * rows.n[here, None])
    influence = influence @ fitted.covariance
    return np.asarray(influence.T @ influence)


def _score_residuals(rows: Rows, part: Part, of_days: DaySums, beta: Floats) -> Floats:
    """Return what each row of a stratum adds to the score, its expected part taken off; (rows, variables)."""
    here, days = part.rows, part.stratum.days
    x, event = rows.design[here], rows.event[here] > 0
    risk = np.exp(x @ beta)
    stays, ends = of_days.hazard
    stays_x, ends_x = of_days.hazard_x
    since = np.searchsorted(days, rows.entry[here], side="right")
    until = np.searchsorted(days, rows.duration[here], side="right")
    gathered, gathered_x = np.append(0.0, np.cumsum(stays)), np.vstack([0 * x[:1], np.cumsum(stays_x, axis=0)])
    hazard, hazard_x = gathered[until] - gathered[since], gathered_x[until] - gathered_x[since]
    last = until[event] - 1
    hazard[event] += (ends - stays)[last]
    hazard_x[event] += (ends_x - stays_x)[last]
    residual = -risk[:, None] * (x * hazard[:, None] - hazard_x)
    residual[event] += x[event] - of_days.mean_x[last]
    return np.asarray(residual)


def proportionality(
    rows: Rows, parts: Sequence[Part], fitted: Fitted, kept: npt.NDArray[np.int64]
) -> FactorTests:  # fmt: skip
    """Test whether coefficients change with 1 − S(t): the score test of x × (g(t) − mean g) beside x."""
    factors, places = factors_of([rows.names[place] for place in kept])
    size, slope = len(rows.names), np.zeros(len(rows.names))
    plain, mixed, bent = np.zeros((size, size)), np.zeros((size, size)), np.zeros((size, size))
    for part, of_days, g in zip(parts, fitted.of_days, _times(rows, parts), strict=True):
        stratum = part.stratum
        slope += (stratum.ended @ g) @ stratum.design - ((g * of_days.ends)[:, None] * of_days.mean_x).sum(axis=0)
        plain += sums.information(stratum, of_days)
        mixed += sums.information(stratum, of_days, g)
        bent += sums.information(stratum, of_days, g**2)
    free = bent - mixed @ np.linalg.pinv(plain, hermitian=True) @ mixed
    tests = [*(kept[each] for each in places), kept]
    statistic = np.array([slope[each] @ np.linalg.pinv(free[np.ix_(each, each)]) @ slope[each] for each in tests])
    df = np.array([len(each) for each in tests], dtype=np.int64)
    return FactorTests((*factors, "GLOBAL"), statistic, df, np.asarray(chdtrc(df, statistic)))


def factors_of(names: Sequence[str]) -> tuple[list[str], list[list[int]]]:
    """Return the factors that variables belong to, and the places of each one's variables."""
    of = [name.split("=")[0] for name in names]
    factors = list(dict.fromkeys(of))
    return factors, [[place for place, each in enumerate(of) if each == factor] for factor in factors]


def _times(rows: Rows, parts: Sequence[Part]) -> list[Floats]:
    """Return g(t) = 1 − S(t−) of all strata together on each stratum's days, less its mean over all ends."""
    if not parts:
        return []
    curve = kaplan_meier(rows.entry, rows.duration, rows.event, rows.n)
    before = [1.0 - curve.survival[(part.stratum.days - 1).astype(np.int64)] for part in parts]
    ends = [part.stratum.ended.sum(axis=0) for part in parts]
    mean = sum(float(g @ d) for g, d in zip(before, ends, strict=True)) / sum(float(d.sum()) for d in ends)
    return [g - mean for g in before]
