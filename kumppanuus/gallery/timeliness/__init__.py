"""Which teams finish assessments in time, and what of that is chance? (funnel)"""

from __future__ import annotations

from types import MappingProxyType

from kumppanuus.analysis import Analysis, files
from kumppanuus.gallery.cases import NO_COUNTS, GalleryParams
from kumppanuus.gallery.timeliness.charts import teams
from kumppanuus.gallery.timeliness.compute import TimelinessResult, compute

ANALYSIS = Analysis(
    key="gallery.timeliness",
    needs=MappingProxyType({}),
    counts=NO_COUNTS,
    params=GalleryParams,
    result=TimelinessResult,
    compute=compute,
    charts=MappingProxyType({"teams": teams}),
    messages=files(__package__) / "messages.toml",
)
