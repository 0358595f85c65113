"""What the room may be told and what it returns: its settings and its tables."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pandas as pd

from kumppanuus.analysis import Column, Params, Result, result_table
from kumppanuus.register.populations import CLIENTS, FORECASTS

GRID = (0, 1, 2, 3, 6, 9, 12, 18, 24, 36, 48, 60)
"""Months in service, and months ahead, that the forecast is made of."""
HORIZONS = (12, 24, 36)
CHECKED = 24
"""Months ahead of the forecast that is held against what came."""
NUMBERS = (
    "today", "new", "new_percent", "clients", "lower", "upper", "inner_lower", "inner_upper", "scenario_lower",
    "scenario_upper", "cost_eur", "cost_lower", "cost_upper", "cost_scenario_lower", "cost_scenario_upper",
)  # fmt: skip
NEEDED = ("places", "share", "share_lower", "share_upper", "fte", "fte_needed", "fte_lower", "fte_upper", "families")
CHECKS = ("before", "forecast", "lower", "upper", "came", "inside")
_SERVICE, _LEVEL = Column("dimension", codes="services"), Column("dimension", codes="levels")
_MONTH = Column("dimension", codes="numbers", time_axis=True)
_HORIZON = Column("dimension", codes="horizons", time_axis=True)
_YEAR = Column("dimension", codes="years", time_axis=True)


def month_code(month: float) -> str:
    """Return the code of a number of months, such as ``06``: codes sort as the months do."""
    return f"{int(month):02d}"


def _gathered(*measures: str, **dimensions: Column) -> Any:
    euros = {name: Column("released", unit="EUR") for name in measures if "eur" in name or name.startswith("cost")}
    columns = {**dimensions, **dict.fromkeys(measures, Column("released")), **euros}
    return result_table("counts", MappingProxyType(columns), population=FORECASTS)


@dataclass(frozen=True, slots=True)
class ForecastParams(Params):
    """Settings of the room.

    arrivals_percent : range of the scenario: so many per cent fewer to so many more arrivals than expected.
    price_percent : range of the scenario of costs, of prices likewise.
    least_months : of all relationships together, that have to have been seen for the check.
    """

    arrivals_percent: int = 10
    price_percent: int = 10
    least_months: int = 120


@dataclass(frozen=True, slots=True)
class ForecastResult(Result):
    """How many relationships there will be if nothing changes, and what they cost.

    now : clients with an open relationship on the last day.
    checked : before the gate, of each service: what a forecast made two whole years before the end of the last whole
        year expected with nothing but what was known then: ``remaining`` of the relationships open then, and
        ``newcomers`` if as many come as in the two years before; ``year`` is the last one that was known.
    places : places and person-years in force on the last day, of services that have any; public numbers.
    The others are made after the gate, from released numbers: ``inputs`` is what `methods.forecast.project` takes;
        ``history`` what was open at the end of each study year; ``needed`` clients as a share of places and
        person-years at the horizon of the check, with the families who are in now; ``unit`` what a client costs a month
        and the person-years a client has today; ``…ahead`` the forecast by months ahead (``00``: now) with limits that
        hold what comes four times in five (``inner_…``: every second time), the range of the scenario, and a year's
        cost at that number; ``…checks`` forecast and limits of the check, what was open before and what came, and
        whether it lies inside (1, 0).
    """

    now: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {"persons": Column("persons", cell="open_persons"), "families": Column("families", cell="open_families")}
        ),
        population=CLIENTS,
    )
    checked: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "service": _SERVICE,
                "level": _LEVEL,
                "year": _YEAR,
                "remaining": Column("count", of=("open_families", "open_families")),
                "newcomers": Column("count", of=("came_families", "came_families")),
                "open_families": Column("behind"),
                "came_families": Column("behind"),
            }
        ),
        population=FORECASTS,
    )
    places: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"service": _SERVICE, "places": Column("external"), "fte": Column("external", unit="FTE")}),
        population=FORECASTS,
    )
    inputs: pd.DataFrame = _gathered(
        "open_clients", "survival", "arrivals", service=_SERVICE, level=_LEVEL, month=_MONTH
    )
    history: pd.DataFrame = _gathered("clients", level=_LEVEL, period=_MONTH)
    unit: pd.DataFrame = _gathered("cost_month_eur", "fte_client", service=_SERVICE, level=_LEVEL)
    ahead: pd.DataFrame = _gathered(*NUMBERS, service=_SERVICE, level=_LEVEL, horizon=_HORIZON)
    levels_ahead: pd.DataFrame = _gathered(*NUMBERS, level=_LEVEL, horizon=_HORIZON)
    all_ahead: pd.DataFrame = _gathered(*NUMBERS, horizon=_HORIZON)
    needed: pd.DataFrame = _gathered(*NEEDED, service=_SERVICE, horizon=_HORIZON)
    checks: pd.DataFrame = _gathered(*CHECKS, service=_SERVICE, level=_LEVEL, year=_YEAR)
    level_checks: pd.DataFrame = _gathered(*CHECKS, level=_LEVEL, year=_YEAR)
    all_checks: pd.DataFrame = _gathered(*CHECKS, year=_YEAR)
