"""What made the cost change? (waterfall)"""

from __future__ import annotations

from types import MappingProxyType

from kumppanuus.analysis import Analysis, files
from kumppanuus.gallery.cases import NO_COUNTS, GalleryParams
from kumppanuus.gallery.cost_change.charts import change
from kumppanuus.gallery.cost_change.compute import CostChangeResult, compute

ANALYSIS = Analysis(
    key="gallery.cost_change",
    needs=MappingProxyType({}),
    counts=NO_COUNTS,
    params=GalleryParams,
    result=CostChangeResult,
    compute=compute,
    charts=MappingProxyType({"change": change}),
    messages=files(__package__) / "messages.toml",
    exhibits=MappingProxyType({"change": ("periods",)}),
)
