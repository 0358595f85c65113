"""Which services does the money go to?"""

from __future__ import annotations

from types import MappingProxyType

from kumppanuus.analysis import Analysis, files
from kumppanuus.resources.spending.charts import levels, productions, services
from kumppanuus.resources.spending.compute import SpendingParams, SpendingResult, compute

ANALYSIS = Analysis(
    key="resources.spending",
    needs=MappingProxyType({"relationships": ("client", "service", "start", "end", "production")}),
    optional=MappingProxyType(
        {
            "clients": ("client", "family"),
            "visits": ("client", "service", "date", "visits"),
            "costs": ("client", "service", "date", "cost_eur", "production"),
        }
    ),
    counts=files(__package__) / "counts.sql",
    params=SpendingParams,
    result=SpendingResult,
    compute=compute,
    charts=MappingProxyType({"services": services, "levels": levels, "productions": productions}),
    messages=files(__package__) / "messages.toml",
    exhibits=MappingProxyType({"services": ("services", "unpriced"), "levels": ("levels", "years")}),
)
