"""Columns of cards: a title, a sentence, where it comes from; an empty card at the end of each column."""

from __future__ import annotations

from kumppanuus.drawing import theme
from kumppanuus.drawing.canvas import Box, Canvas, baseline
from kumppanuus.drawing.spec_board import Board, BoardColumn, Card
from kumppanuus.drawing.text import cut, hyphenated, width, wrap

_BETWEEN, _GAP, _PAD = 18.0, 6.0, 9.0
_HEADING = 28.0
_BAR = 5.0
_BLANK_LEAST = 40.0
_LEAST = 170.0
"""Height of a board without cards: room enough to write."""
_TITLE, _TEXT = theme.FOOTER, theme.SMALLEST
_PITCH = 16.8
"""Distance of the lines of a card."""
_LINES = 4
"""Lines of a title, two at most, and of what is said."""
_FOOT = 5.0
_CARD = _BAR + (_LINES + 1) * _PITCH + _FOOT
"""Height of a full card; the last line says where it comes from."""


def natural_height(form: Board) -> float:
    """Height of the form in points where nothing forces another."""
    most = max(len(column.cards) for column in form.columns)
    return max(_HEADING + most * (_CARD + _GAP) + _BLANK_LEAST, _LEAST)


def draw(canvas: Canvas, box: Box, form: Board) -> None:
    """Draw the columns side by side, the cards of all of them at the same height."""
    wide = (box.width - (len(form.columns) - 1) * _BETWEEN) / len(form.columns)
    most = max(len(column.cards) for column in form.columns)
    high = min(_CARD, (box.height - _HEADING - _BLANK_LEAST) / max(most, 1) - _GAP)
    for place, column in enumerate(form.columns):
        left = box.left + place * (wide + _BETWEEN)
        _draw_column(canvas, Box(left, box.top, left + wide, box.bottom), column, place, high)


def _draw_column(canvas: Canvas, box: Box, column: BoardColumn, place: int, high: float) -> None:
    more = cut(column.more, box.width / 2, _TEXT)
    heading = cut(column.heading, box.width - width(more, _TEXT) - 8, theme.SUBTITLE, True)
    canvas.text(box.left, box.top + 17, heading, f"heading-{place}", size=theme.SUBTITLE, bold=True,
                colour=theme.WORDS[column.colour])  # fmt: skip
    canvas.text(box.right, box.top + 17, more, f"more-{place}", size=_TEXT, colour=theme.QUIET, align="right")
    y = box.top + _HEADING
    for number, card in enumerate(column.cards):
        _draw_card(canvas, Box(box.left, y, box.right, y + high), card, f"{place}-{number}", column)
        y += high + _GAP
    _draw_blank(canvas, Box(box.left, y, box.right, max(box.bottom, y + _BLANK_LEAST)), column.blank, place)


def _draw_card(canvas: Canvas, box: Box, card: Card, name: str, column: BoardColumn) -> None:
    canvas.rectangle(box.left, box.top, box.width, box.height, theme.SHADE, f"ground-{name}", z=1.0)
    fill = theme.FILL[column.colour]
    canvas.rectangle(box.left, box.top, max(box.width * card.weight, 3.0), _BAR, fill, f"weight-{name}", z=1.5)
    inside = box.width - 2 * _PAD
    pitch = min(_PITCH, (box.height - _BAR - _FOOT) / (_LINES + 1))
    title = wrap(hyphenated(card.title, inside, _TITLE, True), inside, _TITLE, True, balanced=False)
    says = wrap(card.says, inside, _TEXT, most=_LINES - len(title), balanced=False)
    y = box.top + _BAR - 1.0
    for row, line in enumerate(title):
        y += pitch
        canvas.text(box.left + _PAD, y, line, f"title-{name}-{row}", size=_TITLE, bold=True)
    for row, line in enumerate(says):
        y += pitch
        canvas.text(box.left + _PAD, y, line, f"says-{name}-{row}", size=_TEXT)
    note = cut(card.note, inside, _TEXT)
    canvas.text(box.left + _PAD, box.bottom - _FOOT, note, f"note-{name}", size=_TEXT, colour=theme.QUIET)


def _draw_blank(canvas: Canvas, box: Box, words: str, place: int) -> None:
    """An outline to be filled in by hand."""
    x, y = [box.left, box.right, box.right, box.left, box.left], [box.top, box.top, box.bottom, box.bottom, box.top]
    canvas.line(x, y, f"blank-{place}", colour=theme.QUIET, thick=1.2, dash=(4.0, 3.0))
    lines = wrap(words, box.width - 2 * _PAD, _TEXT)
    first = baseline(box.top + 6.0 + _TEXT / 2, _TEXT)
    for row, line in enumerate(lines):
        canvas.text(box.left + _PAD, first + row * _PITCH, line, f"blank-text-{place}-{row}", size=_TEXT,
                    colour=theme.QUIET)  # fmt: skip
