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

_SHARES = ("survival", "incidence", "occupation", "recurrence")

Reading = Callable[[pd.DataFrame, Table], float]


def read_off_curves(table: ReleasedTable, tables: Mapping[str, ReleasedTable]) -> ReleasedTable:
    """Fill the ``from_curve`` columns of a table from its published curves; NaN where no curve reaches."""
    columns = table.declaration.names("from_curve")
    if not columns:
        return table
    frame = table.frame.copy()
    sources = {table.declaration.columns[column].of[0] for column in columns}
    curves = {source: _curves_of_rows(frame, tables[source]) for source in sources}
    for column in columns:
        source, statistic = table.declaration.columns[column].of
        declared, reading = tables[source].declaration, _READINGS[statistic]
        frame[column] = [float("nan") if curve is None else reading(curve, declared) for curve in curves[source]]
        frame.loc[frame["hidden"], column] = np.nan
    return replace(table, frame=frame)


def _curves_of_rows(frame: pd.DataFrame, curves: ReleasedTable) -> list[pd.DataFrame | None]:
    """Return the published points of the curve that belongs to each row; None where there is none."""
    groups = [each for each in curves.declaration.dimensions if curves.declaration.columns[each].role != "time"]
    points = curves.frame.dropna(subset=list(curves.declaration.names(*_SHARES)))
    if not groups:
        return [points] * len(frame)
    by_group = {key if isinstance(key, tuple) else (key,): part for key, part in points.groupby(groups)}
    return [by_group.get(tuple(row)) for row in frame[groups].itertuples(index=False)]


def _months(curve: pd.DataFrame, table: Table) -> Floats:
    days = curve[table.names("time")[0]].to_numpy(dtype=float)
    return np.asarray(np.ceil(days / MONTH_DAYS - 1e-9))


def _values(curve: pd.DataFrame, table: Table, *roles: str) -> Floats:
    return curve[table.names(*roles)[0]].to_numpy(dtype=float)


def _quantile(curve: pd.DataFrame, table: Table, *, of: str, still: float) -> float:
    """First whole month at which at most the share `still` is open, on the line between the published points."""
    persons = _values(curve, table, "persons")[0] if len(curve) else 0.0
    if not table.names("survival") or not quantile_allowed(persons, 1 - still):
        return float("nan")
    months, shares = _months(curve, table), _values(curve, table, of)
    reached = np.flatnonzero(shares <= still)
    if not len(reached) or not reached[0]:
        return float(months[0]) if len(reached) else float("nan")
    before, after = reached[0] - 1, reached[0]
    way = (shares[before] - still) / (shares[before] - shares[after])
    return float(np.ceil(np.round(months[before] + way * (months[after] - months[before]), 9)))


def _share(curve: pd.DataFrame, table: Table, *, of: str, month: int) -> float:
    """Share at a month, in whole percent: on the line between the published points around it.

    Of a curve that is no survival curve: the share with an end of its cause, or in its state.
    """
    months, roles = _months(curve, table), _SHARES if of == "survival" else (of,)
    if not len(months) or months[-1] < month:
        return float("nan")
    return round(float(np.interp(month, months, _values(curve, table, *roles))), 2)


def _mean(curve: pd.DataFrame, table: Table, *, of: str, month: int) -> float:
    """Mean of the first `month` months: area under the published points joined by lines, one decimal.

    Points are a month or more apart, so a line between them is nearer to the curve than a step. A curve that ends
    earlier goes on level when what is left under it is at most a quarter of a month, else there is no mean. Limits are
    the areas under the limits of the curve: wider than those of the mean itself, since a curve is not at the edge of
    its band all the way; they are rounded outwards. Of a share in a state: the mean time in it, if its curve reaches.
    """
    months, roles = _months(curve, table), ("survival", "occupation")
    if not table.names(*roles) or not len(months):
        return float("nan")
    line = _values(curve, table, *(roles if of == "survival" else (of,)))
    still = _values(curve, table, "survival")[-1] if table.names("survival") else np.inf
    if months[-1] < month and (month - months[-1]) * still > LEFT_OVER_MONTHS:
        return float("nan")
    grid = np.unique(np.append(months[months <= month], month))
    heights = np.interp(grid, months, line)
    area = float(np.sum(np.diff(grid) * (heights[1:] + heights[:-1]) / 2))
    outwards = {"lower": np.floor, "upper": np.ceil}.get(of, np.round)
    return round(float(outwards(round(area * 10, 6)) / 10), 1)


_ENDS: Mapping[str, str] = {"": "survival", "_lower": "lower", "_upper": "upper"}
_STILL: Mapping[str, float] = {"median": 0.5, "quartile_1": 0.75, "quartile_3": 0.25}
_READINGS: Mapping[str, Reading] = {
    f"{statistic}{end}": reading
    for end, of in _ENDS.items()
    for statistic, reading in (
        *((name, partial(_quantile, of=of, still=still)) for name, still in _STILL.items()),
        *((f"share_{month}", partial(_share, of=of, month=month)) for month in (6, 12, 24)),
        ("mean_24", partial(_mean, of=of, month=24)),
    )
}
