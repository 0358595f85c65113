from __future__ import annotations

import pytest
from matplotlib.colors import to_hex

from kumppanuus.drawing import RunChart, Signal, figure, lint_figure
from kumppanuus.drawing.theme import FILL
from tests.drawing.drawing_specs import chart
from tests.drawing.test_drawing_forms import drawn, named, words

VALUES = (50.0, 60.0, None, 40.0, 30.0, 20.0)


def _form(**more: object) -> RunChart:
    given: dict[str, object] = {
        "values": VALUES,
        "texts": tuple("" if value is None else f"viimeksi {value:.0f}" for value in VALUES),
        "x_labels": ("2023", "", "", "2024", "", ""),
        "median": ((0, 5, 45.0, "mediaani 45"),),
        "goal": (25.0, "tavoite enintään 25"),
        "change": (3, "Uusi toimintatapa"),
        "signals": (Signal(3, 5, "3 peräkkäin mediaanin alapuolella"),),
        "y_ticks": ((0.0, "0"), (50.0, "50"), (100.0, "100")),
        "axis_title": "Odottavia lapsia",
    }
    return RunChart(**(given | more))  # type: ignore[arg-type]


def test_points_and_levels_stand_where_the_numbers_say() -> None:
    page = drawn(_form())
    (zero,), (fifty,) = named(page, "axis-x"), named(page, "grid-1")
    bottom, height = zero.get_ydata()[0], zero.get_ydata()[0] - fifty.get_ydata()[0]
    dots = {dot.get_gid(): dot.center for dot in named(page, r"dot-\d")}
    assert set(dots) == {"dot-0", "dot-1", "dot-3", "dot-4", "dot-5"}
    for place, value in enumerate(VALUES):
        if value is not None:
            assert bottom - dots[f"dot-{place}"][1] == pytest.approx(height * value / 50)
    assert bottom - named(page, "goal")[0].get_ydata()[0] == pytest.approx(height / 2)
    assert bottom - named(page, "median-line-0")[0].get_ydata()[0] == pytest.approx(height * 0.9)
    steps = [dots["dot-1"][0] - dots["dot-0"][0], dots["dot-5"][0] - dots["dot-4"][0]]
    assert steps[0] == pytest.approx(steps[1])
    change = named(page, "change")[0].get_xdata()[0]
    assert change == pytest.approx(dots["dot-3"][0] - steps[0] / 2)  # before its first place


def test_a_missing_value_leaves_a_gap() -> None:
    assert [line.get_gid() for line in named(drawn(_form()), r"line-\d")] == ["line-0", "line-3", "line-4"]


def test_points_of_a_signal_are_larger_in_its_colour_and_bracketed() -> None:
    page = drawn(_form())
    dots = {dot.get_gid(): dot for dot in named(page, r"dot-\d")}
    assert dots["dot-4"].radius > dots["dot-0"].radius
    assert to_hex(dots["dot-4"].get_facecolor()) == FILL["special"].lower()
    assert to_hex(dots["dot-0"].get_facecolor()) == FILL["early"].lower()
    left, right = named(page, "bracket-0")[0].get_xdata()
    assert left < dots["dot-3"].center[0] < dots["dot-5"].center[0] < right
    assert not left < dots["dot-1"].center[0] < right
    assert words(page, r"signal-0-\d") == ["3 peräkkäin mediaanin alapuolella"]


def test_the_levels_are_named_at_the_right() -> None:
    page = drawn(_form())
    assert words(page, "(last|median-text|goal-text)-0") == ["viimeksi 20", "mediaani 45", "tavoite enintään 25"]
    assert words(page, "change-text") == ["Uusi toimintatapa"]


def test_words_that_had_to_move_are_tied_to_their_bracket() -> None:
    close = (Signal(10, 15, "6 peräkkäin mediaanin yläpuolella"), Signal(16, 21, "6 peräkkäin mediaanin alapuolella"))
    form = _form(values=(40.0,) * 36, texts=(), x_labels=("",) * 36, median=(), signals=close)
    assert len(named(drawn(form), r"tie-\d")) == 2
    assert named(drawn(_form()), r"tie-\d") == []


@pytest.mark.parametrize("places", [0, 1, 2, 36, 120])
@pytest.mark.parametrize("change", [None, 0, -1])
def test_no_length_is_a_fault(places: int, change: int | None) -> None:
    values = tuple(None if place % 11 == 7 else 40.0 + place * 7 % 30 for place in range(places))
    marks = [(place, place + 5) for place in (0, 6, 60, 110) if place + 5 < places]
    form = _form(
        values=values,
        texts=tuple("senast ca 957" for _ in values),
        x_labels=tuple(str(2022 + place // 12) if place % 12 == 0 else "" for place in range(places)),
        median=((0, places - 1, 52.0, "median före ändringen ca 915"),) if places else (),
        goal=(51.0, "mål högst 51"),
        change=None if change is None or not places else (change % places, "Nytt arbetssätt började i hela området"),
        signals=tuple(Signal(first, last, "6 i rad under medianen") for first, last in marks),
    )
    for frame in ("body", "full"):
        assert lint_figure(figure(chart(form), frame)) == []


@pytest.mark.parametrize(
    ("field", "make"),
    [
        ("values", lambda: _form(values=(-1.0, *VALUES[1:]))),
        ("texts", lambda: _form(texts=("",))),
        ("x_labels", lambda: _form(x_labels=("2023",))),
        ("median", lambda: _form(median=((0, 6, 45.0, ""),))),
        ("goal", lambda: _form(goal=(-1.0, ""))),
        ("change", lambda: _form(change=(6, ""))),
        ("signals", lambda: _form(signals=(Signal(0, 3, ""), Signal(3, 5, "")))),
        ("signals", lambda: _form(signals=(Signal(4, 6, ""),))),
        ("last", lambda: Signal(3, 2, "")),
        ("y_ticks", lambda: _form(y_ticks=((0.0, ""), (5.0, ""), (5.0, "")))),
    ],
)
def test_what_cannot_be_drawn_is_refused(field: str, make: object) -> None:
    with pytest.raises(ValueError, match=f"^{field}:"):
        make()  # type: ignore[operator]
