"""Names of scenarios, of their measures and of every number that they assume, in the language of the report."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from kumppanuus.study_scenarios import Number, Scenario, ShiftAssumption, said

if TYPE_CHECKING:
    from kumppanuus.language.say import Say


def scenario_names(scenarios: Iterable[Scenario], say: Say) -> dict[str, dict[str, str]]:
    """Return names by list and code.

    Parameters
    ----------
    say : knows the names of the services already.

    Returns
    -------
    ``scenarios``; ``measures`` (scenario/measure); ``assumptions`` by the identity of the number, each in words;
    ``rationales`` and ``sources`` (scenario/identity) as the scenario gives them.
    """
    names: dict[str, dict[str, str]] = {
        "scenarios": {}, "measures": {}, "assumptions": {}, "rationales": {}, "sources": {}
    }  # fmt: skip
    for scenario in scenarios:
        names["scenarios"][scenario.code] = scenario.name.of(say.language)
        measures = _measures(scenario, say)
        names["measures"] |= {f"{scenario.code}/{code}": name for code, name in measures.items()}
        for identity, number in scenario.numbers():
            names["assumptions"].setdefault(identity, _assumption(identity, measures, say))
            for codes, text in (("rationales", number.rationale), ("sources", number.source)):
                names[codes][f"{scenario.code}/{identity}"] = said(text, say.language)
    return names


def assumed_text(number: Number, say: Say) -> str:
    """Write a number with its limits, as ``25 (5–40)``: the name of the assumption says the unit."""
    digits = 0 if all(float(each).is_integer() for each in (number.value, number.least, number.most)) else 1
    value, low, high = (say.number(each, digits) for each in (number.value, number.least, number.most))
    return value if number.least == number.most else f"{value} ({low}–{high})"


def _measures(scenario: Scenario, say: Say) -> dict[str, str]:
    named = {effect.code: effect.name.of(say.language) for effect in scenario.effects}
    return named | {shift.code: _shift(shift, say) for shift in scenario.shifts}


def _shift(shift: ShiftAssumption, say: Say) -> str:
    if shift.name is not None:
        return shift.name.of(say.language)
    first, second = (say.label("services", code) for code in (shift.source, shift.target))
    return say("assumption.shift", first=first, second=second)


def _assumption(identity: str, measures: Mapping[str, str], say: Say) -> str:
    """Say in words what a number is about."""
    if "/" not in identity:
        return say(f"assumption.{identity}")
    kind, *about, name = identity.split("/")
    if kind == "prices":
        way = "" if about[1] == "all" else f", {say.label('productions', about[1]).lower()}"
        return say("assumption.prices", name=say.label("services", about[0]) + way)
    if kind == "arrivals":
        return say("assumption.arrivals", name=_all_or(about[0], say))
    if kind == "law":
        day = say.date(datetime.date.fromisoformat(about[1]))
        return say(f"assumption.law_{name}", day=day)
    if kind == "wages":
        return say(f"assumption.wages_{name}")
    return say(f"assumption.{name}", name=measures["/".join(about)])


def _all_or(code: str, say: Say) -> str:
    return say("assumption.every_service") if code == "all" else say.label("services", code)
