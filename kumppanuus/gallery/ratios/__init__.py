"""Where are more children in open care than their number lets expect? (forest)"""

from __future__ import annotations

from types import MappingProxyType

from kumppanuus.analysis import Analysis, files
from kumppanuus.gallery.cases import NO_COUNTS, GalleryParams
from kumppanuus.gallery.ratios.charts import areas
from kumppanuus.gallery.ratios.compute import RatiosResult, compute

ANALYSIS = Analysis(
    key="gallery.ratios",
    needs=MappingProxyType({}),
    counts=NO_COUNTS,
    params=GalleryParams,
    result=RatiosResult,
    compute=compute,
    charts=MappingProxyType({"areas": areas}),
    messages=files(__package__) / "messages.toml",
)
