"""What the services of Esimerkkilä cost by month, what the ledger says of it, and what capacity was bought with it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kumppanuus.demo.catalogue import AREAS, INVOICED_SERVICE, PRICE_BASE, PRICE_INDEX, SERVICES, YEARS, service_number
from kumppanuus.demo.durations import Days
from kumppanuus.demo.planted import TIGHT_PLACES
from kumppanuus.demo.town import Town, month_starts
from kumppanuus.demo.workers import child_welfare_pools

NOISE = 0.01
UNEXPLAINED = 0.015
"""Part of the described costs that the ledger has on top: shared costs booked on the services."""
# What a person-year of own staff costs with premises and travel, in euros, and how full the capacity is.
COST_OF_FTE, FULL = 75_000, 0.9

Cents = NDArray[np.int64]


def described_cents(town: Town) -> Cents:
    """Return what registers and unit costs describe by service (rows) and month (columns), in cents of the base year.

    Invoices are as they were paid.
    """
    cents = np.zeros((len(SERVICES), len(month_starts()) - 1), dtype=np.int64)
    for number, service in enumerate(SERVICES):
        if service.code == INVOICED_SERVICE:
            cents[number] = _by_month(town.invoices["date"], town.invoices["cents"].to_numpy())
        elif service.unit == "visit":
            visits = town.visits.loc[town.visits["service"] == number, "date"]
            price = service.unit_cost_cents[service.usual_production]
            cents[number] = _by_month(visits, np.full(len(visits), price))
        else:
            rows = town.relationships[town.relationships["service"] == number]
            prices = rows["production"].map(dict(service.unit_cost_cents)).to_numpy(dtype=np.int64)
            cents[number] = prices @ _days_in_months(rows)
    return cents


def _by_month(date: pd.Series, cents: Cents) -> Cents:
    first = month_starts()
    month = np.searchsorted(first, date.to_numpy(), side="right") - 1
    return np.asarray(np.bincount(month, weights=cents, minlength=len(first) - 1), dtype=np.int64)


def _days_in_months(rows: pd.DataFrame) -> Days:
    first = month_starts()
    begin = np.maximum(rows["start"].to_numpy()[:, None], first[:-1])
    end = np.minimum(rows["end"].to_numpy()[:, None], first[1:])
    return np.asarray(np.maximum(end - begin, 0))


def ledger_cents(described: Cents, rng: np.random.Generator) -> Cents:
    """Return what the ledger says by service and month: in prices of the year, with a little on top and some noise."""
    level = np.array([PRICE_INDEX[year] / PRICE_INDEX[PRICE_BASE] for year in YEARS]).repeat(12)
    prices = np.tile(level, (len(SERVICES), 1))
    prices[service_number(INVOICED_SERVICE)] = 1.0
    noise = 1 + NOISE * rng.standard_normal(described.shape)
    return np.asarray(np.rint(described * prices * noise * (1 + UNEXPLAINED)), dtype=np.int64)


def make_capacity(town: Town, described: Cents, ledger: Cents) -> pd.DataFrame:
    """Return ``service``, ``area``, ``date`` (first day of the year), ``places``, ``fte``, ``budget`` (whole euros).

    Places are a little more than the clients of an average day and of the last one, in whole numbers, but for two
    services that are tight (`planted.TIGHT_PLACES`). Person-years are those of the town's own staff: purchased care
    takes none; open care of child welfare has as many as there are responsible workers.
    """
    first = month_starts()
    area = town.people.area[town.relationships["family"]]
    parts = []
    for column, year in enumerate(YEARS):
        months = slice(12 * column, 12 * column + 12)
        begin, end = first[months.start], first[months.stop]
        clients = _clients_of_a_day(town.relationships, area, begin, end)
        share = clients / np.maximum(clients.sum(axis=1), 1e-9)[:, None]
        own = described[:, months].sum(axis=1)[:, None] * share * _own_share()[:, None]
        budget = ledger[:, months].sum(axis=1)[:, None] * share / 100
        fte = np.ceil(own / 100 / COST_OF_FTE * 2) / 2
        fte[service_number("avohuolto")] = child_welfare_pools(town)[:, column]
        number = np.arange(clients.size)
        parts.append(pd.DataFrame({
            "service": number // len(AREAS),
            "area": number % len(AREAS),
            "date": begin,
            "year": year,
            "places": _places(clients, _clients_at(town.relationships, area, end - 1)).reshape(-1),
            "fte": fte.reshape(-1),
            "budget": (np.rint(budget / 100) * 100).astype(np.int64).reshape(-1),
        }))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _places(average: NDArray[np.float64], at_the_end: NDArray[np.float64]) -> Days:
    """Return the places by service (rows) and area, from the clients of an average day and of the year's last day."""
    places = np.ceil(np.maximum(average, at_the_end) / FULL)
    for service, per_client in TIGHT_PLACES.items():
        places[service_number(service)] = np.ceil(at_the_end[service_number(service)] * per_client)
    return np.asarray(places, dtype=np.int64)


def _clients_of_a_day(rows: pd.DataFrame, area: Days, begin: int, end: int) -> NDArray[np.float64]:
    days = (rows["end"].clip(upper=end) - rows["start"].clip(lower=begin)).clip(lower=0).to_numpy()
    return _by_area(rows, area, days / (end - begin))


def _clients_at(rows: pd.DataFrame, area: Days, date: int) -> NDArray[np.float64]:
    return _by_area(rows, area, ((rows["start"] <= date) & (rows["end"] > date)).to_numpy(dtype=np.float64))


def _by_area(rows: pd.DataFrame, area: Days, weights: NDArray[Any]) -> NDArray[np.float64]:
    """Add up weights of relationships by service (rows) and area (columns)."""
    of = rows["service"].to_numpy() * len(AREAS) + area
    summed = np.bincount(of, weights=weights, minlength=len(SERVICES) * len(AREAS))
    return np.asarray(summed.reshape(len(SERVICES), -1), dtype=np.float64)


def _own_share() -> NDArray[np.float64]:
    """Return the part of each service's cost that the town's own work makes up; none of what is only bought."""
    own = [service.production.get("own", 0.0) * service.unit_cost_cents.get("own", 0) for service in SERVICES]
    every = [
        sum(share * service.unit_cost_cents[way] for way, share in service.production.items()) for service in SERVICES
    ]
    return np.asarray(np.array(own) / np.array(every), dtype=np.float64)
