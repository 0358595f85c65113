"""Whom do the services reach?"""

from __future__ import annotations

from types import MappingProxyType

from kumppanuus.analysis import Analysis, files
from kumppanuus.baseline.coverage.charts import levels, reach, services
from kumppanuus.baseline.coverage.compute import CoverageParams, CoverageResult, compute

ANALYSIS = Analysis(
    key="baseline.coverage",
    needs=MappingProxyType({"relationships": ("client", "service", "start", "end")}),
    optional=MappingProxyType(
        {
            "clients": ("client", "family", "birth_date"),
            "population": ("area", "year", "age_from", "age_to", "persons"),
        }
    ),
    counts=files(__package__) / "counts.sql",
    params=CoverageParams,
    result=CoverageResult,
    compute=compute,
    charts=MappingProxyType({"services": services, "levels": levels, "reach": reach}),
    messages=files(__package__) / "messages.toml",
    exhibits=MappingProxyType({"reach": ("years",)}),
)
