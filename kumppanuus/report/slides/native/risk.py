"""The table below curves: how many are followed at each tick, as a native table in line with the axis."""

from __future__ import annotations

import itertools
from typing import Any

from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn

from kumppanuus.drawing import theme
from kumppanuus.drawing.canvas import Box
from kumppanuus.drawing.curves import shown_ticks
from kumppanuus.drawing.spec import Curves
from kumppanuus.report.slides.native.chart import Ground
from kumppanuus.report.slides.texts import clean, lines_of, room_of
from kumppanuus.report.slides.writing import INK, Run, describe, emu, place_of, write

ROW = 18.5
_LONGEST = 230.0
_AIR = 8.0
_PLAIN_TABLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
"""PowerPoint's style without lines and fills."""


def rows_of(form: Curves) -> list[tuple[str, tuple[str, ...], str]]:
    """Rows of the table, its head first: (label, one text per tick, colour of the label); empty without a table."""
    rows = [(clean(one.label), one.table, theme.WORDS[one.colour]) for one in form.series if one.table]
    rows += [(clean(label), texts, INK) for label, texts in form.extra_rows]
    texts = form.x_tick_texts or tuple(f"{tick:g}" for tick in form.ticks)
    return [(form.table_title, texts, INK), *rows] if rows else []


def name_width(rows: list[tuple[str, tuple[str, ...], str]]) -> float:
    """Return the width of the column of names, in points."""
    names = [room_of(name, theme.SMALLEST, place == 0) for place, (name, _, _) in enumerate(rows)]
    return min(max(names, default=0.0), _LONGEST) + 2 * _AIR


def first_width(rows: list[tuple[str, tuple[str, ...], str]]) -> float:
    """Return the width of the texts at the first tick, in points."""
    return max((room_of(texts[0], theme.SMALLEST) for _, texts, _ in rows), default=0.0)


def add_table(
    ground: Ground, form: Curves, rows: list[tuple[str, tuple[str, ...], str]], plot: Box, top: float
) -> None:
    """Add the table; its columns are centred on the ticks of the plot above."""
    span = form.ticks[-1] - form.ticks[0]
    places = [plot.left + (tick - form.ticks[0]) / span * plot.width for tick in form.ticks]
    wide = [max(room_of(row[1][at], theme.SMALLEST) for row in rows) for at in range(len(places))]
    kept = shown_ticks(places, wide)
    edges = [(places[a] + places[b]) / 2 for a, b in itertools.pairwise(kept)]
    last = min(places[kept[-1]] + (places[kept[-1]] - edges[-1] if edges else wide[kept[-1]]), ground.box.right)
    bounds = [ground.box.left, places[kept[0]] - wide[kept[0]] / 2 - _AIR / 2, *edges, last]
    box = Box(ground.box.left, top, last, top + ROW * len(rows))
    shape = ground.slide.shapes.add_table(len(rows), len(kept) + 1, *place_of(box))
    describe(shape, form.table_title or ground.say("slides.name_table"), "")
    shape._element._nvXxPr.cNvPr.attrib.pop("descr", None)
    table = shape.table
    table._tbl.tblPr.find(qn("a:tableStyleId")).text = _PLAIN_TABLE
    table.horz_banding = False
    for place, column in enumerate(table.columns):
        column.width = emu(bounds[place + 1] - bounds[place])
    for number, (name, texts, colour) in enumerate(rows):
        table.rows[number].height = emu(ROW)
        whole = lines_of(name, bounds[1] - bounds[0] - _AIR, theme.SMALLEST, number == 0, 1)[0]
        _cell(table.cell(number, 0), Run(whole, theme.SMALLEST, number == 0, colour), "r", ground.language)
        for place, at in enumerate(kept, start=1):
            run = Run(texts[at], theme.SMALLEST, False, INK)
            cell = table.cell(number, place)
            _cell(cell, run, "l" if place == 1 else "ctr", ground.language)
            if place == 1:  # this column is not even on both sides of its tick
                cell.margin_left = emu(places[at] - room_of(run.text, theme.SMALLEST) / 2 - bounds[1])


def _cell(cell: Any, run: Run, align: str, language: str) -> None:
    cell.margin_left, cell.margin_right = 0, emu(_AIR) if align == "r" else 0
    cell.margin_top = cell.margin_bottom = 0
    write(cell.text_frame, [[run]], language)
    cell.text_frame.word_wrap = False
    properties = cell.text_frame.paragraphs[0]._p.get_or_add_pPr()
    properties.set("algn", align)
    end = cell.text_frame.paragraphs[0]._p.find(qn("a:endParaRPr"))
    if end is None and not run.text.strip():  # an empty cell would be as high as type of 18 points
        cell.text_frame.paragraphs[0]._p.append(
            parse_xml(f'<a:endParaRPr {nsdecls("a")} lang="{language}" sz="{int(theme.SMALLEST * 100)}"/>')
        )
