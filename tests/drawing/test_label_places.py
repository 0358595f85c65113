from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from kumppanuus.drawing.canvas import Box
from kumppanuus.drawing.label_places import Obstacles, overlap

ROOM = Box(0, 0, 600, 300)


def test_a_lonely_name_stands_right_of_its_mark() -> None:
    box = Obstacles(ROOM).place((100, 100), 5, 80, 20)
    assert box is not None
    assert (box.left, (box.top + box.bottom) / 2) == (110, 100)


def test_at_the_right_edge_it_stands_left() -> None:
    box = Obstacles(ROOM).place((590, 100), 5, 80, 20)
    assert box is not None
    assert box.right == 580


def test_a_line_is_crossed_only_where_nothing_else_is_free() -> None:
    taken = Obstacles(ROOM)
    taken.add_line([100, 600], [100, 100])
    box = taken.place((100, 100), 5, 80, 20)
    assert box is not None
    assert not overlap(box, taken.lines, 1.0)


def test_a_full_room_has_no_place() -> None:
    taken = Obstacles(ROOM)
    taken.marks.append(ROOM)
    assert taken.place((100, 100), 5, 80, 20) is None


@given(st.lists(st.tuples(st.floats(5, 595), st.floats(5, 295)), min_size=1, max_size=12))
@settings(max_examples=25, deadline=None)
def test_names_never_cover_marks_or_each_other(spots: list[tuple[float, float]]) -> None:
    taken = Obstacles(ROOM)
    for x, y in spots:
        taken.add_mark(x, y, 5)
    marks, boxes = list(taken.marks), list[Box]()
    for spot in spots:
        box = taken.place(spot, 5, 90, 20)
        if box is not None:
            assert not overlap(box, [*marks, *boxes])
            assert box.left >= ROOM.left
            assert box.right <= ROOM.right
            boxes.append(box)
