"""Counts on a grid of whole days since the beginning: who enters, ends and is censored on each.

All the product-limit estimators need of a register: exact, additive, and as small as the longest duration in days.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kumppanuus.methods.intervals import Floats


@dataclass(frozen=True, slots=True)
class DayCounts:
    """What happens on each day 0 … T since the beginning of a relationship.

    entering : enter under observation on the day; at risk from the next day on.
    ended, censored : leave on the day; they were at risk on it.

    Each array is (days,), or (groups, days) when counted by group.
    """

    entering: Floats
    ended: Floats
    censored: Floats

    @property
    def last_day(self) -> int:
        """The last day of the grid, T."""
        return int(self.entering.shape[-1]) - 1

    @property
    def at_risk(self) -> Floats:
        """At risk on each day t: entry < t ≤ exit. Zero on day 0."""
        before = np.zeros_like(self.entering)
        before[..., 1:] = self.under_observation[..., :-1]
        return before

    @property
    def under_observation(self) -> Floats:
        """Under observation just after each day t: entry ≤ t < exit."""
        change = self.entering - self.ended - self.censored
        return np.asarray(np.cumsum(change, axis=-1), dtype=np.float64)

    @property
    def later(self) -> Floats:
        """Those who come under observation after each day t: entry > t."""
        entered = np.cumsum(self.entering, axis=-1)
        return np.asarray(entered[..., -1:] - entered, dtype=np.float64)

    def pooled(self) -> DayCounts:
        """Return the sum over groups."""
        if self.entering.ndim == 1:
            return self
        return DayCounts(self.entering.sum(axis=0), self.ended.sum(axis=0), self.censored.sum(axis=0))

    def lasting(self, day: int) -> DayCounts:
        """Return the counts of those who lasted longer than `day`, observed from `day` at the earliest.

        Days keep their numbers: nothing happens before `day`, on which everybody enters who had entered by then.
        """
        if day <= 0:
            return self
        entering, ended, censored = self.entering.copy(), self.ended.copy(), self.censored.copy()
        reached = min(day, self.last_day)
        entering[..., reached] = self.under_observation[..., reached]
        entering[..., :reached] = 0.0
        ended[..., : reached + 1] = 0.0
        censored[..., : reached + 1] = 0.0
        return DayCounts(entering, ended, censored)


def day_counts(
    entry: npt.ArrayLike,
    duration: npt.ArrayLike,
    event: npt.ArrayLike,
    n: npt.ArrayLike | None = None,
    *,
    group: npt.ArrayLike | None = None,
    groups: int = 0,
    last_day: int | None = None,
) -> DayCounts:
    """Count entries, ends and censorings per day.

    Parameters
    ----------
    entry, duration : whole days since the beginning; at risk on (entry, duration]; entry 0 = seen from the start.
    event : whether it ended on day `duration` (else it was still open when observation ended).
    n : how many a row stands for; None = one each.
    group : 0 … groups − 1; given, the counts are (groups, days).
    last_day : last day of the grid; None = the largest duration.

    Raises
    ------
    ValueError
        When a day is not a whole number ≥ 0, or a duration is not longer than its entry.
    """
    begins, leaves = _whole_days(entry, "entry"), _whole_days(duration, "duration")
    if np.any(leaves <= begins):
        raise ValueError("duration: must come after entry (a period of no length is not at risk)")
    number = np.ones(len(leaves)) if n is None else np.asarray(n, dtype=np.float64)
    ends = np.asarray(event).astype(bool)
    size = 1 + (last_day if last_day is not None else int(leaves.max(initial=0)))
    of_group = None if group is None else np.asarray(group, dtype=np.int64)

    def count(day: npt.NDArray[np.int64], amount: Floats) -> Floats:
        return count_by_day(day, amount, size, of_group, groups)

    return DayCounts(count(begins, number), count(leaves, number * ends), count(leaves, number * ~ends))


def count_by_day(
    day: npt.NDArray[np.int64],
    amount: Floats,
    size: int,
    group: npt.NDArray[np.int64] | None = None,
    groups: int = 0,
) -> Floats:
    """Add amounts up by day 0 … size − 1, or by group and day when `group` is given."""
    if group is None:
        return np.bincount(day, weights=amount, minlength=size).astype(np.float64)
    flat = np.bincount(group * size + day, weights=amount, minlength=groups * size)
    return flat.astype(np.float64).reshape(groups, size)


def first_day_with(counts: DayCounts, at_least: int) -> int | None:
    """Return the first day after which at least so many are under observation, or None when there is none.

    Where nobody enters late the first days are the best observed ones, and the answer is 0.
    """
    pooled = counts.pooled()
    if not pooled.entering[1:].any():
        return 0
    enough = np.flatnonzero(pooled.under_observation >= at_least)
    return int(enough[0]) if len(enough) else None


def _whole_days(values: npt.ArrayLike, name: str) -> npt.NDArray[np.int64]:
    given = np.asarray(values, dtype=np.float64)
    if given.size and (not np.isfinite(given).all() or (given < 0).any() or (given != np.floor(given)).any()):
        raise ValueError(f"{name}: whole days from 0 up")
    return given.astype(np.int64)
