"""Which services do families use together? (combinations)"""

from __future__ import annotations

from types import MappingProxyType

from kumppanuus.analysis import Analysis, files
from kumppanuus.gallery.cases import NO_COUNTS, GalleryParams
from kumppanuus.gallery.together.charts import sets
from kumppanuus.gallery.together.compute import TogetherResult, compute

ANALYSIS = Analysis(
    key="gallery.together",
    needs=MappingProxyType({}),
    counts=NO_COUNTS,
    params=GalleryParams,
    result=TogetherResult,
    compute=compute,
    charts=MappingProxyType({"sets": sets}),
    messages=files(__package__) / "messages.toml",
)
