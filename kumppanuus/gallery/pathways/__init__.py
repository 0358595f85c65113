"""Where do ways lead after the first contact? (flow)"""

from __future__ import annotations

from types import MappingProxyType

from kumppanuus.analysis import Analysis, files
from kumppanuus.gallery.cases import NO_COUNTS, GalleryParams
from kumppanuus.gallery.pathways.charts import ways
from kumppanuus.gallery.pathways.compute import PathwaysResult, compute

ANALYSIS = Analysis(
    key="gallery.pathways",
    needs=MappingProxyType({}),
    counts=NO_COUNTS,
    params=GalleryParams,
    result=PathwaysResult,
    compute=compute,
    charts=MappingProxyType({"ways": ways}),
    messages=files(__package__) / "messages.toml",
)
