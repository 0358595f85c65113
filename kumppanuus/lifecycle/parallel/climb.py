"""The ladder from one service to many, of families or of clients, on the grid of months that is published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumppanuus.methods.daygrid import DayCounts, count_by_day
from kumppanuus.methods.intervals import Floats
from kumppanuus.methods.ladders import Ladder, ladder
from kumppanuus.methods.monthgrid import Whole, month_ends
from kumppanuus.register.calendar import month_day
from kumppanuus.register.concurrency import RUNGS
from kumppanuus.register.peak_tallies import SEEN
from kumppanuus.register.spells import FAMILY_GROUPS

STATES: tuple[str, ...] = ("1", *map(str, RUNGS[:-1]), f"{RUNGS[-1]}+")
"""The most services open at once so far."""
GRID = (0, 3, 6, 9, 12, 18, 24, 30, 36, 42, 48)
"""Months that are published: quarters in the first year, then half-years."""
_OF_WHOM = ("climb", "climb_groups", "climb_people", "climb_homes")


@dataclass(frozen=True, slots=True)
class Climb:
    """The ladder of those whose first service is known, and the counts behind it.

    counts : those of ``counts.sql`` whose names begin with ``climb``, of families or of clients alone.
    """

    ladder: Ladder
    counts: Mapping[str, pd.DataFrame]

    def rows(self, months: int) -> pd.DataFrame:
        """Return one row a state and month of the grid: the share in it, limits of the share so far or further."""
        days = [month_day(month) for month in GRID if month <= months]
        grid = np.array([day for day in days if day <= self.ladder.days[-1]], dtype=np.int64)
        seen, homes = self._left("climb", "still", grid), self._left("climb_homes", "families", grid)
        people = self.counts["climb_people"].set_index("rung")
        parts = [
            self._state(place, grid).assign(
                at_risk=seen, persons_at_risk=seen, families_at_risk=homes,
                **{name: float(people[name].get(str(place + 1), 0.0)) for name in ("persons", "families")},
            )
            for place in range(len(STATES))
        ]  # fmt: skip
        return pd.concat(parts, ignore_index=True)

    def _state(self, place: int, grid: Whole) -> pd.DataFrame:
        """Return the rows of one state; ``events``: moves into and out of it since the point before."""
        found, none = self.ladder, np.zeros(len(self.ladder.days))
        into = found.events[place - 1] if place else none
        out = found.events[place] if place < len(RUNGS) else none
        homes = self._by_day("climb_homes", RUNGS[max(place - 1, 0)], "families")
        lower, upper = (found.lower[place - 1], found.upper[place - 1]) if place else (none, none)
        if not place:
            lower, upper = 1.0 - found.upper[0], 1.0 - found.lower[0]
        return pd.DataFrame(
            {
                "state": STATES[place],
                "time": grid,
                "share": found.standing[place, grid],
                "lower": lower[grid],
                "upper": upper[grid],
                "events": _since(into + out, grid),
                "ending_persons": _since(into if place else out, grid),
                "ending_families": _since(homes, grid),
            }
        )

    def _by_day(self, table: str, rung: int, measure: str) -> Floats:
        rows = self.counts[table][self.counts[table]["rung"] == str(rung)]
        return count_by_day(
            rows["day"].to_numpy(dtype=np.int64), rows[measure].to_numpy(dtype=float), len(self.ladder.days)
        )

    def _left(self, table: str, measure: str, grid: Whole) -> Floats:
        """Return how many are under observation after each day of the grid, wherever they stand."""
        leaving = self._by_day(table, SEEN, measure)
        return np.asarray(leaving.sum() - np.cumsum(leaving)[grid])


def climb_of(counts: Mapping[str, pd.DataFrame], who: str, weights: Floats) -> Climb | None:
    """Return the ladder of new families (``family``) or clients (``client``); None when there is nobody.

    Parameters
    ----------
    weights : of the groups of families, see `intervals.family_weights`.
    """
    own = {name: counts[name][counts[name]["who"] == who] for name in _OF_WHOM}
    days, groups = own["climb"], own["climb_groups"]
    if days.empty:
        return None
    last_day, last_month = int(days["day"].max()), int(groups["month"].max())
    by_day = {rung: _counted(days[days["rung"] == str(rung)], "day", last_day) for rung in RUNGS}
    by_group = {rung: _counted(groups[groups["rung"] == str(rung)], "month", last_month) for rung in RUNGS}
    return Climb(ladder(by_day, by_group, weights, month_ends(last_month)), own)


def _counted(rows: pd.DataFrame, time: str, last: int) -> DayCounts:
    """Return counts by day, or by group and month when the rows name groups; everybody begins at 0."""
    place = rows[time].to_numpy(dtype=np.int64)
    group = rows["family_group"].to_numpy(dtype=np.int64) if "family_group" in rows else None
    ended, still = (
        count_by_day(place, rows[name].to_numpy(dtype=float), last + 1, group, FAMILY_GROUPS)
        for name in ("reached", "still")
    )
    entering = np.zeros_like(ended)
    entering[..., 0] = (ended + still).sum(axis=-1)
    return DayCounts(entering, ended, still)


def _since(amount: Floats, grid: Whole) -> Floats:
    """Return what came since the grid point before, on it included."""
    return np.asarray(np.diff(np.cumsum(amount)[grid], prepend=0.0))
