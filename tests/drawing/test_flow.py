from __future__ import annotations

import pytest

from kumppanuus.drawing import Flow, Stop, Stream
from tests.drawing.test_drawing_forms import drawn, named, words

STOPS = (
    Stop(0, "a", "Alku", "90", "universal"),
    Stop(1, "b", "Perhetyö", "60", "early"),
    Stop(1, "none", "Ei uutta palvelua", "30", "neutral"),
    Stop(2, "b", "Perhetyö", "30", "early"),
    Stop(2, "none", "Ei uutta palvelua", "60", "neutral"),
)
STREAMS = (
    Stream(0, "a", "b", 60.0, "60"),
    Stream(0, "a", "none", 30.0, "30"),
    Stream(1, "b", "b", 20.0, "20"),
    Stream(1, "b", "none", 40.0, "40"),
    Stream(1, "none", "b", 10.0, "10"),
    Stream(1, "none", "none", 20.0, "20"),
)
FORM = Flow(("Alku", "1. palvelu", "2. palvelu"), STOPS, STREAMS, "b")


def test_blocks_are_as_high_as_what_goes_through_them() -> None:
    page = drawn(FORM)
    tall = [each.get_height() for each in named(page, r"stop-\d")]
    assert tall[0] == pytest.approx(90 / 60 * tall[1])
    assert tall[1] == pytest.approx(2 * tall[2]) == pytest.approx(2 * tall[3])
    assert tall[4] == pytest.approx(tall[1])
    left = [each.get_x() for each in named(page, r"stop-\d")]
    assert left[0] < left[1] == left[2] < left[3] == left[4]
    assert left[1] - left[0] == pytest.approx(left[3] - left[1])


def test_streams_fill_their_blocks_on_both_sides_without_crossing_at_them() -> None:
    page = drawn(FORM)
    blocks = {each.get_gid(): each for each in named(page, r"stop-\d")}
    paths = [named(page, f"(stream|flow)-{place}")[0].get_path().vertices for place in range(6)]
    (first, second), block = paths[:2], blocks["stop-0"]
    assert first[0][0] == second[0][0] == block.get_x() + block.get_width()
    assert first[0][1] == pytest.approx(block.get_y())  # the upper edge of the first stream
    assert second[0][1] == pytest.approx(first[7][1])  # the second begins where the first ends
    assert second[7][1] == pytest.approx(block.get_y() + block.get_height())
    into = blocks["stop-3"]
    assert paths[2][3][1] == pytest.approx(into.get_y())  # from the upper block above that from the lower one
    assert paths[4][4][1] == pytest.approx(into.get_y() + into.get_height())


def test_only_streams_into_the_highlighted_state_stand_out_and_carry_numbers() -> None:
    page = drawn(FORM)
    assert {each.get_gid() for each in named(page, r"stream-\d")} == {"stream-0", "stream-2", "stream-4"}
    assert {each.get_gid() for each in named(page, r"flow-\d")} == {"flow-1", "flow-3", "flow-5"}
    assert sorted(words(page, "inside-.*")) == ["10", "20", "60"]
    plain = drawn(Flow(FORM.steps, STOPS, STREAMS))
    assert not named(plain, "stream-.*")
    assert not words(plain, "inside-.*")


def test_numbers_stand_on_their_streams() -> None:
    page = drawn(FORM)
    for text in named(page, r"inside-\d"):
        path = named(page, text.get_gid().replace("inside", "stream"))[0].get_path()
        x, y = text.get_position()
        assert path.contains_point((x, y - 0.33 * text.get_fontsize()))


def test_names_stand_outside_or_above_in_the_order_given() -> None:
    page = drawn(FORM)
    assert words(page, "left-.*") == ["Alku\N{NO-BREAK SPACE}90"]
    assert words(page, r"name-\d-0") == ["Perhetyö\N{NO-BREAK SPACE}60", "Ei uutta palvelua\N{NO-BREAK SPACE}30"]
    assert [text for text in words(page, "right-.*") if "Perhe" in text] == ["Perhetyö\N{NO-BREAK SPACE}30"]
    for place, block in ((0, "stop-1"), (1, "stop-2")):
        (name,), (rectangle,) = named(page, f"name-{place}-0"), named(page, block)
        assert 0 < rectangle.get_y() - name.get_position()[1] < 12
    assert words(page, r"step-\d") == ["Alku", "1. palvelu", "2. palvelu"]


@pytest.mark.parametrize(
    ("steps", "stops", "streams", "highlight", "field"),
    [
        (("1",), (), (), "", "steps"),
        (("1",) * 5, (), (), "", "steps"),
        (("1", "2"), (STOPS[0], STOPS[0]), (), "", "stops"),
        (("1", "2"), STOPS, (), "", "stops"),
        (("1", "2"), STOPS[:2], (Stream(0, "a", "x", 1.0),), "", "streams"),
        (("1", "2"), STOPS[:2], (Stream(0, "a", "b", 1.0), Stream(0, "a", "b", 2.0)), "", "streams"),
        (("1", "2"), STOPS[:2], (), "x", "highlight"),
    ],
)
def test_faults_are_named(
    steps: tuple[str, ...], stops: tuple[Stop, ...], streams: tuple[Stream, ...], highlight: str, field: str
) -> None:
    with pytest.raises(ValueError, match=f"^{field}:"):
        Flow(steps, stops, streams, highlight)


def test_a_stream_of_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^value:"):
        Stream(0, "a", "b", 0.0)
