"""What families add to the error of a survival curve and of its restricted mean: the bootstrap over groups of families.

Relationships of one family tend to begin and end together, so Greenwood's variance, which takes every relationship for
an independent one, is too small. Groups of whole families are resampled by Poisson weights
(`intervals.family_weights`); the variance over the samples beside Greenwood's on the same grid is what families add,
and Greenwood's by day times this is the variance that is published. The groups' grid may be coarser than days
(`monthgrid`).

References
----------
Bootstrap of censored data, of clusters: Davison & Hinkley, Bootstrap Methods and their Application (1997), sections
3.5 and 3.8.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kumppanuus.methods.daygrid import DayCounts
from kumppanuus.methods.intervals import Floats, loglog_limits, resampled_survival
from kumppanuus.methods.monthgrid import Whole, carried_variance
from kumppanuus.methods.survival import RestrictedMean, Survival, greenwood_terms, hazards, survival_curve


def with_family_band(curve: Survival, by_group: DayCounts, weights: Floats, ends: Whole | None = None) -> Survival:
    """Return the curve with variance and limits from the bootstrap over groups of whole families.

    Parameters
    ----------
    curve : exact, of the same people by day.
    by_group : counts (groups, places of a grid), each family in one group.
    weights : (replicates, groups).
    ends : the day on which each place of the grid of `by_group` ends, such as `monthgrid.month_ends`; None = it is by
        day, and the variance that of the samples itself.

    Notes
    -----
    With members in fewer than two groups no variance between families can be seen: variance and limits are NaN.
    """
    place_ends = np.arange(by_group.last_day + 1) if ends is None else ends
    coarse = _conditional(by_group, place_ends, curve.from_day)
    variance = np.full(len(curve.days), np.nan)
    if np.count_nonzero(coarse.entering.sum(axis=1)) >= 2:
        pooled = survival_curve(coarse.pooled())
        samples = resampled_survival(coarse.at_risk, coarse.ended, weights)[:, : len(pooled.days)]
        spread = samples.std(axis=0, ddof=1)
        greenwood = _greenwood(curve)
        variance = carried_variance(greenwood, curve.days, pooled.variance, spread, place_ends[: len(pooled.days)])
    lower, upper = loglog_limits(curve.survival, np.sqrt(variance), curve.confidence)
    return replace(curve, variance=variance, lower=lower, upper=upper, interval="family bootstrap")


def family_restricted_mean(
    curve: Survival, tau: int, by_group: DayCounts, weights: Floats, ends: Whole | None = None
) -> RestrictedMean:
    """Return the restricted mean of a curve with the standard error of the bootstrap over groups of whole families.

    Parameters
    ----------
    curve, by_group, weights, ends : as in `with_family_band`. tau : in days, see `Survival.restricted_mean`.

    Notes
    -----
    The error is the Greenwood-type one by day times the ratio of the two on the grid of `by_group`, where the mean is
    taken up to the first place that ends on day `tau` or later. NaN when fewer than two groups have members.
    """
    place_ends = np.arange(by_group.last_day + 1) if ends is None else ends
    coarse = _conditional(by_group, place_ends, curve.from_day)
    plain = curve.restricted_mean(tau)
    if np.isnan(plain.value) or np.count_nonzero(coarse.entering.sum(axis=1)) < 2:
        return replace(plain, standard_error=np.nan, error="family bootstrap")
    until = min(int(np.searchsorted(place_ends, tau)), len(place_ends) - 1)
    widths = np.diff(np.append(place_ends[:until], tau)).astype(np.float64)
    samples = resampled_survival(coarse.at_risk[:, :until], coarse.ended[:, :until], weights) @ widths
    pooled = coarse.pooled()
    steps = np.cumprod(1.0 - hazards(pooled.ended[:until], pooled.at_risk[:until])) * widths
    area_left = np.cumsum(steps[::-1])[::-1]
    terms = greenwood_terms(pooled.at_risk[:until], pooled.ended[:until], 0.0)
    model = np.sqrt(np.sum(area_left**2 * terms))
    effect = samples.std(ddof=1) / model if model > 0 else 1.0
    return RestrictedMean(plain.value, float(plain.standard_error * effect), "family bootstrap")


def _conditional(by_group: DayCounts, ends: Whole, from_day: int) -> DayCounts:
    """Return the counts of those who last beyond the place of the grid that ends on `from_day` or before it."""
    return by_group.lasting(int(np.searchsorted(ends, from_day, side="right")) - 1)


def _greenwood(curve: Survival) -> Floats:
    with np.errstate(invalid="ignore"):
        gathered = np.cumsum(greenwood_terms(curve.at_risk, curve.events, np.inf))
        return np.asarray(curve.survival**2 * gathered, dtype=np.float64)
