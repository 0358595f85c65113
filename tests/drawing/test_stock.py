from __future__ import annotations

from typing import Any

import pytest
from matplotlib.colors import to_hex

from kumppanuus.drawing import Capacity, Fan, Stock, StockAndForecast, lint_figure
from kumppanuus.drawing.theme import FILL, INK
from tests.drawing.test_forest import drawn, named, words

FAN = Fan((10.0, 5.0), (30.0, 35.0))


def _form(past: tuple[float | None, ...] = (10.0, 20.0), **more: Any) -> StockAndForecast:
    line = Stock("Korjaavat", "20 → 25 (+25 %)", "corrective", past, (20.0, 25.0), (FAN,))
    return StockAndForecast((line,), ("2024", "", "2025", ""), len(past), "Ennuste",
                            y_ticks=((0.0, "0"), (40.0, "40")), **more)  # fmt: skip


def _y(page: Any, value: float) -> float:
    low, high = (one.get_ydata()[0] for one in named(page, r"grid-\d"))
    return low + value / 40 * (high - low)


def test_the_forecast_goes_on_from_now() -> None:
    page = drawn(_form())
    (past,), (ahead,), (shade,) = named(page, "line-0-0"), named(page, "line-0-ahead"), named(page, "shade")
    assert list(past.get_ydata()) == pytest.approx([_y(page, 10), _y(page, 20)])
    assert list(ahead.get_ydata()) == pytest.approx([_y(page, 20), _y(page, 20), _y(page, 25)])
    assert ahead.get_xdata()[0] == past.get_xdata()[-1] == shade.get_x()
    assert ahead.is_dashed()
    assert not past.is_dashed()


def test_the_fan_opens_from_now() -> None:
    page = drawn(_form())
    (band,) = named(page, "band-0-0")
    heights = band.get_path().vertices[:, 1]
    assert sorted(heights) == pytest.approx(sorted([_y(page, v) for v in (20, 10, 5, 35, 30, 20)]))


def test_a_hidden_number_leaves_a_gap_and_the_forecast_stands_alone() -> None:
    line = Stock("a", "peitetty", "early", (10.0, 12.0, None, 11.0, 12.0))
    page = drawn(StockAndForecast((line,), ("", "", "", "", "2025"), 5))
    assert [len(one.get_xdata()) for one in named(page, r"line-0-\d")] == [2, 2]
    assert not named(page, "line-0-ahead|band-.*|shade")


def test_capacity_lies_across_in_the_colour_of_what_it_limits() -> None:
    page = drawn(_form(capacities=(Capacity(30.0, "paikkoja 30", "corrective"), Capacity(5.0, "katto 5"))))
    first, second = named(page, r"capacity-\d")
    assert list(first.get_ydata()) == pytest.approx([_y(page, 30)] * 2)
    assert to_hex(first.get_color()) == FILL["corrective"]
    assert to_hex(second.get_color()) == INK
    assert words(page, r"capacity-text-\d") == ["paikkoja 30", "katto 5"]


def test_names_stand_level_with_their_ends() -> None:
    page = drawn(_form())
    (name,) = named(page, "name-0-0")
    assert name.get_position()[1] == pytest.approx(_y(page, 25), abs=8)
    assert words(page, r"name-0-\d") == ["Korjaavat", "20 → 25 (+25 %)"]


def test_words_of_a_capacity_leave_the_line_where_it_is_crowded() -> None:
    crowd = tuple(Stock(f"{at}", "", "early", (100.0 + 4 * at,) * 40, (100.0 + 4 * at,) * 8) for at in range(4))
    form = StockAndForecast(crowd, ("",) * 48, 40, "", (Capacity(106.0, "paikkoja 106"),))
    page = drawn(form)
    (words_of,), (line,) = named(page, "capacity-text-0"), named(page, "capacity-0")
    assert abs(words_of.get_position()[1] - line.get_ydata()[0]) > 10
    assert named(page, "tie-0")
    assert lint_figure(page) == []


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: Fan((1.0,), (1.0, 2.0)), "upper"),
        (lambda: Fan((2.0,), (1.0,)), "lower"),
        (lambda: Stock("a", "", "early", (-1.0,)), "past"),
        (lambda: Stock("a", "", "early", (1.0,), (1.0,), (FAN,)), "fans"),
        (lambda: Capacity(-1.0, ""), "value"),
        (lambda: StockAndForecast((), ("a",), 2), "now"),
        (lambda: StockAndForecast((Stock("a", "", "early", (1.0,)),), ("a", "b"), 2), "past"),
        (lambda: StockAndForecast((Stock("a", "", "early", (1.0,), (2.0,)),), ("a", "b", "c"), 1), "ahead"),
        (lambda: StockAndForecast((), ("a",), 1, capacities=(Capacity(1.0, ""),) * 3), "capacities"),
    ],
)
def test_what_cannot_be_drawn_is_refused(make: Any, field: str) -> None:
    with pytest.raises(ValueError, match=f"^{field}:"):
        make()
