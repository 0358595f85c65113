"""The family bootstrap on a grid of months: the spread of an estimate, where days by family group are too many rows.

The estimate itself is exact, from counts by day without family groups. Only its spread needs groups of whole families,
and counts by group and *month* are enough for that: entries are moved back to the last month that was full by then,
exits forward to the first month that is full by then. Everybody who was at risk on any day of a month is then at risk
in it, so no risk set is emptier than it was, and nobody's period is without length.

In SQL, with ``30.4375`` days a month (`register.calendar.MONTH_DAYS`)::

    (ceil((entry_day + 1) / 30.4375) - 1)::USMALLINT AS entry_month,
    ceil(exit_day / 30.4375)::USMALLINT AS exit_month

How the spread gets back to the day grid: the same estimator on the same months has a model variance (Greenwood's,
multinomial …) and a bootstrap variance. Their ratio is the design effect of families, which the coarser grid hardly
changes; the model variance by day times this ratio is the variance that is published (`carried_variance`). For an
estimate without a model variance the relative spread is carried over (`carried_error`).

`DayCounts` hold months as well as days: they are places of a grid. Estimators of this package take either.

References
----------
Design effect: Kish, Survey Sampling (1965), section 8.2; variance of a ratio to what independence lets expect: Rao &
Scott, JASA 76 (1981) 221–230.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from kumppanuus.methods.daygrid import DayCounts
from kumppanuus.methods.intervals import Floats
from kumppanuus.register.calendar import MONTH_DAYS, month_day

Whole: TypeAlias = npt.NDArray[np.int64]


def last_full_month(day: npt.ArrayLike) -> Whole:
    """Return the last month that is full on each day or earlier: 0 before day 30."""
    return np.ceil((np.asarray(day, dtype=np.float64) + 1) / MONTH_DAYS).astype(np.int64) - 1


def first_full_month(day: npt.ArrayLike) -> Whole:
    """Return the first month that is full on each day or later: 0 on day 0, 1 up to day 30."""
    return np.ceil(np.asarray(day, dtype=np.float64) / MONTH_DAYS).astype(np.int64)


def month_ends(last_month: int) -> Whole:
    """Return the days on which months 0 … `last_month` are full (`register.calendar.month_day`)."""
    return np.array([month_day(month) for month in range(last_month + 1)], dtype=np.int64)


def on_months(counts: DayCounts) -> DayCounts:
    """Return counts by day, or by group and day, as counts by month: entries moved back, exits forward.

    For whoever has counts by group and day; a register counts by month at once.
    """
    days = np.arange(counts.last_day + 1)
    size = int(first_full_month(counts.last_day)) + 1
    back, forward = last_full_month(days), first_full_month(days)
    return DayCounts(
        _gathered(counts.entering, back, size),
        _gathered(counts.ended, forward, size),
        _gathered(counts.censored, forward, size),
    )


def half_months(counts: DayCounts) -> DayCounts:
    """Return counts by month in which half of those who come or are censored inside a month do so at its beginning.

    Somebody seen for a part of a month only is then at risk for half of it, as in a life table. Counted at risk for all
    of it they would make groups with many of them look as if they ended more slowly, and tests across such groups
    (start cohorts) would find differences that are none. Who enters at month 0 is seen from the start.
    """
    return DayCounts(_half_earlier(counts.entering, later=True), counts.ended, _half_earlier(counts.censored))


def carried_variance(variance: Floats, days: npt.ArrayLike, by_month: Floats, spread: Floats, ends: Whole) -> Floats:
    """Return a variance by day that has the spread between families seen on a coarser grid.

    Parameters
    ----------
    variance : model variance (independent relationships) of the estimate on each of `days`; shape (days,).
    by_month : the same variance of the same estimator on the coarser grid; shape (months,). Places where it is 0, not
        finite or not known take the design effect of their nearest neighbour that has one.
    spread : standard deviation over the bootstrap samples on the coarser grid; shape (months,).
    ends : the day on which each place of the coarser grid ends, increasing; see `month_ends`.

    Returns
    -------
    `variance` times spread² / by_month, the ratio drawn as a line between the ends of months and level beyond them;
    shape (days,). NaN everywhere when no month has a ratio.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        effect = spread**2 / by_month
    known = np.isfinite(effect) & np.isfinite(by_month) & (by_month > 0)
    if not known.any():
        return np.full(len(variance), np.nan)
    return np.asarray(variance * np.interp(np.asarray(days, dtype=np.float64), ends[known], effect[known]))


def carried_error(estimate: Floats, by_month: Floats, spread: Floats) -> Floats:
    """Return standard errors of an estimate that grows from 0: `spread` in proportion to the two estimates.

    For incidences, cumulative means and the like at the ends of months.

    Parameters
    ----------
    estimate : exact, from counts by day; at the ends of months; shape (…, months).
    by_month, spread : the same estimator on the month grid, and its standard deviation over the bootstrap samples.

    Returns
    -------
    Shape (…, months); 0 where the estimate on months is 0.
    """
    ratio = np.divide(estimate, by_month, out=np.zeros_like(by_month, dtype=np.float64), where=by_month > 0)
    return np.asarray(spread * ratio, dtype=np.float64)


def _half_earlier(amount: Floats, *, later: bool = False) -> Floats:
    """Return amounts half of which are moved one month back or, `later`, forward, except those of month 0."""
    moved, half = amount.copy(), amount[..., 1:] / 2
    moved[..., 1:] -= half
    if later:
        moved[..., 2:] += half[..., :-1]
        moved[..., -1] += half[..., -1]
    else:
        moved[..., :-1] += half
    return moved


def _gathered(amount: Floats, month: Whole, size: int) -> Floats:
    """Add amounts up by the month of their day; works on (days,) and (groups, days)."""
    in_month = (month[:, None] == np.arange(size)).astype(np.float64)
    return np.asarray(amount @ in_month, dtype=np.float64)
