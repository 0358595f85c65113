"""How would the same budget help more? (allocation)"""

from __future__ import annotations

from types import MappingProxyType

from kumppanuus.analysis import Analysis, files
from kumppanuus.gallery.allocation.charts import plan
from kumppanuus.gallery.allocation.compute import AllocationResult, compute
from kumppanuus.gallery.cases import NO_COUNTS, GalleryParams

ANALYSIS = Analysis(
    key="gallery.allocation",
    needs=MappingProxyType({}),
    counts=NO_COUNTS,
    params=GalleryParams,
    result=AllocationResult,
    compute=compute,
    charts=MappingProxyType({"plan": plan}),
    messages=files(__package__) / "messages.toml",
    exhibits=MappingProxyType({"plan": ("services", "limits")}),
)
