"""PowerPoint mends, or refuses, charts whose elements stand in another order than the schema's."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from pptx import Presentation

from kumppanuus.drawing import Chart
from kumppanuus.drawing.canvas import Box
from kumppanuus.language.say import Say
from kumppanuus.report.slides.book import shown
from kumppanuus.report.slides.deck import parted
from kumppanuus.report.slides.native import draw
from kumppanuus.report.slides.native.chart import Ground
from kumppanuus.report.slides.texts import room_of, say_of_slides

from .slide_forms import FORMS

_LABEL = ("delete", "layout", "tx", "numFmt", "spPr", "txPr", "dLblPos", "showLegendKey", "showVal", "showCatName",
          "showSerName", "showPercent", "showBubbleSize", "separator", "showLeaderLines", "leaderLines")  # fmt: skip
_AXIS = ("axId", "scaling", "delete", "axPos", "majorGridlines", "minorGridlines", "title", "numFmt", "majorTickMark",
         "minorTickMark", "tickLblPos", "spPr", "txPr", "crossAx", "crosses", "crossesAt")  # fmt: skip
ORDER = {
    "chartSpace": ("date1904", "lang", "roundedCorners", "style", "clrMapOvr", "pivotSource", "protection", "chart",
                   "spPr", "txPr", "externalData", "printSettings", "userShapes"),
    "chart": ("title", "autoTitleDeleted", "pivotFmts", "view3D", "floor", "sideWall", "backWall", "plotArea", "legend",
              "plotVisOnly", "dispBlanksAs", "showDLblsOverMax"),
    "title": ("tx", "layout", "overlay", "spPr", "txPr"),
    "legend": ("legendPos", "legendEntry", "layout", "overlay", "spPr", "txPr"),
    "plotArea": ("layout", "barChart", "lineChart", "scatterChart", "catAx", "valAx", "dTable", "spPr"),
    "barChart": ("barDir", "grouping", "varyColors", "ser", "dLbls", "gapWidth", "overlap", "serLines", "axId"),
    "lineChart": ("grouping", "varyColors", "ser", "dLbls", "dropLines", "hiLowLines", "upDownBars", "marker", "smooth",
                  "axId"),
    "scatterChart": ("scatterStyle", "varyColors", "ser", "dLbls", "axId"),
    "ser": ("idx", "order", "tx", "spPr", "invertIfNegative", "marker", "dPt", "dLbls", "trendline", "errBars", "cat",
            "xVal", "val", "yVal", "smooth"),
    "dPt": ("idx", "invertIfNegative", "marker", "bubble3D", "explosion", "spPr"),
    "dLbls": ("dLbl", *_LABEL),
    "dLbl": ("idx", *_LABEL),
    "marker": ("symbol", "size", "spPr"),
    "errBars": ("errDir", "errBarType", "errValType", "noEndCap", "plus", "minus", "val", "spPr"),
    "catAx": (*_AXIS, "auto", "lblAlgn", "lblOffset", "tickLblSkip", "tickMarkSkip", "noMultiLvlLbl"),
    "valAx": (*_AXIS, "crossBetween", "majorUnit", "minorUnit", "dispUnits"),
    "scaling": ("logBase", "orientation", "max", "min"),
    "manualLayout": ("layoutTarget", "xMode", "yMode", "wMode", "hMode", "x", "y", "w", "h"),
    "numCache": ("formatCode", "ptCount", "pt"),
    "numLit": ("formatCode", "ptCount", "pt"),
    "ln": ("noFill", "solidFill", "gradFill", "pattFill", "prstDash", "custDash", "round", "bevel", "miter", "headEnd",
           "tailEnd"),
    "spPr": ("xfrm", "custGeom", "prstGeom", "noFill", "solidFill", "gradFill", "blipFill", "pattFill", "ln",
             "effectLst"),
    "rPr": ("ln", "noFill", "solidFill", "latin", "ea", "cs", "hlinkClick"),
    "pPr": ("lnSpc", "spcBef", "spcAft", "buNone", "defRPr"),
}  # fmt: skip
"""Order of elements in the schemas of ECMA-376 (dml-chart, dml-main), as far as our decks use them."""


def drawn(form: str, box: Box) -> Any:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    chart = Chart(FORMS[form], "Havainto", "", "", "Sanoin")
    draw(Ground(slide, box, say_of_slides(Say("fi")), "Sanoin", datetime.date(2025, 12, 31)), chart)
    return slide


@pytest.mark.parametrize("form", list(FORMS))
def test_elements_stand_in_the_order_of_the_schema(form: str):
    slide = drawn(form, Box(40, 130, 920, 480))
    roots = [slide._element, *(shape.chart._chartSpace for shape in slide.shapes if shape.has_chart)]
    for root in roots:
        for element in root.iter(etree.Element):
            order = ORDER.get(etree.QName(element).localname)
            names = [etree.QName(child).localname for child in element]
            if order and not (etree.QName(element).localname == "marker" and not names):
                assert set(names) <= set(order), (form, element.tag, names)
                assert names == sorted(names, key=order.index), (form, element.tag, names)
        axes = [element.get("val") for element in root.iter("{*}axId", "{*}crossAx")]
        assert all(axis.isdecimal() for axis in axes)


@pytest.mark.parametrize("form", list(FORMS))
def test_everything_stands_inside_its_room(form: str):
    for shape in drawn(form, Box(40, 130, 920, 480)).shapes:
        edges = [value / 12700 for value in (shape.left, shape.top, shape.left + shape.width, shape.top + shape.height)]
        assert edges[0] >= 36
        assert edges[1] >= 126
        assert edges[2] <= 924
        assert edges[3] <= 484


@given(st.floats(-1e9, 1e9, allow_nan=False))
def test_a_table_holds_a_number_to_three_digits_or_whole(value: float):
    held = shown(value)
    assert held is not None
    assert abs(held - value) <= max(0.0005, abs(value) * 0.0051, 1e-6 * abs(value))
    decimals = repr(held).partition(".")[2]
    assert len(decimals) <= 3 or "e" in decimals


WORDS = st.lists(st.text("abcå", min_size=1, max_size=12), min_size=1, max_size=5).map(" ".join)


@given(st.lists(WORDS, min_size=1, max_size=8))
def test_a_footer_is_parted_without_losing_a_word(parts: list[str]):
    footer = " · ".join(parts)
    lines = parted(footer, 200.0)
    assert " ".join(" ".join(lines).replace(" · ", " ").split()) == " ".join(footer.replace(" · ", " ").split())
    assert all(room_of(line, 14.0) <= 200.5 for line in lines)
