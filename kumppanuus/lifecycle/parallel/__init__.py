"""How many services are open at the same time?"""

from __future__ import annotations

from types import MappingProxyType

from kumppanuus.analysis import Analysis, files
from kumppanuus.lifecycle.parallel.charts import over_years, shares
from kumppanuus.lifecycle.parallel.climb_chart import ladder
from kumppanuus.lifecycle.parallel.compute import ParallelParams, compute
from kumppanuus.lifecycle.parallel.declared import ParallelResult

ANALYSIS = Analysis(
    key="lifecycle.parallel",
    needs=MappingProxyType({"relationships": ("client", "service", "start", "end", "production")}),
    optional=MappingProxyType(
        {
            "clients": ("client", "family"),
            "visits": ("client", "service", "date", "visits"),
            "costs": ("client", "service", "date", "cost_eur", "production"),
        }
    ),
    counts=files(__package__) / "counts.sql",
    params=ParallelParams,
    result=ParallelResult,
    compute=compute,
    charts=MappingProxyType({"shares": shares, "over_years": over_years, "ladder": ladder}),
    messages=files(__package__) / "messages.toml",
    exhibits=MappingProxyType(
        {
            "shares": ("everyone", "family_most", "client_most", "family_time", "client_time", "costs"),
            "over_years": ("family_years", "client_years", "years"),
            "ladder": ("family_climb", "client_climb"),
        }
    ),
)
