"""How does the cost divide between prevention and correction, and does it agree with the books?"""

from __future__ import annotations

from types import MappingProxyType

from kumppanuus.analysis import Analysis, files
from kumppanuus.baseline.money.books import ledger
from kumppanuus.baseline.money.compute import MoneyParams, MoneyResult, compute
from kumppanuus.baseline.money.growth import balance, growth
from kumppanuus.baseline.money.parts import areas, changes
from kumppanuus.baseline.money.signals import signals

ANALYSIS = Analysis(
    key="baseline.money",
    needs=MappingProxyType({"relationships": ("client", "service", "start", "end", "production", "area")}),
    optional=MappingProxyType(
        {
            "clients": ("client", "family", "area"),
            "visits": ("client", "service", "date", "visits"),
            "costs": ("client", "service", "date", "cost_eur", "production", "book"),
            "population": ("area", "year", "age_from", "age_to", "sex", "persons"),
        }
    ),
    counts=files(__package__) / "counts.sql",
    params=MoneyParams,
    result=MoneyResult,
    compute=compute,
    charts=MappingProxyType(
        {"balance": balance, "growth": growth, "changes": changes, "areas": areas, "ledger": ledger}
    ),
    messages=files(__package__) / "messages.toml",
    exhibits=MappingProxyType(
        {
            "balance": ("levels", "invoiced", "years"),
            "growth": ("years",),
            "changes": ("sectors", "productions"),
            "ledger": ("years", "levels", "invoiced"),
        }
    ),
    uses=("resources.spending",),
    signals=signals,
)
