"""What the balance of a queue tells: waiting = waiting before + came − left, period after period."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumppanuus.analysis import Table
from kumppanuus.disclosure.rules import Floats

WAITING, CAME, LEFT = "waiting", "came", "left"
FLOWS = (WAITING, CAME, LEFT)
"""Columns of a queue, by their names."""
Rows = npt.NDArray[np.int64]


def consecutive(table: Table, frame: pd.DataFrame) -> tuple[Rows, Rows]:
    """Return the rows of a queue that have a period before them in their group, as (rows before, rows).

    Rows of a group stand in the order of time; the last dimension is the period.
    """
    groups = list(table.dimensions[:-1])
    place = pd.Series(np.arange(len(frame)), index=frame.index)
    before = place.groupby([frame[each] for each in groups]).shift() if groups else place.shift()
    there = before.notna().to_numpy()
    return before.to_numpy()[there].astype(np.int64), place.to_numpy()[there]


def narrowed_chain(low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Narrow the bounds of one queue by its balances, from the first period to the last and back.

    What waited before the first period is not known. On a chain of whole numbers intervals are exact: every value
    between the bounds that come out is possible.

    Parameters
    ----------
    low, high : shape (periods, 3), by `FLOWS`; `high` may be infinite.
    """
    least, most = low.copy(), high.copy()
    before_least, before_most = np.zeros(len(low)), np.full(len(low), np.inf)
    for period, ((_, came, left), (_, came_most, left_most)) in enumerate(zip(low, high, strict=True)):
        if period:
            before_least[period], before_most[period] = least[period - 1, 0], most[period - 1, 0]
        least[period, 0] = max(least[period, 0], before_least[period] + came - left_most)
        most[period, 0] = min(most[period, 0], before_most[period] + came_most - left)
    after_least, after_most = low[:, 0].copy(), high[:, 0].copy()
    for period in range(len(low) - 2, -1, -1):
        (_, came, left), (_, came_most, left_most) = low[period + 1], high[period + 1]
        after_least[period] = max(after_least[period], after_least[period + 1] - came_most + left)
        after_most[period] = min(after_most[period], after_most[period + 1] - came + left_most)
    least[:, 0], most[:, 0] = np.maximum(least[:, 0], after_least), np.minimum(most[:, 0], after_most)
    least[:, 1] = np.maximum(low[:, 1], after_least - before_most + low[:, 2])
    most[:, 1] = np.minimum(high[:, 1], after_most - before_least + high[:, 2])
    least[:, 2] = np.maximum(low[:, 2], before_least + low[:, 1] - after_most)
    most[:, 2] = np.minimum(high[:, 2], before_most + high[:, 1] - after_least)
    return least, most
