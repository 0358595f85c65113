"""How many will come: a Poisson rate with the trend and the seasons that the counts carry, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc

from kumppanuus.methods.intervals import Floats

YEAR = 12.0
TREND_SPREAD = 0.3
_STEPS, _STEEPEST = 30, 0.7
"""Newton steps; a trend of more than a doubling a year is not carried on."""
_PRIOR_PIECES = 8.0
"""A scatter of counts is weighed as if so many more had shown plain Poisson scatter: a few counts say little of it."""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Arrivals of G groups: log of arrivals a month = level + trend · (years from the end of what was counted −
    centre).

    level, trend : (G,), the trend a year and as it is carried on. centre : (G,) years, at most 0, where the errors of
    the two do not hang together. level_variance, trend_variance : (G,). dispersion : (G,) variance of a count over its
    mean, at least 1. seasons : (G, 12) times the mean rate in each month of the year, January first; all 1 without
    seasons.
    """

    level: Floats
    trend: Floats
    centre: Floats
    level_variance: Floats
    trend_variance: Floats
    dispersion: Floats
    seasons: Floats

    def between(self, months: npt.ArrayLike, first_month: int = 1) -> Floats:
        """Return arrivals expected between neighbouring `months` ahead, (G, len(months) − 1).

        Parameters
        ----------
        months : increasing, 0 = the end of what was counted. first_month : month of the year (1–12) that begins there.
        """
        ends = np.asarray(months, dtype=float)
        middles = np.arange(int(np.ceil(ends[-1]))) + 0.5
        by_month = self._rate(middles / YEAR) * self.seasons[:, (first_month - 1 + middles.astype(int)) % 12]
        so_far = np.concatenate([np.zeros((len(self.level), 1)), by_month.cumsum(axis=1)], axis=1)
        edges = np.arange(so_far.shape[1], dtype=float)
        return np.diff(np.array([np.interp(ends, edges, row) for row in so_far]).reshape(-1, len(ends)), axis=1)

    def spreads(self, months: npt.ArrayLike) -> tuple[Floats, Floats]:
        """Return the years from the centre to the middle of each piece between neighbouring `months`, and variances.

        The arrivals of a piece move by themselves times the error of the level, and by that times these years times
        the error of the trend. Returned: years (G, pieces), variances (G, 2) of level and trend.
        """
        ends = np.asarray(months, dtype=float)
        years = (ends[1:] + ends[:-1]) / 2 / YEAR - self.centre[:, None]
        return years, np.stack([self.level_variance, self.trend_variance], axis=1)

    def _rate(self, years: npt.NDArray[np.floating[Any]]) -> Floats:
        return np.asarray(np.exp(self.level[:, None] + self.trend[:, None] * (years - self.centre[:, None])))


def fit_arrivals(
    counts: npt.ArrayLike, begins: npt.ArrayLike, ends: npt.ArrayLike, *, trend_spread: float = TREND_SPREAD,
    seasons: npt.ArrayLike | None = None,
) -> Arrivals:  # fmt: skip
    """Fit the rate of arrivals to counts by period.

    Parameters
    ----------
    counts : (G, P) arrivals of groups in periods; NaN where one is not known.
    begins, ends : (P,) of the periods in months from the end of what was counted, so at most 0.
    trend_spread : what trends there are before anything was counted: normal around none with this standard deviation a
        year (0.3: growth by a third is nothing rare). A trend is damped by as much as its own error is larger than
        that, so few arrivals make no wild trend; infinite = all of it is carried on, 0 = none.
    seasons : (G, 12), see `seasons_of`; None = none. The periods counted should then be whole years, or the trend
        and the seasons take from each other.

    Returns
    -------
    A group without any arrival has the rate of half an arrival in all that was counted. With fewer than three known
    periods no trend is fitted.

    Raises
    ------
    ValueError
        When a period has no length.

    References
    ----------
    McCullagh & Nelder, Generalized Linear Models (1989), ch. 6: Poisson likelihood, log link, covariance times the
    dispersion (Pearson's statistic over its degrees of freedom, here drawn towards 1): the scatter of a negative
    binomial count whose variance is a multiple of its mean. The damped trend and its
    variance are those after a normal prior (Gelman et al., Bayesian Data Analysis (2013), section 2.5).
    """
    first, last = np.asarray(begins, dtype=float), np.asarray(ends, dtype=float)
    if (last <= first).any():
        raise ValueError("ends: every period must end after it begins")
    found = np.atleast_2d(np.asarray(counts, dtype=float))
    known = ~np.isnan(found)
    length = np.where(known, last - first, 0.0)
    number = _never_nothing(np.where(known, found, 0.0), length)
    sloped = (known.sum(axis=1) > 2) & (trend_spread > 0)
    level, trend, centre, mean = _newton(number, length, (first + last) / 2 / YEAR, sloped)
    scatter = _dispersion(number, mean, known, sloped)
    time = (first + last) / 2 / YEAR - centre[:, None]
    information = (mean * time**2).sum(axis=1)
    error = np.divide(scatter, information, out=np.zeros_like(scatter), where=sloped & (information > 0))
    part = 1 / (1 + error / trend_spread**2) if trend_spread > 0 else np.zeros_like(error)
    return Arrivals(level, part * trend, centre, scatter / mean.sum(axis=1), part * error, scatter,
                    np.ones((len(level), 12)) if seasons is None else np.asarray(seasons, dtype=float))  # fmt: skip


def seasons_of(counts: npt.ArrayLike, *, first_month: int = 1, evidence: float = 0.01) -> Floats:
    """Return how many times the mean rate each month of the year has, where the counts carry seasons; else all 1.

    Parameters
    ----------
    counts : (G, years, pieces) arrivals in the equal pieces of whole years (4 quarters, 12 months), NaN where one is
        not known: that year then says nothing.
    first_month : month of the year (1–12) with which the years begin.
    evidence : seasons are taken where chance alone shows such as these less often than this.

    Returns
    -------
    (G, 12), January first.

    Notes
    -----
    Every year is expected to come evenly, so that a trend from year to year is no season. Pearson's statistic of the
    totals of the pieces against chi-square, over the dispersion within the pieces when that is above 1.
    """
    number = np.asarray(counts, dtype=float)
    number = np.where(np.isnan(number).any(axis=2, keepdims=True), 0.0, number)
    groups, _, pieces = number.shape
    even = number.sum(axis=2, keepdims=True) / pieces
    total, mean = number.sum(axis=1), even.sum(axis=1)
    weight = np.divide(total, mean, out=np.ones_like(total), where=mean > 0)
    fitted = even * weight[:, None, :]
    between = np.divide((total - mean) ** 2, mean, out=np.zeros_like(total), where=mean > 0).sum(axis=1)
    within = np.divide((number - fitted) ** 2, fitted, out=np.zeros_like(number), where=fitted > 0).sum(axis=(1, 2))
    left = np.maximum(((even[:, :, 0] > 0).sum(axis=1) - 1) * (pieces - 1), 0)
    scatter = np.maximum((within + _PRIOR_PIECES) / (left + _PRIOR_PIECES), 1.0)
    seasonal = chdtrc(pieces - 1, between / scatter) < evidence
    by_month = np.repeat(np.where(seasonal[:, None], weight, np.ones((groups, 1))), 12 // pieces, axis=1)
    return np.roll(by_month, first_month - 1, axis=1)


def _never_nothing(number: Floats, length: Floats) -> Floats:
    """Return counts, half an arrival spread over all that was counted where there is none."""
    total = length.sum(axis=1, keepdims=True)
    even = 0.5 * np.divide(length, total, out=np.zeros_like(length), where=total > 0)
    return np.where(number.sum(axis=1, keepdims=True) > 0, number, even)


def _newton(
    number: Floats, length: Floats, time: Floats, sloped: npt.NDArray[np.bool_]
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return level at the centre, trend, centre and fitted means; the centre is the mean time of what came."""
    exposed = np.maximum(length.sum(axis=1), 1e-9)
    trend, mean = np.zeros(len(number)), length * (number.sum(axis=1) / exposed)[:, None]
    for _ in range(_STEPS):
        total = mean.sum(axis=1)
        centre = (mean * time).sum(axis=1) / total
        away = time - centre[:, None]
        bend = (mean * away**2).sum(axis=1)
        step = np.divide(((number - mean) * away).sum(axis=1), bend, out=np.zeros_like(bend), where=sloped & (bend > 0))
        trend = np.clip(trend + step, -_STEEPEST, _STEEPEST)
        shape = length * np.exp(trend[:, None] * away)
        mean = shape * (number.sum(axis=1) / shape.sum(axis=1))[:, None]
        if np.abs(step).max(initial=0) < 1e-10:
            break
    centre = (mean * time).sum(axis=1) / mean.sum(axis=1)
    rate = number.sum(axis=1) / (length * np.exp(trend[:, None] * (time - centre[:, None]))).sum(axis=1)
    return np.log(rate), trend, centre, mean


def _dispersion(number: Floats, mean: Floats, known: npt.NDArray[np.bool_], sloped: npt.NDArray[np.bool_]) -> Floats:
    pearson = np.divide((number - mean) ** 2, mean, out=np.zeros_like(mean), where=known & (mean > 0)).sum(axis=1)
    left = np.maximum(known.sum(axis=1) - 1 - sloped, 0)
    return np.asarray(np.maximum((pearson + _PRIOR_PIECES) / (left + _PRIOR_PIECES), 1.0))
