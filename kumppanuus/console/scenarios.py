"""The commands about scenarios: one to fill in, scenarios computed on a finished run, two of them side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import click

from kumppanuus.console.front import chosen_language
from kumppanuus.console.speech import print_json, print_table
from kumppanuus.intake.scenario_text import write_scenario
from kumppanuus.language.say import speaker
from kumppanuus.report.scenario_words import (
    Grid,
    between,
    differing,
    grids_of,
    inputs_compared,
    results_compared,
    row_between,
    say_of_what_if,
)
from kumppanuus.report.words import plain
from kumppanuus.study_scenarios import TODAY

if TYPE_CHECKING:
    import pandas as pd

    from kumppanuus.language.say import Say
    from kumppanuus.study import Language, Study
    from kumppanuus.study_scenarios import Number, Scenario
    from kumppanuus.what_if import WhatIf

_WORDS = 60
"""Letters of a cell of words on the command line; the page has the whole text, and the sources."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How scenarios are wanted. language : of the page; by default that of the run. show : open the page."""

    run_id: str | None = None
    language: Language | None = None
    show: bool = False
    as_json: bool = False


def write_and_tell(study: Study, code: str, like: str | None, say: Say) -> None:
    """Write a scenario to fill in and say where it is."""
    words = say_of_what_if(say)
    file = write_scenario(study, code, words, like)
    click.echo(words("new.written", path=file))
    click.echo(words("new.next", code=code))


def run_and_tell(study: Study, names: Sequence[str], say: Say, wanted: Wanted) -> None:
    """Compute scenarios, say what they come to and where the page is."""
    from kumppanuus.what_if import run_scenarios

    made = run_scenarios(study, names, run_id=wanted.run_id, language=chosen_language(wanted.language))
    if wanted.as_json:
        print_json({**_about(made), "scenarios": [_scenario_as_json(each, made, say) for each in made.scenarios]})
    else:
        words = _speaking(made, say)
        click.echo(words("told.run", run=made.run_id))
        for scenario in made.scenarios:
            for grid in grids_of(scenario, made.tables, words):
                _print(grid)
        _end(made, words)
    if wanted.show:
        click.launch(str(made.page))


def compare_and_tell(study: Study, first: str, second: str, say: Say, wanted: Wanted) -> None:
    """Compare two scenarios, say in what they differ and where the page is."""
    from kumppanuus.what_if import compare_scenarios

    made = compare_scenarios(study, first, second, run_id=wanted.run_id, language=chosen_language(wanted.language))
    one, other = made.scenarios
    if wanted.as_json:
        print_json({**_about(made), **_comparison_as_json(one, other, made, say)})
    else:
        words = _speaking(made, say)
        click.echo(words("told.run", run=made.run_id))
        inputs = inputs_compared(one, other, words)
        if inputs.rows:
            _print(replace(inputs, heads=inputs.heads[:-1], rows=tuple(row[:-1] for row in inputs.rows)))
        click.echo(words("page.inputs_same" if inputs.rows else "page.no_difference"))
        _print(results_compared(one, other, made.tables, words))
        click.echo(between(one, other, made.tables, words))
        _end(made, words)
    if wanted.show:
        click.launch(str(made.page))


def _speaking(made: WhatIf, say: Say) -> Say:
    """Return a speaker of the console's language that knows the study's names and the face of the run."""
    return say_of_what_if(replace(speaker(made.study, say.language), exact=made.face == "internal"))


def _print(grid: Grid) -> None:
    """Print a table with its title above it."""
    click.echo()
    click.echo(plain(grid.title))
    rows = [[_shortened(plain(text)) for text in row] for row in grid.rows]
    print_table(grid.heads, rows, left=frozenset(range(len(grid.heads))))


def _shortened(text: str) -> str:
    return text if len(text) <= _WORDS else f"{text[: _WORDS - 1].rstrip()}…"


def _end(made: WhatIf, words: Say) -> None:
    click.echo()
    click.echo(words("told.limits"))
    if made.face == "internal":
        click.echo(words("told.internal"))
    click.echo(words("told.page", path=made.page))


def _about(made: WhatIf) -> dict[str, Any]:
    return {"run": made.run_id, "face": made.face, "folder": str(made.folder), "page": str(made.page)}


def _scenario_as_json(scenario: Scenario, made: WhatIf, say: Say) -> dict[str, Any]:
    """Return numbers of a scenario as the tables have them; None where there is none."""
    paths = _rows(made.tables["paths"], scenario=scenario.code)
    difference = _rows(made.tables["compared"], scenario=scenario.code, against=TODAY)
    return {
        "scenario": scenario.code,
        "name": scenario.name.of(say.language),
        "horizon_months": scenario.horizon_months,
        "cost": paths[-1] if paths else None,
        "difference": difference[0] if difference else None,
        "measures": _rows(made.tables["required"], scenario=scenario.code),
        "assumptions": {name: _number_as_json(number) for name, number in scenario.numbers()},
    }


def _comparison_as_json(one: Scenario, other: Scenario, made: WhatIf, say: Say) -> dict[str, Any]:
    inputs = [
        {"assumption": name, "first": _number_as_json(first), "second": _number_as_json(second)}
        for name, first, second in differing(one, other)
    ]
    difference = row_between(one.code, other.code, made.tables)
    scenarios = [_scenario_as_json(each, made, say) for each in (one, other)]
    return {"scenarios": scenarios, "inputs": inputs, "difference": difference}


def _number_as_json(number: Number | None) -> dict[str, Any] | None:
    return number.model_dump(mode="json") if number is not None else None


def _rows(frame: pd.DataFrame, **of: str) -> list[dict[str, Any]]:
    """Return the rows of some codes, ready for JSON."""
    for column, code in of.items():
        frame = frame[frame[column] == code]
    records = frame.drop(columns=list(of)).to_dict("records")
    return [
        {str(name): None if isinstance(value, float) and math.isnan(value) else value for name, value in row.items()}
        for row in records
    ]
