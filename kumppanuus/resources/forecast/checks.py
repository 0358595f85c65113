"""The check: what a forecast made two whole years before the end would have said, against what came."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kumppanuus.analysis import Context
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.rules import round_counts
from kumppanuus.methods.arrivals import Arrivals
from kumppanuus.methods.forecast import expected, forecast, pooled, with_limits
from kumppanuus.methods.intervals import Floats
from kumppanuus.methods.staying import Staying
from kumppanuus.register.calendar import MONTH_DAYS
from kumppanuus.resources.forecast.declared import CHECKED, CHECKS, GRID
from kumppanuus.resources.forecast.known import HIDDEN, Known, by_service, off_by

_WHOLE_YEAR = 365


def checks(released: ReleasedResult, flow: ReleasedResult, found: Known, context: Context) -> dict[str, pd.DataFrame]:
    """Return ``checks``, ``level_checks`` and ``all_checks``; empty where too few whole years are known."""
    rows = released["checked"]
    then = _by_service(rows, flow, found, context) if len(rows) else pd.DataFrame()
    if then.empty:
        return {
            "checks": _nothing(["service", "level"]),
            "level_checks": _nothing(["level"]),
            "all_checks": _nothing([]),
        }
    return {
        name: _told(then, by, str(rows["year"].iloc[0]))
        for name, by in (("checks", ["service", "level"]), ("level_checks", ["level"]), ("all_checks", []))
    }


def _nothing(by: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame(columns=[*by, "year", *CHECKS])


def _by_service(rows: pd.DataFrame, flow: ReleasedResult, found: Known, context: Context) -> pd.DataFrame:
    """Return the forecasts made then, with what was open before and what came; services without all of it are left
    out.
    """
    whole = [label for label, days in context.years.items() if days >= _WHOLE_YEAR]
    year, last = str(rows["year"].iloc[0]), whole[-1]
    stocks = flow["services"]
    before, came = (
        by_service(stocks[stocks["year"].astype(str) == each], found.services, "waiting") for each in (year, last)
    )
    there = found.services["service"].isin(rows["service"].astype(str)).to_numpy()
    kept = there & ~np.isnan(before) & ~np.isnan(came)
    if not kept.any():
        return pd.DataFrame()
    told = [by_service(rows, found.services, name) for name in ("remaining", "newcomers")]
    stay, coming = (np.nan_to_num(each, nan=HIDDEN) for each in told)
    until, start = _months_to_end(context, year), -sum(context.years.values()) / MONTH_DAYS
    longer = (0.0 - start) / max(until - start, 1.0)
    arrivals = found.arrivals(until)
    curves = Staying(found.curves.months, found.curves.hazard, found.curves.tail, found.curves.variance * longer)
    made = _made(found.services, curves, arrivals, before, stay, coming, _recent(found, until))
    # The classes of the published numbers: the two it is made of, and what came.
    off = np.sqrt(np.sum([off_by(each) ** 2 for each in (*told, came)], axis=0))
    return made.assign(rounding=off, before=before, came=came)[kept].reset_index(drop=True)


def _made(
    services: pd.DataFrame, curves: Staying, arrivals: Arrivals, before: Floats, stay: Floats, coming: Floats,
    recent: Floats,
) -> pd.DataFrame:  # fmt: skip
    """Return the forecasts; the trend of arrivals moves the number of newcomers as it moves the curve's.

    recent : arrivals a month of the two years before.
    """
    none = np.zeros((len(services), len(GRID)))
    steady = np.outer(recent, np.diff(GRID))
    usual = expected(curves, none, steady, [CHECKED])[1][:, 0]
    rows = forecast(services, curves, _as_open(before, curves), arrivals, [CHECKED])
    new = coming * np.divide(rows["new"].to_numpy(), usual, out=np.ones_like(usual), where=usual > 0)
    process = rows["process"].to_numpy() ** 2 + arrivals.dispersion * (new - rows["new"].to_numpy())
    return rows.assign(today=stay, new=new, clients=stay + new, process=np.sqrt(np.maximum(process, new)))


def _as_open(before: Floats, curves: Staying) -> Floats:
    """Spread those open then over months in service as steady arrivals leave them, for the error of the curve."""
    lasting = np.diff(curves.area(curves.months), axis=1)
    longest = curves.survival(curves.months[-1])[:, 0] / np.maximum(curves.tail, 1e-3)
    shape = np.column_stack([lasting, longest])
    return np.asarray(np.nan_to_num(before)[:, None] * shape / shape.sum(axis=1, keepdims=True))


def _recent(found: Known, until: float) -> Floats:
    inside = np.clip(np.minimum(found.ends, until) - np.maximum(found.begins, until - 24), 0, None)
    return np.asarray((found.counts * inside / (found.ends - found.begins)).sum(axis=1) / 24)


def _months_to_end(context: Context, year: str) -> float:
    """Return when a study year ended, in months from the last day (0 or earlier)."""
    labels = [*context.years]
    after = labels[labels.index(year) + 1 :]
    return -sum(context.years[label] for label in after) / MONTH_DAYS


def _told(then: pd.DataFrame, by: Sequence[str], year: str) -> pd.DataFrame:
    keys = [*by, "ahead"]
    limits = with_limits(pooled(then, by))
    sums = then.groupby(keys, sort=False, observed=True)[["before", "came"]].sum().reset_index()
    rows = limits.merge(sums, on=keys)
    lower, upper = np.floor(rows["lower"]), np.ceil(rows["upper"])
    shown = rows.assign(
        year=year,
        forecast=round_counts(np.round(rows["clients"].to_numpy(dtype=float))),
        lower=lower,
        upper=upper,
        inside=((rows["came"] >= lower) & (rows["came"] <= upper)).astype(float),
    )
    return shown[[*by, "year", *CHECKS]]
