"""A survival curve between and beyond its points: the share still there, the time spent, and how sure both are.

Between two points the hazard is constant, so the curve bends as an exponential does; beyond the last point the hazard
of the stated tail goes on for ever. Many curves on one grid of months are handled at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kumppanuus.methods.intervals import Floats

LEAST = 1e-6
"""A curve that has come down to nothing is carried on from here: whoever is still there leaves within days."""
_FLAT = 1e-9
_UNSURE = 1.0
"""Standard error of a cumulative hazard at most: a share of next to nothing is not known to more than a factor."""


@dataclass(frozen=True, slots=True)
class Staying:
    """Curves of G groups on one grid of months.

    months : (K,), from 0 up. hazard : (G, K) cumulative hazard −log S at the months. tail : (G,) hazard a month beyond
    the last of them. variance : (G, K) of the cumulative hazard; 0 where it is not known.
    """

    months: Floats
    hazard: Floats
    tail: Floats
    variance: Floats

    def survival(self, at: npt.ArrayLike) -> Floats:
        """Return S, (G, len(at)), at `at` months."""
        return np.asarray(np.exp(-self.hazard_at(at)))

    def hazard_at(self, at: npt.ArrayLike) -> Floats:
        """Return the cumulative hazard, (G, len(at)), at `at` months."""
        place, inside = self._place(at)
        return np.asarray(self.hazard[:, place] + self._slopes()[:, place] * inside)

    def area(self, at: npt.ArrayLike) -> Floats:
        """Return ∫₀^at S, (G, len(at)): the mean number of months spent within the first `at`."""
        place, inside = self._place(at)
        share, slope = np.exp(-self.hazard), self._slopes()
        whole = share[:, :-1] * _mean_stay(slope[:, :-1], np.diff(self.months))
        before = np.concatenate([np.zeros((len(share), 1)), np.cumsum(whole, axis=1)], axis=1)
        return np.asarray(before[:, place] + share[:, place] * _mean_stay(slope[:, place], inside))

    def times(self, hazards: npt.ArrayLike) -> Staying:
        """Return curves whose hazards are so many times as high (a number, or one a group): S to that power."""
        factor = np.broadcast_to(np.asarray(hazards, dtype=float), self.tail.shape)
        by_point = factor[:, None]
        return Staying(self.months, self.hazard * by_point, self.tail * factor, self.variance * by_point**2)

    def moved(self, interval: int, by: Floats) -> Staying:
        """Return curves with `by` (G,) more cumulative hazard in one interval; the last one is the tail."""
        if interval == len(self.months) - 1:
            return Staying(self.months, self.hazard, self.tail + by, self.variance)
        hazard = self.hazard.copy()
        hazard[:, interval + 1 :] += by[:, None]
        return Staying(self.months, hazard, self.tail, self.variance)

    def _place(self, at: npt.ArrayLike) -> tuple[npt.NDArray[np.int64], Floats]:
        asked = np.atleast_1d(np.asarray(at, dtype=float))
        place = np.clip(np.searchsorted(self.months, asked, side="right") - 1, 0, len(self.months) - 1)
        return place, asked - self.months[place]

    def _slopes(self) -> Floats:
        between = np.diff(self.hazard, axis=1) / np.diff(self.months)
        return np.concatenate([between, self.tail[:, None]], axis=1)


def staying(
    months: npt.ArrayLike, survival: npt.ArrayLike, error: npt.ArrayLike | None = None, *, tail_months: float = 12.0
) -> Staying:
    """Read curves at their points.

    Parameters
    ----------
    months : (K,) increasing, the first 0. survival : (G, K) or (K,), shares 0–1 that do not rise; NaN where a curve is
        not known: between known points it bends as it does anyway, after the last one the tail begins.
    error : standard errors of the shares, as long; None or NaN = not known, taken for none.
    tail_months : the hazard beyond the last known point is the mean one of so many months before it; where nobody left
        in them, that of the whole curve.

    Raises
    ------
    ValueError
        When months do not begin at 0 and increase, or a curve has no known share.
    """
    at = np.asarray(months, dtype=float)
    shares = np.atleast_2d(np.asarray(survival, dtype=float)).copy()
    if not len(at) or at[0] != 0 or (np.diff(at) <= 0).any() or shares.shape[1] != len(at):
        raise ValueError("months: as many as shares, from 0 up and increasing")
    shares[:, 0] = np.where(np.isnan(shares[:, 0]), 1.0, shares[:, 0])
    known = ~np.isnan(shares)
    errors = np.zeros_like(shares) if error is None else np.nan_to_num(np.atleast_2d(np.asarray(error, dtype=float)))
    raw = -np.log(np.clip(np.where(known, shares, 1.0), LEAST, 1.0))
    relative = errors / np.clip(np.where(known, shares, 1.0), LEAST, 1.0)
    spread = np.where(known, np.minimum(relative, _UNSURE), 0.0) ** 2
    rows = [_filled(at, *each, tail_months) for each in zip(raw, spread, known, strict=True)]
    hazard, variance, tail = (np.array([row[place] for row in rows]) for place in range(3))
    return Staying(at, hazard, tail.astype(float), variance)


def _filled(
    at: Floats, raw: Floats, spread: Floats, known: npt.NDArray[np.bool_], tail_months: float
) -> tuple[Floats, Floats, float]:
    """Return hazard, variance and tail of one curve, on the whole grid."""
    months, hazard = at[known], np.maximum.accumulate(raw[known])
    end = months[-1]
    begin = max(end - tail_months, 0.0)
    lately = hazard[-1] - float(np.interp(begin, months, hazard))
    tail = lately / (end - begin) if lately > _FLAT and end > begin else (hazard[-1] / end if end > 0 else 0.0)
    after = np.maximum(at - end, 0.0)
    variance = np.maximum.accumulate(np.interp(at, months, spread[known]))
    return np.interp(at, months, hazard) + after * tail, variance, tail


def _mean_stay(slope: Floats, length: npt.ArrayLike) -> Floats:
    """Return ∫₀^length exp(−slope·u) du."""
    time = np.broadcast_to(np.asarray(length, dtype=float), slope.shape)
    gone = slope * time
    with np.errstate(divide="ignore", invalid="ignore"):
        bent = -np.expm1(-gone) / slope
    return np.asarray(np.where(gone > _FLAT, bent, time * (1 - gone / 2)))
