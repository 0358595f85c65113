"""How often are parents, child and siblings supported at the same time, and what becomes of common goals?"""

from __future__ import annotations

from types import MappingProxyType

from kumppanuus.analysis import Analysis, files
from kumppanuus.baseline.shared_support.charts import several, together
from kumppanuus.baseline.shared_support.compute import compute
from kumppanuus.baseline.shared_support.declared import SharedSupportParams, SharedSupportResult
from kumppanuus.baseline.shared_support.goal_charts import goals, services, waits
from kumppanuus.baseline.shared_support.signals import signals

ANALYSIS = Analysis(
    key="baseline.shared_support",
    needs=MappingProxyType({"relationships": ("client", "service", "start", "end")}),
    optional=MappingProxyType(
        {
            "clients": ("client", "family", "birth_date"),
            "needs": ("client", "date", "need"),
            "goals": ("client", "date", "service", "with_family", "assessed", "outcome"),
        }
    ),
    counts=files(__package__) / "counts.sql",
    params=SharedSupportParams,
    result=SharedSupportResult,
    compute=compute,
    charts=MappingProxyType(
        {"together": together, "several": several, "goals": goals, "waits": waits, "services": services}
    ),
    messages=files(__package__) / "messages.toml",
    exhibits=MappingProxyType(
        {
            "together": ("years", "kinds"),
            "several": ("several",),
            "goals": ("goals", "outcomes"),
            "waits": ("first_goals", "waits"),
            "services": ("everyone", "services"),
        }
    ),
    signals=signals,
)
