"""What kinds of paths do children take through the levels of service?"""

from __future__ import annotations

from types import MappingProxyType

from kumppanuus.analysis import Analysis, files
from kumppanuus.lifecycle.trajectories.charts import costs, path, sizes
from kumppanuus.lifecycle.trajectories.compute import DRAWN, TrajectoryParams, TrajectoryResult, compute

_PATHS = {f"path_{code.lower()}": code for code in DRAWN}

ANALYSIS = Analysis(
    key="lifecycle.trajectories",
    needs=MappingProxyType({"relationships": ("client", "service", "start", "end", "production")}),
    optional=MappingProxyType(
        {
            "clients": ("client", "family"),
            "visits": ("client", "service", "date", "visits"),
            "costs": ("client", "service", "date", "cost_eur", "production"),
        }
    ),
    counts=files(__package__) / "counts.sql",
    params=TrajectoryParams,
    result=TrajectoryResult,
    compute=compute,
    charts=MappingProxyType({"sizes": sizes, **{name: path(code) for name, code in _PATHS.items()}, "costs": costs}),
    exhibits=MappingProxyType(
        {
            "sizes": ("types", "levels", "followed", "fates", "path_rest"),
            **{name: (name, "levels") for name in _PATHS},
            "costs": ("types",),
        }
    ),
    messages=files(__package__) / "messages.toml",
)
