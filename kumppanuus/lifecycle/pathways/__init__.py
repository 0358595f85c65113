"""Which ways do clients and families go through the services, and where do they come in and leave?"""

from __future__ import annotations

from types import MappingProxyType

from kumppanuus.analysis import Analysis, files
from kumppanuus.lifecycle.pathways.charts import changed, doors, pace, pairs, returned
from kumppanuus.lifecycle.pathways.compute import PathwaysParams, PathwaysResult, compute
from kumppanuus.lifecycle.pathways.ways import ways

ANALYSIS = Analysis(
    key="lifecycle.pathways",
    needs=MappingProxyType({"relationships": ("client", "service", "start", "end")}),
    optional=MappingProxyType({"clients": ("client", "family")}),
    counts=files(__package__) / "counts.sql",
    params=PathwaysParams,
    result=PathwaysResult,
    compute=compute,
    charts=MappingProxyType(
        {"ways": ways, "doors": doors, "pairs": pairs, "changed": changed, "pace": pace, "returned": returned}
    ),
    messages=files(__package__) / "messages.toml",
    exhibits=MappingProxyType(
        {
            "ways": ("ways", "beginnings", "steps"),
            "doors": ("entries", "exits", "endings"),
            "pairs": ("pairs",),
            "changed": ("changes",),
            "pace": ("pace", "followed", "relations"),
            "returned": ("returned",),
        }
    ),
)
