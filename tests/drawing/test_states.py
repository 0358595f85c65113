from __future__ import annotations

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.lines import Line2D

from kumppanuus.drawing import State, StateDistribution, figure, lint_figure
from kumppanuus.drawing.theme import FILL
from tests.drawing.drawing_specs import LEVEL, chart, name
from tests.drawing.test_drawing_forms import drawn, named, words

PERCENT = ("0 %", "25 %", "50 %", "75 %", "100 %")
TWO = (
    State("Palvelussa", "early", (1.0, 0.4, 0.25), "25 %", ("100 %", "40 %", "")),
    State("Ei palvelua", "hidden", (0.0, 0.6, 0.75), "75 %", ("", "60 %", ""), True),
)


def _form(states: tuple[State, ...] = TWO, times: tuple[float, ...] = (0.0, 6.0, 12.0)) -> StateDistribution:
    return StateDistribution(states, times, (0.0, 6.0, 12.0), ("0", "6", "12"), "Kuukautta", PERCENT, "Osuus lapsista")


def _corners(page: object, gid: str) -> np.ndarray:
    (layer,) = named(page, gid)  # type: ignore[arg-type]
    return np.asarray(layer.get_path().vertices)


def test_layers_fill_the_height_from_the_bottom() -> None:
    page = drawn(_form())
    (across,), (up,) = named(page, "axis-x"), named(page, "axis-y")
    left, right = across.get_xdata()
    top, bottom = up.get_ydata()
    low, high = _corners(page, "layer-0"), _corners(page, "layer-1")
    assert low[:3, 0] == pytest.approx([left, (left + right) / 2, right])
    assert low[:3, 1] == pytest.approx([bottom] * 3)
    assert low[3:, 1][::-1] == pytest.approx([bottom + (top - bottom) * share for share in (1, 0.4, 0.25)])
    assert high[:3, 1] == pytest.approx(low[3:, 1][::-1])  # one begins where the other ends
    assert high[3:, 1] == pytest.approx([top] * 3)


def test_rounded_shares_are_drawn_to_a_whole() -> None:
    parts = tuple(State(name(place), LEVEL[place], (0.33, 0.34), "33 %") for place in range(3))
    page = drawn(_form(parts, (0.0, 12.0)))
    (up,) = named(page, "axis-y")
    top, bottom = up.get_ydata()
    assert _corners(page, "layer-2")[2:, 1] == pytest.approx([top, top])
    assert _corners(page, "layer-0")[2:, 1] == pytest.approx([bottom + (top - bottom) / 3] * 2)


def test_names_stand_in_the_order_of_the_layers_with_leaders() -> None:
    page = drawn(_form())
    first, second = named(page, "name-0-0")[0], named(page, "name-1-0")[0]
    assert (first.get_text(), second.get_text()) == ("25 % Palvelussa", "75 % Ei palvelua")
    assert first.get_position()[1] > second.get_position()[1]
    leaders = [line for line in named(page, r"leader-\d") if isinstance(line, Line2D)]
    assert [to_hex(line.get_color()) for line in leaders] == [FILL["early"].lower(), FILL["hidden"].lower()]
    assert named(page, "layer-1")[0].get_hatch()


def test_shares_stand_inside_their_layer_or_not_at_all() -> None:
    thin = (
        State("a", "early", (0.98, 0.97), "97 %", ("98 %", "97 %")),
        State("b", "special", (0.02, 0.03), "3 %", ("2 %", "3 %")),
    )
    assert words(drawn(_form(thin, (0.0, 12.0))), r"inside-\d-\d") == ["98 %", "97 %"]
    assert words(drawn(_form()), r"inside-\d-\d") == ["100 %", "40 %", "60 %"]


def _state(place: int, shares: tuple[float, ...]) -> State:
    texts = tuple(f"{100 * share:.0f} %" if at % 4 == 0 else "" for at, share in enumerate(shares))
    return State(name(place), (*LEVEL, "neutral", "hidden")[place], shares, texts[0], texts, place == 5)


@pytest.mark.parametrize("count", [0, 1, 2, 6])
@pytest.mark.parametrize("steep", [0.2, 3.0])
def test_no_number_of_states_is_a_fault(count: int, steep: float) -> None:
    times = tuple(float(month) for month in range(13))
    weights = np.array([[1 + place * (month / 12) ** steep * 4 for month in times] for place in range(count)])
    shares = weights / weights.sum(axis=0) if count else weights
    states = tuple(_state(place, tuple(map(float, shares[place]))) for place in range(count))
    for frame in ("body", "full"):
        assert lint_figure(figure(chart(_form(states, times)), frame)) == []


def test_the_lint_sees_a_share_across_two_layers() -> None:
    page = drawn(_form())
    text = named(page, "inside-0-1")[0]
    seam = float(named(page, "seam-1")[0].get_ydata()[1])
    text.set_y(seam + 5)
    assert any("over the edge of layer-" in fault for fault in lint_figure(page))


@pytest.mark.parametrize(
    ("field", "make"),
    [
        ("shares", lambda: State("a", "early", (1.1,))),
        ("inside", lambda: State("a", "early", (1.0,), "", ("a", "b"))),
        ("shares", lambda: _form((State("a", "early", (1.0, 0.9, 1.0)), State("b", "special", (0.0, 0.0, 0.0))))),
        ("shares", lambda: _form((State("a", "early", (1.0, 1.0)),))),
        ("times", lambda: _form((State("a", "early", (1.0,)),), (0.0,))),
        ("times", lambda: _form(times=(0.0, 12.0, 6.0))),
    ],
)
def test_what_cannot_be_drawn_is_refused(field: str, make: object) -> None:
    with pytest.raises(ValueError, match=f"^{field}:"):
        make()  # type: ignore[operator]
