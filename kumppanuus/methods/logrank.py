"""Do groups end at different rates? The log-rank test from day counts, with late entry, groups, strata, clusters.

On every day with ends the ends of a group are compared with what it would have if all under observation were equally
likely to end. Somebody is at risk on ``(entry, exit]``, as in `survival`: late entry is part of the numbers at risk.
Strata (services) are compared within themselves and added up, so that a group is not taken for a slow one only
because it uses slow services.

References
----------
Mantel, Cancer Chemotherapy Reports 50 (1966) 163–170; late entry: Andersen et al., Statistical Models Based on
Counting Processes (1993), ch. V; clusters: Lin & Wei, JASA 84 (1989) 1074–1078.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.special import chdtrc

from kumppanuus.methods.daygrid import DayCounts, day_counts
from kumppanuus.methods.intervals import Floats

if TYPE_CHECKING:
    import pandas as pd

_ROUNDING = 1e-9
"""A variance so much smaller than the largest one is a rounding error."""


@dataclass(frozen=True, slots=True)
class LogRank:
    """The result of a log-rank test.

    groups : names, shape (k,). observed, expected : ends of each group, summed over days and strata; (k,).
    variance : of observed − expected, (k, k).
    statistic, df, p : chi-squared, its degrees of freedom (groups that are ever compared, less one), P of a larger
        one when all groups end alike; statistic and p are NaN when nothing can be compared (df 0).
    kind : whose variance it is: the hypergeometric one, or that of clusters of whole families.
    """

    groups: tuple[str, ...]
    observed: Floats
    expected: Floats
    variance: Floats
    statistic: float
    df: int
    p: float
    kind: Literal["hypergeometric", "cluster"] = "hypergeometric"


def logrank(strata: Sequence[DayCounts], groups: Sequence[str]) -> LogRank:
    """Compare groups within strata.

    Parameters
    ----------
    strata : counts (groups, days) of each stratum; one for a test without strata.
    groups : names of the groups, in the order of the counts.

    Notes
    -----
    The variance takes every relationship for an independent one. For relationships of brothers and sisters, which
    tend to end together, use `clustered_logrank`.
    """
    k = len(groups)
    observed, expected, variance = np.zeros(k), np.zeros(k), np.zeros((k, k))
    for counts in strata:
        at_risk, ended = _on_days_with_ends(counts)
        of_all, ends = at_risk.sum(axis=0), ended.sum(axis=0)
        share = at_risk / of_all
        left = np.where(of_all > 1, (of_all - ends) / np.maximum(of_all - 1, 1), 0.0)
        observed += ended.sum(axis=1)
        expected += share @ ends
        variance += np.diag(share @ (ends * left)) - (share * (ends * left)) @ share.T
    return _tested(groups, observed, expected, variance, "hypergeometric")


def clustered_logrank(strata: Sequence[DayCounts], groups: Sequence[str]) -> LogRank:
    """Compare groups within strata with a variance that keeps families whole.

    Parameters
    ----------
    strata : counts (clusters, groups, days) of each stratum; families are dealt whole to clusters, the same ones in
        every stratum.

    Notes
    -----
    The score O − E is a sum over clusters; its variance is the sum of their squared parts (Lin & Wei's sandwich). It
    needs some twenty clusters with ends or more; with as many clusters as groups the test cannot reject.
    """
    k, parts = len(groups), np.zeros(0)
    observed, expected = np.zeros(k), np.zeros(k)
    for counts in strata:
        at_risk, ended = _on_days_with_ends(counts)
        of_group, ends = at_risk.sum(axis=0), ended.sum(axis=(0, 1))
        hazard = ends / of_group.sum(axis=0)
        share = of_group / of_group.sum(axis=0)
        surplus = ended - at_risk * hazard
        mine = surplus.sum(axis=2) - np.einsum("cd,gd->cg", surplus.sum(axis=1), share)
        parts = mine if not parts.size else parts + mine
        observed += ended.sum(axis=(0, 2))
        expected += share @ ends
    return _tested(groups, observed, expected, parts.T @ parts if parts.size else np.zeros((k, k)), "cluster")


def logrank_by(frame: pd.DataFrame, group: str, strata: Sequence[str] = (), *, cluster: str = "") -> LogRank:
    """Compare the groups of a frame of counts.

    Parameters
    ----------
    frame : columns ``entry`` (days; missing column = all 0), ``duration`` (days), ``event`` (bool or 0/1), ``n``
        (missing column = 1 a row), the group and the strata.
    cluster : column of numbers or names of clusters (groups of whole families); given, the variance is theirs.
    """
    codes, names = frame[group].astype(str).factorize(sort=True)
    clusters, known = frame[cluster].factorize(sort=True) if cluster else (np.zeros(len(frame), dtype=np.int64), [0])
    parts = _places(frame, strata) if strata else [np.ones(len(frame), dtype=bool)]
    counts = []
    for part in parts:
        rows = frame[part]
        flat = day_counts(
            rows["entry"] if "entry" in rows else np.zeros(len(rows)), rows["duration"], rows["event"],
            rows.get("n"), group=clusters[part] * len(names) + codes[part],
            groups=len(known) * len(names),
        )  # fmt: skip
        counts.append(_shaped(flat, (len(known), len(names))) if cluster else flat)
    return (clustered_logrank if cluster else logrank)(counts, tuple(map(str, names)))


def _places(frame: pd.DataFrame, strata: Sequence[str]) -> list[np.ndarray]:
    number = frame.groupby(list(strata), sort=True, observed=True).ngroup().to_numpy()
    return [number == each for each in range(int(number.max(initial=-1)) + 1)]


def _shaped(counts: DayCounts, shape: tuple[int, int]) -> DayCounts:
    arrays = (counts.entering, counts.ended, counts.censored)
    return DayCounts(*(each.reshape(*shape, each.shape[-1]) for each in arrays))


def _on_days_with_ends(counts: DayCounts) -> tuple[Floats, Floats]:
    days = counts.ended.reshape(-1, counts.ended.shape[-1]).any(axis=0)
    return counts.at_risk[..., days], counts.ended[..., days]


def _tested(
    groups: Sequence[str], observed: Floats, expected: Floats, variance: Floats,
    kind: Literal["hypergeometric", "cluster"],
) -> LogRank:  # fmt: skip
    # A group that was never at risk together with another one has no variance and no say; the differences of groups
    # that are compared add up to 0, so that one of them says nothing new.
    scale = float(np.trace(variance))
    df = int(np.linalg.matrix_rank(variance, tol=_ROUNDING * scale, hermitian=True)) if scale > 0 else 0
    statistic = p = float("nan")
    if df:
        surplus = observed - expected
        statistic = float(surplus @ np.linalg.pinv(variance, rcond=_ROUNDING, hermitian=True) @ surplus)
        p = float(chdtrc(df, statistic))
    return LogRank(tuple(groups), observed, expected, variance, statistic, df, p, kind)
