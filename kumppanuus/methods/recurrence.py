"""How often it happens again: the mean cumulative function of events that can come more than once.

R(t), the mean number of events of one subject up to day t, is the sum over days of events / subjects at risk
(Nelson–Aalen for recurrent events). It assumes nothing about how events of one subject depend on each other, and with
the robust variance neither does its interval. Somebody is at risk on ``(entry, exit]``; one who has an event stays at
risk after it, in a row of counts that begins where the last one ended.

Everything is a sum over days of sums over subjects, so counts of several registers, or of buckets, may be added: the
estimate needs counts by day, the variance those by day and *cluster*. With one subject a cluster that is Lawless and
Nadeau's variance; with groups of whole families it also holds when brothers and sisters come back together.

References
----------
Lawless & Nadeau, Technometrics 37 (1995) 158–168; Nelson, J. Quality Technology 27 (1995) 147–157; late entry:
Andersen et al., Statistical Models Based on Counting Processes (1993), ch. IV; with an event that ends it all: Ghosh &
Lin, Biometrics 56 (2000) 554–562.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from kumppanuus.methods.daygrid import DayCounts, day_counts
from kumppanuus.methods.intervals import Floats, normal_quantile

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class MeanCumulative:
    """A mean cumulative function on whole days.

    days : 0 … the last day anybody was observed.
    at_risk, events : subjects at risk and events on each day (0 on day 0).
    mean : R(t), mean number of events of one subject up to and including each day; 0 on day 0.
    variance_poisson : as if events were independent of each other (Aalen); too small when some have many.
    variance_robust : from clusters; NaN when there are fewer than two.
    lower, upper : limits of `mean` at `confidence` on the log scale, from the robust variance (the other one where
        there is none); 0 while R = 0.
    """

    days: npt.NDArray[np.int64]
    at_risk: Floats
    events: Floats
    mean: Floats
    variance_poisson: Floats
    variance_robust: Floats
    lower: Floats
    upper: Floats
    confidence: float = 0.95

    @property
    def last_day(self) -> int:
        """The last day anybody was observed."""
        return int(self.days[-1])

    def at(self, day: int) -> tuple[float, float, float]:
        """Return R and its limits at `day`; NaN after the last observed day."""
        if not 0 <= day <= self.last_day:
            return (np.nan, np.nan, np.nan)
        return (float(self.mean[day]), float(self.lower[day]), float(self.upper[day]))


def mean_cumulative(counts: DayCounts, *, confidence: float = 0.95, staying: Floats | None = None) -> MeanCumulative:
    """Estimate R(t) from day counts.

    Parameters
    ----------
    counts : (clusters, days): `ended` are the events. Counts without clusters, (days,), give no robust variance.
    staying : S(t), share of subjects that nothing has ended for good by each day, as long as the days. Given, an
        event on day t counts S(t − 1): R(t) is then the mean number among all subjects, those who left for good
        included (Ghosh & Lin's estimator); None = the mean number as long as nothing ends it.

    Notes
    -----
    Robust variance: Σ over clusters of U²(t), U(t) = Σ_{s ≤ t} (events − at risk × dR(s)) / at risk of all. With
    `staying` it holds S as known, which is a little too small where much has ended for good.
    """
    pooled = counts.pooled()
    seen = np.flatnonzero(pooled.ended + pooled.censored)
    size = int(seen[-1]) + 1 if len(seen) else 1
    at_risk, events = pooled.at_risk[:size], pooled.ended[:size]
    still = np.ones(size) if staying is None else np.append(1.0, np.asarray(staying, dtype=float))[:size]
    per_subject = np.divide(still, at_risk, out=np.zeros(size), where=at_risk > 0)
    mean = np.cumsum(events * per_subject)
    poisson = np.cumsum(events * per_subject**2)
    robust = np.full(size, np.nan)
    if counts.entering.ndim == 2 and np.count_nonzero(counts.entering.sum(axis=1)) > 1:
        hazard = np.divide(events, at_risk, out=np.zeros(size), where=at_risk > 0)
        surplus = (counts.ended[:, :size] - counts.at_risk[:, :size] * hazard) * per_subject
        robust = np.sum(np.cumsum(surplus, axis=1) ** 2, axis=0)
    known = np.where(np.isnan(robust), poisson, robust)
    lower, upper = _log_limits(mean, np.sqrt(known), confidence)
    days = np.arange(size, dtype=np.int64)
    return MeanCumulative(days, at_risk, events, mean, poisson, robust, lower, upper, confidence)


def mean_cumulative_by(
    frame: pd.DataFrame, strata: Sequence[str] = (), *, cluster: str = "", confidence: float = 0.95
) -> dict[tuple[str, ...], MeanCumulative]:
    """Estimate one mean cumulative function per stratum of a frame of counts.

    Parameters
    ----------
    frame : columns ``entry`` (days; missing column = all 0), ``duration`` (days), ``event`` (bool or 0/1: an event on
        day ``duration``; 0 = observation ended), ``n`` (missing column = 1 a row), the strata. A subject with two
        events has three rows: up to the first, on to the second, on to the end of observation.
    cluster : column that names the subject, or the group of whole families it is in; empty = no robust variance.
    """
    if not strata:
        return {(): _of_frame(frame, cluster, confidence)}
    parts = frame.groupby(list(strata), sort=True, observed=True)
    return {tuple(map(str, key)): _of_frame(part, cluster, confidence) for key, part in parts}


def _of_frame(frame: pd.DataFrame, cluster: str, confidence: float) -> MeanCumulative:
    codes, known = frame[cluster].factorize(sort=True) if cluster else (None, ())
    counts = day_counts(
        frame["entry"] if "entry" in frame else np.zeros(len(frame)), frame["duration"], frame["event"],
        frame.get("n"), group=codes, groups=len(known),
    )  # fmt: skip
    return mean_cumulative(counts, confidence=confidence)


def _log_limits(mean: Floats, standard_error: Floats, confidence: float) -> tuple[Floats, Floats]:
    """Return limits on the log scale: a mean number is above 0, and its error grows with it."""
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.exp(normal_quantile(confidence) * standard_error / mean)
    return np.where(mean > 0, mean / factor, 0.0), np.where(mean > 0, mean * factor, 0.0)
