"""The mark of confidential pictures."""

from __future__ import annotations

import struct
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from kumppanuus.drawing import Frame, figure, lint_figure, png_bytes, svg_text
from kumppanuus.drawing.lint import contrast
from kumppanuus.drawing.theme import PAPER, SECRET
from tests.drawing.drawing_specs import FORMS, bars, chart, curves

MARK = "SALASSA PIDETTÄVÄ"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("frame", ["full", "body"])
@pytest.mark.parametrize("case", FORMS)
def test_every_form_is_marked_and_still_without_a_fault(case: str, frame: Frame) -> None:
    marked = replace(chart(FORMS[case]), mark=MARK)
    assert lint_figure(figure(marked, frame)) == []
    root = ElementTree.fromstring(svg_text(marked, prefix="k", frame=frame))
    words = [text for text in root.iter(SVG + "text") if (text.get("id") or "").startswith("k-mark-")]
    assert len(words) >= 3
    assert {text.text for text in words} == {MARK}


def test_the_slanting_words_lie_over_the_drawing_and_are_faint() -> None:
    root = ElementTree.fromstring(svg_text(replace(chart(bars(7)), mark=MARK), prefix="k"))
    ids = [element.get("id") or "" for element in root.iter() if element.get("id")]
    slanting = [place for place, own in enumerate(ids) if own.startswith("k-mark-0")]
    assert slanting
    assert min(slanting) > max(place for place, own in enumerate(ids) if own.startswith("k-bar-"))
    one = next(text for text in root.iter(SVG + "text") if text.get("id") == "k-mark-0-0")
    assert "opacity: 0.12" in (one.get("style") or "")
    assert "rotate(-24" in (one.get("transform") or "")


def test_the_band_can_be_read() -> None:
    assert contrast(PAPER, SECRET) > 7


def test_those_who_do_not_see_the_picture_are_told_first() -> None:
    root = ElementTree.fromstring(svg_text(replace(chart(bars(2)), mark=MARK, alt="sanat"), prefix="k"))
    assert root.findtext(SVG + "desc") == f"{MARK}. sanat"


def test_a_marked_picture_is_still_one_slide() -> None:
    marked = png_bytes(replace(chart(curves(3)), mark=MARK))
    assert struct.unpack(">II", marked[16:24]) == (1920, 1080)
    assert marked != png_bytes(chart(curves(3)))


@pytest.mark.parametrize("frame", ["full", "body"])
def test_without_a_mark_nothing_is_drawn(frame: Frame) -> None:
    assert "mark-" not in svg_text(chart(bars(2)), prefix="k", frame=frame)
