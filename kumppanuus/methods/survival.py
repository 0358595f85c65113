"""How long it lasts: Kaplan–Meier on a day grid, from counts, with late entry and censoring.

Somebody is at risk on ``(entry, exit]``: one who enters on a day is not yet at risk on it, one who is censored on a day
still is, and an end comes before a censoring of the same day. Ends, entries and people at risk are whole numbers per
day, so one pass over the days gives the exact estimate of any register, and counts of several registers may be added.

Takes anybody's counts: arrays (`kaplan_meier`) or a frame of them (`kaplan_meier_by`).

References
----------
Kaplan & Meier, JASA 53 (1958) 457–481; late entry: Andersen et al., Statistical Models Based on Counting Processes
(1993), ch. III–IV; variance: Greenwood, The Natural Duration of Cancer (1926).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from kumppanuus.methods.daygrid import DayCounts, day_counts, first_day_with
from kumppanuus.methods.intervals import Floats, loglog_limits, normal_quantile

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Quantile:
    """When a share has ended, in days; NaN = not reached while anybody was observed."""

    value: float
    lower: float
    upper: float


Error = Literal["greenwood", "family bootstrap"]


@dataclass(frozen=True, slots=True)
class RestrictedMean:
    """Mean time from the beginning of the curve to `tau`, in days, with its standard error.

    error : whose it is: Greenwood's type, or of the bootstrap that keeps families whole.
    """

    value: float
    standard_error: float
    error: Error = "greenwood"

    def limits(self, confidence: float = 0.95) -> tuple[float, float]:
        """Return the normal limits at a confidence level, the lower one at least 0."""
        half = normal_quantile(confidence) * self.standard_error
        return max(self.value - half, 0.0), self.value + half


@dataclass(frozen=True, slots=True)
class Survival:
    """A survival curve on whole days.

    from_day : where it begins. Above 0 the curve is conditional: of those that lasted longer than `from_day`.
    days : from_day, from_day + 1, … to the last day anybody was observed.
    at_risk, events : at risk and ended on each day (0 on `from_day` itself).
    survival : S(t), the share still open after day t; 1 on `from_day`.
    variance : of S(t); NaN where S = 0 and the error is Greenwood's.
    lower, upper : log(−log) limits at `confidence`; both 1 while S = 1, NaN where S = 0.
    interval : whose variance it is: Greenwood's, or of the bootstrap that keeps families whole.
    """

    from_day: int
    days: npt.NDArray[np.int64]
    at_risk: Floats
    events: Floats
    survival: Floats
    variance: Floats
    lower: Floats
    upper: Floats
    confidence: float = 0.95
    interval: Error = "greenwood"

    @property
    def last_day(self) -> int:
        """The last day anybody was observed."""
        return int(self.days[-1])

    def at(self, day: int) -> tuple[float, float, float]:
        """Return S and its limits after `day`; NaN before the curve begins and after the last observed day.

        When all have ended S stays at 0 for ever.
        """
        if not self._reaches(day):
            return (np.nan, np.nan, np.nan)
        place = min(day, self.last_day) - self.from_day
        return (float(self.survival[place]), float(self.lower[place]), float(self.upper[place]))

    def survival_at(self, day: int) -> float:
        """Return S after `day`, see `at`."""
        return self.at(day)[0]

    def quantile(self, still: float = 0.5) -> Quantile:
        """Return the smallest day on which at most the share `still` is open, with limits by inverting the band."""
        return Quantile(*(self._first(curve, still) for curve in (self.survival, self.lower, self.upper)))

    @property
    def median(self) -> Quantile:
        """The smallest day with S ≤ 0.5: half has ended."""
        return self.quantile(0.5)

    def restricted_mean(self, tau: int) -> RestrictedMean:
        """Return the area under S from `from_day` to `tau`: the mean of the time spent, as far as `tau`.

        NaN when `tau` lies outside the observed days. Of a conditional curve this is the mean time *after* `from_day`.
        The variance is Σ A² d / (n (n − d)), A the area from the event to `tau`; days on which all end add nothing.
        """
        if not self._reaches(tau):
            return RestrictedMean(np.nan, np.nan)
        steps = self.survival[: max(min(tau, self.last_day + 1) - self.from_day, 0)]
        area_left = np.append(np.cumsum(steps[::-1])[::-1], 0.0)
        seen = slice(0, min(len(area_left), len(self.days)))
        error = np.sqrt(np.sum(area_left[seen] ** 2 * greenwood_terms(self.at_risk, self.events, 0.0)[seen]))
        return RestrictedMean(float(area_left[0]), float(error))

    def _reaches(self, day: int) -> bool:
        return self.from_day <= day and bool(day <= self.last_day or self.survival[-1] == 0.0)

    def _first(self, curve: Floats, still: float) -> float:
        reached = np.flatnonzero(curve <= still)
        return float(self.days[reached[0]]) if len(reached) else np.nan


def survival_curve(counts: DayCounts, *, from_day: int = 0, confidence: float = 0.95) -> Survival:
    """Return the Kaplan–Meier curve of counts, conditional on lasting longer than `from_day` when that is above 0."""
    if from_day > counts.last_day:
        raise ValueError("from_day: nobody was observed so long")
    pooled = counts.pooled().lasting(from_day)
    seen = np.flatnonzero(pooled.ended + pooled.censored)
    last = max(int(seen[-1]) if len(seen) else 0, from_day)
    here = slice(from_day, last + 1)
    at_risk, events = pooled.at_risk[here], pooled.ended[here]
    survival: Floats = np.cumprod(1.0 - hazards(events, at_risk), dtype=np.float64)
    with np.errstate(invalid="ignore"):
        variance: Floats = survival**2 * np.cumsum(greenwood_terms(at_risk, events, np.inf), dtype=np.float64)
    lower, upper = loglog_limits(survival, np.sqrt(variance), confidence)
    days = np.arange(from_day, last + 1, dtype=np.int64)
    return Survival(from_day, days, at_risk, events, survival, variance, lower, upper, confidence)


def kaplan_meier(
    entry: npt.ArrayLike,
    duration: npt.ArrayLike,
    event: npt.ArrayLike,
    n: npt.ArrayLike | None = None,
    *,
    from_day: int = 0,
    at_least: int = 0,
    confidence: float = 0.95,
) -> Survival:
    """Estimate the survival curve of rows or counts.

    Parameters
    ----------
    entry, duration, event, n : see `day_counts`.
    from_day : begin here, conditional on lasting longer; 0 = from the beginning.
    at_least : under late entry the first risk sets may be tiny and drive S to 0: begin at the first day from `from_day`
        on with at least so many under observation. The result says where it began. 0 = begin at `from_day`.

    Raises
    ------
    ValueError
        When days are not usable (see `day_counts`), or so many are never under observation together.
    """
    counts = day_counts(entry, duration, event, n)
    begin = first_day_with(counts.lasting(from_day), at_least) if at_least else from_day
    if begin is None:
        raise ValueError("at_least: never so many under observation at the same time")
    return survival_curve(counts, from_day=max(begin, from_day), confidence=confidence)


def kaplan_meier_by(
    frame: pd.DataFrame, strata: Sequence[str] = (), *, at_least: int = 0, confidence: float = 0.95
) -> dict[tuple[str, ...], Survival]:
    """Estimate one curve per stratum of a frame of counts.

    Parameters
    ----------
    frame : columns ``entry`` (days; missing column = all 0), ``duration`` (days), ``event`` (bool or 0/1), ``n``
        (missing column = 1 a row) and the strata.
    strata : columns whose combinations get a curve each; none = one curve with the empty key.
    """
    if not strata:
        return {(): _of_frame(frame, at_least, confidence)}
    parts = frame.groupby(list(strata), sort=True, observed=True)
    return {tuple(map(str, key)): _of_frame(part, at_least, confidence) for key, part in parts}


def hazards(events: Floats, at_risk: Floats) -> Floats:
    """Return d / n per day; 0 where nobody is at risk."""
    return np.divide(events, at_risk, out=np.zeros_like(events), where=at_risk > 0)


def greenwood_terms(at_risk: Floats, events: Floats, when_all_end: float) -> Floats:
    """Return d / (n (n − d)) per day; `when_all_end` where n = d > 0."""
    remaining = at_risk * (at_risk - events)
    terms = np.divide(events, remaining, out=np.zeros_like(events), where=remaining > 0)
    return np.where((events > 0) & (remaining <= 0), when_all_end, terms)


def _of_frame(frame: pd.DataFrame, at_least: int, confidence: float) -> Survival:
    entry = frame["entry"].to_numpy() if "entry" in frame else np.zeros(len(frame))
    n = frame["n"].to_numpy() if "n" in frame else None
    return kaplan_meier(
        entry, frame["duration"].to_numpy(), frame["event"].to_numpy(), n, at_least=at_least, confidence=confidence
    )
