"""The forecast of services, levels and all together, and what it costs: tables that are made after the gate."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from kumppanuus.analysis import Context
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.rules import round_counts, significant
from kumppanuus.forms.rounding import rounding_of_sum
from kumppanuus.methods.forecast import forecast, pooled, with_limits
from kumppanuus.methods.intervals import Floats
from kumppanuus.methods.order import in_order
from kumppanuus.register.calendar import MONTH_DAYS
from kumppanuus.resources.forecast.declared import CHECKED, GRID, HORIZONS, NEEDED, NUMBERS, ForecastParams, month_code
from kumppanuus.resources.forecast.known import Known, by_service

LEAST = 9.0
"""Smallest published number: below it there is no cost and no work of one client."""
_COUNTS = ("today", "new", "clients")
_APART = 0.1
"""A level differs by no more from the sum of its services, when those have all been counted."""
_MONTHS = 12
_WHOLE_YEAR = 365


def inputs_of(found: Known) -> pd.DataFrame:
    """Return what `methods.forecast.project` takes, one row a service and month of the grid."""
    pieces = found.arrivals().between(GRID, found.first_month)
    months = pd.DataFrame({"month": [month_code(month) for month in GRID]})
    rows = found.services.merge(months, how="cross")
    return rows.assign(
        open_clients=np.round(found.open_clients, 2).ravel(),
        survival=np.round(found.survival, 4).ravel(),
        arrivals=np.round(np.column_stack([pieces, np.zeros(len(pieces))]), 2).ravel(),
    )


def forecasts(found: Known, params: ForecastParams) -> pd.DataFrame:
    """Return the forecast of every service, now (0 months ahead) included, with the parts of its error."""
    return forecast(
        found.services, found.curves, found.open_clients, found.arrivals(), (0, *HORIZONS),
        first_month=found.first_month, rounded_stock=found.off, rounded_arrivals=found.counts_off,
        arrivals_range=params.arrivals_percent / 100,
    )  # fmt: skip


def tables(
    made: pd.DataFrame, unit: pd.DataFrame, before: pd.DataFrame, params: ForecastParams
) -> dict[str, pd.DataFrame]:  # fmt: skip
    """Return ``ahead``, ``levels_ahead`` and ``all_ahead``.

    Parameters
    ----------
    made : see `forecasts`. unit : see `unit_of`. before : ``history``; today's clients of levels add up to its last
        row.
    """
    price = made[["service"]].merge(unit, on="service", how="left")["cost_month_eur"].to_numpy(dtype=float) * _MONTHS
    off = made[["service"]].merge(unit, on="service", how="left")["cost_off"].to_numpy(dtype=float)
    priced = made.assign(price=price, price_off=off, costed=1.0)
    levelled = _levelled(priced, before)
    return {
        name: _shown(_summed(rows, by), by, params)
        for name, rows, by in (
            ("ahead", priced, ["service", "level"]), ("levels_ahead", levelled, ["level"]), ("all_ahead", levelled, []))
    }  # fmt: skip


def _levelled(made: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Return forecasts whose clients of today add up to the published number of their level: it is rounded once
    only.
    """
    last = before[before["period"] == before["period"].max()].set_index("level")["clients"]
    now = made[made["ahead"] == 0].groupby("level", observed=True)["clients"].sum()
    times = made["level"].map((last / now.where(now > 0)).fillna(1.0)).fillna(1.0).clip(1 - _APART, 1 + _APART)
    more = made["today"] * (times - 1)
    moved = {name: made[name] + more for name in ("today", "clients", "scenario_lower", "scenario_upper")}
    return made.assign(**moved)


def _summed(made: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Return the forecast added up, with the cost of the services that have one (none: no cost)."""
    keys = [*by, "ahead"]
    limits = with_limits(pooled(made, by))
    each = with_limits(made)
    half = (each["upper"] - each["lower"]) / 2 * each["price"]
    cost = each.assign(
        cost_eur=each["clients"] * each["price"],
        spread=half**2 + (each["clients"] * each["price"] * each["price_off"]) ** 2,
        least=each["scenario_lower"] * each["price"], most=each["scenario_upper"] * each["price"],
        priced=each["price"].notna(),
    )  # fmt: skip
    sums = cost.groupby(keys, sort=False, observed=True)[["cost_eur", "spread", "least", "most", "priced"]].sum()
    return limits.merge(sums.reset_index(), on=keys)


def _shown(rows: pd.DataFrame, by: Sequence[str], params: ForecastParams) -> pd.DataFrame:
    """Return the rows as they are told: counts in classes (R1), limits outwards in whole numbers, costs in three
    digits.
    """
    half, told = np.sqrt(rows["spread"]), rows["priced"] > 0
    cheap, dear = 1 - params.price_percent / 100, 1 + params.price_percent / 100
    costs = {
        "cost_eur": rows["cost_eur"], "cost_lower": (rows["cost_eur"] - half).clip(lower=0),
        "cost_upper": rows["cost_eur"] + half, "cost_scenario_lower": rows["least"] * cheap,
        "cost_scenario_upper": rows["most"] * dear,
    }  # fmt: skip
    shown = rows.assign(
        horizon=[month_code(month) for month in rows["ahead"]],
        **{name: _classes(rows[name], rows["ahead"]) for name in _COUNTS},
        **{name: np.floor(rows[name].to_numpy() + 1e-9) for name in ("lower", "inner_lower", "scenario_lower")},
        **{name: np.ceil(rows[name].to_numpy() - 1e-9) for name in ("upper", "inner_upper", "scenario_upper")},
        **{name: significant(values.where(told).to_numpy(dtype=float), 3) for name, values in costs.items()},
    )
    part = 100 * shown["new"] / shown["clients"].where(shown["clients"] > 0)
    return shown.assign(new_percent=part.round().astype(float))[[*by, "horizon", *NUMBERS]]


def _classes(values: pd.Series[float], ahead: pd.Series[float]) -> Floats:
    """Return numbers of the forecast as counts are told (R1); those of today are sums of published ones and stay."""
    whole: Floats = np.round(values.to_numpy(dtype=float))
    return np.where(ahead.to_numpy(dtype=float) > 0, round_counts(whole), whole)


def needed(
    shown: pd.DataFrame, unit: pd.DataFrame, places: pd.DataFrame, families: pd.Series[float]
) -> pd.DataFrame:  # fmt: skip
    """Return clients as a share of places and the person-years they take as today, with limits (80 %).

    Parameters
    ----------
    shown : ``ahead``. families : published number of families who are in now, by service.
    """
    rows = shown[shown["horizon"] == month_code(CHECKED)].merge(places, on="service")
    rows = rows.merge(unit[["service", "fte_client"]], on="service", how="left")
    room, each = rows["places"].astype(float).where(lambda n: n > 0), rows["fte_client"].where(lambda n: n > 0)
    return rows.assign(
        families=rows["service"].map(families).astype(float),
        **{name: (rows[of] / room).round(3) for name, of in (
            ("share", "clients"), ("share_lower", "lower"), ("share_upper", "upper"))},
        **{name: (rows[of] * each).round(1) for name, of in (
            ("fte_needed", "clients"), ("fte_lower", "lower"), ("fte_upper", "upper"))},
    )[["service", "horizon", *NEEDED]]  # fmt: skip


def history(flow: ReleasedResult, context: Context) -> pd.DataFrame:
    """Return the published number of open relationships at the end of each study year, by level."""
    levels = flow["levels"].assign(
        level=lambda rows: rows["level"].astype(str), year=lambda rows: rows["year"].astype(str)
    )
    ends = year_ends(context)
    known = levels[levels["level"].isin({*context.services.values()}) & levels["year"].isin(ends)]
    placed = in_order(
        known.assign(period=known["year"].map(ends), clients=known["waiting"]), ("level", "year"), context
    )
    return placed[["level", "period", "clients"]]


def year_ends(context: Context) -> dict[str, str]:
    """Return the last month that was seen of each study year, such as ``2024-12``."""
    if not context.last_day:
        return {}
    last, found = datetime.date.fromisoformat(context.last_day), {}
    for label, days in reversed([*context.years.items()]):
        found[label] = f"{last:%Y-%m}"
        last -= datetime.timedelta(days)
    return found


def unit_of(
    found: Known, used: Mapping[str, ReleasedResult], places: pd.DataFrame, context: Context
) -> pd.DataFrame:  # fmt: skip
    """Return what an open client costs a month, how far that may be off (``cost_off``), and person-years a client.

    Cost: what the service cost in the last whole year, in prices of the base year, over the months that clients spent
    in it: by the price of a day where each of its ways of production has one, else by the mean of the clients open at
    the year's beginning and end. Without it the study's unit cost of a day, the mean over its ways of production.
    """
    year, before = _last_whole(context)
    stock = _mean_stock(used["lifecycle.flow"]["services"], found.services, year, before)
    spent, off = _spent(used.get("resources.spending"), found.services, year)
    by_day = _by_day(used.get("resources.spending"), found.services, year, context)
    with np.errstate(divide="ignore", invalid="ignore"):
        month = np.where(stock >= LEAST, spent / stock / _MONTHS, np.nan)
        doubt = np.where(np.isnan(by_day), np.hypot(off / spent, 3 / stock / np.sqrt(2)), off / spent)
        month = np.where(np.isnan(by_day), month, by_day) * context.prices.get(year, 1.0)
    listed = np.array([_listed(context, service) for service in found.services["service"]]).reshape(-1, 2)
    now = found.open_clients.sum(axis=1)
    fte = by_service(places, found.services, "fte")
    return found.services.assign(
        cost_month_eur=significant(np.where(np.isnan(month), listed[:, 0], month), 3),
        cost_off=np.where(np.isnan(month), listed[:, 1], doubt),
        fte_client=np.where(now >= LEAST, np.round(fte / np.maximum(now, 1.0), 4), np.nan),
    )


def _last_whole(context: Context) -> tuple[str, str]:
    """Return the last whole study year and the one before it; empty where there is none."""
    labels = [*context.years]
    whole = [label for label in labels if context.years[label] >= _WHOLE_YEAR]
    place = labels.index(whole[-1]) if whole else 0
    return whole[-1] if whole else "", labels[place - 1] if place else ""


def _mean_stock(services: pd.DataFrame, wanted: pd.DataFrame, year: str, before: str) -> Floats:
    ends = [by_service(services[services["year"].astype(str) == each], wanted, "waiting") for each in (before, year)]
    return np.asarray(np.mean(ends, axis=0), dtype=float)


def _spent(spending: ReleasedResult | None, wanted: pd.DataFrame, year: str) -> tuple[Floats, Floats]:
    """Return the published cost of the year and how far it may be off; NaN where it is not told."""
    nothing = np.full(len(wanted), np.nan)
    if spending is None or spending.status != "ok":
        return nothing, nothing
    rows = spending["services"]
    rows = rows[rows["year"].astype(str) == year].drop_duplicates("service")
    cost, persons = (by_service(rows, wanted, name) for name in ("cost_eur", "persons"))
    return cost, np.array([rounding_of_sum(*pair) for pair in zip(cost, persons, strict=True)])


def _by_day(spending: ReleasedResult | None, wanted: pd.DataFrame, year: str, context: Context) -> Floats:
    """Return the cost of a month of a service paid by the day, as its published ways of production mix; else NaN."""
    if spending is None or spending.status != "ok" or "ways" not in spending.tables:
        return np.full(len(wanted), np.nan)
    rows = spending["ways"]
    rows = rows[(rows["year"].astype(str) == year) & (rows["basis"].astype(str) == "day")]
    prices = [context.unit_costs.get(str(service), {}).get(str(way), math.nan)
              for service, way in zip(rows["service"], rows["production"], strict=True)]  # fmt: skip
    table = pd.DataFrame({"service": rows["service"].astype(str), "eur": rows["cost_eur"].astype(float)})
    table["days"] = table["eur"] / pd.Series(prices, index=rows.index, dtype=float).where(lambda price: price > 0)
    lacking = table.loc[table.isna().any(axis=1), "service"]
    sums = table[~table["service"].isin(lacking)].groupby("service").sum().reindex(wanted["service"])
    return (sums["eur"] / sums["days"] * MONTH_DAYS).to_numpy(dtype=float)


def _listed(context: Context, service: str) -> tuple[float, float]:
    """Return the study's unit cost of a month, the mean over ways of production, and how far they are from it."""
    costs = [*context.unit_costs.get(service, {}).values()]
    if not costs or context.units.get(service) != "day":
        return math.nan, 0.0
    mean = sum(costs) / len(costs)
    return mean * MONTH_DAYS, (max(costs) - min(costs)) / 2 / mean if mean > 0 else 0.0
