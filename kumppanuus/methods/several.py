"""Several tests or intervals at once: p and confidence that hold for all of them together."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kumppanuus.methods.intervals import Floats


def holm(p: npt.ArrayLike) -> Floats:
    """Return p adjusted so that the chance of any false finding among all of them is at most what is asked for.

    Parameters
    ----------
    p : of each test; NaN is no test and stays NaN.

    References
    ----------
    Holm, Scand. J. Statist. 6 (1979) 65–70.
    """
    given = np.asarray(p, dtype=float)
    known = np.flatnonzero(~np.isnan(given))
    order = known[np.argsort(given[known], kind="stable")]
    steps = given[order] * np.arange(len(order), 0, -1)
    found = np.full(len(given), np.nan)
    found[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return found


def confidence_of_each(together: float, intervals: int) -> float:
    """Return the confidence that each of several intervals needs so that all of them together have the one asked for.

    Parameters
    ----------
    together : such as 0.95: the chance that none of the intervals misses is at least this. intervals : how many.

    References
    ----------
    Dunn, J. Am. Stat. Assoc. 56 (1961) 52–64 (Bonferroni's inequality).
    """
    return 1 - (1 - together) / max(intervals, 1)
