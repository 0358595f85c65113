"""How many clients there will be: those of today who stay, and those who come and stay.

    stock(h) = sum over today's clients of S(age + h) / S(age)  +  sum over arrivals of S(h − when they come)

Everything is computed from counts on one grid of months, so the same function makes a forecast of rows, of a register's
counts and of published numbers.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumppanuus.methods.arrivals import Arrivals
from kumppanuus.methods.intervals import Floats, normal_quantile
from kumppanuus.methods.staying import Staying, staying

OUTER, INNER = 0.8, 0.5
"""How often the wide and the narrow interval hold what comes."""
_BUMP = 1e-5
PARTS = ("today", "new")
ERRORS = ("process", "parameter", "rounding")


def project(
    inputs: pd.DataFrame, ahead: Sequence[float] = (12, 24, 36), *, by: Sequence[str] = ("service",),
    arrivals_times: float | pd.Series = 1.0, ends_times: float | pd.Series = 1.0, tail_months: float = 12.0,
) -> pd.DataFrame:  # fmt: skip
    """Return how many clients there will be if everything goes as the inputs say, or so many times as much.

    Parameters
    ----------
    inputs : one row a group (columns `by`) and month of one grid, the same for all groups, the first month 0:
        ``open_clients``: open now for so many months, up to the next row's; the last row: for longer.
        ``survival``: share still there after so many months, NaN where it is not known.
        ``arrivals``: expected from this month ahead to the next row's; the last row: nothing, whatever it says.
    ahead : months ahead.
    arrivals_times, ends_times : so many times as many arrivals, and so many times as high a hazard of leaving (2: they
        leave as a stay with S² would end) from now on; a number, or a series with `by` as its index (1 where it lacks a
        group), of arrivals also with the month as its last level: from that row on to the next one.
    tail_months : see `kumppanuus.methods.staying.staying`.

    Returns
    -------
    Columns `by`, ``ahead``, ``today`` (today's clients still there), ``new`` (came since) and ``clients`` (both).

    Raises
    ------
    ValueError
        When groups have different months, or a month stands twice.
    """
    groups, months, wide = _wide(inputs, by)
    curves = staying(months, wide["survival"], tail_months=tail_months).times(_of_groups(ends_times, groups))
    coming = wide["arrivals"] * _of_pieces(arrivals_times, groups, months)
    found = np.stack(expected(curves, wide["open_clients"], coming[:, :-1], ahead), axis=2)
    return _long(groups, ahead, {"today": found[:, :, 0], "new": found[:, :, 1], "clients": found.sum(axis=2)})


def expected(
    curves: Staying, open_clients: Floats, arrivals: Floats, ahead: npt.ArrayLike
) -> tuple[Floats, Floats]:  # fmt: skip
    """Return today's clients who are still there and those who came since, each (G, len(ahead)).

    Parameters
    ----------
    curves : of G groups on K months. open_clients : (G, K) open now, between each month in service and the next, the
        last ones for longer. arrivals : (G, K − 1) expected between neighbouring months ahead, evenly within each.
    """
    times = np.atleast_1d(np.asarray(ahead, dtype=float))
    return (open_clients[:, :, None] * shares_left(curves, times)).sum(axis=1), _new(curves, arrivals, times).sum(
        axis=1
    )


def shares_left(curves: Staying, ahead: Floats) -> Floats:
    """Return the share still there after `ahead` months of those open now, (G, K, len(ahead)), by months in service.

    Within a class of months clients stand as steady arrivals leave them: as the curve falls.
    """
    months = curves.months
    areas = curves.area((months[:, None] + np.append(0.0, ahead)).ravel()).reshape(-1, len(months), len(ahead) + 1)
    between = np.diff(areas, axis=1)
    share = np.divide(
        between[:, :, 1:], between[:, :, :1], out=np.zeros_like(between[:, :, 1:]), where=between[:, :, :1] > 0
    )
    longest = np.exp(-curves.tail[:, None] * ahead)
    return np.concatenate([share, longest[:, None, :]], axis=1)


def _new(curves: Staying, arrivals: Floats, ahead: Floats) -> Floats:
    """Return those who come in each piece and are still there, (G, K − 1, len(ahead))."""
    months = curves.months
    since = np.maximum(ahead - months[:, None], 0.0)
    areas = curves.area(since.ravel()).reshape(-1, *since.shape)
    return np.asarray(arrivals[:, :, None] * (areas[:, :-1] - areas[:, 1:]) / np.diff(months)[:, None])


def forecast(
    groups: pd.DataFrame, curves: Staying, open_clients: Floats, coming: Arrivals, ahead: Sequence[float], *,
    first_month: int = 1, rounded_stock: npt.ArrayLike = 0.0, rounded_arrivals: npt.ArrayLike = 0.0,
    arrivals_range: float = 0.0,
) -> pd.DataFrame:  # fmt: skip
    """Return the forecast of every group with the parts of its uncertainty.

    Parameters
    ----------
    groups : (G) rows, the columns that name them. curves, open_clients : see `expected`. coming : of the same groups.
    first_month : month of the year that begins now. rounded_stock : (G,) how far the number of clients may be off, and
        rounded_arrivals : (G,) by what share the arrivals may be; 0 where numbers are exact.
    arrivals_range : the stated range of arrivals (0.1: a tenth fewer to a tenth more).

    Returns
    -------
    Columns of `groups`, ``ahead``, ``today``, ``new``, ``clients``; ``process``, ``parameter`` (standard deviations)
    and ``rounding`` (limit); ``scenario_lower`` and ``scenario_upper``: with the fewest and the most arrivals of the
    range.

    Notes
    -----
    process: who of today's clients leaves is a draw of each (Poisson-binomial, sum of p(1 − p)); arrivals are Poisson
    times their dispersion. parameter: delta method; hazards of the pieces of a curve are uncorrelated (Greenwood),
    level and trend of arrivals as well. The scenario is no part of the interval: it is nobody's chance.
    """
    times = np.asarray(ahead, dtype=float)
    arrivals = coming.between(curves.months, first_month)
    today, new = expected(curves, open_clients, arrivals, times)
    share = shares_left(curves, times)
    process = (open_clients[:, :, None] * share * (1 - share)).sum(axis=1) + coming.dispersion[:, None] * new
    parameter = _of_curve(curves, open_clients, arrivals, times) + _of_arrivals(curves, coming, arrivals, times)
    stock = open_clients.sum(axis=1)
    kept = np.divide(today, stock[:, None], out=np.zeros_like(today), where=stock[:, None] > 0)
    off = (np.reshape(rounded_stock, (-1, 1)) * kept) ** 2 + (np.reshape(rounded_arrivals, (-1, 1)) * new) ** 2
    return _long(groups, ahead, {
        "today": today, "new": new, "clients": today + new, "process": np.sqrt(process),
        "parameter": np.sqrt(parameter), "rounding": np.sqrt(off), "scenario_lower": today + (1 - arrivals_range) * new,
        "scenario_upper": today + (1 + arrivals_range) * new,
    })  # fmt: skip


def pooled(found: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Return forecasts of groups added up: expected numbers add, errors add in squares (groups err by themselves).

    Parameters
    ----------
    found : see `forecast`. by : columns that stay (``ahead`` stays by itself).
    """
    keys = [*by, "ahead"]
    squared = found.assign(**{name: found[name] ** 2 for name in ERRORS})
    adds = [*PARTS, "clients", *ERRORS, "scenario_lower", "scenario_upper"]
    summed = squared.groupby(keys, sort=False, observed=True)[adds].sum().reset_index()
    return summed.assign(**{name: np.sqrt(summed[name]) for name in ERRORS})


def with_limits(found: pd.DataFrame) -> pd.DataFrame:
    """Return a forecast with the limits that hold what comes four times in five, and every second time.

    ``lower``, ``upper`` (80 %), ``inner_lower``, ``inner_upper`` (50 %): on the log scale, so that no limit is below 0;
    process and parameter with their normal quantile, rounding as it is, added in squares.
    """
    value, spread = found["clients"].to_numpy(), np.hypot(found["process"].to_numpy(), found["parameter"].to_numpy())
    ends = {}
    for name, confidence in (("", OUTER), ("inner_", INNER)):
        half = np.hypot(normal_quantile(confidence) * spread, found["rounding"].to_numpy())
        part = np.divide(half, value, out=np.zeros_like(half), where=value > 0)
        ends[f"{name}lower"] = value * np.exp(-part)
        ends[f"{name}upper"] = np.where(value > 0, value * np.exp(part), half)
    return found.assign(**ends)


def remaining(
    months: npt.ArrayLike, curve: Staying, ahead: float, *, until: npt.ArrayLike | None = None,
    n: npt.ArrayLike = 1.0,
) -> tuple[float, float]:  # fmt: skip
    """Return how many of these clients are expected to be there `ahead` months from now, and its variance.

    Parameters
    ----------
    months : months in service of every client, so far. curve : of one group.
    until : months until each has to leave (the 18th or 25th birthday); NaN where it is not known. The curve is then one
        in which leaving by age is no end but the end of observation, else these ends would count twice.
    """
    age = np.asarray(months, dtype=float)
    stays = np.exp(curve.hazard_at(age)[0] - curve.hazard_at(age + ahead)[0])
    if until is not None:
        stays = np.where(np.asarray(until, dtype=float) <= ahead, 0.0, stays)
    number = np.broadcast_to(np.asarray(n, dtype=float), stays.shape)
    return float((number * stays).sum()), float((number * stays * (1 - stays)).sum())


def _of_curve(curves: Staying, open_clients: Floats, arrivals: Floats, ahead: Floats) -> Floats:
    """Return the variance that the errors of the hazards make, (G, len(ahead))."""
    pieces = np.diff(curves.variance, axis=1)
    base = sum(expected(curves, open_clients, arrivals, ahead))
    bump = np.full(len(curves.tail), _BUMP)
    total = np.zeros_like(base)
    for piece in range(pieces.shape[1]):
        moved = sum(expected(curves.moved(piece, bump), open_clients, arrivals, ahead))
        total += ((moved - base) / _BUMP) ** 2 * pieces[:, piece, None]
    return np.asarray(total)


def _of_arrivals(curves: Staying, coming: Arrivals, arrivals: Floats, ahead: Floats) -> Floats:
    """Return the variance that the errors of level and trend make, (G, len(ahead))."""
    new, (years, variances) = _new(curves, arrivals, ahead), coming.spreads(curves.months)
    of_level, of_trend = new.sum(axis=1), (new * years[:, :, None]).sum(axis=1)
    return np.asarray(of_level**2 * variances[:, :1] + of_trend**2 * variances[:, 1:])


def _wide(inputs: pd.DataFrame, by: Sequence[str]) -> tuple[pd.DataFrame, Floats, dict[str, Floats]]:
    """Return the groups in their order, the months, and each measure as (G, K)."""
    keys = [*by]
    rows = inputs.assign(month=inputs["month"].astype(float))
    if rows.duplicated([*keys, "month"]).any():
        raise ValueError("inputs: one row a group and month")
    groups = rows[keys].drop_duplicates(ignore_index=True)
    months = np.unique(rows["month"].to_numpy(dtype=float))
    if len(rows) != len(groups) * len(months):
        raise ValueError("inputs: every group has the same months")
    placed = rows.merge(groups.assign(group=range(len(groups))), on=keys).sort_values(["group", "month"], kind="stable")
    shape = (len(groups), len(months))
    measures = ("open_clients", "survival", "arrivals")
    return groups, months, {name: placed[name].to_numpy(dtype=float).reshape(shape) for name in measures}


def _of_groups(given: float | pd.Series, groups: pd.DataFrame) -> Floats:
    if not isinstance(given, pd.Series):
        return np.full(len(groups), float(given))
    index = pd.MultiIndex.from_frame(groups) if len(groups.columns) > 1 else pd.Index(groups.iloc[:, 0])
    return given.reindex(index).fillna(1.0).to_numpy(dtype=float)


def _of_pieces(given: float | pd.Series, groups: pd.DataFrame, months: Floats) -> Floats:
    if not isinstance(given, pd.Series) or given.index.nlevels == len(groups.columns):
        return _of_groups(given, groups)[:, None] * np.ones(len(months))
    rows = groups.merge(pd.DataFrame({"month": months}), how="cross")
    return given.reindex(pd.MultiIndex.from_frame(rows)).fillna(1.0).to_numpy(dtype=float).reshape(-1, len(months))


def _long(groups: pd.DataFrame, ahead: Sequence[float], found: dict[str, Floats]) -> pd.DataFrame:
    rows = groups.merge(pd.DataFrame({"ahead": [float(each) for each in ahead]}), how="cross")
    return rows.assign(**{name: values.ravel() for name, values in found.items()})
