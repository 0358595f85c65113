from __future__ import annotations

from typing import Any

import pytest
from matplotlib.colors import to_hex

from kumppanuus.drawing import Allocation, AllocationRow, ShadowPrice
from kumppanuus.drawing.theme import FILL, PAPER
from tests.drawing.estimate_specs import allocation
from tests.drawing.test_forest import drawn, named, words

ROWS = (
    AllocationRow("Perhetyö", 10.0, 20.0, "+10", "universal"),
    AllocationRow("Sijaishuolto", 30.0, 25.0, "−5", "special"),
    AllocationRow("Ostot", 12.0, None, "peitetty", "neutral"),
)
PRICES = (ShadowPrice("Budjetti", 200.0, "200 pv", True), ShadowPrice("Tilat", 50.0, "50 pv"),
          ShadowPrice("Sopimus", 0.0, "0 – ei rajoita"))  # fmt: skip
TICKS = ((10.0, "10"), (30.0, "30 htv"))


def _form(prices: tuple[ShadowPrice, ...] = PRICES) -> Allocation:
    return Allocation(ROWS, "nyt", "ehdotus", TICKS, "", prices, "Varjohinta")


def test_hollow_is_now_and_filled_is_proposed() -> None:
    page = drawn(_form())
    at = {text: line.get_xdata()[0] for text, line in zip(("10", "30"), named(page, r"grid-\d"), strict=True)}
    now, proposed = named(page, "start-0")[0], named(page, "end-0")[0]
    assert now.center[0] == pytest.approx(at["10"])
    assert proposed.center[0] == pytest.approx((at["10"] + at["30"]) / 2)
    assert to_hex(now.get_facecolor()) == PAPER
    assert to_hex(proposed.get_facecolor()) == FILL["universal"].lower()
    assert named(page, "span-0")[0].get_width() == pytest.approx(proposed.center[0] - now.center[0])
    assert named(page, "start-1")[0].center[0] == pytest.approx(at["30"])


def test_changes_stand_right_of_both_marks() -> None:
    page = drawn(_form())
    for place, text in enumerate(("+10", "−5")):
        (change,) = named(page, f"change-{place}")
        marks = [one.center[0] for one in named(page, f"(start|end)-{place}")]
        assert change.get_text() == text
        assert change.get_position()[0] > max(marks)


def test_a_missing_proposal_has_no_mark_and_says_so() -> None:
    page = drawn(_form())
    assert named(page, "start-2")
    assert not named(page, "end-2|span-2")
    assert words(page, "change-2") == ["peitetty"]


def test_prices_are_bars_in_proportion_and_nothing_has_no_bar() -> None:
    page = drawn(_form())
    (first,), (second,) = named(page, "bar-0"), named(page, "bar-1")
    assert second.get_width() == pytest.approx(first.get_width() / 4)
    assert not named(page, "bar-2")
    assert words(page, r"price-\d") == ["200 pv", "50 pv", "0 – ei rajoita"]
    assert first.get_x() > max(named(page, "axis-x")[0].get_xdata())


def test_without_prices_the_rows_take_the_whole_width() -> None:
    alone, beside = (max(named(drawn(form), "axis-x")[0].get_xdata()) for form in (_form(()), _form()))
    assert alone == pytest.approx(920)
    assert beside < 600


def test_long_names_get_more_of_the_width() -> None:
    short, long = (max(named(drawn(form), "axis-x")[0].get_xdata()) for form in (_form(), allocation(12)))
    assert long > short


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: Allocation(ROWS * 5, "", ""), "rows"),
        (lambda: Allocation((), "", "", prices=PRICES * 3), "prices"),
        (lambda: Allocation((), "", "", ((2.0, ""), (1.0, ""))), "ticks"),
        (lambda: ShadowPrice("a", -1.0, ""), "value"),
        (lambda: AllocationRow("a", float("nan"), 1.0, "", "early"), "now"),
    ],
)
def test_what_cannot_be_drawn_is_refused(make: Any, field: str) -> None:
    with pytest.raises(ValueError, match=f"^{field}:"):
        make()
