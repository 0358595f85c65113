"""The log-rank test within strata when families are only known beside it: the statistic divided by a design effect.

Groups should be compared within services, and members of a family are no independent witnesses. Counts by group,
service *and* group of families are too many rows of a large register, so two counts of the same relationships are used:
by stratum without families for the statistic, by group of families without strata for what families add to its
variance. The statistic divided by the mean of the (generalised) design effects has the chi-squared distribution to
first order.

References
----------
Rao & Scott, JASA 76 (1981) 221–230 and Annals of Statistics 12 (1984) 46–60 (first-order correction); variance over
clusters: Lin & Wei, JASA 84 (1989) 1074–1078.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from kumppanuus.methods.daygrid import DayCounts
from kumppanuus.methods.logrank import LogRank, clustered_logrank, logrank


@dataclass(frozen=True, slots=True)
class FamilyLogRank:
    """A stratified log-rank test corrected for families.

    test : the stratified test as if relationships were independent. design_effect : by how much families multiply its
        variance, at least 1. statistic, df, p : corrected; NaN when nothing can be compared.
    """

    test: LogRank
    design_effect: float
    statistic: float
    df: int
    p: float


def family_logrank(strata: Sequence[DayCounts], by_family: DayCounts, groups: Sequence[str]) -> FamilyLogRank:
    """Compare groups within strata, with a correction for families.

    Parameters
    ----------
    strata : counts (groups, places) of each stratum.
    by_family : counts (groups of families, groups, places) of the same relationships without strata.
    groups : names of the groups, in the order of the counts.

    Notes
    -----
    The effect is not let fall below 1: that families make groups *more* alike than chance is within the noise of some
    hundred groups of families.
    """
    test = logrank(strata, groups)
    effect = max(_design_effect(by_family, groups), 1.0) if test.df else float("nan")
    statistic = test.statistic / effect
    p = float(chdtrc(test.df, statistic)) if test.df else float("nan")
    return FamilyLogRank(test, effect, statistic, test.df, p)


def _design_effect(by_family: DayCounts, groups: Sequence[str]) -> float:
    pooled = DayCounts(*(each.sum(axis=0) for each in (by_family.entering, by_family.ended, by_family.censored)))
    alone, whole = logrank([pooled], groups), clustered_logrank([by_family], groups)
    if not alone.df:
        return 1.0
    inverse = np.linalg.pinv(alone.variance, hermitian=True, rcond=1e-10)
    return float(np.trace(inverse @ whole.variance) / alone.df)
