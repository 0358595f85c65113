from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kumppanuus.forms.axis import ratio_marks, round_marks, whole_marks
from kumppanuus.forms.rounding import ends_of_class


def test_marks_by_hand() -> None:
    assert round_marks(0, 412) == (0, 100, 200, 300, 400, 500)
    assert round_marks(0.55, 1.0, 5) == (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
    assert round_marks(-0.3, 0.4, 5) == (-0.4, -0.2, 0.0, 0.2, 0.4)
    assert whole_marks(0, 3) == (0, 1, 2, 3)
    assert whole_marks(0, 0) == (0, 1)
    assert ratio_marks(1.0, 1.0) == (0.5, 1.0, 2.0)
    assert ratio_marks(0.3, 3.0) == (0.2, 0.5, 1.0, 2.0, 5.0)


@given(st.floats(-1e5, 1e5), st.floats(1e-3, 1e5), st.integers(3, 8))
def test_marks_span_what_is_drawn_and_are_few(low: float, length: float, most: int) -> None:
    marks = round_marks(low, low + length, most)
    step = marks[1] - marks[0]
    assert marks[0] <= low + 1e-6 * step + 1e-9
    assert marks[-1] >= low + length - 1e-6 * step - 1e-9
    assert 2 <= len(marks) <= most + 2


def test_what_a_published_count_stands_for() -> None:
    least, most = ends_of_class([9.0, 15.0, 0.0, 10.0])  # type: ignore[arg-type]
    assert least.tolist() == [7, 13, 0, 10]
    assert most.tolist() == [12, 18, 0, 10]
