"""Are assessments of service needs finished in time? (histogram against a limit)"""

from __future__ import annotations

from types import MappingProxyType

from kumppanuus.analysis import Analysis, files
from kumppanuus.gallery.assessments.charts import time_taken
from kumppanuus.gallery.assessments.compute import AssessmentsResult, compute
from kumppanuus.gallery.cases import NO_COUNTS, GalleryParams

ANALYSIS = Analysis(
    key="gallery.assessments",
    needs=MappingProxyType({}),
    counts=NO_COUNTS,
    params=GalleryParams,
    result=AssessmentsResult,
    compute=compute,
    charts=MappingProxyType({"time_taken": time_taken}),
    messages=files(__package__) / "messages.toml",
    exhibits=MappingProxyType({"time_taken": ("time_taken", "cases")}),
)
