from __future__ import annotations

from typing import Any

import pytest
from matplotlib.colors import to_hex

from kumppanuus.drawing import ControlLimit, Funnel, FunnelUnit
from kumppanuus.drawing.theme import FILL, PAPER
from tests.drawing.estimate_specs import funnel
from tests.drawing.test_forest import drawn, named, words

LIMIT = ControlLimit("95 %", (0.0, 50.0, 100.0), (0.1, 0.2, 0.3), (0.9, 0.8, 0.7))
TICKS = ((0.0, "0"), (100.0, "100")), ((0.0, "0 %"), (1.0, "100 %"))


def _form(*units: FunnelUnit, limits: tuple[ControlLimit, ...] = (LIMIT,)) -> Funnel:
    return Funnel(units, 0.5, "kaikki 50 %", limits, *TICKS, "x", "y")


def test_units_and_limits_stand_on_the_same_axes() -> None:
    page = drawn(_form(FunnelUnit("a", 50.0, 0.8)))
    (dot,), (upper,), (lower,) = named(page, "dot-0"), named(page, "limit-0-upper"), named(page, "limit-0-lower")
    assert dot.center[0] == pytest.approx(upper.get_xdata()[1])
    assert dot.center[1] == pytest.approx(upper.get_ydata()[1])
    (centre,), (axis,) = named(page, "centre"), named(page, "axis-x")
    assert centre.get_ydata()[0] == pytest.approx((upper.get_ydata()[1] + lower.get_ydata()[1]) / 2)
    assert list(axis.get_xdata()) == pytest.approx([upper.get_xdata()[0], upper.get_xdata()[2]])


def test_limits_end_where_the_axis_ends() -> None:
    beyond = ControlLimit("95 %", (0.0, 50.0, 100.0), (-1.0, 0.2, 0.3), (2.0, 0.8, 0.7))
    page = drawn(_form(FunnelUnit("a", 50.0, 0.8), limits=(beyond,)))
    assert len(named(page, "limit-0-upper")[0].get_xdata()) == 2


def test_only_units_outside_are_filled_and_named() -> None:
    page = drawn(
        _form(FunnelUnit("Sisällä", 50.0, 0.5), FunnelUnit("Ulkona", 60.0, 0.05, "5 %", "special", True, True))
    )
    assert to_hex(named(page, "dot-0")[0].get_facecolor()) == PAPER
    assert to_hex(named(page, "dot-1")[0].get_facecolor()) == FILL["special"].lower()
    assert words(page, r"name-.*") == ["Ulkona 5 %"]


def test_limits_and_centre_are_named_at_the_right_end_in_their_order() -> None:
    page = drawn(funnel(12))
    texts = {one.get_text(): one.get_position() for one in named(page, "limit-text-.*")}
    assert texts["99,8 %"][1] < texts["95 %"][1] < texts["kaikki 70 %"][1]
    assert min(x for x, _ in texts.values()) > max(named(page, "axis-x")[0].get_xdata())


def test_names_of_a_crowd_are_tied_to_their_marks() -> None:
    page = drawn(funnel(8, named=8, close=True))
    assert len({one.get_gid().split("-")[1] for one in named(page, r"name-\d+-\d")}) == 8
    assert named(page, r"tie-\d+")


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: FunnelUnit("a", 0.0, 0.5), "x"),
        (lambda: FunnelUnit("a", 1.0, 0.5, named=True), "named"),
        (lambda: ControlLimit("", (1.0, 2.0), (0.5, 0.5), (0.4, 0.6)), "upper"),
        (lambda: ControlLimit("", (2.0, 1.0), (0.4, 0.4), (0.5, 0.5)), "x"),
        (lambda: Funnel((), 0.5, "", (), ((0.0, ""),), TICKS[1]), "x_ticks"),
        (lambda: _form(*[FunnelUnit("a", 1.0, 0.5, "", "special", True, True)] * 9), "units"),
        (lambda: _form(*[FunnelUnit("a", 1.0, 0.5)] * 61), "units"),
    ],
)
def test_what_cannot_be_drawn_is_refused(make: Any, field: str) -> None:
    with pytest.raises(ValueError, match=f"^{field}:"):
        make()
