"""What the services of Esimerkkilä cost by month, what the ledger says of it, and what capacity was bought with it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kumppanuus.demo.catalogue import AREAS, INVOICED_SERVICE, PRICE_BASE, PRICE_INDEX, SERVICES, YEARS, service_number
from kumppanuus.demo.durations import Days
from kumppanuus.demo.town import Town, month_starts

NOISE = 0.01
UNEXPLAINED = 0.015
"""Part of the described costs that the ledger has on top: shared costs booked on the services."""
# Clients of one person-year, and how full the capacity is.
CLIENTS_OF_ONE, FULL = 22, 0.9

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


def make_capacity(town: Town, ledger: Cents) -> pd.DataFrame:
    """Return ``service``, ``area``, ``date`` (first day of the year), ``places``, ``fte``, ``budget`` (whole euros).

    Places are a little more than the clients of an average day, in whole numbers.
    """
    first = month_starts()
    area_of = town.people.area[town.relationships["family"]]
    parts = []
    for column, year in enumerate(YEARS):
        begin, end = first[12 * column], first[12 * column + 12]
        rows = town.relationships
        days = (rows["end"].clip(upper=end) - rows["start"].clip(lower=begin)).clip(lower=0).to_numpy()
        of = rows["service"].to_numpy() * len(AREAS) + area_of
        clients = np.bincount(of, weights=days, minlength=len(SERVICES) * len(AREAS)) / (end - begin)
        share = (
            clients.reshape(len(SERVICES), -1) / np.maximum(clients.reshape(len(SERVICES), -1).sum(1), 1e-9)[:, None]
        )
        budget = ledger[:, 12 * column : 12 * column + 12].sum(axis=1)[:, None] * share / 100
        parts.append(pd.DataFrame({
            "service": np.arange(len(clients)) // len(AREAS),
            "area": np.arange(len(clients)) % len(AREAS),
            "date": begin,
            "year": year,
            "places": np.ceil(clients / FULL).astype(np.int64),
            "fte": np.ceil(clients / CLIENTS_OF_ONE * 2) / 2,
            "budget": (np.rint(budget / 100) * 100).astype(np.int64).reshape(-1),
        }))  # fmt: skip
    return pd.concat(parts, ignore_index=True)
