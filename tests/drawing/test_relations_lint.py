from __future__ import annotations

import pytest
from matplotlib.text import Text

from kumppanuus.drawing import Flow, Form, Stop, Stream, figure, lint_figure
from tests.drawing.drawing_specs import chart
from tests.drawing.relation_specs import NASTY
from tests.drawing.test_drawing_forms import named


@pytest.mark.parametrize("form", NASTY.values(), ids=NASTY)
def test_nasty_forms_are_drawn_without_a_fault(form: Form) -> None:
    for frame in ("body", "full"):
        assert lint_figure(figure(chart(form), frame)) == []  # type: ignore[arg-type]


def test_a_text_that_hides_a_stream_is_a_fault() -> None:
    stops = (Stop(0, "a", "A", "99", "early"), Stop(1, "b", "B", "9", "corrective"), Stop(1, "c", "C", "90", "neutral"))
    form = Flow(("1", "2"), stops, (Stream(0, "a", "b", 9.0, "9"), Stream(0, "a", "c", 90.0)), "b")
    page = figure(chart(form))
    assert lint_figure(page) == []
    (number,) = [text for text in named(page, "inside-0") if isinstance(text, Text)]
    number.set(gid="other", text="Lastensuojelun avohuolto", fontsize=40)
    assert any("over stream-0" in fault for fault in lint_figure(page))
    number.set(gid="inside-0")
    assert not any("over stream-0" in fault for fault in lint_figure(page))
