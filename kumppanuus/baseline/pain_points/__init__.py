"""What stands out? The board of pain points, opportunities and obstacles, from the released numbers of all rooms."""

from __future__ import annotations

from types import MappingProxyType

from kumppanuus.analysis import Analysis, files
from kumppanuus.baseline.pain_points.charts import board, ranking, unseen
from kumppanuus.baseline.pain_points.compute import PainPointsParams, PainPointsResult, compute
from kumppanuus.baseline.pain_points.gather import gather

ANALYSIS = Analysis(
    key="baseline.pain_points",
    needs=MappingProxyType({"relationships": ("client", "service", "start", "end")}),
    optional=MappingProxyType({"clients": ("client", "family")}),
    counts=files(__package__) / "counts.sql",
    params=PainPointsParams,
    result=PainPointsResult,
    compute=compute,
    charts=MappingProxyType({"board": board, "ranking": ranking, "unseen": unseen}),
    messages=files(__package__) / "messages.toml",
    exhibits=MappingProxyType({"board": ("signals",), "ranking": ("signals",), "unseen": ("unseen", "silent")}),
    gather=gather,
    hears=True,
)
