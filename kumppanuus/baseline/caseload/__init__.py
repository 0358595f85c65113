"""How many children does a responsible worker have, and how often does the worker change?"""

from __future__ import annotations

from types import MappingProxyType

from kumppanuus.analysis import Analysis, files
from kumppanuus.baseline.caseload.charts import areas, bands, load
from kumppanuus.baseline.caseload.compute import CaseloadParams, CaseloadResult, compute
from kumppanuus.baseline.caseload.signals import signals
from kumppanuus.baseline.caseload.workers import changes, families

ANALYSIS = Analysis(
    key="baseline.caseload",
    needs=MappingProxyType(
        {
            "relationships": ("client", "service", "start", "end", "area", "worker"),
            "clients": ("client", "family", "birth_date", "area"),
        }
    ),
    optional=MappingProxyType({"visits": ("client", "service", "date", "worker")}),
    counts=files(__package__) / "counts.sql",
    params=CaseloadParams,
    result=CaseloadResult,
    compute=compute,
    charts=MappingProxyType({"load": load, "areas": areas, "bands": bands, "changes": changes, "families": families}),
    messages=files(__package__) / "messages.toml",
    exhibits=MappingProxyType(
        {
            "load": ("days",),
            "areas": ("areas",),
            "bands": ("bands",),
            "changes": ("everyone", "services"),
            "families": ("family_workers",),
        }
    ),
    signals=signals,
)
