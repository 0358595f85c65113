"""How long a place is taken, read off a survival curve: mean, spread, what is left of a stay, and draws of it.

The curve is joined by straight lines between its points. What is beyond the last of them falls at the rate of its last
part (exponential); how much of the mean that is, is told (``beyond``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
_LAST_PART = 1 / 3
"""The tail falls as the curve does over this last part of its time."""


@dataclass(frozen=True, slots=True)
class ServiceTimes:
    """Times for which a place is taken.

    time, survival : points of the curve, from (0, 1) on; survival never rises. Times are in one unit throughout.
    hazard : rate at which what is beyond the last point ends; inf where nothing is.
    """

    time: Floats
    survival: Floats
    hazard: float

    @property
    def _tail(self) -> float:
        return float(self.survival[-1]) / self.hazard

    @property
    def mean(self) -> float:
        """Mean: the area under the curve and its tail."""
        return self.until(float(self.time[-1])) + self._tail

    @property
    def beyond(self) -> float:
        """Share of the mean that is beyond the last point."""
        return self._tail / self.mean

    @property
    def cv2(self) -> float:
        """Squared coefficient of variation: 0 = all alike, 1 = exponential, above 1 = a few stay for very long."""
        t, s = self.time, self.survival
        wide = np.diff(t)
        moment = (wide * (t[:-1] * (2 * s[:-1] + s[1:]) + t[1:] * (s[:-1] + 2 * s[1:]))).sum() / 3
        moment += 2 * self._tail * (t[-1] + 1 / self.hazard)
        return float(max(moment / self.mean**2 - 1, 0.0))

    def at(self, time: npt.ArrayLike) -> Floats:
        """Return the share that takes longer than a time."""
        given = np.asarray(time, dtype=float)
        late = np.maximum(given - self.time[-1], 0.0)
        last = float(self.survival[-1])
        tail = last * np.exp(-self.hazard * late) if last > 0 else np.zeros(given.shape)
        return np.where(late > 0, tail, np.interp(given, self.time, self.survival))

    def until(self, time: float) -> float:
        """Return the area under the curve up to a time: for how long a place is taken in that time, on average."""
        inside = min(time, float(self.time[-1]))
        marks = np.append(self.time[self.time < inside], inside)
        area = float(np.trapezoid(np.interp(marks, self.time, self.survival), marks))
        if time <= self.time[-1]:
            return area
        return area + self._tail * float(-np.expm1(-self.hazard * (time - self.time[-1])))

    def draw(self, n: int, rng: np.random.Generator) -> Floats:
        """Return n service times."""
        return self._inverse(rng.uniform(size=n))

    def draw_left(self, n: int, rng: np.random.Generator) -> Floats:
        """Return how long n places that are taken at a time chosen by chance stay taken.

        The longer a stay the likelier one falls into it; at such a time S(x) / mean is the density of what is left.
        """
        fine = np.linspace(0.0, float(self.time[-1]), 20 * len(self.time))
        level = self.at(fine)
        areas = np.concatenate([[0.0], np.cumsum((level[1:] + level[:-1]) / 2 * np.diff(fine))])
        wanted = rng.uniform(size=n) * self.mean
        inside = np.interp(wanted, areas, fine)
        if self._tail == 0:
            return np.asarray(inside)
        rest = np.clip(1 - (wanted - areas[-1]) / self._tail, 1e-12, 1.0)
        return np.where(wanted > areas[-1], self.time[-1] - np.log(rest) / self.hazard, inside)

    def _inverse(self, u: Floats) -> Floats:
        last = float(self.survival[-1])
        inside = np.interp(u, self.survival[::-1], self.time[::-1])
        if last == 0:
            return np.asarray(inside)
        tail = self.time[-1] - np.log(np.maximum(u, 1e-12) / last) / self.hazard
        return np.where(u < last, tail, inside)


def service_times(time: npt.ArrayLike, survival: npt.ArrayLike) -> ServiceTimes:
    """Return the service times of a survival curve.

    Parameters
    ----------
    time : increasing, from above 0 on (a point at 0 may be there). survival : share still going on then, 0-1; where it
        rises (rounding) it is held.

    Raises
    ------
    ValueError
        No point, times that do not increase, shares outside 0-1, or a curve that has not fallen at all: nothing tells
        how long a stay lasts.
    """
    t, s = np.asarray(time, dtype=float), np.asarray(survival, dtype=float)
    if len(t) == 0 or len(t) != len(s) or (np.diff(t) <= 0).any() or t[0] < 0 or not ((s >= 0) & (s <= 1)).all():
        raise ValueError("time, survival: increasing times from 0, and one share 0-1 for each")
    if t[0] > 0:
        t, s = np.concatenate([[0.0], t]), np.concatenate([[1.0], s])
    s = np.minimum.accumulate(s)
    if s[-1] >= 1:
        raise ValueError("survival: has not fallen at all")
    return ServiceTimes(t, s, _hazard(t, s))


def _hazard(t: Floats, s: Floats) -> float:
    """Return the mean rate of the last part of the curve, of all of it where that is flat; inf where none is left."""
    if s[-1] <= 0:
        return np.inf
    from_time = t[-1] * (1 - _LAST_PART)
    fallen = float(np.log(np.interp(from_time, t, s) / s[-1]))
    return fallen / float(t[-1] - from_time) if fallen > 0 else float(-np.log(s[-1]) / t[-1])
