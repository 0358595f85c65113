"""The services of a study and their unit costs as readers see them; what a cost includes stands beside it."""

from __future__ import annotations

from dataclasses import dataclass

from kumppanuus.language.say import Say
from kumppanuus.report.words import say_of_report
from kumppanuus.study import Service, Study


@dataclass(frozen=True, slots=True)
class ShownService:
    """One service: its name, level, prices by way of production, and what a price includes; all in words."""

    name: str
    level: str
    prices: str
    includes: str


def catalogue_of(study: Study, say: Say) -> tuple[ShownService, ...]:
    """Return the services of the study in the order of its catalogue."""
    return tuple(
        ShownService(
            name=service.name.of(say.language),
            level=say.label("levels", service.level),
            prices=_prices(service, say),
            includes=_includes(service, say),
        )
        for service in study.services
    )


def _includes(service: Service, say: Say) -> str:
    """Say what the unit costs include: in all, then by way of production."""
    of_all = [service.unit_cost_includes.of(say.language)] if service.unit_cost_includes else []
    of_ways = [
        f"{say.label('productions', way).lower()}: {words.of(say.language)}"
        for way, words in service.unit_costs_include.items()
    ]
    return "; ".join([*of_all, *of_ways]) or "–"


def _prices(service: Service, say: Say) -> str:
    """Say the unit costs: one for each way of production that has its own, else the common one."""
    report = say_of_report(say)
    own = [
        report("catalogue.by", price=_price(cost, say), production=say.label("productions", production).lower())
        for production, cost in service.unit_costs_eur.items()
    ]
    common = [_price(service.unit_cost_eur, say)] if service.unit_cost_eur is not None else []
    unit = report(f"catalogue.{service.unit}")
    return f"{', '.join([*own, *common])} / {unit}" if own or common else "–"


def _price(euros: float, say: Say) -> str:
    return say("unit.euros", n=say.number(euros, 0 if euros == round(euros) else 2))
