"""A sector is its services: what is hidden of one service must not be told by its sector in another analysis."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kumppanuus.baseline.money.compute import MoneyResult
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.released import Released
from kumppanuus.resources.spending.compute import SpendingResult
from kumppanuus.study import Disclosure

SERVICES = (
    # service, level, sector, families, cost: each family has two members and none dominates but in the last one
    ("clinic", "early", "health", 60, 512_000.0),
    ("nurse", "early", "social", 50, 401_000.0),
    ("club", "special", "education", 40, 306_000.0),
    ("tutor", "special", "education", 3, 41_000.0),
    ("camp", "special", "social", 4, 57_000.0),
)


def _rows(by: list[str], **more: object) -> pd.DataFrame:
    rows = pd.DataFrame(SERVICES, columns=["service", "level", "sector", "families", "cost_eur"])
    found = rows.assign(persons=2 * rows["families"], year="2024").groupby([*by, "year"], as_index=False)
    sums = found[["persons", "families", "cost_eur"]].sum().astype(dict.fromkeys(("persons", "families"), float))
    return sums.assign(concentration=1 / sums["families"], per_family_eur=np.nan, basis="day", **more)


def _released() -> Released:
    codes = {"services": ["service", "level", "sector"], "levels": ["level"], "years": []}
    columns = {name: list(SpendingResult.tables()[name].columns) for name in codes}
    public = {"days_seen": 366.0, "price_level": np.nan, "ledger_eur": np.nan}
    spent = {name: _rows(by, **public)[columns[name]] for name, by in codes.items()}
    nothing = {name: pd.DataFrame(columns=list(table.columns)) for name, table in MoneyResult.tables().items()}
    sectors = _rows(["sector"])[list(MoneyResult.tables()["sectors"].columns)]
    years = _rows([], days_seen=366.0, price_level=np.nan, limit_percent=5.0, ledger_eur=np.nan)
    money = {**nothing, "sectors": sectors, "years": years[list(MoneyResult.tables()["years"].columns)]}
    empty = {name: pd.DataFrame(columns=list(table.columns)) for name, table in SpendingResult.tables().items()
             if name not in spent}  # fmt: skip
    results = {"resources.spending": SpendingResult(**spent, **empty), "baseline.money": MoneyResult(**money)}
    return release(results, Disclosure())


def test_the_money_of_a_service_of_few_is_not_told_by_its_sector() -> None:
    """Education less the club would be what the tutor costs: 41,000 euros of three families."""
    released = _released()
    services = released.results["resources.spending"]["services"].set_index("service")["cost_eur"]
    sectors = released.results["baseline.money"]["sectors"].set_index("sector")["cost_eur"]
    assert np.isnan(services["tutor"])
    assert np.isnan(sectors["education"] - services["club"])
