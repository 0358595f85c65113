from __future__ import annotations

import math
import re
from itertools import pairwise
from typing import Any

import pytest
from matplotlib.artist import Artist
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.text import Text

from kumppanuus.drawing import Chart, Estimate, Forest, Form, figure
from kumppanuus.drawing.theme import FILL, PAPER
from tests.drawing.estimate_specs import forest


def drawn(form: Form) -> Figure:
    return figure(Chart(form, "Otsikko", "", "", "alt"))


def named(page: Figure, pattern: str) -> list[Any]:
    return [one for one in page.findobj(Artist) if re.fullmatch(pattern, one.get_gid() or "")]


def words(page: Figure, pattern: str) -> list[str]:
    return [one.get_text() for one in named(page, pattern) if isinstance(one, Text)]


def _row(value: float | None, lower: float | None, upper: float | None, **more: Any) -> Estimate:
    return Estimate("a", value, lower, upper, "teksti", **more)


def test_equal_factors_are_equal_lengths_on_a_log_axis() -> None:
    form = Forest((_row(1.0, 0.5, 2.0), _row(2.0, 1.0, 4.0)), 1.0, ticks=((0.25, "¼"), (4.0, "4")), log=True)
    page = drawn(form)
    first, second = named(page, "interval-0")[0].get_xdata(), named(page, "interval-1")[0].get_xdata()
    assert first[1] - first[0] == pytest.approx(second[1] - second[0])
    (reference,) = named(page, "reference")
    assert list(reference.get_xdata()) == pytest.approx([second[0]] * 2)
    assert named(page, "dot-0")[0].center[0] == pytest.approx(sum(first) / 2)
    assert named(page, "dot-1")[0].center[0] == pytest.approx(first[1])


def test_differences_are_lengths_on_a_linear_axis() -> None:
    form = Forest((_row(1.0, 0.0, 3.0),), 0.0, ticks=((-1.0, "−1"), (3.0, "3")))
    page = drawn(form)
    left, right = named(page, "interval-0")[0].get_xdata()
    ticks = [line.get_xdata()[0] for line in named(page, r"grid-\d")]
    assert (right - left) == pytest.approx(0.75 * (ticks[1] - ticks[0]))
    assert left == pytest.approx(named(page, "reference")[0].get_xdata()[0])


def test_clear_marks_are_filled_and_others_hollow() -> None:
    form = Forest((_row(2.0, 1.5, 3.0, colour="special", clear=True), _row(1.1, 0.9, 1.4, colour="special")), 1.0)
    page = drawn(form)
    assert to_hex(named(page, "dot-0")[0].get_facecolor()) == FILL["special"].lower()
    assert to_hex(named(page, "dot-1")[0].get_facecolor()) == PAPER


def test_a_hidden_row_has_words_but_no_mark() -> None:
    page = drawn(Forest((_row(None, None, None, n_text="peitetty"), _row(1.0, None, None)), 1.0))
    assert not named(page, "dot-0|interval-0|cap-0-.")
    assert words(page, "value-0|n-0") == ["teksti", "peitetty"]
    assert named(page, "dot-1")
    assert not named(page, "interval-1")


def test_texts_stand_in_columns_right_of_the_axis() -> None:
    page = drawn(forest(6))
    axis = max(named(page, "axis-x")[0].get_xdata())
    lefts = {round(one.get_position()[0], 3) for one in named(page, r"value-\d+")}
    rights = {round(one.get_position()[0], 3) for one in named(page, r"n-\d+")}
    assert len(lefts) == len(rights) == 1
    assert axis < lefts.pop() < rights.pop()
    assert words(page, "reference-text|below-text|above-text") == ["ei eroa", "← vähemmän", "enemmän →"]


def test_rows_go_from_top_to_bottom() -> None:
    heights = [one.center[1] for one in named(drawn(forest(5)), r"dot-\d")]
    assert heights == sorted(heights)
    assert len({round(b - a, 6) for a, b in pairwise(heights)}) == 1


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: _row(1.0, 0.5, None), "upper"),
        (lambda: _row(None, 0.5, 1.0), "value"),
        (lambda: _row(3.0, 0.5, 1.0), "value"),
        (lambda: _row(math.inf, None, None), "value"),
        (lambda: Forest((_row(0.0, None, None),), 1.0, log=True), "log"),
        (lambda: Forest((_row(1.0, None, None),) * 16, 1.0), "rows"),
        (lambda: Forest((), 1.0, ticks=((2.0, ""), (1.0, ""))), "ticks"),
    ],
)
def test_what_cannot_be_drawn_is_refused(make: Any, field: str) -> None:
    with pytest.raises(ValueError, match=f"^{field}:"):
        make()
