"""Who are the clients of a year, and how many of the children does each service reach?"""

from __future__ import annotations

from types import MappingProxyType

from kumppanuus.analysis import Analysis, files
from kumppanuus.lifecycle.distribution.charts import areas, services
from kumppanuus.lifecycle.distribution.compute import DistributionParams, DistributionResult, compute
from kumppanuus.lifecycle.distribution.people import ages, numbers

ANALYSIS = Analysis(
    key="lifecycle.distribution",
    needs=MappingProxyType({"relationships": ("client", "service", "start", "end", "area")}),
    optional=MappingProxyType(
        {
            "clients": ("client", "family", "birth_date", "sex", "area"),
            "population": ("area", "year", "age_from", "age_to", "sex", "persons"),
        }
    ),
    counts=files(__package__) / "counts.sql",
    params=DistributionParams,
    result=DistributionResult,
    compute=compute,
    charts=MappingProxyType({"ages": ages, "areas": areas, "services": services, "numbers": numbers}),
    messages=files(__package__) / "messages.toml",
    exhibits=MappingProxyType(
        {
            "ages": ("everyone", "ages", "sexes"),
            "areas": ("areas", "children"),
            "services": ("levels", "services"),
            "numbers": ("client_numbers", "family_numbers", "everyone"),
        }
    ),
)
