"""Scenarios in words, on tables written by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from kumppanuus.language.say import Say
from kumppanuus.report.scenario_words import (
    assumptions_of,
    between,
    differing,
    inputs_compared,
    required_of,
    results_compared,
    results_of,
    row_between,
    say_of_what_if,
)
from kumppanuus.study_scenarios import Number, Scenario

NAMES = {
    "scenarios": {"a": "Eka", "b": "Toka"},
    "measures": {"a/m": "Perhetyö ajoissa", "b/m": "Perhetyö ajoissa", "b/n": "Muu toimi"},
    "assumptions": {"discount_percent": "Korko", "arrivals/all/change_percent": "Uusia asiakkaita"},
}
SAY = say_of_what_if(Say("fi", names=NAMES))


def number(value: float, lower: float | None = None, upper: float | None = None, **texts: str) -> Number:
    return Number(value=value, lower=lower, upper=upper, **{"rationale": "Miksi", "source": "Kuka", **texts})


def scenario(code: str, **parts: Any) -> Scenario:
    return Scenario.model_validate({"schema": 1, "code": code, "name": {"fi": code}, **parts})


A = scenario("a", discount_percent=number(3), arrivals=[{"change_percent": number(10, 0, 20)}])
B = scenario("b", discount_percent=number(3), arrivals=[{"change_percent": number(-5, rationale="Toinen syy")}])


def of(names: str, *rows: tuple[Any, ...]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=names.split())


def measure(scenario: str, name: str, required: float, ends: tuple[float, float], *months: float) -> tuple[Any, ...]:
    return (scenario, f"{scenario}/{name}", 20.0, 5.0, 35.0, required, *ends, *(months or (float("nan"),) * 3))


TABLES = {
    "paths": of(
        "scenario month cost_eur cost_lower cost_upper", ("today", "0", 20e6, 20e6, 20e6),
        ("today", "36", 26e6, 24e6, 28e6), ("a", "9", 21e6, 20e6, 22e6), ("a", "36", 25e6, 23e6, 27e6),
        ("b", "36", 27e6, 25e6, 29e6),
    ),
    "compared": of(
        "scenario against horizon difference_eur difference_lower difference_upper",
        ("a", "today", 36.0, -500_000.0, -900_000.0, -100_000.0),
        ("b", "today", 36.0, 300_000.0, -200_000.0, 700_000.0), ("a", "b", 36.0, -800_000.0, -1_500_000.0, -200_000.0),
    ),
    "required": of(
        "scenario measure effect_assumed effect_lower effect_upper effect_required required_lower required_upper "
        "break_even break_even_lower break_even_upper",
        measure("a", "m", 31.0, (22.0, 48.0), 29.0, 20.0, float("nan")), measure("b", "m", 80.0, (60.0, 999.0)),
        measure("b", "n", 999.0, (999.0, 999.0)),
    ),
}  # fmt: skip


def test_the_cost_of_the_last_month_stands_beside_that_of_today() -> None:
    grid = results_of(A, TABLES, SAY)
    assert grid.title == "Eka, 36\u00a0kuukautta"
    assert [text for _, text in grid.rows] == [
        "25,0\u00a0milj.\u00a0€ (23,0–27,0)", "26,0\u00a0milj.\u00a0€ (24,0–28,0)",
        "−500\u00a0000\u00a0€ (−900\u00a0000 … −100\u00a0000)",
    ]  # fmt: skip


def test_an_interval_that_holds_zero_says_that_it_may_go_either_way() -> None:
    (*_, (_, text)) = results_of(B, TABLES, SAY).rows
    assert text.startswith("+300\u00a0000\u00a0€ (−200\u00a0000 … 700\u00a0000)")
    assert text.endswith("suunta on epävarma")


def test_the_required_effect_and_its_limits() -> None:
    grid = required_of(A, TABLES, SAY)
    assert grid is not None
    assert grid.rows == (("Perhetyö ajoissa", "20 (5–35)", "31 (22–48)", "29 (20 – myöhemmin)"),)
    other = required_of(B, TABLES, SAY)
    assert other is not None
    assert [row[2:] for row in other.rows] == [
        ("80 (60 – ei millään teholla)", "ei jakson aikana"), ("ei millään teholla", "ei jakson aikana"),
    ]  # fmt: skip
    assert required_of(scenario("c"), TABLES, SAY) is None


def test_only_what_differs_is_compared_with_the_grounds_of_both() -> None:
    assert [name for name, *_ in differing(A, B)] == ["arrivals/all/change_percent"]
    grid = inputs_compared(A, B, SAY)
    assert grid.rows == (("Uusia asiakkaita", "10 (0–20)", "−5", "Miksi → Toinen syy", "Kuka"),)
    assert not inputs_compared(A, A, SAY).rows
    lone = scenario("b", discount_percent=number(3))
    assert inputs_compared(A, lone, SAY).rows[0][2] == "ei oleteta"


@pytest.mark.parametrize(
    ("pair", "middle", "ends"), [(("a", "b"), -8e5, (-15e5, -2e5)), (("b", "a"), 8e5, (2e5, 15e5))]
)
def test_the_difference_turns_with_the_order(pair: tuple[str, str], middle: float, ends: tuple[float, float]) -> None:
    row = row_between(*pair, TABLES)
    assert row == {"difference_eur": middle, "difference_lower": ends[0], "difference_upper": ends[1]}
    assert row_between("a", "c", TABLES) is None


def test_results_side_by_side() -> None:
    grid = results_compared(A, B, TABLES, SAY)
    assert grid.heads[1:] == ("Eka", "Toka")
    assert grid.rows[-1] == ("Tarvittava teho, %: Muu toimi", "ei oleteta", "ei millään teholla")
    assert between(A, B, TABLES, SAY) == (
        "Ero skenaarioiden välillä, Eka miinus Toka, samoilla arvonnoilla: −0,80\u00a0milj.\u00a0€ (−1,50 … −0,20)"
    )


def test_every_number_comes_with_its_grounds() -> None:
    grid = assumptions_of(A, SAY)
    assert [row[2:] for row in grid.rows] == [("Miksi", "Kuka")] * 2
