"""How much of the cost and of the service goes to few families, and are they the same from year to year?"""

from __future__ import annotations

from types import MappingProxyType

from kumppanuus.analysis import Analysis, files
from kumppanuus.baseline.concentration.charts import costs, stay, trend, use
from kumppanuus.baseline.concentration.compute import ConcentrationParams, ConcentrationResult, compute
from kumppanuus.baseline.concentration.signals import signals

ANALYSIS = Analysis(
    key="baseline.concentration",
    needs=MappingProxyType({"relationships": ("client", "service", "start", "end", "production")}),
    optional=MappingProxyType(
        {
            "clients": ("client", "family"),
            "visits": ("client", "service", "date", "visits"),
            "costs": ("client", "service", "date", "cost_eur", "production", "book"),
        }
    ),
    counts=files(__package__) / "counts.sql",
    params=ConcentrationParams,
    result=ConcentrationResult,
    compute=compute,
    charts=MappingProxyType({"costs": costs, "trend": trend, "stay": stay, "use": use}),
    messages=files(__package__) / "messages.toml",
    exhibits=MappingProxyType(
        {
            "costs": ("groups", "tops", "years"),
            "trend": ("dearest", "years"),
            "stay": ("before",),
            "use": ("days",),
        }
    ),
    signals=signals,
)
