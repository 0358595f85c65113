"""Numbers read off a published curve: they are functions of what is published anyway, so they give nothing away.

Time is in months of 365.25/12 days. A median is the first whole month at which the line through the published points
is at most half: where points are a month apart the first point there, where they are further apart on the line between
two (R6: between two points lie at least five ends).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from kumppanuus.analysis import Table
from kumppanuus.disclosure.released import ReleasedTable
from kumppanuus.disclosure.rules import Floats, quantile_allowed
from kumppanuus.register.calendar import MONTH_DAYS

LEFT_OVER_MONTHS = 0.25
"""A mean is read off a curve that ends early when at most this much can lie under its unpublished rest."""

_SHARES = ("survival", "incidence", "occupation")

Reading = Callable[[pd.DataFrame, Table], float]


def read_off_curves(table: ReleasedTable, tables: Mapping[str, ReleasedTable]) -> ReleasedTable:
    """Fill the ``from_curve`` columns of a table from its published curves; NaN where no curve reaches."""
    columns = table.declaration.names("from_curve")
    if not columns:
        return table
    frame = table.frame.copy()
    for column in columns:
        source, statistic = table.declaration.columns[column].of
        frame[column] = _column(frame, tables[source], statistic)
        frame.loc[frame["hidden"], column] = np.nan
    return replace(table, frame=frame)


def _column(frame: pd.DataFrame, curves: ReleasedTable, statistic: str) -> list[float]:
    groups = [each for each in curves.declaration.dimensions if curves.declaration.columns[each].role != "time"]
    points = curves.frame.dropna(subset=list(curves.declaration.names(*_SHARES)))
    if not groups:
        return [_READINGS[statistic](points, curves.declaration)] * len(frame)
    by_group = {key if isinstance(key, tuple) else (key,): part for key, part in points.groupby(groups)}
    keys = [tuple(row) for row in frame[groups].itertuples(index=False)]
    reading = _READINGS[statistic]
    return [reading(by_group[key], curves.declaration) if key in by_group else float("nan") for key in keys]


def _months(curve: pd.DataFrame, table: Table) -> Floats:
    days = curve[table.names("time")[0]].to_numpy(dtype=float)
    return np.asarray(np.ceil(days / MONTH_DAYS - 1e-9))


def _values(curve: pd.DataFrame, table: Table, *roles: str) -> Floats:
    return curve[table.names(*roles)[0]].to_numpy(dtype=float)


def _half(curve: pd.DataFrame, table: Table, *, of: str) -> float:
    if not len(curve) or not table.names("survival") or not quantile_allowed(_values(curve, table, "persons")[0], 0.5):
        return float("nan")
    months, shares = _months(curve, table), _values(curve, table, of)
    reached = np.flatnonzero(shares <= 0.5)
    if not len(reached) or not reached[0]:
        return float(months[0]) if len(reached) else float("nan")
    before, after = reached[0] - 1, reached[0]
    way = (shares[before] - 0.5) / (shares[before] - shares[after])
    return float(np.ceil(np.round(months[before] + way * (months[after] - months[before]), 9)))


def _share(curve: pd.DataFrame, table: Table, *, of: str, month: int) -> float:
    """Share at a month, in whole percent: on the line between the published points around it.

    Of a curve that is no survival curve: the share with an end of its cause, or in its state.
    """
    months, roles = _months(curve, table), _SHARES if of == "survival" else (of,)
    if not len(months) or months[-1] < month:
        return float("nan")
    return round(float(np.interp(month, months, _values(curve, table, *roles))), 2)


def _mean(curve: pd.DataFrame, table: Table, *, month: int) -> float:
    """Mean of the first `month` months: area under the published points joined by lines, one decimal.

    Points are a month or more apart, so a line between them is nearer to the curve than a step. A curve that ends
    earlier goes on level when what is left under it is at most a quarter of a month, else there is no mean.
    """
    months = _months(curve, table)
    if not table.names("survival"):
        return float("nan")
    open_share = _values(curve, table, "survival")
    if not len(months) or max(month - months[-1], 0) * open_share[-1] > LEFT_OVER_MONTHS:
        return float("nan")
    grid = np.unique(np.append(months[months <= month], month))
    heights = np.interp(grid, months, open_share)
    return round(float(np.sum(np.diff(grid) * (heights[1:] + heights[:-1]) / 2)), 1)


_READINGS: Mapping[str, Reading] = {
    "median": partial(_half, of="survival"),
    "median_lower": partial(_half, of="lower"),
    "median_upper": partial(_half, of="upper"),
    **{f"share_{m}": partial(_share, of="survival", month=m) for m in (12, 24)},
    **{f"share_{m}_lower": partial(_share, of="lower", month=m) for m in (12, 24)},
    **{f"share_{m}_upper": partial(_share, of="upper", month=m) for m in (12, 24)},
    "mean_24": partial(_mean, month=24),
}
