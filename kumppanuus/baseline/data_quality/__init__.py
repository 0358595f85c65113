"""How far can these data be trusted?"""

from __future__ import annotations

from types import MappingProxyType

from kumppanuus.analysis import Analysis, files
from kumppanuus.baseline.data_quality.charts import delays, ends, families, fields, heaps, open_times, services, starts
from kumppanuus.baseline.data_quality.compute import DataQualityParams, DataQualityResult, compute

ANALYSIS = Analysis(
    key="baseline.data_quality",
    needs=MappingProxyType(
        {
            "relationships": (
                "client", "service", "start", "end", "end_reason", "production", "area", "worker", "recorded",
            )
        }
    ),
    optional=MappingProxyType(
        {
            "clients": ("client", "family", "birth_date", "sex", "area"),
            "contacts": ("client", "date", "sender", "outcome", "recorded"),
            "visits": ("client", "service", "date", "recorded"),
        }
    ),
    counts=files(__package__) / "counts.sql",
    params=DataQualityParams,
    result=DataQualityResult,
    compute=compute,
    charts=MappingProxyType(
        {
            "starts": starts,
            "fields": fields,
            "ends": ends,
            "services": services,
            "open_times": open_times,
            "heaps": heaps,
            "delays": delays,
            "families": families,
        }
    ),
    messages=files(__package__) / "messages.toml",
    exhibits=MappingProxyType(
        {
            "starts": ("all_months", "level_months"),
            "ends": ("all_months", "level_months"),
            "services": ("all_quarters", "service_quarters"),
            "open_times": ("open_times", "open_services", "closed_services", "open_clients"),
            "heaps": ("heaps", "all_turns"),
            "delays": ("delays", "recorded"),
            "families": ("memberships", "everyone"),
        }
    ),
)  # fmt: skip
