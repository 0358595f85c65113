"""Has the queue to family counselling changed? (run chart)"""

from __future__ import annotations

from types import MappingProxyType

from kumppanuus.analysis import Analysis, files
from kumppanuus.gallery.cases import NO_COUNTS, GalleryParams
from kumppanuus.gallery.waiting.charts import queue
from kumppanuus.gallery.waiting.compute import WaitingResult, compute

ANALYSIS = Analysis(
    key="gallery.waiting",
    needs=MappingProxyType({}),
    counts=NO_COUNTS,
    params=GalleryParams,
    result=WaitingResult,
    compute=compute,
    charts=MappingProxyType({"queue": queue}),
    messages=files(__package__) / "messages.toml",
)
