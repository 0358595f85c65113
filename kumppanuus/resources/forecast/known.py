"""Released numbers of other rooms as the forecast takes them: curves, today's clients by months in service, arrivals.

A hidden number is taken for 3 (R16); how far published ones may be off is kept beside them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumppanuus.analysis import Context
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.forms.rounding import ends_of_class
from kumppanuus.methods.arrivals import Arrivals, fit_arrivals, seasons_of
from kumppanuus.methods.intervals import Floats, normal_quantile
from kumppanuus.methods.staying import Staying, staying
from kumppanuus.register.calendar import MONTH_DAYS
from kumppanuus.resources.forecast.declared import GRID

HIDDEN = 3.0
QUARTERS = 4
SHORTEST = 365
"""Days observed below which nothing is forecast: of a few months neither a trend nor how long ones last is known."""
CLASSES: Mapping[str, tuple[float, float]] = {
    "under_1": (0, 12), "from_1": (12, 24), "from_2": (24, 48), "over_4": (48, math.inf),
}  # fmt: skip
"""Time open → months."""
_SLOWEST, _FASTEST = 0.2, 1.5
_MOST_GUESSED = 0.5
"""Clients of hidden numbers, as a share of the published ones, above which a forecast would be made of guesses."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of G services on the last day.

    services : (G) rows ``service`` and ``level``. curves : at the months of the grid; survival : (G, K) the same
    shares, NaN beyond the last published one. own : (G,) whether the curve is the service's own, not that of its level.
    open_clients : (G, K). off : (G,) how far the published number of clients may be from the exact one.
    counts : (G, P) arrivals of the periods; begins, ends : (P,) months from the last day. counts_off : (G,) how far
    their sum may be from the exact one, as a share. seasons : (G, 12).
    """

    services: pd.DataFrame
    curves: Staying
    survival: Floats
    own: Floats
    open_clients: Floats
    off: Floats
    counts: Floats
    begins: Floats
    ends: Floats
    counts_off: Floats
    seasons: Floats
    first_month: int

    def arrivals(self, until: float = 0.0) -> Arrivals:
        """Return the arrivals fitted to the periods that end `until` months from the last day (0 or earlier)."""
        used = self.ends <= until + 0.5
        return fit_arrivals(
            self.counts[:, used],
            self.begins[used] - until,
            np.minimum(self.ends[used] - until, 0.0),
            seasons=self.seasons,
        )


def known(used: Mapping[str, ReleasedResult], context: Context) -> Known | None:
    """Return what the released numbers tell.

    None without a curve, where most numbers of clients are hidden, or after less than a year.
    """
    shown = {key: result for key, result in used.items() if result.status == "ok"}
    durations, flow = shown.get("lifecycle.durations"), shown.get("lifecycle.flow")
    quality = shown.get("baseline.data_quality")
    if durations is None or flow is None or quality is None or sum(context.years.values()) < SHORTEST:
        return None
    services = quality["open_services"][["service", "level"]].astype(str)
    found = _curves(durations, services)
    services = services[found["there"]].reset_index(drop=True)
    if services.empty:
        return None
    shares, errors = found["survival"][found["there"]], found["error"][found["there"]]
    curves = staying(GRID, shares, errors)
    told = by_service(quality["open_services"], services, "persons")
    if HIDDEN * np.isnan(told).sum() > _MOST_GUESSED * np.nansum(told):
        return None
    counts, begins, ends = _arrivals(quality, flow, services, context)
    seasons, first_month = _seasons(counts, begins, ends, context)
    trend = fit_arrivals(counts, begins, ends, seasons=seasons).trend
    return Known(
        services, curves, shares, found["own"][found["there"]], *_open(quality, services, curves, trend), counts,
        begins, ends, _counts_off(quality, services, counts), seasons, first_month,
    )  # fmt: skip


def by_service(table: pd.DataFrame, services: pd.DataFrame, column: str) -> Floats:
    """Return a column of a table with one row a service, (G,); NaN where there is no row or no number."""
    return table.set_index(table["service"].astype(str))[column].reindex(services["service"]).to_numpy(dtype=float)


def _curves(durations: ReleasedResult, services: pd.DataFrame) -> dict[str, Floats]:
    """Return shares and standard errors at the months of the grid, of the service or else of its level."""
    own = _points(durations["service_curves"], "service")
    levels = _points(durations["level_curves"], "level")
    rows = [own.get(service, levels.get(level)) for service, level in services.itertuples(index=False)]
    empty = np.full((2, len(GRID)), np.nan)
    both = np.array([empty if row is None else row for row in rows]).reshape(-1, 2, len(GRID))
    return {
        "survival": both[:, 0], "error": both[:, 1], "there": np.array([row is not None for row in rows], dtype=bool),
        "own": np.array([service in own for service in services["service"]], dtype=bool),
    }  # fmt: skip


def _points(curves: pd.DataFrame, by: str) -> dict[str, Floats]:
    """Return by code shares and errors at the grid, (2, K); NaN beyond the last published point."""
    points = curves.dropna(subset=["survival"]).assign(month=lambda rows: (rows["time"] / MONTH_DAYS).round())
    found = {}
    for code, rows in points.groupby(by, sort=True, observed=True):
        if len(rows) < 2:
            continue
        ordered = rows.sort_values("month")
        months, share = ordered["month"].to_numpy(dtype=float), ordered["survival"].to_numpy(dtype=float)
        half = (ordered["upper"] - ordered["lower"]).to_numpy(dtype=float) / 2
        error = np.nan_to_num(half) / normal_quantile(0.95)
        curve = staying(np.unique(np.append(0.0, months)), *_with_zero(months, share, error))
        at = np.array(GRID, dtype=float)
        beyond = at > months[-1]
        spread = np.interp(at, curve.months, np.sqrt(curve.variance[0])) * curve.survival(at)[0]
        found[str(code)] = np.where(beyond, np.nan, np.array([curve.survival(at)[0], spread]))
    return found


def _with_zero(months: Floats, share: Floats, error: Floats) -> tuple[Floats, Floats]:
    if months[0] == 0:
        return share, error
    return np.append(1.0, share), np.append(0.0, error)


def _open(
    quality: ReleasedResult, services: pd.DataFrame, curves: Staying, trend: Floats
) -> tuple[Floats, Floats]:  # fmt: skip
    """Return today's clients by months in service, and how far their number may be off.

    Within a published class of time open they are spread as steadily growing arrivals and the curve leave them.
    """
    months = np.array(GRID, dtype=float)
    lasting = np.diff(curves.area(months), axis=1)
    longest = curves.survival(months[-1])[:, 0] / np.maximum(curves.tail, 1e-3)
    middle = np.append((months[1:] + months[:-1]) / 2, months[-1])
    expected = np.column_stack([lasting, longest]) * np.exp(-trend[:, None] * middle / 12)
    total = by_service(quality["open_services"], services, "persons")
    stock = np.where(np.isnan(total), HIDDEN, total)
    spread = np.zeros_like(expected)
    for code, (low, high) in CLASSES.items():
        inside = (months >= low) & (months < high)
        rows = quality["open_times"]
        n = by_service(rows[rows["open_time"].astype(str) == code], services, "persons")
        there = np.isin(services["service"], rows.loc[rows["open_time"].astype(str) == code, "service"].astype(str))
        n = np.where(np.isnan(n), np.where(there, HIDDEN, 0.0), n)
        part = np.where(inside, expected, 0.0)
        spread += part * (n / np.maximum(part.sum(axis=1), 1e-12))[:, None]
    known = spread.sum(axis=1)
    shape = np.where((known > 0)[:, None], spread, expected)
    return shape * (stock / shape.sum(axis=1))[:, None], off_by(total)


def off_by(published: Floats) -> Floats:
    """Return how far a published number may be from the exact one; a hidden one, taken for 3, up to 3."""
    low, high = ends_of_class(np.nan_to_num(published))
    return np.asarray(np.where(np.isnan(published), HIDDEN, np.maximum(high - published, published - low)))


def _arrivals(
    quality: ReleasedResult, flow: ReleasedResult, services: pd.DataFrame, context: Context
) -> tuple[Floats, Floats, Floats]:
    """Return arrivals by quarter (G, P), with the periods: rows that start, as many times as spells start per row."""
    days = quality["all_quarters"]
    begins, ends = periods(days["days_seen"].to_numpy(dtype=float))
    told = quality["service_quarters"]
    told = told.assign(relationships=told["relationships"].fillna(HIDDEN), service=told["service"].astype(str))
    wide = told.pivot(index="service", columns="quarter", values="relationships")
    rows = wide.reindex(index=services["service"], columns=days["quarter"]).fillna(0.0).to_numpy(dtype=float)
    lengths = np.array([*context.years.values()], dtype=float)
    of_years = dict(zip(context.years, zip(*periods(lengths), strict=True), strict=True))
    of_flow = flow["services"].assign(came=flow["services"]["came"].fillna(HIDDEN))
    came, seen = np.zeros(len(services)), np.zeros(len(services))
    for year, (begin, end) in of_years.items():
        part = of_flow[of_flow["year"].astype(str) == year]
        number = by_service(part, services, "came")
        share = np.clip(np.minimum(ends, end) - np.maximum(begins, begin), 0, None) / (ends - begins)
        came += np.nan_to_num(number)
        seen += np.where(np.isnan(number), 0.0, rows @ share)
    times = np.divide(came, seen, out=np.ones(len(services)), where=seen > 0)
    return rows * np.clip(times, _SLOWEST, _FASTEST)[:, None], begins, ends


def periods(days: Floats) -> tuple[Floats, Floats]:
    """Return beginnings and ends of periods of so many days, in months from the end of the last one."""
    until = np.cumsum(days[::-1])[::-1] / MONTH_DAYS
    return -until, -np.append(until[1:], 0.0)


def _counts_off(quality: ReleasedResult, services: pd.DataFrame, counts: Floats) -> Floats:
    rounded = quality["service_quarters"]["relationships"].dropna()
    exact = len(rounded) and not (ends_of_class(rounded.to_numpy(dtype=float))[0] < rounded).any()
    off = 0.0 if exact else HIDDEN * math.sqrt(counts.shape[1])
    return np.asarray(off / np.maximum(counts.sum(axis=1), 1.0))


def _seasons(counts: Floats, begins: Floats, ends: Floats, context: Context) -> tuple[Floats, int]:
    """Return the seasons of whole years of quarters, and the month of the year that begins after the last day."""
    first_month = int(context.last_day[5:7]) % 12 + 1 if context.last_day else 1
    whole = counts.shape[1] // QUARTERS * QUARTERS
    even = bool(whole) and abs(begins[-whole] + 3 * whole) < 0.1 * whole
    if not even or whole < 2 * QUARTERS:
        return np.ones((len(counts), 12)), first_month
    by_year = counts[:, -whole:].reshape(len(counts), -1, QUARTERS)
    return seasons_of(by_year, first_month=first_month), first_month
