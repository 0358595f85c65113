"""How long do families wait for a service?"""

from __future__ import annotations

from types import MappingProxyType

from kumppanuus.analysis import Analysis, files
from kumppanuus.baseline.waiting.charts import areas, progress, queue, services
from kumppanuus.baseline.waiting.compute import WaitingParams, WaitingResult, compute
from kumppanuus.baseline.waiting.signals import signals

ANALYSIS = Analysis(
    key="baseline.waiting",
    needs=MappingProxyType(
        {
            "contacts": ("client", "date", "service", "decided", "outcome", "area"),
            "relationships": ("client", "service", "start", "end"),
        }
    ),
    optional=MappingProxyType({"clients": ("client", "family", "area")}),
    counts=files(__package__) / "counts.sql",
    params=WaitingParams,
    result=WaitingResult,
    compute=compute,
    charts=MappingProxyType({"progress": progress, "services": services, "areas": areas, "queue": queue}),
    messages=files(__package__) / "messages.toml",
    exhibits=MappingProxyType(
        {"progress": ("progress", "fates"), "services": ("services", "rule"), "queue": ("queue", "ages")}
    ),
    signals=signals,
)
