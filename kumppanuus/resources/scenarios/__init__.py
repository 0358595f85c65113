"""What if prices, arrivals, effects or the law were otherwise? Named scenarios against today's course."""

from __future__ import annotations

from types import MappingProxyType

from kumppanuus.analysis import Analysis, files
from kumppanuus.resources.scenarios.charts import compared, parts, paths
from kumppanuus.resources.scenarios.compute import ScenariosParams, ScenariosResult, compute
from kumppanuus.resources.scenarios.effect_charts import break_even, required, tornado
from kumppanuus.resources.scenarios.gather import gather
from kumppanuus.resources.scenarios.known import FORECAST, SPENDING
from kumppanuus.resources.scenarios.staff_chart import plan

ANALYSIS = Analysis(
    key="resources.scenarios",
    needs=MappingProxyType({"relationships": ("client", "service", "start", "end")}),
    optional=MappingProxyType({"clients": ("client", "family")}),
    counts=files(__package__) / "counts.sql",
    params=ScenariosParams,
    result=ScenariosResult,
    compute=compute,
    charts=MappingProxyType(
        {
            "required": required,
            "compared": compared,
            "paths": paths,
            "parts": parts,
            "break_even": break_even,
            "tornado": tornado,
            "plan": plan,
        }
    ),
    messages=files(__package__) / "messages.toml",
    exhibits=MappingProxyType(
        {
            "required": ("required",),
            "compared": ("compared", "assumptions"),
            "paths": ("paths", "lacking"),
            "tornado": ("assumptions",),
            "plan": ("plan", "plan_values"),
        }
    ),
    uses=(FORECAST, SPENDING),
    gather=gather,
)
