"""One among others: relative places, the middle half, colours only where a direction is known."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from kumppanuus.drawing import Chart, Estimate, Forest, figure, lint_figure
from kumppanuus.forms.among import among, ranked
from kumppanuus.language.say import Say
from tests.drawing.test_forest import named

SAY = Say("fi", {}, {"indicators": {"a": "Ensimmäinen", "b": "Toinen", "c": "Kolmas"}})
TEXTS = dict.fromkeys(("axis", "below", "above", "reference", "text", "n"), "sana")
COLUMNS = ["indicator", "value", "median", "low", "high", "place", "among"]


def _form(*rows: tuple[object, ...]) -> Forest:
    return among(
        pd.DataFrame(rows, columns=COLUMNS), {"a": (5.0, 0.0, 15.0)}, SAY, over="indicator", codes="indicators",
        write=lambda value, code: f"{value:g}{code}", place=lambda place, n: f"{place:g}/{n:g}",
        colour={"a": "special"}, texts=TEXTS, bold="a",
    )  # fmt: skip


def test_values_are_told_over_the_median_of_the_others() -> None:
    first, second = _form(("a", 20.0, 10.0, 8.0, 12.0, 1, 5), ("b", 9.0, 10.0, 8.0, 12.0, 3, 5)).rows
    assert (first.value, first.middle, first.others) == (2.0, (0.8, 1.2), (0.5, 1.5))  # 0 has no place on the axis
    assert (first.colour, first.clear, first.bold) == ("special", True, True)
    assert (first.label, first.text, first.n_text) == ("Ensimmäinen", "20a / 10a", "1/5")
    assert (second.value, second.colour, second.clear) == (0.9, "neutral", False)


def test_a_side_that_is_not_known_to_be_worse_has_no_colour() -> None:
    (row,) = _form(("b", 30.0, 10.0, 8.0, 12.0, 1, 5)).rows
    assert (row.colour, row.clear) == ("neutral", True)


def test_few_others_have_no_middle_half_and_no_median_no_row() -> None:
    (row,) = _form(("a", 9.0, 10.0, math.nan, math.nan, 2, 3), ("b", 1.0, math.nan, math.nan, math.nan, 1, 1)).rows
    assert (row.middle, row.clear) == (None, False)


@pytest.mark.parametrize(("value", "ends"), [(10.5, (0.8, 1.25)), (7.0, (0.6, 1.6)), (40.0, (0.5, 5.0))])
def test_marks_are_fine_where_all_lie_near_one(value: float, ends: tuple[float, float]) -> None:
    ticks = _form(("b", value, 10.0, 9.5, 10.5, 1, 5)).ticks
    assert (ticks[0][0], ticks[-1][0]) == ends
    assert "100" in dict(ticks)[1.0]


def test_ranked_from_the_highest_with_the_limits_that_are_known() -> None:
    nan = math.nan
    values = pd.DataFrame(
        [("b", 9.0, nan, nan, nan), ("a", 12.0, 120.0, 10.0, 14.0), ("c", 9.0, 3.0, 9.4, 12.0)],
        columns=["region", "value", "cases", "lower", "upper"],
    )
    form = ranked(
        values, SAY, over="region", codes="indicators", median=9.0, write=str,
        marks=lambda ticks: [str(tick) for tick in ticks], count=lambda n: f"{n:g}", colour={"a": "early"},
        bold="a", texts=TEXTS,
    )  # fmt: skip
    told = [(row.label, row.colour, row.n_text) for row in form.rows]
    assert told == [
        ("Ensimmäinen", "early", "120"), ("Toinen", "neutral", ""), ("Kolmas", "neutral", "3"),
    ]  # fmt: skip
    assert [(row.lower, row.upper) for row in form.rows] == [(10.0, 14.0), (None, None), (9.0, 12.0)]
    assert form.reference == 9.0


def test_others_and_their_middle_half_are_drawn_behind_and_the_axis_holds_them() -> None:
    row = Estimate("a", 1.0, None, None, "t", others=(0.25, 3.0), middle=(0.5, 2.0))
    page = figure(Chart(Forest((row,), 1.0, log=True, ticks=((0.5, "½"), (1.0, "1"))), "Otsikko", "", "", "alt"))
    low, high = (named(page, f"other-0-{n}")[0] for n in (0, 1))
    (dot,), (band,) = named(page, "dot-0"), named(page, "middle-0")
    assert low.center[0] < band.get_x() < dot.center[0] < band.get_x() + band.get_width() < high.center[0]
    assert dot.center[0] - low.center[0] == pytest.approx(2 * (dot.center[0] - band.get_x()))  # ¼ is twice as far as ½
    assert dot.radius > low.radius
    assert not lint_figure(page)


@pytest.mark.parametrize("more", [{"others": (0.0,)}, {"middle": (2.0, 1.0)}, {"others": (math.inf,)}])
def test_what_has_no_place_is_refused(more: dict[str, tuple[float, ...]]) -> None:
    with pytest.raises(ValueError, match=r"log|middle|others"):
        Forest((Estimate("a", 1.0, None, None, "t", **more),), 1.0, log=True)  # type: ignore[arg-type]
