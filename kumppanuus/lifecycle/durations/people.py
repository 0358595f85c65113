"""Distinct clients and families behind the points of a curve: what the gate must know and nobody else."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumppanuus.methods.daygrid import DayCounts, count_by_day
from kumppanuus.methods.intervals import Floats
from kumppanuus.register.calendar import MONTH_DAYS

Months = npt.NDArray[np.int64]
WHO: Mapping[str, str] = {"persons": "persons", "families": "homes"}
"""Who is counted → the column of the count ``people``."""


@dataclass(frozen=True, slots=True)
class Distinct:
    """Distinct clients, or families, by month since the beginning of their relationships.

    A month is the first one that is full on the day or later, so that nothing is lost at the points of a curve.

    entering, leaving : their time under observation begins, ends; of relationships with gaps between them only the
        longest is known, so what is told of numbers at risk is never too much.
    last_entry : come under observation for the last time.
    first_end : have a relationship that ends for the first time.

    Each array is (months,).
    """

    entering: Floats
    leaving: Floats
    last_entry: Floats
    first_end: Floats

    def at_risk(self, months: Months, begins: int) -> Floats:
        """Return how many at least are under observation when each month is full; nobody before month `begins`."""
        return np.asarray(np.where(months < begins, 0.0, self._under_observation[months]))

    def later(self, months: Months, begins: int) -> Floats:
        """Return how many at least come under observation after each month.

        Before month `begins` those who are under observation at its end count as well.
        """
        entered = np.cumsum(self.last_entry)
        after = entered[-1] - entered
        before = max(self._under_observation[begins], after[begins])
        return np.asarray(np.where(months < begins, before, after[months]))

    def ending(self, months: Months, begins: int) -> Floats:
        """Return whose first end comes after the month before and by each month, and surely after month `begins`.

        Over several intervals the sum is at most the number of those with an end in any of them.
        """
        first = np.where(np.arange(len(self.first_end)) > begins, self.first_end, 0.0)
        return np.asarray(np.diff(np.cumsum(first)[months], prepend=0.0))

    @property
    def _under_observation(self) -> Floats:
        return np.asarray(np.cumsum(self.entering - self.leaving))


@dataclass(frozen=True, slots=True)
class Sizes:
    """What there is of a group: spells, and the distinct people who have any, a late, an open and an ended one."""

    spells: float
    persons: float
    families: float
    late: float
    late_persons: float
    late_families: float
    still_open: float
    open_persons: float
    open_families: float
    ended: float
    ended_persons: float
    ended_families: float


def sizes(days: DayCounts, people: pd.DataFrame) -> Sizes:
    """Return the sizes of a group from its counts by day and its rows of the count ``people``."""
    told = people.assign(moment=people["moment"].mask((people["moment"] == "last_entry") & (people["month"] == 0)))
    by_moment = {who: told.groupby("moment")[of].sum().to_dict() for who, of in WHO.items()}

    def distinct(prefix: str, moment: str) -> dict[str, float]:
        return {f"{prefix}{who}": float(found.get(moment, 0.0)) for who, found in by_moment.items()}

    return Sizes(
        spells=float(days.entering.sum()),
        late=float(days.entering[1:].sum()),
        still_open=float(days.censored.sum()),
        ended=float(days.ended.sum()),
        **distinct("", "entering"),
        **distinct("late_", "last_entry"),
        **distinct("open_", "open"),
        **distinct("ended_", "first_end"),
    )


def behind(people: pd.DataFrame, last_month: int) -> Mapping[str, Distinct]:
    """Return the ``persons`` and ``families`` of one group.

    Parameters
    ----------
    people : its rows of the count ``people``.
    last_month : of the grid; nothing happens after it.
    """
    return {who: Distinct(**_by_moment(people, of, last_month + 1)) for who, of in WHO.items()}


def month_of(day: int) -> int:
    """Return the first month that is full on a day or later."""
    return math.ceil(day / MONTH_DAYS)


def _by_moment(people: pd.DataFrame, column: str, size: int) -> dict[str, Floats]:
    found = {}
    for moment in ("entering", "leaving", "last_entry", "first_end"):
        rows = people[people["moment"] == moment]
        months, amount = rows["month"].to_numpy(dtype=np.int64), rows[column].to_numpy(dtype=np.float64)
        found[moment] = count_by_day(months, amount, size)
    return found
