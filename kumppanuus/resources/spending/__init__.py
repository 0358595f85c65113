"""Which services does the money go to?"""

from __future__ import annotations

from types import MappingProxyType

from kumppanuus.analysis import Analysis, files
from kumppanuus.resources.spending.books import ledger
from kumppanuus.resources.spending.charts import levels, productions, services
from kumppanuus.resources.spending.compute import SpendingParams, SpendingResult, compute
from kumppanuus.resources.spending.gathering import gather
from kumppanuus.resources.spending.parts import areas
from kumppanuus.resources.spending.prices import prices

ANALYSIS = Analysis(
    key="resources.spending",
    needs=MappingProxyType({"relationships": ("client", "service", "start", "end", "production", "area")}),
    optional=MappingProxyType(
        {
            "clients": ("client", "family", "area"),
            "visits": ("client", "service", "date", "visits"),
            "costs": ("client", "service", "date", "cost_eur", "production", "book"),
        }
    ),
    counts=files(__package__) / "counts.sql",
    params=SpendingParams,
    result=SpendingResult,
    compute=compute,
    charts=MappingProxyType(
        {
            "services": services,
            "levels": levels,
            "productions": productions,
            "prices": prices,
            "areas": areas,
            "ledger": ledger,
        }
    ),
    messages=files(__package__) / "messages.toml",
    exhibits=MappingProxyType(
        {
            "services": ("services", "unpriced"),
            "levels": ("levels", "years"),
            "prices": ("prices", "ways"),
            "ledger": ("books",),
        }
    ),
    gather=gather,
)
