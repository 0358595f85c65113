"""Whom do the services reach?"""

from __future__ import annotations

from types import MappingProxyType

from kumppanuus.analysis import Analysis, files
from kumppanuus.baseline.coverage.charts import levels, reach, services
from kumppanuus.baseline.coverage.compared import compared
from kumppanuus.baseline.coverage.compute import CoverageParams, CoverageResult, compute
from kumppanuus.baseline.coverage.reached import change
from kumppanuus.baseline.coverage.signals import signals

ANALYSIS = Analysis(
    key="baseline.coverage",
    needs=MappingProxyType({"relationships": ("client", "service", "start", "end", "area")}),
    optional=MappingProxyType(
        {
            "clients": ("client", "family", "birth_date", "area"),
            "population": ("area", "year", "age_from", "age_to", "sex", "persons"),
            "indicators": ("indicator", "region", "year", "gender", "value"),
        }
    ),
    counts=files(__package__) / "counts.sql",
    params=CoverageParams,
    result=CoverageResult,
    compute=compute,
    charts=MappingProxyType(
        {"services": services, "levels": levels, "reach": reach, "change": change, "compared": compared}
    ),
    messages=files(__package__) / "messages.toml",
    exhibits=MappingProxyType(
        {
            "reach": ("years",),
            "change": ("children", "child_levels", "child_ages", "child_areas"),
            "compared": ("compared", "public"),
        }
    ),
    signals=signals,
)
