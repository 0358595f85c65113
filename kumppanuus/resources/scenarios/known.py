"""What the scenarios start from: today's course of every service, read from what other analyses have published."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumppanuus.analysis import Context
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.years import last_year
from kumppanuus.methods.intervals import Floats, normal_quantile
from kumppanuus.methods.staying import Staying, staying
from kumppanuus.register.codes import PRODUCTIONS

FORECAST, SPENDING = "resources.forecast", "resources.spending"
OUTER = 0.8
"""How often the limits of a forecast hold what comes: those of `resources.forecast`."""
NOW = "00"
"""Horizon of the forecast's rows about today."""
NO_FORECAST, NO_PRICE = "no_forecast", "no_price"


@dataclass(frozen=True, slots=True)
class Course:
    """Today's course of the services that have a forecast and a price: S services, H months ahead.

    services : codes. now : clients (relationships open) on the last day (S,). today : of them still there at the end of
    each month (S, H). kept : share of those who enter in a month there at its end, at the end of the next, … (S, H).
    arrivals : expected in each month (S, H). month_eur : cost of a client in a month today (S,). ways : way of
    production → its share of the cost (S,). spread : standard deviation of the forecast as a share of it (S, H).
    per_family : clients per family (S,). lacking : (service, why) of those left out.
    """

    services: tuple[str, ...]
    now: Floats
    today: Floats
    kept: Floats
    arrivals: Floats
    month_eur: Floats
    ways: Mapping[str, Floats]
    spread: Floats
    per_family: Floats
    lacking: tuple[tuple[str, str], ...] = ()

    @property
    def months(self) -> int:
        """How many months ahead it goes."""
        return int(self.arrivals.shape[1])

    def place(self, service: str) -> int | None:
        """Return where a service stands; None when it is not among them."""
        return self.services.index(service) if service in self.services else None


def course_of(used: Mapping[str, ReleasedResult], context: Context, months: int) -> Course | None:
    """Return today's course for so many months ahead; None when nothing was forecast.

    A service of which a number of clients is hidden, or without a price, is left out and named.
    """
    forecast = used.get(FORECAST)
    if forecast is None or forecast.status != "ok" or "inputs" not in forecast.tables or forecast["inputs"].empty:
        return None
    inputs = forecast["inputs"].assign(month=forecast["inputs"]["month"].astype(float))
    prices = forecast["unit"].set_index("service")["cost_month_eur"].astype(float)
    found = {str(code): rows.sort_values("month") for code, rows in inputs.groupby("service", sort=False)}
    lacking = [(code, why) for code in context.services if (why := _lack(code, found.get(code), prices))]
    services = tuple(code for code in context.services if code in found and code not in dict(lacking))
    if not services:
        return None
    grid = next(iter(found.values()))["month"].to_numpy(dtype=float)
    wide = {
        name: np.array([found[code][name].to_numpy(dtype=float) for code in services])
        for name in ("open_clients", "survival", "arrivals")
    }
    curves = staying(grid, wide["survival"])
    wide["open_clients"] *= _times(forecast, services, context)[:, None]
    return Course(
        services=services,
        now=wide["open_clients"].sum(axis=1),
        today=_still_there(curves, wide["open_clients"], months),
        kept=np.diff(curves.area(np.arange(months + 1)), axis=1),
        arrivals=_by_month(grid, wide["arrivals"], months),
        month_eur=np.array([float(prices[code]) for code in services]),
        ways=_ways(used.get(SPENDING), services, context),
        spread=_spread(forecast["ahead"], services, months),
        per_family=_per_family(used.get(SPENDING), services),
        lacking=tuple(lacking),
    )


def _times(forecast: ReleasedResult, services: tuple[str, ...], context: Context) -> Floats:
    """Return by how many times today's clients count for the services of a level to add up to its published number.

    So does the forecast where it adds services up: a number of a level is rounded only once.
    """
    if "levels_ahead" not in forecast.tables:
        return np.ones(len(services))
    now = {name: forecast[name][forecast[name]["horizon"] == NOW] for name in ("ahead", "levels_ahead")}
    apart = now["ahead"].groupby(now["ahead"]["level"].astype(str))["clients"].sum()
    told = now["levels_ahead"].set_index(now["levels_ahead"]["level"].astype(str))["clients"]
    times = (told / apart.where(apart > 0)).fillna(1.0)
    return np.array([float(times.get(context.services[code], 1.0)) for code in services])


def _lack(code: str, rows: pd.DataFrame | None, prices: pd.Series) -> str:
    if rows is None or rows["open_clients"].isna().any() or rows["survival"].notna().sum() < 2:
        return NO_FORECAST
    return "" if prices.get(code, math.nan) > 0 else NO_PRICE


def _still_there(curves: Staying, open_clients: Floats, months: int) -> Floats:
    from kumppanuus.methods.forecast import shares_left

    shares = shares_left(curves, np.arange(1, months + 1, dtype=float))
    return np.asarray((open_clients[:, :, None] * shares).sum(axis=1))


def _by_month(grid: Floats, pieces: Floats, months: int) -> Floats:
    """Return arrivals of each month from those between the months of a grid; beyond it they stay as they were last."""
    lengths = np.diff(grid)
    rates = np.nan_to_num(pieces[:, :-1]) / lengths
    ends = np.arange(1, months + 1, dtype=float)
    so_far = np.concatenate([np.zeros((len(rates), 1)), np.cumsum(rates * lengths, axis=1)], axis=1)
    reach = np.minimum(np.concatenate([[0.0], ends]), grid[-1])
    within = np.array([np.interp(reach, grid, row) for row in so_far])
    beyond = np.clip(ends - np.maximum(ends - 1, grid[-1]), 0, 1)
    return np.asarray(np.diff(within, axis=1) + rates[:, -1:] * beyond)


def _spread(ahead: pd.DataFrame, services: tuple[str, ...], months: int) -> Floats:
    """Return the standard deviation of each forecast as a share of it, month by month.

    Between the published horizons and beyond them it goes on as between the nearest two.
    """
    places = np.arange(1, months + 1, dtype=float)
    rows = []
    for code in services:
        told = ahead[ahead["service"] == code].assign(at=lambda frame: frame["horizon"].astype(float)).sort_values("at")
        told = told[(told["clients"] > 0) & (told["upper"] >= told["lower"])]
        at, clients, lower, upper = (told[name].to_numpy(dtype=float) for name in ("at", "clients", "lower", "upper"))
        shares = (upper - lower) / (2 * normal_quantile(OUTER)) / clients
        row = np.interp(places, at, shares) if len(at) else np.zeros(months)
        if len(at) > 1:
            slope = max((shares[-1] - shares[-2]) / (at[-1] - at[-2]), 0.0)
            row = row + slope * np.clip(places - at[-1], 0.0, None)
        rows.append(row)
    return np.array(rows)


def _last_year(spending: ReleasedResult, table: str) -> pd.DataFrame:
    """Return the rows of a table of the last full year; tables without years as they are."""
    if table not in spending.tables:
        return pd.DataFrame()
    frame = spending[table]
    if "year" not in frame or frame.empty:
        return frame
    return frame[frame["year"].astype(str) == last_year(spending)]


def _ways(spending: ReleasedResult | None, services: tuple[str, ...], context: Context) -> dict[str, Floats]:
    """Return which share of a service's cost each way of production has.

    As published; else equal shares of the ways that have a unit cost, and the organiser's own when none has.
    """
    known = pd.DataFrame()
    if spending is not None and spending.status == "ok":
        known = _last_year(spending, "ways")
    shares = np.zeros((len(PRODUCTIONS), len(services)))
    for place, code in enumerate(services):
        rows = known[known["service"] == code] if len(known) else known
        costs = {str(way): float(cost) for way, cost in zip(rows["production"], rows["cost_eur"], strict=True)
                 if cost > 0} if len(rows) else {}  # fmt: skip
        usual = tuple(context.unit_costs.get(code, {})) or ("own",)
        costs = costs or dict.fromkeys(usual, 1.0)
        total = sum(costs.get(way, 0.0) for way in PRODUCTIONS)
        shares[:, place] = [costs.get(way, 0.0) / total if total else float(way == "own") for way in PRODUCTIONS]
    return dict(zip(PRODUCTIONS, shares, strict=True))


def _per_family(spending: ReleasedResult | None, services: tuple[str, ...]) -> Floats:
    """Return clients per family of each service in the last full year; 1 where it is not published."""
    ones = np.ones(len(services))
    if spending is None or spending.status != "ok":
        return ones
    rows = _last_year(spending, "services").groupby("service")[["persons", "families"]].sum(min_count=1)
    ratio = (rows["persons"] / rows["families"]).reindex(list(services)).to_numpy(dtype=float)
    return np.where(np.isfinite(ratio) & (ratio > 1), ratio, ones)


def families_bought(spending: ReleasedResult | None) -> dict[tuple[str, str], float]:
    """Return families of each service and way of production in the last full year, as published."""
    if spending is None or spending.status != "ok":
        return {}
    rows = _last_year(spending, "ways")
    if "families" not in rows:
        return {}
    return {(str(row["service"]), str(row["production"])): float(row["families"]) for row in rows.to_dict("records")}
