"""Which services go together? (network on a circle, and by forces)"""

from __future__ import annotations

from types import MappingProxyType

from kumppanuus.analysis import Analysis, files
from kumppanuus.gallery.cases import NO_COUNTS, GalleryParams
from kumppanuus.gallery.ties.charts import circle, force
from kumppanuus.gallery.ties.compute import TiesResult, compute

ANALYSIS = Analysis(
    key="gallery.ties",
    needs=MappingProxyType({}),
    counts=NO_COUNTS,
    params=GalleryParams,
    result=TiesResult,
    compute=compute,
    charts=MappingProxyType({"circle": circle, "force": force}),
    messages=files(__package__) / "messages.toml",
    exhibits=MappingProxyType({"circle": ("pairs", "services"), "force": ("pairs", "services")}),
)
