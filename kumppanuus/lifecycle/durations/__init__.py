"""How long does a client relationship last?"""

from __future__ import annotations

from kumppanuus.analysis import Analysis, files
from kumppanuus.lifecycle.durations.charts import ended_only, levels, services
from kumppanuus.lifecycle.durations.compute import DurationParams, DurationResult, compute

ANALYSIS = Analysis(
    key="lifecycle.durations",
    needs={"relationships": ("client", "service", "start", "end")},
    optional={"clients": ("client", "family")},
    counts=files(__package__) / "counts.sql",
    params=DurationParams,
    result=DurationResult,
    compute=compute,
    charts={"levels": levels, "services": services, "ended_only": ended_only},
    exhibits={
        "levels": ("levels", "level_curves"),
        "services": ("services", "service_curves"),
        "ended_only": ("services",),
    },
    messages=files(__package__) / "messages.toml",
)
