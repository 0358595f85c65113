"""How does the organiser compare with similar ones?"""

from __future__ import annotations

from types import MappingProxyType

from kumppanuus.analysis import Analysis, files
from kumppanuus.baseline.peers.charts import overview, regions, trends
from kumppanuus.baseline.peers.compute import PeersParams, PeersResult, compute
from kumppanuus.baseline.peers.signals import signals

ANALYSIS = Analysis(
    key="baseline.peers",
    needs=MappingProxyType({"indicators": ("indicator", "region", "year", "gender", "value", "absolute")}),
    optional=MappingProxyType(
        {
            "regions": ("region", "category", "name_fi", "name_sv", "name_en", "member_of"),
            "indicator_facts": ("indicator", "title_fi", "definition_fi", "source_fi"),
        }
    ),
    counts=files(__package__) / "counts.sql",
    params=PeersParams,
    result=PeersResult,
    compute=compute,
    charts=MappingProxyType({"overview": overview, "regions": regions, "trends": trends}),
    messages=files(__package__) / "messages.toml",
    exhibits=MappingProxyType({"overview": ("standing", "facts"), "regions": ("places",), "trends": ("trends",)}),
    signals=signals,
)
