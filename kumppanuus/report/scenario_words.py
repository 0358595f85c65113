"""Scenarios in words: assumptions with their limits, results against today's course, effects that are required."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd

from kumppanuus.analysis import files
from kumppanuus.language.catalogue import read_texts
from kumppanuus.language.say import Say
from kumppanuus.language.scenarios import assumed_text
from kumppanuus.study_scenarios import TODAY, Number, Scenario, said

Tables = Mapping[str, pd.DataFrame]
"""The released tables of the room of scenarios, by name."""
OUT_OF_REACH = 100.0
"""A required effect above this many per cent is none that any measure can have."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table in words: its title, heads and rows; the first column names the row."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@lru_cache(maxsize=1)
def what_if_texts() -> Mapping[str, Mapping[str, str]]:
    """Return the texts of the commands and pages of scenarios."""
    return read_texts(files("kumppanuus.language") / "what_if.toml")


def say_of_what_if(say: Say) -> Say:
    """Return the speaker with the texts of the commands and pages of scenarios."""
    return say.with_texts(what_if_texts())


def grids_of(scenario: Scenario, tables: Tables, say: Say) -> list[Grid]:
    """Return the tables of what a scenario comes to: its outcome, and its measures when it has any."""
    return [grid for grid in (results_of(scenario, tables, say), required_of(scenario, tables, say)) if grid]


def results_of(scenario: Scenario, tables: Tables, say: Say) -> Grid:
    """Return what a scenario comes to: cost at its end, today's course, the difference.

    Parameters
    ----------
    say : speaks the texts of `what_if_texts` and knows the study's names.
    """
    rows = [(label, text) for label, text in _outcomes(scenario.code, tables, say) if text]
    horizon = say("told.horizon", n=scenario.horizon_months)
    heads = (say("column.result"), say("column.value"))
    return Grid(f"{say.label('scenarios', scenario.code)}, {horizon}", heads, tuple(rows))


def required_of(scenario: Scenario, tables: Tables, say: Say) -> Grid | None:
    """Return of each measure the assumed and the required effect and when it pays for itself; None without measures."""
    rows = tables["required"]
    rows = rows[rows["scenario"] == scenario.code]
    if not len(rows):
        return None
    heads = tuple(say(f"column.{name}") for name in ("measure", "assumed", "required", "break_even"))
    told = [
        (say.label("measures", row["measure"]), _effect(row, "assumed", "effect", say),
         _effect(row, "required", "required", say), _months(row, say))
        for row in rows.to_dict("records")
    ]  # fmt: skip
    return Grid(say.label("scenarios", scenario.code), heads, tuple(told))


def assumptions_of(scenario: Scenario, say: Say) -> Grid:
    """Return every number of a scenario with its limits, its grounds and its source."""
    heads = tuple(say(f"column.{name}") for name in ("assumption", "value", "rationale", "source"))
    rows = [(say.label("assumptions", name), assumed_text(number, say), said(number.rationale, say.language),
             said(number.source, say.language)) for name, number in scenario.numbers()]  # fmt: skip
    return Grid(say.label("scenarios", scenario.code), heads, tuple(rows))


def differing(first: Scenario, second: Scenario) -> list[tuple[str, Number | None, Number | None]]:
    """Return in which assumptions two scenarios differ: identity, and the number of each; None where not assumed."""
    one, other = dict(first.numbers()), dict(second.numbers())
    every = dict.fromkeys((*one, *other))
    return [(name, one.get(name), other.get(name)) for name in every if one.get(name) != other.get(name)]


def inputs_compared(first: Scenario, second: Scenario, say: Say) -> Grid:
    """Return which assumptions differ, from what to what, and why."""
    names = [say.label("scenarios", each.code) for each in (first, second)]
    rows = []
    if first.horizon_months != second.horizon_months:
        months = [say.number(each.horizon_months) for each in (first, second)]
        rows.append((say("column.horizon"), *months, "", ""))
    for name, *numbers in differing(first, second):
        told = [assumed_text(number, say) if number else say("value.not_assumed") for number in numbers]
        rows.append((say.label("assumptions", name), *told, *(_grounds(numbers, part, say) for part in _GROUNDS)))
    heads = (say("column.assumption"), *names, *(say(f"column.{part}") for part in _GROUNDS))
    return Grid(say("page.inputs_differ"), heads, tuple(rows))


_GROUNDS = ("rationale", "source")


def _grounds(numbers: Sequence[Number | None], part: str, say: Say) -> str:
    """Return the grounds of both numbers, once where they are the same."""
    texts = [said(getattr(number, part), say.language) for number in numbers if number is not None]
    return " → ".join(dict.fromkeys(texts))


def results_compared(first: Scenario, second: Scenario, tables: Tables, say: Say) -> Grid:
    """Return the results of two scenarios side by side, and their difference with the same draws."""
    one, other = (dict(_outcomes(each.code, tables, say)) for each in (first, second))
    rows: list[tuple[str, ...]] = [
        (label, one.get(label, ""), other.get(label, "")) for label in dict.fromkeys((*one, *other))
    ]
    effects = [{row[0]: row[2] for row in grid.rows} if (grid := required_of(each, tables, say)) else {}
               for each in (first, second)]  # fmt: skip
    for measure in dict.fromkeys((*effects[0], *effects[1])):
        label = f"{say('column.required')}: {measure}"
        rows.append((label, *(each.get(measure, say("value.not_assumed")) for each in effects)))
    names = (say.label("scenarios", each.code) for each in (first, second))
    return Grid(say("page.results"), (say("column.result"), *names), tuple(rows))


def between(first: Scenario, second: Scenario, tables: Tables, say: Say) -> str:
    """Return in a sentence by how much two outcomes differ with the same draws; empty when that is not known."""
    row = row_between(first.code, second.code, tables)
    if row is None:
        return ""
    amount = _euros(row, "difference", say, signed=True)
    if row["difference_lower"] <= 0 <= row["difference_upper"]:
        amount = say("told.either", amount=amount)
    names = {name: say.label("scenarios", each.code) for name, each in (("first", first), ("second", second))}
    return f"{say('told.between', **names)}: {amount}"


def row_between(first: str, second: str, tables: Tables) -> dict[str, float] | None:
    """Return the difference of the first scenario from the second one, whichever way the tables hold it."""
    rows = tables["compared"]
    for scenario, against, sign in ((first, second, 1.0), (second, first, -1.0)):
        found = rows[(rows["scenario"] == scenario) & (rows["against"] == against)]
        if len(found):
            row = found.iloc[0]
            ends = sorted(sign * float(row[f"difference_{end}"]) for end in ("lower", "upper"))
            return {
                "difference_eur": sign * float(row["difference_eur"]), "difference_lower": ends[0],
                "difference_upper": ends[1],
            }  # fmt: skip
    return None


def _bare(largest: float, say: Say) -> Callable[[float], str]:
    """Return what writes numbers up to a size: whole ones when they are large, else with a decimal that they need."""
    return lambda value: say.number(value, 0 if largest >= 100 or float(value).is_integer() else 1)


def _range(low: float, high: float, write: Callable[[float], str]) -> str:
    """Return a range; with a negative end a dash would be misread."""
    return (" … " if low < 0 or high < 0 else "–").join((write(low), write(high)))


def _outcomes(code: str, tables: Tables, say: Say) -> Iterator[tuple[str, str]]:
    """Yield label and text of what a scenario costs at its end, what today's course would, and the difference."""
    paths, compared = tables["paths"], tables["compared"]
    own = paths[paths["scenario"] == code]
    if len(own):
        last = own.iloc[own["month"].astype(int).to_numpy().argmax()]
        today = paths[(paths["scenario"] == TODAY) & (paths["month"] == last["month"])]
        yield say("told.cost"), _euros(last, "cost", say)
        if len(today):
            yield say("told.cost_today"), _euros(today.iloc[0], "cost", say)
    rows = compared[(compared["scenario"] == code) & (compared["against"] == TODAY)]
    if len(rows):
        row = rows.iloc[0]
        amount = _euros(row, "difference", say, signed=True)
        unsure = row["difference_lower"] <= 0 <= row["difference_upper"]
        yield say("told.difference"), say("told.either", amount=amount) if unsure else amount


def _euros(row: Mapping[str, float] | pd.Series, name: str, say: Say, *, signed: bool = False) -> str:
    """Return an amount with its unit, and its limits in the same unit: ``+6,68 milj. € (4,63–8,92)``."""
    value, lower, upper = (float(row[f"{name}_{part}"]) for part in ("eur", "lower", "upper"))
    largest = max((abs(each) for each in (value, lower, upper) if not math.isnan(each)), default=0.0)
    scale, digits = (_MILLION, 2 if largest < 10 * _MILLION else 1) if largest >= _MILLION else (1.0, 0)
    whole = say("unit.million_euros" if scale > 1 else "unit.euros", n=say.number(abs(value) / scale, digits))
    sign = "−" if value < 0 else "+" if signed and value > 0 else ""
    if math.isnan(lower) or math.isnan(upper):
        return sign + whole
    return f"{sign}{whole} ({_range(lower / scale, upper / scale, lambda each: say.number(each, digits))})"


_MILLION = 1e6


def _effect(row: Mapping[Hashable, Any], kind: str, limits: str, say: Say) -> str:
    """Return an effect in per cent with its limits; one that no measure can have is said to be none."""
    value, lower, upper = (float(row[name]) for name in (f"effect_{kind}", f"{limits}_lower", f"{limits}_upper"))
    if math.isnan(value) or value > OUT_OF_REACH:
        return say("value.out_of_reach")
    write = _bare(value, say)
    if math.isnan(lower) or math.isnan(upper):
        return write(value)
    ends = say("value.out_of_reach") if upper > OUT_OF_REACH else ""
    return f"{write(value)} ({f'{write(lower)} – {ends}' if ends else _range(lower, upper, write)})"


def _months(row: Mapping[Hashable, Any], say: Say) -> str:
    value, lower, upper = (float(row[f"break_even{end}"]) for end in ("", "_lower", "_upper"))
    if math.isnan(value):
        return say("value.never")
    first, last = (say.number(end) if not math.isnan(end) else say("value.later") for end in (lower, upper))
    return f"{say.number(value)} ({f'{first} – {last}' if math.isnan(upper) else f'{first}–{last}'})"
