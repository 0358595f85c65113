from __future__ import annotations

import pytest

from kumppanuus.drawing import Stage, Waterfall
from kumppanuus.drawing.waterfall import role
from tests.drawing.test_drawing_forms import drawn, named, words

STAGES = (
    Stage("Ennen", "total", 100.0, "100"),
    Stage("Lapsia", "effect", 40.0, "+40", "10 → 14"),
    Stage("Hinta", "effect", -20.0, "−20"),
    Stage("Yhdessä", "interaction", -10.0, "−10"),
    Stage("Jälkeen", "total", 110.0, "110"),
)


def _spans(form: Waterfall) -> list[tuple[float, float]]:
    """Left and right end of each bar, in the unit of the values, counted from the first total."""
    page = drawn(form)
    bars = [named(page, f"bar-{place}")[0] for place in range(len(form.stages))]
    (axis,) = named(page, "axis-y")
    zero = axis.get_xdata()[0]
    scale = form.stages[0].value / bars[0].get_width()  # type: ignore[operator]
    return [((bar.get_x() - zero) * scale, (bar.get_x() + bar.get_width() - zero) * scale) for bar in bars]


def test_every_bar_begins_where_the_one_above_ended() -> None:
    assert Waterfall(STAGES).spans() == ((0, 100), (100, 140), (140, 120), (120, 110), (0, 110))
    spans = _spans(Waterfall(STAGES))
    for span, wanted in zip(spans, ((0, 100), (100, 140), (120, 140), (110, 120), (0, 110)), strict=True):
        assert span == pytest.approx(wanted, abs=1e-6)


def test_bars_below_zero() -> None:
    stages = (Stage("Ennen", "total", 100.0, "100"), Stage("Vähemmän", "effect", -150.0, "−150"),
              Stage("Jälkeen", "total", -50.0, "−50"))  # fmt: skip
    spans = _spans(Waterfall(stages))
    for span, wanted in zip(spans, ((0, 100), (-50, 100), (-50, 0)), strict=True):
        assert span == pytest.approx(wanted, abs=1e-6)


def test_lines_join_an_end_with_the_next_beginning() -> None:
    page = drawn(Waterfall(STAGES))
    joins = [named(page, f"join-{place}")[0].get_xdata()[0] for place in range(4)]
    bars = [named(page, f"bar-{place}")[0] for place in range(5)]
    ends = [
        bars[0].get_x() + bars[0].get_width(),
        bars[1].get_x() + bars[1].get_width(),
        bars[2].get_x(),
        bars[3].get_x(),
    ]
    assert joins == pytest.approx(ends)


def test_no_line_says_that_a_total_adds_up_when_it_does_not() -> None:
    page = drawn(Waterfall((*STAGES[:2], STAGES[4])))
    assert named(page, "join-0")
    assert not named(page, "join-1")


def test_a_hidden_effect_has_words_but_no_bar() -> None:
    page = drawn(Waterfall((STAGES[0], Stage("Lapsia", "effect", None, "peitetty"), STAGES[2], STAGES[4])))
    assert not named(page, "bar-1")
    assert words(page, "value-1") == ["peitetty"]
    assert named(page, "bar-2")[0].get_x() < named(page, "bar-0")[0].get_x() + named(page, "bar-0")[0].get_width()


def test_kinds_differ_without_colour() -> None:
    page = drawn(Waterfall(STAGES))
    assert [role(stage) for stage in STAGES] == ["neutral", "special", "universal", "accent", "neutral"]
    assert [bool(named(page, f"bar-{place}")[0].get_hatch()) for place in range(5)] == [
        False,
        False,
        False,
        True,
        False,
    ]
    assert words(page, r"value-\d") == ["100", "+40", "−20", "−10", "110"]
    assert words(page, "detail-1") == ["10 → 14"]


def test_a_broken_axis_is_seen_and_told() -> None:
    page = drawn(Waterfall(STAGES, "Euroa", 90.0, "Asteikko alkaa kohdasta 90"))
    assert words(page, "break") == ["Asteikko alkaa kohdasta 90"]
    assert {each.get_gid() for each in named(page, r"break-\d-\d")} == {
        "break-0-0", "break-0-1", "break-4-0", "break-4-1",
    }  # fmt: skip
    bars = [named(page, f"bar-{place}")[0] for place in (1, 2)]
    assert bars[0].get_width() == pytest.approx(2 * bars[1].get_width())  # effects compare as without the break
    assert not named(page, "axis-y")


@pytest.mark.parametrize(
    ("stages", "more", "field"),
    [
        (STAGES[1:], {}, "stages"),
        (STAGES[:1] * 13, {}, "stages"),
        (STAGES, {"start": 105.0, "break_text": "x"}, "start"),
        (STAGES, {"start": 90.0}, "break_text"),
        (STAGES, {"start": -1.0}, "start"),
    ],
)
def test_faults_are_named(stages: tuple[Stage, ...], more: dict[str, object], field: str) -> None:
    with pytest.raises(ValueError, match=f"^{field}:"):
        Waterfall(stages, **more)  # type: ignore[arg-type]
