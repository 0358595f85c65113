"""How many services, sectors and workers surround a family, do they stay the same, and who sends whom on?"""

from __future__ import annotations

from types import MappingProxyType

from kumppanuus.analysis import Analysis, files
from kumppanuus.baseline.fragmentation.breadth import breadth
from kumppanuus.baseline.fragmentation.compute import FragmentationParams, FragmentationResult, compute
from kumppanuus.baseline.fragmentation.continuity import contacts, continuity
from kumppanuus.baseline.fragmentation.doors import handoffs, redirected
from kumppanuus.baseline.fragmentation.signals import signals

ANALYSIS = Analysis(
    key="baseline.fragmentation",
    needs=MappingProxyType({"relationships": ("client", "service", "start", "end", "worker")}),
    optional=MappingProxyType(
        {
            "clients": ("client", "family", "birth_date"),
            "visits": ("client", "service", "date", "worker"),
            "contacts": ("client", "date", "service", "outcome"),
        }
    ),
    counts=files(__package__) / "counts.sql",
    params=FragmentationParams,
    result=FragmentationResult,
    compute=compute,
    charts=MappingProxyType(
        {
            "breadth": breadth,
            "continuity": continuity,
            "contacts": contacts,
            "redirected": redirected,
            "handoffs": handoffs,
        }
    ),
    messages=files(__package__) / "messages.toml",
    exhibits=MappingProxyType(
        {
            "breadth": ("services", "sectors", "workers"),
            "continuity": ("met_services", "met"),
            "contacts": ("met_contacts",),
            "redirected": ("doors", "all_doors"),
            "handoffs": ("sent_on", "changes"),
        }
    ),
    signals=signals,
)
