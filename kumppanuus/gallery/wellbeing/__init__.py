"""How do families answer the questionnaire? (Likert)"""

from __future__ import annotations

from types import MappingProxyType

from kumppanuus.analysis import Analysis, files
from kumppanuus.gallery.cases import NO_COUNTS, GalleryParams
from kumppanuus.gallery.wellbeing.charts import statements
from kumppanuus.gallery.wellbeing.compute import WellbeingResult, compute

ANALYSIS = Analysis(
    key="gallery.wellbeing",
    needs=MappingProxyType({}),
    counts=NO_COUNTS,
    params=GalleryParams,
    result=WellbeingResult,
    compute=compute,
    charts=MappingProxyType({"statements": statements}),
    messages=files(__package__) / "messages.toml",
)
