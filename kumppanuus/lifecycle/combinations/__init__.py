"""Which services are used together, exactly these and no others?"""

from __future__ import annotations

from types import MappingProxyType

from kumppanuus.analysis import Analysis, files
from kumppanuus.lifecycle.combinations.charts import at_once, clients, ever, triples
from kumppanuus.lifecycle.combinations.compute import CombinationParams, CombinationResult, compute

ANALYSIS = Analysis(
    key="lifecycle.combinations",
    needs=MappingProxyType({"relationships": ("client", "service", "start", "end", "production")}),
    optional=MappingProxyType({"clients": ("client", "family")}),
    counts=files(__package__) / "counts.sql",
    params=CombinationParams,
    result=CombinationResult,
    compute=compute,
    charts=MappingProxyType({"at_once": at_once, "clients": clients, "ever": ever, "triples": triples}),
    messages=files(__package__) / "messages.toml",
    exhibits=MappingProxyType(
        {"at_once": ("at_once", "everyone"), "ever": ("ever", "everyone"), "clients": ("clients", "everyone"),
         "triples": ("triples", "sample")}
    ),
)  # fmt: skip
