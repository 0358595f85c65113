"""The caseload that the law allows: workers that the number of children asks for, by date and by area."""

from __future__ import annotations

import datetime
import math

import numpy as np
import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.signals import Gathered
from kumppanuus.forms.rounding import ends_of_class
from kumppanuus.register.codes import UNKNOWN
from kumppanuus.resources.capacity.known import table_of

CASELOAD = "baseline.caseload"
AHEAD = 4
"""Half-years ahead."""
HALF_YEAR = 6
_FEWEST_CHANGES = 2


def law(released: ReleasedResult, gathered: Gathered) -> list[dict[str, object]]:
    """Return children and the workers that the limit asks for, on half-yearly counted days and those ahead.

    Ahead the children change by the middle of the changes seen in as many half-years; the interval reaches from the
    smallest of them to the largest. Workers: children / limit, whole workers, the classes of the children included.
    """
    days = table_of(gathered, CASELOAD, "days")
    counted = _half_years(days) if len(days) else days
    if counted.empty or counted["persons"].isna().all():
        return []
    children = counted["persons"].to_numpy(dtype=float)
    past = zip(*(counted[name] for name in ("day", "persons", "in_force", "workers")), strict=True)
    rows = [{**_row(str(day), n, (n, n), limit, workers), "counted": 1.0} for day, n, limit, workers in past]
    workers, last = float(counted["workers"].iloc[-1]), str(counted["day"].iloc[-1])
    for step in range(1, AHEAD + 1):
        changes = children[step:] - children[:-step]
        changes = changes[~np.isnan(changes)]
        day = _later(last, HALF_YEAR * step)
        if len(changes) < _FEWEST_CHANGES or math.isnan(children[-1]):
            break
        low, middle, high = (max(children[-1] + float(each), 0.0) for each in np.quantile(changes, (0, 0.5, 1)))
        row = _row(day, round(middle), (low, high), _limit_on(released["limits"], day), workers)
        rows.append({**row, "counted": 0.0})
    return rows


def _half_years(days: pd.DataFrame) -> pd.DataFrame:
    """Return the rows half a year apart, counted back from the last day."""
    ordered = days.assign(day=days["day"].astype(str)).sort_values("day")
    last = datetime.date.fromisoformat(str(ordered["day"].iloc[-1]))
    months = [12 * (last.year - each.year) + last.month - each.month
              for each in map(datetime.date.fromisoformat, ordered["day"])]  # fmt: skip
    kept: pd.DataFrame = ordered.loc[np.array(months) % HALF_YEAR == 0]
    return kept


def areas(released: ReleasedResult, gathered: Gathered) -> list[dict[str, object]]:
    """Return by area, on the last counted day, children, their workers, and how many the limit in force asks for."""
    rows = table_of(gathered, CASELOAD, "areas")
    if rows.empty:
        return []
    day = max(rows["day"].astype(str))
    last = rows[(rows["day"].astype(str) == day) & (rows["area"].astype(str) != UNKNOWN)]
    limit = _limit_on(released["limits"], day)
    made = [
        {"area": str(area), **_row(day, n, (n, n), limit, workers)}
        for area, n, workers in zip(last["area"], last["persons"], last["workers"], strict=True)
    ]
    return [{name: value for name, value in row.items() if name not in ("day", "in_force")} for row in made]


def _row(day: str, children: float, ends: tuple[float, float], limit: float, workers: float) -> dict[str, object]:
    low, high = float(ends_of_class(np.array([ends[0]]))[0][0]), float(ends_of_class(np.array([ends[1]]))[1][0])
    needed, fewer, more = (math.ceil(each / limit - 1e-9) if each >= 0 and limit > 0 else math.nan
                           for each in (children, low, high))  # fmt: skip
    return {"day": day, "children": children, "in_force": limit if limit > 0 else math.nan, "workers": workers,
            "needed": needed, "needed_lower": fewer, "needed_upper": more}  # fmt: skip


def _later(day: str, months: int) -> str:
    """Return the last day of the month so many months later."""
    first = datetime.date.fromisoformat(day).replace(day=1)
    number = first.year * 12 + first.month - 1 + months + 1
    return str(datetime.date(number // 12, number % 12 + 1, 1) - datetime.timedelta(1))


def _limit_on(limits: pd.DataFrame, day: str) -> float:
    """Return the limit in force on a day: of the rows that have begun by then the latest; NaN without one."""
    begun = limits[limits["day"].astype(str) <= day].sort_values("day")
    return float(begun["in_force"].iloc[-1]) if len(begun) else math.nan
