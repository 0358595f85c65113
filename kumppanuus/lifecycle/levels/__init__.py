"""Do clients move up or down the levels, and do they come back?"""

from __future__ import annotations

from kumppanuus.analysis import Analysis, files
from kumppanuus.lifecycle.levels.charts import by_first, clients, families, moves, time_in
from kumppanuus.lifecycle.levels.compute import LevelParams, compute
from kumppanuus.lifecycle.levels.declared import LevelResult

ANALYSIS = Analysis(
    key="lifecycle.levels",
    needs={"relationships": ("client", "service", "start", "end")},
    optional={"clients": ("client", "family")},
    counts=files(__package__) / "counts.sql",
    params=LevelParams,
    result=LevelResult,
    compute=compute,
    charts={"clients": clients, "families": families, "time_in": time_in, "by_first": by_first, "moves": moves},
    exhibits={"clients": ("clients", "kinds"), "by_first": ("by_first", "first_levels"), "moves": ("moves", "stays")},
    messages=files(__package__) / "messages.toml",
)
