"""How often clients come back in all: the mean number of returns so far, every one counted."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from kumppanuus.lifecycle.returns.groups import quarter_days
from kumppanuus.methods.daygrid import DayCounts, count_by_day
from kumppanuus.methods.intervals import Floats
from kumppanuus.methods.recurrence import mean_cumulative
from kumppanuus.register.leavings import FOLLOW_MONTHS
from kumppanuus.register.spells import FAMILY_GROUPS


def return_counts(counts: pd.DataFrame) -> DayCounts:
    """Return every return by group of families and day; whoever comes back stays under observation."""
    size = int(counts["day"].max()) + 1

    def by_day(what: str) -> Floats:
        rows = counts[counts["what"] == what]
        day, group = (rows[name].to_numpy(dtype=np.int64) for name in ("day", "family_group"))
        return count_by_day(day, rows["n"].to_numpy(dtype=float), size, group, FAMILY_GROUPS)

    returned, stopped = by_day("first") + by_day("later"), by_day("stop")
    entering = returned.copy()
    entering[:, 0] += stopped.sum(axis=1)
    return DayCounts(entering, returned, stopped)


def again_points(counts: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Read the mean at the quarters that anybody was observed at."""
    days = return_counts(counts["again"])
    curve = mean_cumulative(days)
    shown = quarter_days(FOLLOW_MONTHS)
    shown = shown[shown <= curve.last_day]
    size = len(quarter_days(FOLLOW_MONTHS)) + 1
    first, staying = (_by_step(counts[name], size) for name in ("again_homes", "staying_homes"))
    return pd.DataFrame(
        {
            "time": shown, "share": curve.mean[shown], "lower": curve.lower[shown], "upper": curve.upper[shown],
            "at_risk": days.pooled().under_observation[shown],
            "events": np.diff(_later(counts["again"], curve.last_day)[shown], prepend=0.0),
            "ending_families": np.append(0.0, first[1 : len(shown)]),
            "families_at_risk": (staying.sum() - np.cumsum(staying))[: len(shown)],
        }
    )  # fmt: skip


def _later(counts: pd.DataFrame, last_day: int) -> Floats:
    """Return how many returns that are not somebody's first come up to each day."""
    rows = counts[(counts["what"] == "later") & (counts["day"] <= last_day)]
    return np.cumsum(count_by_day(rows["day"].to_numpy(dtype=np.int64), rows["n"].to_numpy(dtype=float), last_day + 1))


def _by_step(rows: pd.DataFrame, size: int) -> Floats:
    step = np.minimum(rows["step"].to_numpy(dtype=np.int64), size - 1)
    return count_by_day(step, rows["families"].to_numpy(dtype=float), size)
