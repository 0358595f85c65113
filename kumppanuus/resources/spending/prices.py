"""Own and purchased side by side: unit prices of the study and published costs, never one divided by the other."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

import pandas as pd

from kumppanuus.analysis import Context
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.years import last_year, rows_of, year_name
from kumppanuus.drawing import Bar, Bars, Chart, Level
from kumppanuus.forms.nothing import nothing
from kumppanuus.forms.rounding import cost_each
from kumppanuus.language.say import Say, footer
from kumppanuus.register.codes import PRODUCTIONS
from kumppanuus.resources.spending.compute import SpendingResult

_MOST_SERVICES = 6
_COLOURS: Mapping[str, Level] = {"own": "neutral", "purchased": "accent", "voucher": "accent", "family": "neutral"}

Row = Mapping[str, Any]


def prices_of(released: ReleasedResult, context: Context) -> pd.DataFrame:
    """Return the prices of services that several ways provide, and their cost per family from published numbers."""
    ways = released["ways"]
    known = ways[ways["production"].isin(PRODUCTIONS)]
    several = known[known.groupby("service")["production"].transform("nunique") > 1]
    found = several.assign(
        unit_cost_eur=[_unit_cost(row, context) for row in rows_of(several)],
        family_eur=cost_each(several["cost_eur"], several["families"]),
    )
    return found[list(SpendingResult.tables()["prices"].columns)].reset_index(drop=True)


def prices(released: ReleasedResult, say: Say) -> Chart:
    """Draw the unit price of every way of a service, and say what it includes and what a family cost."""
    frame = released["prices"]
    priced = frame[frame["unit_cost_eur"].notna()]
    both = priced[priced.groupby("service")["production"].transform("nunique") > 1]
    if both.empty:
        return nothing(say("prices.nothing"), say)
    services = [str(code) for code in dict.fromkeys(both["service"])]
    units = {str(row["service"]): str(row["basis"]) for row in rows_of(released["ways"])}
    shown = rows_of(both[both["service"].isin(services[:_MOST_SERVICES])])
    bars = tuple(_bar(row, say) for row in shown)
    groups = tuple(
        (_group(code, units[code], say), len([*rows]))
        for code, rows in groupby(shown, key=lambda row: str(row["service"]))
    )
    dearer = sum(_dearer(both[both["service"] == code]) for code in services)
    year = year_name(released, last_year(released), say)
    case = "one" if len(services) == 1 else "some"
    headline = say(f"prices.headline.{case}", n=len(services), dearer=dearer, name=say.label("services", services[0]))
    left = len(services) - _MOST_SERVICES
    told = "; ".join(f"{title}" for title, _ in groups)
    return Chart(
        Bars(bars, say("prices.axis"), groups), headline, say("prices.subtitle", year=year),
        footer(say, "", say("left_out.more", n=left) if left > 0 else ""), f"{headline}. {told}.",
    )  # fmt: skip


def includes_of(service: str, say: Say) -> str:
    """Say what the unit costs of a service include, in all and by way of production; empty where nothing is told."""
    of_all = say.names.get("unit_cost_includes", {}).get(service)
    of_ways = [
        f"{say.label('productions', key.partition(' ')[2]).lower()}: {text}"
        for key, text in say.names.get("unit_costs_include", {}).items()
        if key.partition(" ")[0] == service
    ]
    return ", ".join([*([of_all] if of_all else []), *of_ways])


def _unit_cost(row: Row, context: Context) -> float:
    """Return the study's price of a unit, NaN where cost rows tell the cost."""
    if row["basis"] == "rows":
        return float("nan")
    return context.unit_costs.get(str(row["service"]), {}).get(str(row["production"]), float("nan"))


def _price(cost: float, say: Say) -> str:
    """Write a price with cents when it has any."""
    return say("unit.euros", n=say.number(cost, 0 if cost == round(cost) else 2))


def _group(code: str, basis: str, say: Say) -> str:
    """Name a service and its unit, and say what its prices include where that is told of all ways together."""
    includes = say.names.get("unit_cost_includes", {}).get(code, "")
    words = {"name": say.label("services", code), "unit": say(f"prices.{basis}")}
    return say("prices.group_all", **words, includes=includes) if includes else say("prices.group", **words)


def _bar(row: Row, say: Say) -> Bar:
    cost, family, way = float(row["unit_cost_eur"]), float(row["family_eur"]), str(row["production"])
    includes = say.names.get("unit_costs_include", {}).get(f"{row['service']} {way}", "")
    parts = (includes, say("prices.family", cost=say.euros(family)) if family > 0 else "")
    detail = " · ".join(part for part in parts if part)
    return Bar(say.label("productions", way), cost, _price(cost, say), _COLOURS[way], detail)


def _dearer(rows: pd.DataFrame) -> bool:
    """Say whether a bought unit has a higher price than an own one."""
    cost = rows.set_index("production")["unit_cost_eur"]
    bought = cost[cost.index.isin(("purchased", "voucher"))]
    return "own" in cost and bool((bought > cost["own"]).any())
