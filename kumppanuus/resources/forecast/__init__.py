"""How many clients will there be in one to three years if nothing changes, and do places and money suffice?"""

from __future__ import annotations

from types import MappingProxyType

from kumppanuus.analysis import Analysis, files
from kumppanuus.resources.forecast.charts import cost, services, stock, today_new
from kumppanuus.resources.forecast.compute import compute
from kumppanuus.resources.forecast.declared import ForecastParams, ForecastResult
from kumppanuus.resources.forecast.gathering import gather
from kumppanuus.resources.forecast.held_against import check, places
from kumppanuus.resources.forecast.signals import signals

ANALYSIS = Analysis(
    key="resources.forecast",
    needs=MappingProxyType({"relationships": ("client", "service", "start", "end")}),
    optional=MappingProxyType(
        {
            "clients": ("client", "family"),
            "visits": ("client", "service", "date", "visits"),
            "costs": ("client", "service", "date", "cost_eur", "production"),
            "capacity": ("service", "area", "date", "production", "places", "fte"),
        }
    ),
    counts=files(__package__) / "counts.sql",
    params=ForecastParams,
    result=ForecastResult,
    compute=compute,
    charts=MappingProxyType(
        {"stock": stock, "services": services, "cost": cost, "today_new": today_new, "check": check, "places": places}
    ),
    messages=files(__package__) / "messages.toml",
    exhibits=MappingProxyType(
        {
            "stock": ("history", "levels_ahead", "all_ahead"),
            "services": ("ahead", "inputs"),
            "cost": ("levels_ahead", "all_ahead", "unit"),
            "today_new": ("ahead", "all_ahead"),
            "check": ("checks", "level_checks", "all_checks", "checked"),
            "places": ("needed", "places", "now"),
        }
    ),
    uses=("lifecycle.durations", "lifecycle.flow", "baseline.data_quality", "resources.spending"),
    signals=signals,
    gather=gather,
)
