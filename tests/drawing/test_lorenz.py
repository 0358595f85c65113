from __future__ import annotations

import pytest

from kumppanuus.drawing import Bar, Lorenz, figure, lint_figure
from tests.drawing.drawing_specs import chart
from tests.drawing.test_drawing_forms import drawn, named, words

POINTS = ((0.0, 0.0), (0.5, 0.1), (0.9, 0.6), (1.0, 1.0))
BARS = (
    Bar("Ylin\u00a010\u00a0%", 0.4, "40\u00a0%", "special", bold=True),
    Bar("Alin\u00a050\u00a0%", 0.1, "10\u00a0%", "neutral"),
)
PERCENT = ("0 %", "25 %", "50 %", "75 %", "100 %")


def _form(
    points: tuple[tuple[float, float], ...] = POINTS, bars: tuple[Bar, ...] = BARS, marked: float | None = 0.9
) -> Lorenz:
    return Lorenz(points, bars, "Osuus perheistä", "Osuus kustannuksista", PERCENT, "Osuus", "tasajako", marked)


def test_the_curve_and_the_bars_stand_where_the_shares_say() -> None:
    page = drawn(_form())
    (across,), (up,), (curve,) = named(page, "axis-x"), named(page, "axis-y"), named(page, "curve-0")
    left, right = across.get_xdata()
    top, bottom = up.get_ydata()
    assert curve.get_xdata() == pytest.approx([left + (right - left) * p for p, _ in POINTS])
    assert curve.get_ydata() == pytest.approx([bottom + (top - bottom) * share for _, share in POINTS])
    (edge,) = named(page, "part-edge")
    assert edge.get_xdata()[0] == pytest.approx(left + 0.9 * (right - left))
    assert edge.get_ydata() == pytest.approx([bottom + 0.6 * (top - bottom), bottom])
    first, second = named(page, r"bar-\d")
    assert first.get_width() == pytest.approx(4 * second.get_width())
    assert first.get_x() > right


def test_few_groups_are_seen_as_dots_and_many_are_not() -> None:
    assert len(named(drawn(_form()), r"dot-[1-9]\d*")) == 2
    many = tuple((place / 20, (place / 20) ** 2) for place in range(21))
    assert named(drawn(_form(many)), r"dot-[1-9]\d*") == []
    assert len(named(drawn(_form(many)), "dot-0")) == 1
    assert named(drawn(_form(many, marked=None)), "dot-0|part|part-edge") == []


@pytest.mark.parametrize("power", [1, 1.2, 3, 12])
@pytest.mark.parametrize("groups", [2, 5, 20])
def test_flat_and_steep_curves_are_drawn_without_a_fault(power: float, groups: int) -> None:
    points = tuple((place / groups, (place / groups) ** power) for place in range(groups + 1))
    long = tuple(
        Bar(f"Familjer med de högsta kostnaderna {place}", 0.1 * place, "10 %", "neutral") for place in range(7)
    )
    for bars in ((), BARS, long):
        for frame in ("body", "full"):
            assert lint_figure(figure(chart(_form(points, bars, 1 - 1 / groups)), frame)) == []


def test_ticks_and_the_dashed_line_are_named() -> None:
    page = drawn(_form(bars=()))
    assert words(page, r"x-tick-\d") == words(page, r"y-tick-\d") == list(PERCENT)
    assert words(page, r"equal-text-\d") == ["tasajako"]
    assert named(page, r"bar-\d|axis-y-\d") == []


@pytest.mark.parametrize(
    ("field", "make"),
    [
        ("points", lambda: _form(POINTS[1:])),
        ("points", lambda: _form(((0.0, 0.0), (0.5, 0.6), (1.0, 1.0)))),
        ("points", lambda: _form(((0.0, 0.0), (0.5, 0.4), (0.6, 0.3), (1.0, 1.0)))),
        ("bars", lambda: _form(bars=(Bar("", 1.2, "", "neutral"),))),
        ("marked", lambda: _form(marked=1.0)),
    ],
)
def test_what_cannot_be_drawn_is_refused(field: str, make: object) -> None:
    with pytest.raises(ValueError, match=f"^{field}:"):
        make()  # type: ignore[operator]
