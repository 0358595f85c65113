from __future__ import annotations

import pytest

from kumppanuus.drawing import Bin, Histogram, figure, lint_figure
from kumppanuus.drawing.theme import FILL
from tests.drawing.drawing_specs import chart
from tests.drawing.test_drawing_forms import drawn, named, words

TICKS = ((0.0, "0"), (30.0, "30"), (60.0, "60"))


def _form(*values: float | None, limit: tuple[float, str] | None = (30.0, "Raja"), **more: object) -> Histogram:
    bins = tuple(Bin(10.0 * at, 10.0 * at + 10, value, "early") for at, value in enumerate(values))
    heights = ((0.0, "0"), (50.0, "50"), (100.0, "100"))
    return Histogram(bins, TICKS, "Päivää", heights, limit=limit, **more)  # type: ignore[arg-type]


def test_bars_and_lines_stand_where_the_numbers_say() -> None:
    page = drawn(_form(100.0, 50.0, 0.0, None, 25.0, 100.0, middle=(15.0, "Puolet")))
    (axis,), (limit,), (middle,) = named(page, "axis-x"), named(page, "limit"), named(page, "middle")
    left, right = axis.get_xdata()
    bars = {bar.get_gid(): bar for bar in named(page, r"bar-\d")}
    assert set(bars) == {"bar-0", "bar-1", "bar-4", "bar-5"}  # no bar for nobody, none for what is hidden
    assert bars["bar-0"].get_height() == pytest.approx(2 * bars["bar-1"].get_height())
    assert bars["bar-0"].get_height() == pytest.approx(4 * bars["bar-4"].get_height())
    assert limit.get_xdata()[0] == pytest.approx((left + right) / 2)
    assert middle.get_xdata()[0] == pytest.approx(left + (right - left) / 4)
    ends = [bars["bar-4"].get_x() + at * bars["bar-4"].get_width() for at in (0, 1)]
    assert ends == pytest.approx([left + (right - left) * 4 / 6, left + (right - left) * 5 / 6], abs=1.5)


def test_words_of_the_limit_lie_on_its_two_sides() -> None:
    page = drawn(_form(10.0, 20.0, 30.0, 5.0, beyond="noin 9 myöhässä"))
    (limit,), (before,), (behind,) = named(page, "limit"), named(page, "limit-text"), named(page, "beyond-text")
    x = limit.get_xdata()[0]
    assert (before.get_ha(), behind.get_ha()) == ("right", "left")
    assert before.get_position()[0] < x < behind.get_position()[0]
    assert before.get_position()[1] == behind.get_position()[1]


def test_a_limit_at_the_edge_has_its_words_on_one_side() -> None:
    page = drawn(_form(10.0, 20.0, limit=(1.0, "Määräaika seitsemän arkipäivää"), beyond="noin 9 myöhässä"))
    (before,), (behind,) = named(page, "limit-text"), named(page, "beyond-text")
    assert (before.get_ha(), behind.get_ha()) == ("left", "left")
    assert before.get_position()[1] < behind.get_position()[1]


def test_numbers_stand_above_bars_only_where_nothing_is_in_the_way() -> None:
    bins = (
        Bin(0, 1, 50.0, "early", "noin 51"),
        Bin(1, 30, 10.0, "early", "noin 9"),
        Bin(30, 60, 5.0, "special", "noin 3", True),
    )
    page = drawn(Histogram(bins, TICKS, "Päivää", limit=(45.0, "Raja")))
    assert words(page, r"value-\d") == ["noin 9"]  # the first would cross the axis, the last the limit
    (opened,) = named(page, "bar-2")
    assert opened.get_hatch()
    assert opened.get_facecolor()[:3] == pytest.approx(
        tuple(int(FILL["special"][at : at + 2], 16) / 255 for at in (1, 3, 5))
    )


@pytest.mark.parametrize("limit", [0.0, 1.0, 29.0, 45.0, 60.0])
@pytest.mark.parametrize("middle", [0.0, 2.0, 30.0, 59.0])
def test_no_place_of_the_lines_is_a_fault(limit: float, middle: float) -> None:
    bins = tuple(Bin(2.0 * at, 2.0 * at + 2, 7.0 * at, "special", f"noin {7 * at}") for at in range(30))
    heights = ((0.0, "0"), (100.0, "100"))
    said = (limit, "Lagstadgad tidsfrist för bedömningen")
    half = (middle, "Hälften klara på ca 42 dagar")
    form = Histogram(bins, TICKS, "Päivää", heights, "Lapsia viikkoa kohti", said, "ca 195 försenade (16 %)", half)
    for frame in ("body", "full"):
        assert lint_figure(figure(chart(form), frame)) == []


def test_an_empty_histogram_has_its_axis() -> None:
    assert words(drawn(Histogram((), TICKS, "Päivää")), r"x-tick-\d") == ["0", "30", "60"]


@pytest.mark.parametrize(
    ("field", "make"),
    [
        ("bins", lambda: Histogram((Bin(0, 1, 1.0, "early"), Bin(2, 3, 1.0, "early")), TICKS, "")),
        ("right", lambda: Bin(1, 1, 1.0, "early")),
        ("value", lambda: Bin(0, 1, -1.0, "early")),
        ("x_ticks", lambda: Histogram((), TICKS[:1], "")),
        ("y_ticks", lambda: Histogram((), TICKS, "", ((5.0, ""), (5.0, "")))),
        ("limit", lambda: Histogram((), TICKS, "", limit=(61.0, ""))),
        ("middle", lambda: Histogram((), TICKS, "", middle=(float("nan"), ""))),
    ],
)
def test_what_cannot_be_drawn_is_refused(field: str, make: object) -> None:
    with pytest.raises(ValueError, match=f"^{field}:"):
        make()  # type: ignore[operator]
