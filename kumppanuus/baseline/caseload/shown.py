"""Published caseloads as charts and signals need them: children per worker, on which day, above which limit."""

from __future__ import annotations

import datetime
import math
from dataclasses import replace

import numpy as np
import pandas as pd

from kumppanuus.baseline.caseload.compute import LEAST_WORKERS
from kumppanuus.disclosure.released import ReleasedResult, ReleasedTable
from kumppanuus.forms.rounding import ends_of_class
from kumppanuus.language.say import Say
from kumppanuus.methods.limits import mean_limits

_LEAST_DAYS = 6
"""Counted days from which on a year's mean is told."""


def day_name(day: str, say: Say) -> str:
    """Write a counted day."""
    return say.date(datetime.date.fromisoformat(day))


def last_day(released: ReleasedResult) -> str:
    """Return the last counted day; empty when there is none."""
    return str(released["days"]["day"].max()) if len(released["days"]) else ""


def limit_in_force(released: ReleasedResult) -> float:
    """Return the limit of the law on the last counted day; NaN when there is none."""
    days = released["days"]
    return float(days.sort_values("day")["in_force"].iloc[-1]) if len(days) else math.nan


def per_worker(frame: pd.DataFrame, of: str) -> pd.DataFrame:
    """Return children per worker of every row, and the least and the most that it may be behind rounding (R16: P).

    Returns
    -------
    Columns ``value``, ``least``, ``most`` on the index of the rows; NaN where one of the two numbers is not published.
    """
    children, workers = (frame[each].to_numpy(dtype=float) for each in (of, "workers"))
    ends = ends_of_class(children)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = dict(zip(("value", "least", "most"), (each / workers for each in (children, *ends)), strict=True))
    return pd.DataFrame(found, index=frame.index)


def area_loads(released: ReleasedResult) -> tuple[ReleasedTable, pd.DataFrame]:
    """Return the areas on the last counted day, and their children per worker in the course of the last year.

    Returns
    -------
    The rows of the last day, and on their index: ``value``, the mean over the counted days of the year (whole),
    ``lower`` and ``upper``: its limits had other days been counted (`mean_limits`), rounding included (outwards); NaN
    for areas that have fewer than `LEAST_WORKERS` or are not published on all of these days.
    """
    table = released.tables["areas"]
    frame = table.frame.join(per_worker(table.frame, "persons"))
    last = (table.frame["day"] == last_day(released)).to_numpy(dtype=bool)
    here = replace(table, frame=table.frame[last], masked=table.masked[last])
    rows = [_of_year(frame[frame["area"] == area]) for area in here.frame["area"]]
    return here, pd.DataFrame(rows, columns=["value", "lower", "upper"], index=here.frame.index, dtype=float)


def _of_year(days: pd.DataFrame) -> tuple[float, float, float]:
    if len(days) < _LEAST_DAYS or days["value"].isna().any() or days["workers"].min() < LEAST_WORKERS:
        return math.nan, math.nan, math.nan
    lower, upper = (mean_limits(days[end].to_numpy(dtype=float))[place] for place, end in enumerate(("least", "most")))
    return round(float(days["value"].mean())), math.floor(lower + 1e-9), math.ceil(upper - 1e-9)
