"""How does a client relationship end?"""

from __future__ import annotations

from kumppanuus.analysis import Analysis, files
from kumppanuus.lifecycle.exits.charts import everybody, levels, services
from kumppanuus.lifecycle.exits.compute import ExitParams, ExitResult, compute

ANALYSIS = Analysis(
    key="lifecycle.exits",
    needs={"relationships": ("client", "service", "start", "end", "end_reason")},
    optional={"clients": ("client", "family", "birth_date")},
    counts=files(__package__) / "counts.sql",
    params=ExitParams,
    result=ExitResult,
    compute=compute,
    charts={"everybody": everybody, "levels": levels, "services": services},
    messages=files(__package__) / "messages.toml",
)
