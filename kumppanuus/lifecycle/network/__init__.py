"""Which services do the same families have at the same time?"""

from __future__ import annotations

from types import MappingProxyType

from kumppanuus.analysis import Analysis, files
from kumppanuus.lifecycle.network.charts import breadth, network, pairs
from kumppanuus.lifecycle.network.compute import NetworkParams, NetworkResult, compute

ANALYSIS = Analysis(
    key="lifecycle.network",
    needs=MappingProxyType({"relationships": ("client", "service", "start", "end", "production")}),
    optional=MappingProxyType({"clients": ("client", "family")}),
    counts=files(__package__) / "counts.sql",
    params=NetworkParams,
    result=NetworkResult,
    compute=compute,
    charts=MappingProxyType({"network": network, "pairs": pairs, "breadth": breadth}),
    messages=files(__package__) / "messages.toml",
    exhibits=MappingProxyType(
        {"network": ("services", "pairs"), "pairs": ("pairs",), "breadth": ("breadth", "everyone")}
    ),
)
