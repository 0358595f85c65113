from __future__ import annotations

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest

from kumppanuus.disclosure.released import ReleasedResult, ReleasedTable
from kumppanuus.forms.forest import forest, is_clear, ratios_to_expected
from kumppanuus.gallery.ratios import ANALYSIS
from kumppanuus.gallery.ratios.charts import areas
from kumppanuus.gallery.ratios.compute import RatiosResult
from kumppanuus.gallery.shown import released_gallery
from kumppanuus.language.say import Say
from kumppanuus.methods.limits import poisson_limits
from kumppanuus.report.words import say_of_room

SAY = say_of_room(ANALYSIS, Say("fi"))
NAN = math.nan


def table(*rows: tuple[str, float, float]) -> ReleasedTable:
    frame = pd.DataFrame(rows, columns=["district", "persons", "expected"])
    frame = frame.assign(families=frame["persons"], hidden=frame["persons"].isna())
    masked = pd.DataFrame({name: frame["persons"].isna() for name in ("persons", "families", "expected")})
    masked["expected"] = False
    return ReleasedTable("areas", RatiosResult.tables()["areas"], frame, masked)


def result(*rows: tuple[str, float, float]) -> ReleasedResult:
    return ReleasedResult("gallery.ratios", "ok", {"areas": table(*rows)})


def test_ratios_by_hand() -> None:
    """171 stands for 169–174: exact Poisson limits 144.5 and 201.9 over 112 expected are 1.29 and 1.80."""
    found = ratios_to_expected(table(("d1", 171, 112), ("d2", 9, 12), ("d3", NAN, 5), ("d4", 57, 97)),
                               of="persons", expected="expected")  # fmt: skip
    assert found.iloc[0].tolist() == [1.5, 1.2, 1.9]
    assert found.iloc[3].tolist() == [0.59, 0.42, 0.8]
    assert found.iloc[1:3].isna().all(axis=None)  # below 15, and hidden


def test_ratios_of_people_who_come_in_pairs() -> None:
    """171 of 87 families (84 pairs, 3 alone): as 86 and 88 pairs; wider than alone, and wider for four together."""
    data = table(("d1", 171, 112))
    pairs = dataclasses.replace(data, frame=data.frame.assign(families=87.0))
    alone, together = (
        ratios_to_expected(each, of="persons", expected=pd.Series([112.0]), families="families").iloc[0]
        for each in (data, pairs)
    )
    assert alone.tolist() == [1.5, 1.2, 1.9]
    low, high = (poisson_limits(np.array([n]), np.array([n]))[end][0] for n, end in ((169 / 2, 0), (174 / 2, 1)))
    assert together["lower"] == pytest.approx(math.floor(10 * 2 * low / 112) / 10)
    assert together["upper"] == pytest.approx(math.ceil(10 * 2 * high / 112) / 10)
    four = ratios_to_expected(pairs, of="persons", expected="expected", families="families", confidence=0.9875).iloc[0]
    assert four["lower"] <= together["lower"]
    assert four["upper"] >= together["upper"]


def test_the_largest_is_on_top_and_hidden_ones_below() -> None:
    data = table(("d1", 57, 97), ("d2", NAN, 8), ("d3", 171, 112), ("d4", 135, 118))
    estimates = ratios_to_expected(data, of="persons", expected="expected")
    form = forest(data, SAY, over="district", n="persons", estimates=estimates, bold="d1")
    assert [row.text for row in form.rows] == ["1,5 (1,2–1,9)", "1,1 (0,9–1,4)", "0,59 (0,42–0,80)", "peitetty"]
    assert [row.clear for row in form.rows] == [True, False, True, False]
    assert [row.colour for row in form.rows] == ["special", "neutral", "early", "neutral"]
    assert [row.bold for row in form.rows] == [False, False, True, False]
    assert [row.n_text for row in form.rows] == ["noin 171", "noin 135", "noin 57", "peitetty"]
    assert form.rows[3].value is None
    assert form.log
    assert form.reference == 1


def test_of_too_many_rows_clear_and_large_differences_are_kept() -> None:
    rows = [("d1", 171.0, 112.0), *((f"d{place}", 135.0, 130.0) for place in range(2, 12)), ("d12", 57.0, 97.0)]
    data = table(*rows)
    estimates = ratios_to_expected(data, of="persons", expected="expected")
    form = forest(data, SAY, over="district", n="persons", estimates=estimates, most=3)
    assert [row.text for row in form.rows][::2] == ["1,5 (1,2–1,9)", "0,59 (0,42–0,80)"]


def test_differences_stand_on_a_linear_axis() -> None:
    data = table(("d1", 171, 112), ("d2", 57, 97))
    estimates = pd.DataFrame({"value": [0.7, -0.3], "lower": [0.2, -0.8], "upper": [1.2, 0.2]})
    form = forest(data, SAY, over="district", n="persons", estimates=estimates, reference=0.0, log=False)
    assert [row.text for row in form.rows] == ["0,70 (0,20–1,20)", "−0,30 (−0,80 … 0,20)"]
    assert [row.clear for row in form.rows] == [True, False]
    assert [text for _, text in form.ticks] == ["−1,0", "−0,5", "0,0", "0,5", "1,0", "1,5"]


@pytest.mark.parametrize(("lower", "upper", "clear"), [(1.0, 1.4, False), (1.1, 1.4, True), (0.6, 0.9, True)])
def test_an_interval_that_touches_no_difference_is_not_clear(lower: float, upper: float, clear: bool) -> None:
    assert is_clear(1.2, lower, upper, 1.0) == clear
    assert not is_clear(NAN, NAN, NAN, 1.0)


@pytest.mark.parametrize(
    ("rows", "headline"),
    [
        (
            (("d1", 171, 112), ("d2", 135, 118)),
            "Itäinen alue: avohuollossa on 1,5 kertaa niin paljon lapsia kuin voisi odottaa",
        ),
        ((("d1", 135, 118), ("d5", 57, 97)), "Eteläinen alue: avohuollossa on vain 59\u00a0% odotetusta lapsimäärästä"),
        (
            (("d1", 135, 118), ("d2", 93, 88)),
            "Millään alueella avohuollon lapsimäärän ei voi osoittaa eroavan odotetusta",
        ),
        ((("d1", 9, 8), ("d2", NAN, 8)), "Luvut ovat liian pieniä, jotta suhteita voisi näyttää"),
    ],
)  # fmt: skip
def test_the_headline_says_the_released_ratio_and_its_direction(
    rows: tuple[tuple[str, float, float], ...], headline: str
) -> None:
    assert areas(result(*rows), SAY).headline == headline


def test_the_room_shows_what_the_gate_released() -> None:
    released = released_gallery([ANALYSIS]).results["gallery.ratios"]
    chart = areas(released, SAY)
    by_code = released["areas"].set_index("district")
    assert by_code.loc["d5", "persons"] == 57
    assert "59\u00a0%" in chart.headline
    assert round(57 / by_code.loc["d5", "expected"], 2) == 0.59
