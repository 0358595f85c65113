"""From counts to the multi-state model: who is followed, the counts by day, and those by group of families."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumppanuus.methods.intervals import Floats
from kumppanuus.methods.multistate import Occupation, StateCounts, occupation, share_limits
from kumppanuus.methods.multistate_bands import StatePeriods, resampled_occupation
from kumppanuus.register.calendar import month_day
from kumppanuus.register.ladder import KINDS, QUARTERS, STATES
from kumppanuus.register.spells import FAMILY_GROUPS

FOLLOWED = ("new", "begun", "all")
"""Who is followed: each takes one more of `ladder.KINDS` in."""
EDGES = np.array([month_day(3 * quarter) for quarter in range(QUARTERS + 1)], dtype=np.int64)
_SIZE = len(STATES)
_LATE = KINDS.index("late")
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Followed:
    """Some people, followed since their first contact.

    counts : by day. shares : in states, of those whose first contact was seen. error : of them from the bootstrap over
        groups of families, at `EDGES`; shape (states, quarters + 1).
    under_observation : after each day; shape (days,). moved : moves into and out of each state; shape (states, days).
    """

    counts: StateCounts
    shares: Occupation
    error: Floats
    under_observation: Floats
    moved: Floats

    @property
    def last_day(self) -> int:
        """The last day anybody was observed."""
        return int(self.counts.times[-1])

    def at(self, day: int) -> tuple[Floats, Floats, Floats]:
        """Return the shares in states after a day with their limits; shape (states,) each."""
        error = np.array([np.interp(day, EDGES, each) for each in self.error])
        share = self.shares.at(day)
        return (share, *share_limits(share, error))


def followed(counts: Mapping[str, pd.DataFrame], whose: str, who: str, weights: Floats) -> Followed | None:
    """Return what is known of some people since their first contact; None when no first contact was seen.

    Parameters
    ----------
    whose : ``clients`` or ``families``. who : one of `FOLLOWED`. weights : of the bootstrap, (replicates, groups).
    """
    rows, quarters = (_chosen(counts[name], whose, who) for name in ("days", "quarters"))
    seen = rows[(rows["state"] == _SIZE) & (rows["day"] == 0) & (rows["kind"] != _LATE)]
    start = np.bincount(_whole(seen["target"]), weights=seen["n"], minlength=_SIZE).astype(np.float64)
    if not start.sum():
        return None
    size = int(rows["day"].max()) + 1
    cell = (_whole(rows["state"]), _whole(rows["target"]), _whole(rows["day"]))
    changes = np.zeros((_SIZE + 1, _SIZE + 1, size))
    np.add.at(changes, cell, rows["n"].to_numpy(dtype=np.float64))
    present = np.cumsum((changes.sum(axis=0) - changes.sum(axis=1))[:_SIZE], axis=1)
    at_risk = np.concatenate([np.zeros((_SIZE, 1)), present[:, :-1]], axis=1)
    moves = changes[:_SIZE, :_SIZE]
    model = StateCounts(STATES, np.arange(size, dtype=np.float64), at_risk, moves)
    samples = resampled_occupation(_periods(quarters), weights)
    return Followed(
        model, occupation(model, start / start.sum()), samples.std(axis=0, ddof=1), present.sum(axis=0),
        moves.sum(axis=0) + moves.sum(axis=1),
    )  # fmt: skip


def gathered(people: pd.DataFrame, months: Sequence[int]) -> Floats:
    """Return how many families have had their first move up to each month."""
    month, n = people["month"].to_numpy(dtype=float), people["n_families"].to_numpy(dtype=float)
    return np.array([n[(month >= 0) & (month <= last)].sum() for last in months])


def homes_at_risk(homes: pd.DataFrame, who: str, months: Sequence[int]) -> Floats:
    """Return how many families at least are under observation when each month is full."""
    rows = homes[homes["kinds"] == FOLLOWED.index(who)]
    month, n = rows["month"].to_numpy(dtype=float), rows["n"].to_numpy(dtype=float)
    signed = np.where(rows["moment"] == "entering", n, -n)
    return np.array([signed[month <= last].sum() for last in months])


def _chosen(frame: pd.DataFrame, whose: str, who: str) -> pd.DataFrame:
    return frame[(frame["whose"] == whose) & (frame["kind"] <= FOLLOWED.index(who))]


def _periods(rows: pd.DataFrame) -> StatePeriods:
    """Return days at risk, moves and beginnings by group of families and quarter.

    Of a state: those who come to it less those who leave it are there in later quarters, and the days of the quarter
    that are left after coming less those left after leaving are the days in the quarter itself.
    """
    cell = tuple(_whole(rows[name]) for name in ("family_group", "state", "target", "quarter"))
    changes, left = np.zeros((2, FAMILY_GROUPS, _SIZE + 1, _SIZE + 1, QUARTERS + 1))
    np.add.at(changes, cell, rows["n"].to_numpy(dtype=np.float64))
    np.add.at(left, cell, rows["days_left"].to_numpy(dtype=np.float64))
    present = np.cumsum((changes.sum(axis=1) - changes.sum(axis=2))[:, :_SIZE], axis=2)
    days = (left.sum(axis=1) - left.sum(axis=2))[:, :_SIZE]
    exposure = present[:, :, :-1] * np.diff(EDGES) + days[:, :, 1:]
    return StatePeriods(STATES, EDGES, changes[:, _SIZE, :_SIZE, 0], exposure, changes[:, :_SIZE, :_SIZE, 1:])


def _whole(column: pd.Series) -> Whole:
    return np.asarray(column.to_numpy(dtype=np.int64))
