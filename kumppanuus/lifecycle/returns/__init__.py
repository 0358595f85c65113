"""Who comes back after all services have ended, to what, and how often?"""

from __future__ import annotations

from kumppanuus.analysis import Analysis, files
from kumppanuus.lifecycle.returns.charts import after, again, families, levels, services
from kumppanuus.lifecycle.returns.compute import ReturnParams, ReturnResult, compute

ANALYSIS = Analysis(
    key="lifecycle.returns",
    needs={"relationships": ("client", "service", "start", "end")},
    optional={"clients": ("client", "family", "birth_date")},
    counts=files(__package__) / "counts.sql",
    params=ReturnParams,
    result=ReturnResult,
    compute=compute,
    charts={"after": after, "levels": levels, "services": services, "again": again, "families": families},
    exhibits={
        "after": ("kinds", "kind_curves"),
        "levels": ("levels", "level_curves"),
        "services": ("services",),
        "again": ("again", "everyone"),
        "families": ("family_kinds", "family_curves", "homes"),
    },
    messages=files(__package__) / "messages.toml",
)
