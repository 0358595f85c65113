"""Continuity of care: how far the contacts of one family are with the same people.

Of one family: n_s contacts with source s (a worker), N = Σ n_s.

* COC = (Σ n_s² − N) / (N (N − 1)): the share of all pairs of contacts that are with the same source (N ≥ 2);
* UPC = max n_s / N: the share of contacts with the usual source;
* HHI = Σ (n_s / N)²; COC = (N · HHI − 1) / (N − 1);
* SECON: the share of contacts, but the first, that are with the source of the contact before.

When each contact falls on source s with probability p_s whatever came before, COC and SECON have the mean Σ p_s² for
every N, while UPC and HHI are larger the fewer the contacts: of one contact both are 1. In real services all four fall
with N, because time brings new workers; so they are compared within strata of N.

Across the *workers of one service* they measure continuity. Across *services* they measure breadth: a family should
meet several services, and breadth alone is no fault.

References
----------
Bice & Boxerman, Medical Care 15 (1977) 347–349 (COC); Steinwachs, Medical Care 17 (1979) 551–565 (SECON); Breslau &
Reeb, J. Med. Educ. 50 (1975) 965–969 (UPC).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumppanuus.methods.intervals import Floats

LEAST_CONTACTS = 4
"""Fewer contacts of a family say too little of it."""
LEAST_GROUPS = 5
"""Fewer groups with families, and their spread is not known."""


@dataclass(frozen=True, slots=True)
class Means:
    """Means over families of a number between 0 and 1, with limits; one entry each.

    value, lower, upper : shape (k,); NaN without families, limits NaN where fewer than `LEAST_GROUPS` groups have any.
    families : how many are behind each.
    """

    value: Floats
    lower: Floats
    upper: Floats
    families: Floats


def continuity(contacts: pd.DataFrame, *, of: str | Sequence[str], source: str) -> pd.DataFrame:
    """Return the indices of every family (or family and service).

    Parameters
    ----------
    contacts : one row a contact. of : the columns that name whose contacts they are. source : whom each was with.

    Returns
    -------
    Indexed by `of`: ``contacts`` (N), ``sources``, ``coc`` (NaN when N = 1), ``upc``, ``hhi``. Rows without a source
    are left out.
    """
    by = [of] if isinstance(of, str) else list(of)
    known = contacts.dropna(subset=[source])
    per_source = known.groupby([*by, source], sort=True).size()
    grouped = per_source.groupby(by)
    total = grouped.sum().astype(float)
    squares = (per_source.astype(float) ** 2).groupby(by).sum()
    pairs = (total * (total - 1)).where(total > 1)
    return pd.DataFrame(
        {
            "contacts": total,
            "sources": grouped.size().astype(float),
            "coc": (squares - total) / pairs,
            "upc": grouped.max() / total,
            "hhi": squares / total**2,
        }
    )


def sequential(contacts: pd.DataFrame, *, of: str | Sequence[str], time: str, source: str) -> pd.Series[float]:
    """Return SECON of every family (or family and service).

    Parameters
    ----------
    contacts : one row a contact. of, source : as in :func:`continuity`. time : when each was, such as its day.

    Returns
    -------
    Share of the times but the first at which somebody of the time before is met again; NaN with one time. The order
    within one time is not known: whoever is met then is met together, so the order of rows changes nothing.
    """
    by = [of] if isinstance(of, str) else list(of)
    known = contacts.dropna(subset=[source])[[*by, time, source]].drop_duplicates()
    times = known[[*by, time]].drop_duplicates().sort_values([*by, time], kind="stable")
    place = times.groupby(by, sort=False).cumcount()
    placed = known.merge(times.assign(_place=place), on=[*by, time])
    again = placed.merge(placed.assign(_place=placed["_place"] + 1), on=[*by, source, "_place"])
    met = again[[*by, "_place"]].drop_duplicates().groupby(by).size()
    steps = times.groupby(by).size() - 1
    return (met.reindex(steps.index, fill_value=0) / steps.where(steps > 0)).rename("secon").astype(float)


def family_means(families: npt.ArrayLike, sums: npt.ArrayLike, weights: Floats, confidence: float = 0.95) -> Means:
    """Return means over families with limits from a bootstrap of whole groups of families.

    Parameters
    ----------
    families : families by group and entry, shape (groups, k). sums : sums of their numbers (0–1 each), likewise.
    weights : (replicates, groups), see :func:`kumppanuus.methods.intervals.family_weights`.
    confidence : of the percentile limits.

    Raises
    ------
    ValueError
        When the shapes do not fit.

    References
    ----------
    Poisson bootstrap: Hanley & MacGibbon, Computer Methods and Programs in Biomedicine 83 (2006) 57–62.
    """
    n, total = np.atleast_2d(np.asarray(families, dtype=float)), np.atleast_2d(np.asarray(sums, dtype=float))
    if n.shape != total.shape or weights.shape[1] != n.shape[0]:
        raise ValueError("families, sums and weights: shapes must fit")
    with np.errstate(divide="ignore", invalid="ignore"):
        value = total.sum(axis=0) / n.sum(axis=0)
        drawn = (weights @ total) / (weights @ n)
    value = np.where(n.sum(axis=0) > 0, value, np.nan)
    enough = (n > 0).sum(axis=0) >= LEAST_GROUPS
    tail = 100 * (1 - confidence) / 2
    lower, upper = (np.full(n.shape[1], np.nan) for _ in range(2))
    if enough.any():
        lower[enough], upper[enough] = np.nanpercentile(drawn[:, enough], [tail, 100 - tail], axis=0)
    return Means(value, np.minimum(lower, value), np.maximum(upper, value), n.sum(axis=0))
