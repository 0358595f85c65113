"""Where one stands among others by many measures, and how far chance alone may have taken a rate."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumppanuus.methods.limits import poisson_limits
from kumppanuus.methods.shares import wilson_limits

Floats: TypeAlias = npt.NDArray[np.float64]

FEWEST = 4
"""Others of whom a middle half is told; of fewer it would be the whole range."""


def standing(own: pd.Series[float], others: pd.DataFrame) -> pd.DataFrame:
    """Return where a value stands among those of others, measure by measure.

    Parameters
    ----------
    own : values, indexed by measure.
    others : columns ``measure`` and ``value``, one row for each of the others that has a value.

    Returns
    -------
    Indexed as `own`: ``value``; ``median``, ``low`` and ``high``, the middle value of the others and the ends of
    their middle half (quartiles by linear interpolation between ranks; NaN when fewer than `FEWEST`); ``place`` among
    them and itself, 1 = the highest, equal values share the better place; ``among``, how many were compared.

    References
    ----------
    Quartiles: definition 7 of Hyndman & Fan, Am. Stat. 50 (1996) 361-365.
    """
    by_measure = others.dropna(subset=["value"]).groupby("measure")["value"]
    ends = by_measure.quantile(np.array([0.25, 0.5, 0.75])).unstack().reindex(columns=[0.25, 0.5, 0.75])
    ends.columns = pd.Index(["low", "median", "high"])
    found = pd.DataFrame({"value": own}).join(ends).join(by_measure.size().rename("n"))
    found["n"] = found["n"].fillna(0)
    few = found["n"] < FEWEST
    found[["low", "high"]] = found[["low", "high"]].mask(few)
    higher = others["value"] > others["measure"].map(own)
    found["place"] = 1.0 + higher.groupby(others["measure"]).sum().reindex(found.index).fillna(0).astype(float)
    found["among"] = found["n"].astype(float) + 1
    return found[["value", "median", "low", "high", "place", "among"]]


def rate_limits(value: Floats, cases: Floats, per: Floats, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Return the limits within which chance alone may have taken a rate whose cases are known.

    Parameters
    ----------
    value : the rate. cases : the count behind it. per : what it is of: 100 for per cents, 1,000 and the like for rates.

    Returns
    -------
    Of per cents Wilson's limits, with the total that value and cases imply; of other rates the exact limits of a
    Poisson count, in the unit of the rate. NaN where the cases are not known or none, or `per` is not.
    """
    rate, n, base = (np.asarray(each, dtype=float) for each in (value, cases, per))
    with np.errstate(divide="ignore", invalid="ignore"):
        total = base * n / rate
        least, most = poisson_limits(n, n, confidence)
        known = (n > 0) & (rate > 0) & (base > 0) & (total >= n)
        lower, upper = rate * least / n, rate * most / n
    share = known & (base == 100)
    if share.any():
        ends = np.vectorize(wilson_limits, otypes=[float, float])(n[share], total[share], confidence)
        lower[share], upper[share] = 100 * ends[0], 100 * ends[1]
    return np.where(known, lower, np.nan), np.where(known, upper, np.nan)
