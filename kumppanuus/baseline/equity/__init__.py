"""Do the services reach the children of all areas, girls and boys, as their ages let expect?"""

from __future__ import annotations

from types import MappingProxyType

from kumppanuus.analysis import Analysis, files
from kumppanuus.baseline.equity.charts import areas, funnel, supports
from kumppanuus.baseline.equity.compute import EquityParams, EquityResult, compute
from kumppanuus.baseline.equity.groups import groups
from kumppanuus.baseline.equity.signals import signals

ANALYSIS = Analysis(
    key="baseline.equity",
    needs=MappingProxyType({"relationships": ("client", "service", "start", "end", "area")}),
    optional=MappingProxyType(
        {
            "clients": ("client", "family", "birth_date", "sex", "area"),
            "population": ("area", "year", "age_from", "age_to", "sex", "persons"),
        }
    ),
    counts=files(__package__) / "counts.sql",
    params=EquityParams,
    result=EquityResult,
    compute=compute,
    charts=MappingProxyType({"areas": areas, "funnel": funnel, "supports": supports, "groups": groups}),
    messages=files(__package__) / "messages.toml",
    exhibits=MappingProxyType(
        {
            "areas": ("areas", "children", "inhabitants"),
            "funnel": ("areas",),
            "supports": ("support_areas", "supports", "support_strata"),
            "groups": ("strata",),
        }
    ),
    signals=signals,
)
