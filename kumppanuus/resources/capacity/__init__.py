"""Is there room for those who need support, and what would clear the queues?"""

from __future__ import annotations

from types import MappingProxyType

from kumppanuus.analysis import Analysis, files
from kumppanuus.resources.capacity.charts import occupancy, places, queue
from kumppanuus.resources.capacity.compute import CapacityParams, CapacityResult, compute
from kumppanuus.resources.capacity.duty_charts import duties, law
from kumppanuus.resources.capacity.gather import gather
from kumppanuus.resources.capacity.signals import signals

ANALYSIS = Analysis(
    key="resources.capacity",
    needs=MappingProxyType({"relationships": ("client", "service", "start", "end")}),
    optional=MappingProxyType(
        {
            "capacity": ("service", "date", "area", "production", "places", "fte", "budget_eur"),
            "contacts": ("client", "date", "service", "decided", "outcome"),
            "clients": ("client", "family"),
        }
    ),
    counts=files(__package__) / "counts.sql",
    params=CapacityParams,
    result=CapacityResult,
    compute=compute,
    charts=MappingProxyType({"occupancy": occupancy, "queue": queue, "places": places, "law": law, "duties": duties}),
    messages=files(__package__) / "messages.toml",
    exhibits=MappingProxyType(
        {
            "occupancy": ("states", "places"),
            "queue": ("waits", "clearing", "rule"),
            "places": ("paths", "long_run"),
            "law": ("law", "areas"),
            "duties": ("duties", "promptness"),
        }
    ),
    uses=("lifecycle.flow", "lifecycle.durations", "baseline.waiting", "baseline.caseload", "baseline.timeliness"),
    signals=signals,
    gather=gather,
)
