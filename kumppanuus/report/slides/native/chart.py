"""What every native chart shares: its frame, its workbook, its type, its axes, the labels at its marks."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pptx.chart.data import CategoryChartData
from pptx.enum.dml import MSO_PATTERN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Pt

from kumppanuus.drawing import theme
from kumppanuus.drawing.canvas import Box
from kumppanuus.language.say import Say
from kumppanuus.report.slides.book import Sheet, workbook_of
from kumppanuus.report.slides.texts import LANGUAGE, clean
from kumppanuus.report.slides.writing import INK, QUIET, Run, describe, paint, place_of, style


@dataclass(frozen=True, slots=True)
class Ground:
    """Where and how a form is set on a slide.

    slide : of python-pptx. box : the room there is, in points. alt : the finding in words.
    day : the date of embedded workbooks.
    """

    slide: Any
    box: Box
    say: Say
    alt: str
    day: datetime.date

    @property
    def language(self) -> str:
        """Its language as spelling checkers name it."""
        return LANGUAGE[self.say.language]


def add_chart(ground: Ground, kind: Any, sheet: Sheet, box: Box) -> Any:
    """Add a chart of a table; its workbook holds that table and nothing else."""
    data = CategoryChartData(number_format="General")
    data.categories = list(sheet.rows)
    for name, values in sheet.columns:
        data.add_series(name, values)
    frame = ground.slide.shapes.add_chart(kind, *place_of(box), data)
    describe(frame, ground.say("slides.name_chart"), ground.alt)
    chart = frame.chart
    finish(chart, ground, sheet)
    return chart


def finish(chart: Any, ground: Ground, sheet: Sheet) -> None:
    """Give a chart its workbook and what all of ours have in common."""
    chart.part.chart_workbook.update_from_xlsx_blob(workbook_of(sheet, ground.day))
    chart.has_title = False
    chart.has_legend = False
    chart.font.size = Pt(theme.SMALLEST)
    paint(chart.font.color, INK)
    space = chart._chartSpace
    for end in space.iter(qn("a:endParaRPr")):
        end.set("lang", ground.language)
    rounded = parse_xml(f'<c:roundedCorners {nsdecls("c")} val="0"/>')
    first = space.find(qn("c:date1904"))
    if first is None:
        space.insert(0, rounded)
    else:
        first.addnext(rounded)
    for axis in space.iter(qn("c:axId"), qn("c:crossAx")):
        axis.set("val", axis.get("val").lstrip("-"))  # unsigned by the schema


def lay(chart: Any, frame: Box, plot: Box) -> None:
    """Fix the inside of the axes at a box of the slide, so that labels find their marks in every program."""
    area = chart._chartSpace.chart.plotArea
    for old in area.findall(qn("c:layout")):
        area.remove(old)
    area.insert(0, parse_xml(f"<c:layout {nsdecls('c')}>{_manual(frame, plot, inner=True)}</c:layout>"))


def _manual(frame: Box, box: Box, *, inner: bool = False) -> str:
    target = '<c:layoutTarget val="inner"/>' if inner else ""
    shares = (
        ("x", (box.left - frame.left) / frame.width),
        ("y", (box.top - frame.top) / frame.height),
        ("w", box.width / frame.width),
        ("h", box.height / frame.height),
    )
    values = "".join(f'<c:{name} val="{share:.4f}"/>' for name, share in shares)
    return f'<c:manualLayout>{target}<c:xMode val="edge"/><c:yMode val="edge"/>{values}</c:manualLayout>'


def legend(chart: Any, frame: Box, box: Box, size: float, left_out: Iterable[int] = ()) -> None:
    """Add the key at a box of the slide; `left_out` are places of series without an entry."""
    chart.has_legend = True
    chart.legend.include_in_layout = False
    chart.legend.font.size = Pt(size)
    paint(chart.legend.font.color, INK)
    element = chart.legend._element
    for old in element.findall(qn("c:layout")):
        element.remove(old)
    place = element.find(qn("c:legendPos"))
    if place is None:
        place = parse_xml(f'<c:legendPos {nsdecls("c")} val="r"/>')
        element.insert(0, place)
    layout = parse_xml(f"<c:layout {nsdecls('c')}>{_manual(frame, box)}</c:layout>")
    place.addnext(layout)
    for index in sorted(left_out, reverse=True):
        gone = f'<c:legendEntry {nsdecls("c")}><c:idx val="{index}"/><c:delete val="1"/></c:legendEntry>'
        place.addnext(parse_xml(gone))


def heading(chart: Any, frame: Box, text: str, left: float, ground: Ground) -> None:
    """Put what the lengths measure above the plot, as the title of the chart: it stays when the chart is copied."""
    chart.has_title = True
    frame_ = chart.chart_title.text_frame
    frame_.text = clean(text)
    run = frame_.paragraphs[0].runs[0]
    run._r.get_or_add_rPr().set("lang", ground.language)
    style(run.font, Run("", theme.LABEL, False, QUIET))
    put_title(chart.chart_title._element, frame, left, frame.top)


def label(point: Any, runs: Sequence[Sequence[Run]], language: str, position: Any = None) -> Any:
    """Put words at a mark instead of its number; returns the element."""
    frame = point.data_label.text_frame
    for place, row in enumerate(runs):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        paragraph._p.get_or_add_pPr().set("algn", "l")
        for one in row:
            run = paragraph.add_run()
            run.text = clean(one.text)
            run._r.get_or_add_rPr().set("lang", language)
            style(run.font, one)
    frame._txBody.find(qn("a:bodyPr")).set("wrap", "none")
    if position is not None:
        point.data_label.position = position
    return point.data_label._dLbl


def grounded(element: Any) -> None:
    """Give a label a white ground, so that it can be read on stripes."""
    fill = f'<c:spPr {nsdecls("c", "a")}><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill></c:spPr>'
    element.find(qn("c:tx")).addnext(parse_xml(fill))


def striped(fill: Any, colour: str) -> None:
    """Fill with a colour struck by white slanting lines."""
    fill.patterned()
    fill.pattern = MSO_PATTERN.WIDE_UPWARD_DIAGONAL
    paint(fill.fore_color, theme.PAPER)
    paint(fill.back_color, colour)


def moved(element: Any, frame: Box, right: float, down: float) -> None:
    """Move a label from its usual place by points."""
    spot = f'<c:x val="{right / frame.width:.4f}"/><c:y val="{down / frame.height:.4f}"/>'
    layout = f"<c:layout {nsdecls('c')}><c:manualLayout>{spot}</c:manualLayout></c:layout>"
    element.find(qn("c:idx")).addnext(parse_xml(layout))


def stroke(line: Any, colour: str, thick: float, dash: Sequence[float] = ()) -> None:
    """Give a line of python-pptx colour, width in points and a dash in widths of the line."""
    line.width = Pt(thick)
    line.color.rgb = _rgb(colour)
    if dash:
        pairs = zip(dash[::2], dash[1::2], strict=True)
        parts = "".join(f'<a:ds d="{round(on * 1e5)}" sp="{round(off * 1e5)}"/>' for on, off in pairs)
        element = line._ln
        for old in element.findall(qn("a:prstDash")):
            element.remove(old)
        element.find(qn("a:solidFill")).addnext(parse_xml(f"<a:custDash {nsdecls('a')}>{parts}</a:custDash>"))


def _rgb(colour: str) -> Any:
    from pptx.dml.color import RGBColor

    return RGBColor.from_string(colour.lstrip("#").upper())


def put_title(element: Any, frame: Box, left: float, top: float) -> None:
    """Put a title at a place of the slide, over whatever is there."""
    for old in element.findall(qn("c:layout")):
        element.remove(old)
    x, y = max((left - frame.left) / frame.width, 0.0), max((top - frame.top) / frame.height, 0.0)
    spot = f'<c:xMode val="edge"/><c:yMode val="edge"/><c:x val="{x:.4f}"/><c:y val="{y:.4f}"/>'
    layout = parse_xml(f"<c:layout {nsdecls('c')}><c:manualLayout>{spot}</c:manualLayout></c:layout>")
    element.find(qn("c:tx")).addnext(layout)
    over = element.find(qn("c:overlay"))
    if over is None:
        layout.addnext(parse_xml(f'<c:overlay {nsdecls("c")} val="1"/>'))
    else:
        over.set("val", "1")
