"""How long does a client relationship last?"""

from __future__ import annotations

from kumppanuus.analysis import Analysis, files
from kumppanuus.lifecycle.durations.charts import ended_only, levels, services
from kumppanuus.lifecycle.durations.comparisons import by_group, cohorts, side_by_side
from kumppanuus.lifecycle.durations.compute import compute
from kumppanuus.lifecycle.durations.declared import DurationParams, DurationResult

ANALYSIS = Analysis(
    key="lifecycle.durations",
    needs={"relationships": ("client", "service", "start", "end", "area")},
    optional={"clients": ("client", "family", "birth_date", "area")},
    counts=files(__package__) / "counts.sql",
    params=DurationParams,
    result=DurationResult,
    compute=compute,
    charts={
        "levels": levels,
        "services": services,
        "side_by_side": side_by_side,
        "ended_only": ended_only,
        "cohorts": cohorts,
        "by_group": by_group,
    },
    exhibits={
        "levels": ("levels", "level_curves"),
        "services": ("services", "service_curves"),
        "side_by_side": ("levels",),
        "ended_only": ("services",),
        "cohorts": ("cohorts", "cohort_curves", "differences"),
        "by_group": ("ages", "age_curves", "areas", "area_curves", "differences"),
    },
    messages=files(__package__) / "messages.toml",
)
