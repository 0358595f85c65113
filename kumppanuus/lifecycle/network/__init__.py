"""Which services do the same families have, at the same time or within the window, oftener than need explains?"""

from __future__ import annotations

from types import MappingProxyType

from kumppanuus.analysis import Analysis, files
from kumppanuus.lifecycle.network.charts import breadth, hubs, pairs
from kumppanuus.lifecycle.network.compute import NetworkParams, NetworkResult, compute
from kumppanuus.lifecycle.network.ties import heatmap, network

ANALYSIS = Analysis(
    key="lifecycle.network",
    needs=MappingProxyType({"relationships": ("client", "service", "start", "end", "production")}),
    optional=MappingProxyType({"clients": ("client", "family")}),
    counts=files(__package__) / "counts.sql",
    params=NetworkParams,
    result=NetworkResult,
    compute=compute,
    charts=MappingProxyType({"network": network, "heatmap": heatmap, "pairs": pairs, "hubs": hubs, "breadth": breadth}),
    messages=files(__package__) / "messages.toml",
    exhibits=MappingProxyType(
        {
            "network": ("services", "pairs"),
            "heatmap": ("pairs",),
            "pairs": ("pairs",),
            "hubs": ("hubs",),
            "breadth": ("breadth", "everyone"),
        }
    ),
)
