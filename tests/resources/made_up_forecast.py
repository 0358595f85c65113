"""A made-up forecast, as `resources.forecast` releases it, and a scenario to hold against it."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from kumppanuus.analysis import Column, Context, Table
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.released import Released, ReleasedResult, ReleasedTable
from kumppanuus.disclosure.signals import Gathered
from kumppanuus.resources.scenarios import ANALYSIS
from kumppanuus.resources.scenarios.compute import ScenariosParams, ScenariosResult
from kumppanuus.resources.scenarios.gather import gather
from kumppanuus.study import Disclosure
from kumppanuus.study_resources import Contract, Resources
from kumppanuus.study_scenarios import Scenario

GRID = (0, 1, 2, 3, 6, 9, 12, 15, 18, 21, 24, 30, 36, 48, 60)
LAST_DAY = "2025-12-31"
LEVELS = {"open": "universal", "family_work": "early", "placement": "corrective", "unpriced": "special"}
MONTH_EUR = {"open": 100.0, "family_work": 750.0, "placement": 9000.0, "unpriced": math.nan}
LEAVING = {"open": 0.1, "family_work": 0.12, "placement": 0.02, "unpriced": 0.1}
ARRIVALS = {"open": 12.0, "family_work": 20.0, "placement": 4.0, "unpriced": 3.0}
STOCK = {"open": 120.0, "family_work": 160.0, "placement": 150.0, "unpriced": 30.0}
UNIT_COSTS = {"family_work": {"own": 22.5, "purchased": 31.0}, "placement": {"purchased": 295.0}, "open": {"own": 3.3}}

SCENARIO = """
schema = 1
code = "early_help"
name = { fi = "Ajoissa apua", sv = "Hjälp i tid", en = "Help in time" }
horizon_months = 36
[discount_percent]
value = 3
rationale = "Laskentakorko"
source = "Keksitty"
[[effects]]
code = "in_time"
name = { fi = "Perhetyö ajoissa", sv = "Familjearbete i tid", en = "Family work in time" }
service = "placement"
reduction_percent = { value = 25, lower = 5, upper = 40, rationale = "Arvio", source = "Työpaja" }
cover_percent = { value = 50, lower = 30, upper = 60, rationale = "Arvio", source = "Työpaja" }
lag_months = { value = 6, lower = 3, upper = 12, rationale = "Arvio", source = "Työpaja" }
cashable_percent = { value = 60, lower = 40, upper = 80, rationale = "Arvio", source = "Talous" }
cost_eur_a_year = { value = 250000, lower = 220000, upper = 300000, rationale = "Palkat", source = "Talous" }
families_a_year = { value = 120, rationale = "Arvio", source = "Työpaja" }
ramp_months = 6
"""
SHIFT = """
[[shifts]]
from = "placement"
to = "family_work"
unit = "families"
a_year = { value = 10, lower = 5, upper = 15, rationale = "Arvio", source = "Työpaja" }
succeeds_percent = { value = 50, lower = 30, upper = 70, rationale = "Arvio", source = "Työpaja" }
lag_months = { value = 3, rationale = "Arvio", source = "Työpaja" }
cashable_percent = { value = 60, rationale = "Arvio", source = "Talous" }
"""
PRICES = """
schema = 1
code = "dearer"
name = { fi = "Hinnat nousevat", sv = "Priserna stiger", en = "Prices rise" }
horizon_months = 24
[[prices]]
service = "placement"
production = "purchased"
percent_a_year = { value = 12, lower = 8, upper = 27, rationale = "Kilpailutukset", source = "Tarjoukset" }
[wages]
percent_a_year = { value = 3, lower = 2, upper = 4, rationale = "Sopimus", source = "Työehtosopimus" }
share_percent = { value = 70, rationale = "Kirjanpito", source = "Tilinpäätös" }
[[arrivals]]
service = "family_work"
change_percent = { value = 10, lower = 0, upper = 20, rationale = "Kasvu", source = "Työpaja" }
from_month = 7
[[law]]
parameter = "children_per_worker"
services = ["placement"]
now = { value = 30, rationale = "Laki", source = "Lastensuojelulaki 13 b §" }
then = { value = 25, rationale = "Ehdotus", source = "Keksitty" }
valid_from = 2027-01-01
worker_eur_a_year = { value = 62000, rationale = "Palkka", source = "Talous" }
"""


def scenario(text: str = SCENARIO, **changes: Any) -> Scenario:
    """Return a scenario of a text."""
    return Scenario.model_validate({**tomllib.loads(text), **changes})


def inputs(**stock: float) -> pd.DataFrame:
    """Return a forecast's inputs: exponential stays, today's clients all of less than a month, steady arrivals."""
    widths = np.diff(GRID, append=GRID[-1])
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "service": code, "level": level, "month": [f"{month:02d}" for month in GRID],
                    "open_clients": [{**STOCK, **stock}[code], *(0.0 for _ in GRID[1:])],
                    "survival": np.exp(-LEAVING[code] * np.array(GRID)), "arrivals": ARRIVALS[code] * widths,
                }
            )
            for code, level in LEVELS.items()
        ],
        ignore_index=True,
    )  # fmt: skip


def forecast(**stock: float) -> ReleasedResult:
    """Return the released tables that scenarios read."""
    unit = pd.DataFrame({"service": [*MONTH_EUR], "level": [*LEVELS.values()], "cost_month_eur": [*MONTH_EUR.values()],
                         "fte_client": math.nan})  # fmt: skip
    horizons = {"00": 1.0, "12": 1.1, "24": 1.2, "36": 1.3}
    ahead = pd.DataFrame(
        [(code, level, horizon, 100.0, 100 / wide, 100 * wide) for code, level in LEVELS.items()
         for horizon, wide in horizons.items()],
        columns=["service", "level", "horizon", "clients", "lower", "upper"],
    )  # fmt: skip
    places = pd.DataFrame({"service": ["family_work"], "places": [180.0], "fte": [14.0]})
    return released("resources.forecast", inputs=inputs(**stock), unit=unit, ahead=ahead, places=places)


def released(key: str, **frames: pd.DataFrame) -> ReleasedResult:
    """Return frames as if the gate had let them through."""
    tables = {
        name: ReleasedTable(name, Table("counts", {str(each): Column("released") for each in frame}),
                            frame.assign(hidden=False), pd.DataFrame(False, columns=frame.columns, index=frame.index))
        for name, frame in frames.items()
    }  # fmt: skip
    return ReleasedResult(key, "ok", tables)


def context(*scenarios: Scenario, contracts: tuple[Contract, ...] = ()) -> Context:
    """Return what is known of the study."""
    return Context(
        LEVELS, {"2024": 366, "2025": 365}, 731, frozenset(), unit_costs=UNIT_COSTS,
        units=dict.fromkeys(LEVELS, "day"), scenarios=scenarios, last_day=LAST_DAY,
        resources=Resources(contracts=contracts),
    )  # fmt: skip


def room(
    *scenarios: Scenario, used: Mapping[str, ReleasedResult] | None = None, params: ScenariosParams | None = None
) -> ReleasedResult:  # fmt: skip
    """Return the room's released tables under scenarios."""
    return release_of(*scenarios, used=used, params=params).results[ANALYSIS.key]


def release_of(
    *scenarios: Scenario, used: Mapping[str, ReleasedResult] | None = None, params: ScenariosParams | None = None,
    contracts: tuple[Contract, ...] = (),
) -> Released:  # fmt: skip
    """Return a release of this room alone."""
    declared = ScenariosResult.tables()
    empty = {name: pd.DataFrame(columns=list(each.columns)) for name, each in declared.items() if each.gathered}
    years = pd.DataFrame(
        {"year": ["2024", "2025"], "days_seen": [366.0, 365.0], "persons": [1400, 1500], "families": [800, 850]}
    )
    told = Gathered(
        (),
        {},
        {},
        {"resources.forecast": forecast()} if used is None else used,
        context(*scenarios, contracts=contracts),
    )
    key, settings = ANALYSIS.key, params or ScenariosParams(draws=100, plan_draws=0)
    made = {key: lambda results: gather(results[key], told, settings)}
    return release({key: ScenariosResult(years=years, **empty)}, Disclosure(), gather=made)
