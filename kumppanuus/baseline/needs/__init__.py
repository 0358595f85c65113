"""What causes the need for support, at the contact and at the assessment, and which needs go together?"""

from __future__ import annotations

from types import MappingProxyType

from kumppanuus.analysis import Analysis, files
from kumppanuus.baseline.needs.charts import ages, areas, levels, pairs, stages, years
from kumppanuus.baseline.needs.compute import NeedsParams, NeedsResult, compute
from kumppanuus.baseline.needs.signals import signals

ANALYSIS = Analysis(
    key="baseline.needs",
    needs=MappingProxyType({"needs": ("client", "date", "need", "stage", "area")}),
    optional=MappingProxyType(
        {
            "clients": ("client", "family", "birth_date", "area"),
            "relationships": ("client", "service", "start", "end"),
        }
    ),
    counts=files(__package__) / "counts.sql",
    params=NeedsParams,
    result=NeedsResult,
    compute=compute,
    charts=MappingProxyType(
        {"stages": stages, "years": years, "ages": ages, "areas": areas, "levels": levels, "pairs": pairs}
    ),
    messages=files(__package__) / "messages.toml",
    exhibits=MappingProxyType(
        {
            "stages": ("reasons", "stages", "stage_reasons"),
            "years": ("years", "year_reasons"),
            "ages": ("ages", "age_reasons"),
            "areas": ("areas", "area_reasons"),
            "levels": ("levels", "level_reasons"),
            "pairs": ("pairs",),
        }
    ),
    signals=signals,
)
