"""Why do families make contact? (bars)"""

from __future__ import annotations

from types import MappingProxyType

from kumppanuus.analysis import Analysis, files
from kumppanuus.gallery.cases import NO_COUNTS, GalleryParams
from kumppanuus.gallery.contacts.charts import reasons
from kumppanuus.gallery.contacts.compute import ContactsResult, compute

ANALYSIS = Analysis(
    key="gallery.contacts",
    needs=MappingProxyType({}),
    counts=NO_COUNTS,
    params=GalleryParams,
    result=ContactsResult,
    compute=compute,
    charts=MappingProxyType({"reasons": reasons}),
    messages=files(__package__) / "messages.toml",
)
