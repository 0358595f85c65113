"""The ranked table of what was decided, as native tables on as many slides as it takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Pt

from kumppanuus.drawing import theme
from kumppanuus.drawing.canvas import Box
from kumppanuus.report.slides.page import Deck
from kumppanuus.report.slides.texts import clean, height_of, widest_of
from kumppanuus.report.slides.writing import Run, describe, emu, place_of, write
from kumppanuus.workshop.summary import Decision, Summary
from kumppanuus.workshop.words import priority_key

COLUMNS = ("rank", "finding", "priority", "votes", "action", "owner")
_SHARES = {"finding": 0.44, "action": 0.34, "owner": 0.22}
"""Of what the columns of single words leave of the width."""
_OTHER_TYPE = 1.15
"""How much wider a template's type may be than ours."""
_BOLD = ("rank", "finding", "priority")
_PLAIN_TABLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
"""PowerPoint's style without lines and fills."""
_PADDING, _GAP = 5.0, 10.0
_LONGEST = 110
"""Letters of a cell; what was written is on the slide of the decision in full."""


def add_tables(deck: Deck, summary: Summary) -> list[tuple[Any, Any]]:
    """Add the table; returns for every decision the slide and the run of its rank, to be linked."""
    body, say = deck.paper.body, deck.say
    box = Box(body.left, body.top + 12, body.right, body.bottom - 26)
    head = [say(f"summary.{name}") for name in COLUMNS]
    rows = [_texts(decision, deck) for decision in summary.decisions]
    widths = _widths([head, *rows], box.width, 1.0 if deck.paper.own else _OTHER_TYPE)
    pages = _pages(rows, widths, box.height - _height(head, widths, True))
    links = []
    for number, page in enumerate(pages, start=1):
        title = say("summary.decided_page", page=number, pages=len(pages)) if len(pages) > 1 else say("summary.decided")
        slide = deck.add(title, [say("summary.lead"), say("summary.link_note")])
        links += [(slide, run) for run in _table(deck, slide, box, widths, [head, *page])]
        deck.finish(slide)
    return links


def link(place: tuple[Any, Any], slide: Any) -> None:
    """Let a rank lead to the slide of its decision: LibreOffice breaks longer links within words."""
    start, run = place
    key = start.part.relate_to(slide.part, RT.SLIDE)
    made = f'<a:hlinkClick {nsdecls("a", "r")} r:id="{key}" action="ppaction://hlinksldjump"/>'
    run._r.get_or_add_rPr().append(parse_xml(made))


def _widths(rows: Sequence[Sequence[str]], room: float, wider: float) -> list[float]:
    """Return the widths of the columns: single words as they need, the others share the rest."""
    needed = {
        name: wider * widest_of(texts, theme.SMALLEST, True) + (3 if name == "votes" else 1.2) * _GAP
        for name, texts in zip(COLUMNS, zip(*rows, strict=True), strict=True) if name not in _SHARES
    }  # fmt: skip
    rest = room - sum(needed.values())
    return [needed[name] if name in needed else _SHARES[name] * rest for name in COLUMNS]


def _texts(decision: Decision, deck: Deck) -> list[str]:
    item = decision.item
    urgency = deck.say(priority_key(item.priority))
    texts = [str(decision.rank), decision.title, urgency, deck.say.number(item.votes), item.action or "–",
             item.owner or "–"]  # fmt: skip
    return [_short(clean(text.replace("\n", " "))) for text in texts]


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rsplit(' ', 1)[0]} …"


def _height(texts: Sequence[str], widths: Sequence[float], head: bool = False) -> float:
    """Return the height of a row."""
    high = (
        height_of([text], wide - _GAP, theme.SMALLEST, head or name in _BOLD)
        for text, wide, name in zip(texts, widths, COLUMNS, strict=True)
    )
    return max(high) + 2 * _PADDING


def _pages(rows: Sequence[list[str]], widths: Sequence[float], room: float) -> list[list[list[str]]]:
    pages: list[list[list[str]]] = [[]]
    for row in rows:
        if pages[-1] and sum(_height(each, widths) for each in [*pages[-1], row]) > room:
            pages.append([])
        pages[-1].append(row)
    return pages


def _table(deck: Deck, slide: Any, box: Box, widths: Sequence[float], rows: Sequence[Sequence[str]]) -> list[Any]:
    """Add a native table, its first row the head; returns the runs of the ranks."""
    heights = [_height(row, widths, number == 0) for number, row in enumerate(rows)]
    place = Box(box.left, box.top, box.right, box.top + sum(heights))
    shape = slide.shapes.add_table(len(rows), len(widths), *place_of(place))
    describe(shape, deck.say("summary.decided_caption"), "")
    shape._element._nvXxPr.cNvPr.attrib.pop("descr", None)
    table = shape.table
    table._tbl.tblPr.find(qn("a:tableStyleId")).text = _PLAIN_TABLE
    table.horz_banding = False
    for column, wide in zip(table.columns, widths, strict=True):
        column.width = emu(wide)
    for number, (row, high) in enumerate(zip(rows, heights, strict=True)):
        table.rows[number].height = emu(high)
        for at, text in enumerate(row):
            _cell(table.cell(number, at), text, COLUMNS[at], number == 0, deck.language)
    return [table.cell(number, 0).text_frame.paragraphs[0].runs[0] for number in range(1, len(rows))]


def _cell(cell: Any, text: str, name: str, head: bool, language: str) -> None:
    cell.margin_left, cell.margin_right = 0, Pt(_GAP)
    cell.margin_top = cell.margin_bottom = Pt(_PADDING)
    run = Run(text, theme.SMALLEST, head or name in _BOLD, theme.WORDS["early"] if head else theme.INK)
    write(cell.text_frame, [[run]], language)
    if name == "votes":
        cell.text_frame.paragraphs[0]._p.get_or_add_pPr().set("algn", "r")
        cell.margin_right = Pt(2 * _GAP)
    _rule(cell, theme.WORDS["early"] if head else theme.EDGE, 1.5 if head else 0.75)


def _rule(cell: Any, colour: str, thick: float) -> None:
    """Draw a line below a cell."""
    fill = f'<a:solidFill><a:srgbClr val="{colour.lstrip("#").upper()}"/></a:solidFill>'
    line = f'<a:lnB {nsdecls("a")} w="{emu(thick)}">{fill}</a:lnB>'
    cell._tc.get_or_add_tcPr().insert(0, parse_xml(line))
