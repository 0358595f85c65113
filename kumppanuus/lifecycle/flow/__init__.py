"""How does the clientele change: who comes, who leaves, who is in?"""

from __future__ import annotations

from types import MappingProxyType

from kumppanuus.analysis import Analysis, files
from kumppanuus.lifecycle.flow.charts import months, stock
from kumppanuus.lifecycle.flow.compute import FlowParams, FlowResult, compute
from kumppanuus.lifecycle.flow.people import last_day, types
from kumppanuus.lifecycle.flow.turnover import groups, services

ANALYSIS = Analysis(
    key="lifecycle.flow",
    needs=MappingProxyType({"relationships": ("client", "service", "start", "end", "area")}),
    optional=MappingProxyType({"clients": ("client", "family", "birth_date", "sex", "area")}),
    counts=files(__package__) / "counts.sql",
    params=FlowParams,
    result=FlowResult,
    compute=compute,
    charts=MappingProxyType(
        {
            "stock": stock,
            "months": months,
            "services": services,
            "groups": groups,
            "types": types,
            "last_day": last_day,
        }
    ),
    messages=files(__package__) / "messages.toml",
    exhibits=MappingProxyType(
        {
            "stock": ("levels",),
            "groups": ("ages", "areas"),
            "types": ("start_types", "service_types", "service_starts", "known_starts", "early_starts"),
            "last_day": ("last_day", "last_levels", "last_ages", "last_areas", "last_sexes"),
        }
    ),
)
