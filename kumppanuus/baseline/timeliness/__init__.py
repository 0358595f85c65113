"""Are the time limits of the law kept?"""

from __future__ import annotations

from types import MappingProxyType

from kumppanuus.analysis import Analysis, files
from kumppanuus.baseline.timeliness.charts import (
    assessment_areas,
    decision_areas,
    decisions,
    fates,
    progress,
    quarters,
)
from kumppanuus.baseline.timeliness.compute import TimelinessParams, TimelinessResult, compute
from kumppanuus.baseline.timeliness.signals import signals

ANALYSIS = Analysis(
    key="baseline.timeliness",
    needs=MappingProxyType(
        {"contacts": ("client", "date", "kind", "service", "decided", "assessed", "outcome", "area")}
    ),
    optional=MappingProxyType({"clients": ("client", "family", "area")}),
    counts=files(__package__) / "counts.sql",
    params=TimelinessParams,
    result=TimelinessResult,
    compute=compute,
    charts=MappingProxyType(
        {
            "quarters": quarters,
            "decision_areas": decision_areas,
            "assessment_areas": assessment_areas,
            "decisions": decisions,
            "progress": progress,
            "fates": fates,
        }
    ),
    messages=files(__package__) / "messages.toml",
    exhibits=MappingProxyType(
        {
            "quarters": ("quarters", "years", "limits"),
            "decision_areas": ("areas", "kinds"),
            "assessment_areas": ("areas", "assessments"),
        }
    ),
    signals=signals,
)
