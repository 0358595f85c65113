"""Which services would answer the families' needs, and which partner would each family have?"""

from __future__ import annotations

from types import MappingProxyType

from kumppanuus.analysis import Analysis, RowLevel, files
from kumppanuus.resources.packages.charts import needs, packages, partner_fit, partners, plans, segments
from kumppanuus.resources.packages.compute import compute
from kumppanuus.resources.packages.declared import PackagesParams, PackagesResult
from kumppanuus.resources.packages.gathering import gather
from kumppanuus.resources.packages.proposing import asked, propose

ANALYSIS = Analysis(
    key="resources.packages",
    needs=MappingProxyType({"relationships": ("client", "service", "start", "end", "worker", "area")}),
    optional=MappingProxyType(
        {
            "needs": ("client", "date", "need"),
            "clients": ("client", "family", "birth_date", "area", "language"),
            "workers": ("worker", "service", "area", "language", "fte"),
        }
    ),
    counts=files(__package__) / "counts.sql",
    params=PackagesParams,
    result=PackagesResult,
    compute=compute,
    charts=MappingProxyType(
        {
            "needs": needs,
            "segments": segments,
            "plans": plans,
            "packages": packages,
            "partners": partners,
            "partner_fit": partner_fit,
        }
    ),
    messages=files(__package__) / "messages.toml",
    exhibits=MappingProxyType(
        {
            "needs": ("answered", "needs", "everyone"),
            "segments": ("segment_answered", "segment_needs", "segments"),
            "plans": ("plans",),
            "packages": ("packages",),
            "partners": ("partner_plan", "partner_areas", "partner_loads"),
            "partner_fit": ("partner_languages",),
        }
    ),
    uses=("resources.segments", "resources.spending"),
    gather=gather,
    row_level=RowLevel(files(__package__) / "rows.sql", asked, propose, ("partners", "partner_fit")),
)
