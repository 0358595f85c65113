"""Which families need the same, how many are they, what do they use and cost, and where do they come from?

Released tables that other rooms use: ``segments`` (segment: persons, families, children, cost_eur), ``services``
(service x segment: families), ``areas`` (area x segment: families), ``moves`` (earlier x segment: families),
``shares`` (every segment in its order). The segments of a study: `register.segments.segments_of`; of families:
the derived table ``family_segments``.
"""

from __future__ import annotations

from types import MappingProxyType

from kumppanuus.analysis import Analysis, files
from kumppanuus.resources.segments.charts import balance, costs, rules, services
from kumppanuus.resources.segments.compute import compute
from kumppanuus.resources.segments.declared import SegmentsParams, SegmentsResult
from kumppanuus.resources.segments.gathering import gather
from kumppanuus.resources.segments.moves import moves

ANALYSIS = Analysis(
    key="resources.segments",
    needs=MappingProxyType({"relationships": ("client", "service", "start", "end", "production", "area")}),
    optional=MappingProxyType(
        {
            "clients": ("client", "family", "birth_date", "area"),
            "needs": ("client", "date", "need"),
            "visits": ("client", "service", "date", "visits"),
            "costs": ("client", "service", "date", "cost_eur", "production", "book"),
        }
    ),
    counts=files(__package__) / "counts.sql",
    params=SegmentsParams,
    result=SegmentsResult,
    compute=compute,
    charts=MappingProxyType({"rules": rules, "balance": balance, "costs": costs, "services": services, "moves": moves}),
    messages=files(__package__) / "messages.toml",
    exhibits=MappingProxyType(
        {
            "rules": ("everyone", "segments", "areas", "shares"),
            "balance": ("shares", "segments"),
            "costs": ("shares", "segments"),
            "services": ("services", "shares"),
            "moves": ("moves", "gone", "left", "shares"),
        }
    ),
    gather=gather,
)
