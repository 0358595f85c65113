"""How much of the cost goes to the few with the highest cost? (Lorenz curve with bars of the top)"""

from __future__ import annotations

from types import MappingProxyType

from kumppanuus.analysis import Analysis, files
from kumppanuus.gallery.cases import NO_COUNTS, GalleryParams
from kumppanuus.gallery.concentration.charts import costs
from kumppanuus.gallery.concentration.compute import ConcentrationResult, compute

ANALYSIS = Analysis(
    key="gallery.concentration",
    needs=MappingProxyType({}),
    counts=NO_COUNTS,
    params=GalleryParams,
    result=ConcentrationResult,
    compute=compute,
    charts=MappingProxyType({"costs": costs}),
    messages=files(__package__) / "messages.toml",
)
