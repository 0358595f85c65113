"""Where do children go after their first contact? (state distribution)"""

from __future__ import annotations

from types import MappingProxyType

from kumppanuus.analysis import Analysis, files
from kumppanuus.gallery.cases import NO_COUNTS, GalleryParams
from kumppanuus.gallery.states.charts import after_contact
from kumppanuus.gallery.states.compute import StatesResult, compute

ANALYSIS = Analysis(
    key="gallery.states",
    needs=MappingProxyType({}),
    counts=NO_COUNTS,
    params=GalleryParams,
    result=StatesResult,
    compute=compute,
    charts=MappingProxyType({"after_contact": after_contact}),
    messages=files(__package__) / "messages.toml",
)
