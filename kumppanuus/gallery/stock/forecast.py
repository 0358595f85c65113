"""A simple forecast from published numbers only: what was added a month goes on, with the scatter there was."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kumppanuus.disclosure.released import ReleasedTable
from kumppanuus.disclosure.rules import round_counts

STEPS, FEWEST = 24, 24
"""Months ahead; published months needed."""
_OUTER, _INNER = 1.2816, 0.6745
"""Normal quantiles of intervals that hold 80 % and 50 %."""
_ROUNDING = 3.0
"""A published count is at most three off."""


def drift(table: ReleasedTable, *, over: str, at: str, of: str) -> pd.DataFrame:
    """Return the forecast of every line with enough published months, the last one among them.

    Returns
    -------
    Columns `over`, ``step`` (1–24 months ahead), ``value``, ``lower``, ``upper`` (80 %), ``inner_lower``,
    ``inner_upper`` (50 %). Values lie in the middles of classes of six, as published counts do.
    """
    parts = [
        _ahead(str(code), rows.sort_values(at)[of].to_numpy(dtype=float), over)
        for code, rows in table.frame.groupby(over, sort=False)
    ]
    columns = [over, "step", "value", "lower", "upper", "inner_lower", "inner_upper"]
    return pd.concat([each for each in parts if each is not None] or [pd.DataFrame(columns=columns)], ignore_index=True)


def _ahead(code: str, stock: np.ndarray, over: str) -> pd.DataFrame | None:
    known = stock[~np.isnan(stock)]
    if len(known) < FEWEST or np.isnan(stock[-1]) or stock[-1] <= 0:
        return None
    added = np.diff(known)
    step = np.arange(1, STEPS + 1, dtype=float)
    middle = np.maximum(round_counts(np.maximum(stock[-1] + step * added.mean(), 1.0)), 0.0)
    # Scatter of the months ahead, of the mean they are guessed from, and of the rounding, added in squares.
    wide = np.sqrt(added.var(ddof=1) * (step + step**2 / len(added)) + _ROUNDING**2)
    ends = {
        f"{name}{side}": np.maximum(middle + sign * times * wide, 0.0)
        for name, times in (("", _OUTER), ("inner_", _INNER))
        for side, sign in (("lower", -1), ("upper", 1))
    }
    return pd.DataFrame({over: code, "step": step.astype(int), "value": middle, **ends})
