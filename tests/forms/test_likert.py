from __future__ import annotations

import math

import pandas as pd
import pytest

from kumppanuus.disclosure.released import ReleasedTable
from kumppanuus.forms.likert import Sides, known_items, likert, shown_items, sides_of
from kumppanuus.gallery.shown import released_gallery
from kumppanuus.gallery.wellbeing import ANALYSIS
from kumppanuus.gallery.wellbeing.charts import statements, statements_headline
from kumppanuus.gallery.wellbeing.compute import SCALE, WellbeingResult
from kumppanuus.language.say import Say
from kumppanuus.report.words import say_of_room

SAY = say_of_room(ANALYSIS, Say("fi"))


def _table(*rows: tuple[str, str, float, float]) -> ReleasedTable:
    frame = pd.DataFrame(rows, columns=["statement", "answer", "persons", "share"]).assign(families=9.0, hidden=False)
    return ReleasedTable("statements", WellbeingResult.tables()["statements"], frame, frame[["persons"]].isna())


def _percent(number: int) -> str:
    return f"{number}\N{NO-BREAK SPACE}%"


TABLE = _table(
    ("heard", "1", 9, 0.09), ("heard", "2", 9, 0.09), ("heard", "3", 21, 0.21), ("heard", "4", 33, 0.33),
    ("heard", "5", 27, 0.27),
    ("in_time", "1..2", 51, 0.52), ("in_time", "3", 15, 0.15), ("in_time", "4", 21, 0.21), ("in_time", "5", 12, 0.12),
    ("future", "1..3", 45, 0.45), ("future", "4", 27, 0.27), ("future", "5", 27, 0.27),
)  # fmt: skip


def test_sides_are_sums_of_published_shares() -> None:
    sides = sides_of(TABLE, SCALE, over="statement")
    assert list(sides) == ["heard", "in_time", "future"]  # most agreement first, unknown last
    assert (sides["heard"].low, sides["heard"].high) == pytest.approx((0.18, 0.6))
    assert sides["heard"].mean == round((9 + 18 + 63 + 132 + 135) / 99, 1) == 3.6
    assert (sides["in_time"].low, sides["in_time"].high) == pytest.approx((0.52, 0.33))
    assert math.isnan(sides["in_time"].mean)
    assert math.isnan(sides["future"].low)
    assert sides["future"].high == pytest.approx(0.54)
    assert known_items(sides) == ("heard", "in_time")


def test_answers_become_parts_in_the_order_of_the_scale() -> None:
    form = likert(TABLE, SAY, scale=SCALE, over="statement", bold="in_time")
    assert form.answers[0] == "Täysin eri mieltä"
    assert [item.label for item in form.items] == [
        "Meitä kuunneltiin",
        "Saimme apua ajoissa",
        "Tulevaisuus näyttää hyvältä",
    ]
    merged = form.items[1].parts
    assert [(part.first, part.last, part.value, part.text) for part in merged] == [
        (0, 1, 0.52, _percent(52)), (2, 2, 0.15, _percent(15)), (3, 3, 0.21, _percent(21)), (4, 4, 0.12, _percent(12)),
    ]  # fmt: skip
    assert [(item.low_text, item.high_text, item.note, item.bold) for item in form.items] == [
        (_percent(18), _percent(60), "3,6", False), (_percent(52), _percent(33), "–", True),
        ("", _percent(54), "–", False),
    ]  # fmt: skip


def test_items_asked_for_and_left_out_say_so() -> None:
    form = likert(TABLE, SAY, scale=SCALE, over="statement", items=("own_pace", "heard"), mean=False)
    assert [(item.label, len(item.parts), item.note) for item in form.items] == [
        ("Etenimme omaa tahtiamme", 0, "peitetty"), ("Meitä kuunneltiin", 5, ""),
    ]  # fmt: skip
    assert likert(_table(), SAY, scale=SCALE, over="statement").items == ()


def test_of_too_many_items_the_ends_are_drawn() -> None:
    sides = {f"i{place:02}": Sides(0.0, 1 - place / 20, 3.0, 99.0) for place in range(16)}
    sides["unknown"] = Sides(math.nan, 0.5, math.nan, 99.0)
    assert shown_items(sides, 5) == ("i00", "i01", "i13", "i14", "i15")
    assert shown_items({key: sides[key] for key in ("i00", "i01", "unknown")}, 5) == ("i00", "i01", "unknown")


@pytest.mark.parametrize(
    ("low", "high", "answers", "words"),
    [
        (0.5, 0.3, 207, "eri mieltä 50 %, samaa mieltä 30 %"),
        (0.3, 0.5, 207, "useampi on samaa (50 %) kuin eri mieltä (30 %)"),
        (0.42, 0.38, 207, "ei selvää eroa (38 % ja 42 %)"),
        (0.5, 0.3, 21, "ei selvää eroa (30 % ja 50 %)"),  # the same shares of few answers
    ],
)
def test_the_headline_tells_the_direction_or_that_there_is_none(
    low: float, high: float, answers: float, words: str
) -> None:
    found = Sides(low, high, 3.0, answers)
    assert words in statements_headline("in_time", found, SAY).replace("\N{NO-BREAK SPACE}", " ")


def test_nothing_known_is_said() -> None:
    assert "ei voi verrata" in statements_headline("", None, SAY)


def test_the_numbers_in_the_headline_are_the_released_ones() -> None:
    released = released_gallery([ANALYSIS], "usual").results[ANALYSIS.key]
    rows = released["statements"].set_index("answer")
    rows = rows[rows["statement"] == "in_time"]["share"]
    headline = statements(released, SAY).headline
    assert "Saimme apua ajoissa" in headline
    assert f"eri mieltä {SAY.percent(rows['1'] + rows['2'])}" in headline
    assert f"samaa mieltä {SAY.percent(rows['4'] + rows['5'])}" in headline
