"""Competing ends: the share that has ended for each cause, on a day grid, from counts, with late entry and censoring.

Whoever ended for one cause can no longer end for another, so the share of each cause is counted among all who began:
F_k(t) = Σ S(s−) d_k(s) / n(s), and Σ_k F_k(t) + S(t) = 1 on every day. One minus the product-limit curve of a cause,
which takes the others for censorings, overstates it and is not here.

Conventions are those of `survival`: at risk on ``(entry, exit]``, ends before censorings of the same day, ends of
different causes on the same day all out of those who were at risk on it.

References
----------
Aalen & Johansen, Scand. J. Statist. 5 (1978) 141–150; Kalbfleisch & Prentice, The Statistical Analysis of Failure Time
Data (2002), ch. 8; late entry: Andersen et al., Statistical Models Based on Counting Processes (1993), ch. IV.4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumppanuus.methods.causes import CauseCounts, cause_counts
from kumppanuus.methods.daygrid import first_day_with
from kumppanuus.methods.intervals import Floats, loglog_limits

Variance: TypeAlias = Literal["greenwood", "aalen"]
"""``greenwood``: the ends of a day are a multinomial draw from those at risk (R: etm, mstate). ``aalen``: the delta
method with the ends of a cause, and those of all others together, as hypergeometric draws (R: cmprsk). They differ
from the third digit on; `incidence_bands` has the jackknife (R: survfit) and the bootstrap of whole families."""


@dataclass(frozen=True, slots=True)
class TimeLost:
    """Mean time since an end of one cause, up to `tau`, in days, with its Greenwood-type standard error."""

    value: float
    standard_error: float


@dataclass(frozen=True, slots=True)
class Incidence:
    """Cumulative incidence of every cause on whole days.

    causes : their names; rows of all arrays with two dimensions are in this order.
    from_day : where the curves begin. Above 0 they are conditional: of those that lasted longer than `from_day`.
    days : from_day, from_day + 1, … to the last day anybody was observed; shape (days,).
    at_risk : on each day; shape (days,). events : ended for each cause on each day; shape (causes, days).
    survival : S(t), the share still open; shape (days,).
    incidence : F_k(t); shape (causes, days). Σ_k F_k + S = 1.
    variance : of F_k(t); shape (causes, days).
    lower, upper : limits of F_k at `confidence`, log(−log) of 1 − F_k (with one cause they are those of S); both 0
        while F_k = 0; NaN where F_k = 1.
    interval : whose variance it is.
    """

    causes: tuple[str, ...]
    from_day: int
    days: npt.NDArray[np.int64]
    at_risk: Floats
    events: Floats
    survival: Floats
    incidence: Floats
    variance: Floats
    lower: Floats
    upper: Floats
    confidence: float = 0.95
    interval: Literal["greenwood", "aalen", "family bootstrap"] = "greenwood"

    @property
    def last_day(self) -> int:
        """The last day anybody was observed."""
        return int(self.days[-1])

    def at(self, cause: str, day: int) -> tuple[float, float, float]:
        """Return F of a cause and its limits after `day`; NaN before the curves begin and after the last observed day.

        When all have ended the curves stay where they are for ever.
        """
        if not self._reaches(day):
            return (np.nan, np.nan, np.nan)
        row, place = self.causes.index(cause), min(day, self.last_day) - self.from_day
        return (float(self.incidence[row, place]), float(self.lower[row, place]), float(self.upper[row, place]))

    def time_lost(self, cause: str, tau: int) -> TimeLost:
        """Return the area under F of a cause from `from_day` to `tau`; the areas of all and of S add up to its length.

        NaN when `tau` lies outside the observed days.

        References
        ----------
        Andersen, Statistics in Medicine 32 (2013) 5278–5285.
        """
        if not self._reaches(tau) or tau <= self.from_day:
            return TimeLost(np.nan, np.nan)
        row, days = self.causes.index(cause), np.arange(self.from_day, tau)
        seen = np.minimum(days, self.last_day) - self.from_day
        steps, length = self.incidence[row, seen], (tau - days).astype(np.float64)
        later = np.cumsum(steps[::-1])[::-1] - steps * length  # ∫ F(u) − F(s) du from each day s to tau
        inside = slice(0, np.count_nonzero(days <= self.last_day))
        terms = _multinomial(self, row, inside, length[inside], later[inside])
        return TimeLost(float(steps.sum()), float(np.sqrt(terms.sum())))

    def _reaches(self, day: int) -> bool:
        return self.from_day <= day and bool(day <= self.last_day or self.survival[-1] == 0.0)


def incidence_curves(
    counts: CauseCounts, *, from_day: int = 0, variance: Variance = "greenwood", confidence: float = 0.95
) -> Incidence:
    """Return the cumulative incidence of counts, conditional on lasting longer than `from_day` when that is above 0."""
    if from_day > counts.last_day:
        raise ValueError("from_day: nobody was observed so long")
    pooled = counts.pooled().lasting(from_day)
    everything = pooled.any_cause
    seen = np.flatnonzero(everything.ended + everything.censored)
    here = slice(from_day, max(int(seen[-1]) if len(seen) else 0, from_day) + 1)
    at_risk, events = everything.at_risk[here], pooled.ended[:, here]
    share = np.divide(events, at_risk, out=np.zeros_like(events), where=at_risk > 0)
    survival: Floats = np.cumprod(1.0 - shares_of(events.sum(axis=0), at_risk), dtype=np.float64)
    incidence: Floats = np.cumsum(np.append(1.0, survival[:-1]) * share, axis=1, dtype=np.float64)
    unknown = np.full_like(incidence, np.nan)
    days = np.arange(here.start, here.stop, dtype=np.int64)
    bare = Incidence(
        pooled.causes, from_day, days, at_risk, events, survival, incidence, unknown, unknown, unknown, confidence
    )
    rows = [_variance_of(bare, row, variance) for row in range(len(bare.causes))]
    return with_limits(bare, np.array(rows).reshape(incidence.shape), variance)


def cumulative_incidence(
    entry: npt.ArrayLike,
    duration: npt.ArrayLike,
    cause: npt.ArrayLike,
    n: npt.ArrayLike | None = None,
    *,
    causes: Sequence[str] = (),
    censored: object = None,
    from_day: int = 0,
    at_least: int = 0,
    variance: Variance = "greenwood",
    confidence: float = 0.95,
) -> Incidence:
    """Estimate the cumulative incidence of every cause from rows or counts.

    Parameters
    ----------
    entry, duration : whole days since the beginning; at risk on (entry, duration]; entry 0 = seen from the start.
    cause : why it ended on day `duration`; missing, ``""`` or `censored` = it was still open then.
    n : how many a row stands for; None = one each.
    causes : their names, in order; empty = those that occur, sorted.
    from_day : begin here, conditional on lasting longer; 0 = from the beginning.
    at_least : under late entry the first risk sets may be tiny: begin at the first day from `from_day` on with at
        least so many under observation. The result says where it began. 0 = begin at `from_day`.

    Raises
    ------
    ValueError
        When days are not usable (see `day_counts`), a cause is none of `causes`, or so many are never observed.
    """
    counts = cause_counts(entry, duration, cause, n, causes=causes, censored=censored)
    begin = first_day_with(counts.any_cause.lasting(from_day), at_least) if at_least else from_day
    if begin is None:
        raise ValueError("at_least: never so many under observation at the same time")
    return incidence_curves(counts, from_day=max(begin, from_day), variance=variance, confidence=confidence)


def incidence_by(
    frame: pd.DataFrame, strata: Sequence[str] = (), *, causes: Sequence[str] = (), at_least: int = 0,
    variance: Variance = "greenwood", confidence: float = 0.95,
) -> dict[tuple[str, ...], Incidence]:  # fmt: skip
    """Estimate the curves of each stratum of a frame of counts.

    Parameters
    ----------
    frame : columns ``entry`` (days; missing column = all 0), ``duration`` (days), ``cause`` (missing or ``""`` = still
        open), ``n`` (missing column = 1 a row) and the strata.
    strata : columns whose combinations get their curves each; none = one result with the empty key.
    """

    def of(part: pd.DataFrame) -> Incidence:
        entry = part["entry"].to_numpy() if "entry" in part else np.zeros(len(part))
        n = part["n"].to_numpy() if "n" in part else None
        return cumulative_incidence(
            entry, part["duration"].to_numpy(), part["cause"].to_numpy(), n, causes=causes, at_least=at_least,
            variance=variance, confidence=confidence,
        )  # fmt: skip

    if not strata:
        return {(): of(frame)}
    return {tuple(map(str, key)): of(part) for key, part in frame.groupby(list(strata), sort=True, observed=True)}


def with_limits(
    curves: Incidence, variance: Floats, interval: Literal["greenwood", "aalen", "family bootstrap"]
) -> Incidence:
    """Return the curves with another variance and the limits that follow from it."""
    error = np.sqrt(variance)
    with np.errstate(over="ignore"):  # a tiny share with a wide error: the limit is 1
        fewest, most = loglog_limits(1.0 - curves.incidence, error, curves.confidence)  # of those without such an end
    return replace(curves, variance=variance, lower=1.0 - most, upper=1.0 - fewest, interval=interval)


def shares_of(part: Floats, whole: Floats) -> Floats:
    """Return part / whole, 0 where the whole is 0."""
    wide = np.broadcast_to(whole, part.shape)
    return np.divide(part, wide, out=np.zeros_like(part, dtype=np.float64), where=wide > 0)


def _variance_of(curves: Incidence, row: int, kind: Variance) -> Floats:
    """Return the variance of F_k after every day, in one pass.

    Whatever is drawn on day s moves F_k(t) by S(s−) (own − G), G = (F_k(t) − F_k(s)) / S(s) being what those left
    would still have contributed. So the variance is a square in F_k(t) with sums over s as coefficients.
    """
    before, after = np.append(1.0, curves.survival[:-1]), curves.survival
    own, some, both = (_aalen_terms if kind == "aalen" else _greenwood_terms)(curves, row)
    own, some, both = own * before**2, shares_of(some * before**2, after), shares_of(both * before**2, after**2)
    reached = curves.incidence[row]
    whole = np.cumsum(own) - 2 * (reached * np.cumsum(some) - np.cumsum(some * reached))
    whole += reached**2 * np.cumsum(both) - 2 * reached * np.cumsum(both * reached) + np.cumsum(both * reached**2)
    return np.asarray(np.maximum(whole, 0.0), dtype=np.float64)


def _greenwood_terms(curves: Incidence, row: int) -> tuple[Floats, Floats, Floats]:
    """Return the variance of the day's share of a cause, its covariance with that of all, and the variance of that."""
    n, own, every = curves.at_risk, curves.events[row], curves.events.sum(axis=0)
    return (
        shares_of(own * (n - own), n**3),
        shares_of(own * (n - every), n**3),
        shares_of(every * (n - every), n**3),
    )


def _aalen_terms(curves: Incidence, row: int) -> tuple[Floats, Floats, Floats]:
    """Return the same for two independent draws: of the cause and of all others together.

    References
    ----------
    Gray, Ann. Statist. 16 (1988) 1141–1154; as in R cmprsk 2.2.
    """
    n, own = curves.at_risk, curves.events[row]
    other = curves.events.sum(axis=0) - own
    mine, theirs = (shares_of(d, n**2) * np.where(n > 1, shares_of(n - d, n - 1), 1.0) for d in (own, other))
    return mine, mine, mine + theirs


def _multinomial(curves: Incidence, row: int, here: slice, own: Floats, later: Floats) -> Floats:
    """Return what each day adds to the variance of a number that moves by S(s−) (own − later / S(s)) with its draw."""
    before = np.append(1.0, curves.survival[:-1])[here]
    of_cause, with_all, of_all = (each[here] for each in _greenwood_terms(curves, row))
    rest = shares_of(later, curves.survival[here])
    return np.asarray(before**2 * (own**2 * of_cause - 2 * own * rest * with_all + rest**2 * of_all))
