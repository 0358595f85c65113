"""How would the same money and staff help more, and which of that is sure?"""

from __future__ import annotations

from types import MappingProxyType

from kumppanuus.analysis import Analysis, files
from kumppanuus.resources.allocation.charts import areas, plan, without
from kumppanuus.resources.allocation.compute import compute
from kumppanuus.resources.allocation.declared import AllocationParams, AllocationResult
from kumppanuus.resources.allocation.gathering import gather
from kumppanuus.resources.allocation.sure import core, front, limits

ANALYSIS = Analysis(
    key="resources.allocation",
    needs=MappingProxyType({"relationships": ("client", "service", "start", "end", "production", "area")}),
    optional=MappingProxyType(
        {
            "clients": ("client", "family", "birth_date", "area"),
            "needs": ("client", "date", "need"),
            "capacity": ("service", "date", "area", "production", "fte"),
            "costs": ("client", "service", "date", "cost_eur", "production"),
            "visits": ("client", "service", "date", "visits"),
        }
    ),
    counts=files(__package__) / "counts.sql",
    params=AllocationParams,
    result=AllocationResult,
    compute=compute,
    charts=MappingProxyType(
        {"without": without, "plan": plan, "limits": limits, "areas": areas, "front": front, "core": core}
    ),
    messages=files(__package__) / "messages.toml",
    exhibits=MappingProxyType(
        {
            "without": ("groups", "everyone"),
            "plan": ("plan", "ways", "totals", "outcome", "left_out"),
            "limits": ("limits", "totals", "repair", "staff"),
            "areas": ("areas", "services", "places"),
            "front": ("front", "totals"),
            "core": ("core", "benefits", "staff"),
        }
    ),
    uses=("resources.segments", "resources.spending"),
    gather=gather,
)
