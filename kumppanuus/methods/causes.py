"""Counts of ends by cause: on a grid of whole days, and on coarser periods by group of families.

All that estimates of competing ends need of a register; exact, additive, and no larger than the longest duration.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumppanuus.methods.daygrid import DayCounts, count_by_day, day_counts
from kumppanuus.methods.intervals import Floats


@dataclass(frozen=True, slots=True)
class CauseCounts:
    """What happens on each day 0 … T since the beginning, ends told apart by cause.

    causes : their names. entering, censored : as in `DayCounts`; shape (days,), or (groups, days).
    ended : for each cause; shape (causes, days), or (causes, groups, days).
    """

    causes: tuple[str, ...]
    entering: Floats
    ended: Floats
    censored: Floats

    @property
    def any_cause(self) -> DayCounts:
        """The same counts with ends of all causes together."""
        return DayCounts(self.entering, self.ended.sum(axis=0), self.censored)

    @property
    def last_day(self) -> int:
        """The last day of the grid."""
        return int(self.entering.shape[-1]) - 1

    def pooled(self) -> CauseCounts:
        """Return the sum over groups."""
        if self.entering.ndim == 1:
            return self
        return replace(
            self, entering=self.entering.sum(axis=0), ended=self.ended.sum(axis=1), censored=self.censored.sum(axis=0)
        )

    def lasting(self, day: int) -> CauseCounts:
        """Return the counts of those who lasted longer than `day`, observed from `day` at the earliest."""
        if day <= 0:
            return self
        kept = self.any_cause.lasting(day)
        ended = self.ended.copy()
        ended[..., : min(day, self.last_day) + 1] = 0.0
        return replace(self, entering=kept.entering, ended=ended, censored=kept.censored)


@dataclass(frozen=True, slots=True)
class PeriodCounts:
    """Ends by cause and days at risk, by group of families and period since the beginning.

    edges : whole days; period p is (edges[p], edges[p + 1]]; shape (periods + 1,).
    exposure : days that people of a group spend at risk in a period; shape (groups, periods).
    ended : shape (causes, groups, periods).
    """

    causes: tuple[str, ...]
    edges: npt.NDArray[np.int64]
    exposure: Floats
    ended: Floats

    def since(self, day: int) -> PeriodCounts:
        """Return the periods that begin on `day` or later."""
        first = int(np.searchsorted(self.edges, day))
        return replace(self, edges=self.edges[first:], exposure=self.exposure[:, first:], ended=self.ended[..., first:])


def cause_counts(
    entry: npt.ArrayLike,
    duration: npt.ArrayLike,
    cause: npt.ArrayLike,
    n: npt.ArrayLike | None = None,
    *,
    causes: Sequence[str] = (),
    censored: object = None,
    group: npt.ArrayLike | None = None,
    groups: int = 0,
    last_day: int | None = None,
) -> CauseCounts:
    """Count entries, ends by cause and censorings per day.

    Parameters
    ----------
    entry, duration, n, group, groups, last_day : see `day_counts`.
    cause : why it ended on day `duration`; missing, ``""`` or `censored` = it was still open then.
    causes : their names, in order; empty = those that occur, sorted.

    Raises
    ------
    ValueError
        As `day_counts`; or when a cause is none of `causes`.
    """
    code, names = labelled(cause, causes, censored)
    plain = day_counts(entry, duration, code >= 0, n, group=group, groups=groups, last_day=last_day)
    leaves = np.asarray(duration, dtype=np.int64)
    number = np.ones(len(leaves)) if n is None else np.asarray(n, dtype=np.float64)
    size, of_group = plain.last_day + 1, None if group is None else np.asarray(group, dtype=np.int64)
    ended = [count_by_day(leaves, number * (code == each), size, of_group, groups) for each in range(len(names))]
    by_cause = np.array(ended).reshape(len(names), *plain.entering.shape)
    return CauseCounts(names, plain.entering, by_cause, plain.censored)


def period_counts(
    entry: npt.ArrayLike,
    duration: npt.ArrayLike,
    cause: npt.ArrayLike,
    n: npt.ArrayLike | None = None,
    *,
    edges: Sequence[int],
    group: npt.ArrayLike,
    groups: int,
    causes: Sequence[str] = (),
    censored: object = None,
) -> PeriodCounts:
    """Count ends and days at risk by group and period; what happens after the last edge is left out.

    Parameters
    ----------
    edges : whole days, ascending. group : 0 … groups − 1, a family always in the same one. Others : `cause_counts`.
    """
    code, names = labelled(cause, causes, censored)
    begins, leaves = np.asarray(entry, dtype=np.int64), np.asarray(duration, dtype=np.int64)
    number = np.ones(len(leaves)) if n is None else np.asarray(n, dtype=np.float64)
    of_group, marks = np.asarray(group, dtype=np.int64), np.asarray(edges, dtype=np.int64)
    came, left = days_left(begins, number, marks, of_group, groups), days_left(leaves, number, marks, of_group, groups)
    period = np.searchsorted(marks, leaves) - 1
    inside = (period >= 0) & (period < len(marks) - 1)
    ended = np.zeros((len(names), groups, len(marks) - 1))
    here = inside & (code >= 0)
    np.add.at(ended, (code[here], of_group[here], period[here]), number[here])
    return PeriodCounts(names, marks, came - left, ended)


def days_left(
    day: npt.NDArray[np.int64], n: Floats, edges: npt.NDArray[np.int64], group: npt.NDArray[np.int64], groups: int
) -> Floats:
    """Return how many days of each period come after the days given; shape (groups, periods).

    Those of entries less those of exits are the days at risk.
    """
    found = np.zeros((groups, len(edges) - 1))
    for period, (first, last) in enumerate(itertools.pairwise(edges)):
        found[:, period] = np.bincount(group, weights=n * np.clip(last - np.maximum(day, first), 0, None),
                                       minlength=groups)  # fmt: skip
    return found


def labelled(
    cause: npt.ArrayLike, causes: Sequence[str] = (), censored: object = None
) -> tuple[npt.NDArray[np.int64], tuple[str, ...]]:
    """Return the place of each row's cause among the names, −1 where it is still open, and the names.

    Raises
    ------
    ValueError
        When a cause is none of `causes`.
    """
    given = pd.Series(np.asarray(cause, dtype=object))
    still_open = given.isna() | (given == "") | (given == censored)
    text = given.astype(str).where(~still_open)
    names = tuple(causes) or tuple(sorted(text.dropna().unique()))
    code = np.asarray(pd.Categorical(text, categories=list(names)).codes, dtype=np.int64)
    if ((code < 0) & ~still_open.to_numpy()).any():
        raise ValueError("cause: a code that is none of the causes")
    return code, names
