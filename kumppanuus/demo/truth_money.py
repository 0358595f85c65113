"""The truth about money: what the ledger says beside what registers describe, and how cost gathers on few families."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kumppanuus.demo.affairs import Affairs
from kumppanuus.demo.catalogue import INVOICED_SERVICE, PRICE_BASE, PRICE_INDEX, SERVICES, YEARS, service_number
from kumppanuus.demo.ledger import Cents
from kumppanuus.demo.town import Town, day


def tell_money(town: Town, affairs: Affairs) -> dict[str, Any]:
    """Return ledger and concentration by year, ready for JSON."""
    costs = {year: family_cents(town, year) for year in YEARS}
    return {
        "price_index": {str(year): value for year, value in PRICE_INDEX.items()},
        "ledger": {str(year): _ledger(affairs, column) for column, year in enumerate(YEARS)},
        "concentration": {str(year): _concentration(costs[year], costs.get(year - 1)) for year in YEARS},
    }


def _ledger(affairs: Affairs, column: int) -> dict[str, float]:
    months = slice(12 * column, 12 * column + 12)
    described = affairs.described[:, months].sum(axis=1)
    invoices = int(described[service_number(INVOICED_SERVICE)])
    assumed = int(described.sum()) - invoices
    explained = invoices + assumed * PRICE_INDEX[YEARS[column]] / PRICE_INDEX[PRICE_BASE]
    ledger = int(affairs.ledger[:, months].sum())
    return {
        "described_eur": (invoices + assumed) / 100,
        "invoices_eur": invoices / 100,
        "explained_eur": round(explained / 100, 2),
        "ledger_eur": ledger / 100,
        "unexplained_share": round((ledger - explained) / ledger, 6),
    }


def family_cents(town: Town, year: int) -> Cents:
    """Return the cost of every family in a year, by family; zeros included."""
    rows = town.relationships
    days = (rows["end"].clip(upper=day(year + 1)) - rows["start"].clip(lower=day(year))).clip(lower=0).to_numpy()
    prices = {
        (number, way): _day_price(number, way) for number, service in enumerate(SERVICES) for way in service.production
    }
    keys = pd.MultiIndex.from_frame(rows[["service", "production"]])
    price = pd.Series(prices).reindex(keys).to_numpy(dtype=np.int64)
    total = np.bincount(rows["family"], weights=days * price, minlength=len(town.people.area))
    of_visit = np.array([s.unit_cost_cents[s.usual_production] if s.unit == "visit" else 0 for s in SERVICES])
    for events, cents in (
        (town.visits, of_visit[town.visits["service"]]),
        (town.invoices, town.invoices["cents"].to_numpy()),
    ):
        in_year = events["date"].between(day(year), day(year + 1) - 1).to_numpy()
        family = town.people.family[events["client"].to_numpy()[in_year]]
        total += np.bincount(family, weights=cents[in_year], minlength=len(total))
    return total.astype(np.int64)


def _day_price(number: int, way: str) -> int:
    service = SERVICES[number]
    return 0 if service.unit == "visit" or service.code == INVOICED_SERVICE else service.unit_cost_cents[way]


def _concentration(cents: Cents, before: Cents | None) -> dict[str, float | None]:
    paid = np.sort(cents[cents > 0])
    top = _dearest_tenth(cents)
    stayed = None if before is None else round(float(np.isin(top, _dearest_tenth(before)).mean()), 6)
    return {
        "families": len(paid),
        "gini": round(gini(paid), 6),
        "share_of_dearest_tenth": round(float(cents[top].sum() / paid.sum()), 6),
        "stayed": stayed,
    }


def _dearest_tenth(cents: Cents) -> NDArray[np.int64]:
    families = np.flatnonzero(cents)
    ordered = families[np.argsort(-cents[families], kind="stable")]
    return ordered[: math.ceil(len(ordered) / 10)]


def gini(ordered: Cents) -> float:
    """Return the Gini coefficient of amounts in ascending order, from the ranks."""
    n = len(ordered)
    ranks = np.arange(1, n + 1)
    return float(2 * (ranks * ordered).sum() / (n * ordered.sum()) - (n + 1) / n)
