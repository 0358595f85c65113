"""Which children do the services reach, area by area? (heatmap)"""

from __future__ import annotations

from types import MappingProxyType

from kumppanuus.analysis import Analysis, files
from kumppanuus.gallery.cases import NO_COUNTS, GalleryParams
from kumppanuus.gallery.reach.charts import areas
from kumppanuus.gallery.reach.compute import ReachResult, compute

ANALYSIS = Analysis(
    key="gallery.reach",
    needs=MappingProxyType({}),
    counts=NO_COUNTS,
    params=GalleryParams,
    result=ReachResult,
    compute=compute,
    charts=MappingProxyType({"areas": areas}),
    messages=files(__package__) / "messages.toml",
)
