"""Several tests at once: p that hold for all of them together."""

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
