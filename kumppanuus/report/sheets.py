"""Sheets of a workbook. Of an internal run every one carries its mark: in the first row, and on every printed page."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

_SECRET = "#A30F2D"
_A4 = 9
_LINE_POINTS, _MOST_POINTS = 15, 400
_USUAL_WIDTH, _BOLD = 8, 0.85
"""Width of a column that nobody set, and the part of it that bold letters leave."""


class Page:
    """A sheet whose rows are counted from 0 below the mark.

    Parameters
    ----------
    book : the workbook; the sheet is added to it.
    name : of the sheet.
    mark : words of the mark; empty for none.
    widths : of the columns, in characters.
    title : printed at the head of every page; nothing where the name of the sheet says enough.
    """

    def __init__(self, book: Any, name: str, mark: str, widths: Sequence[int] = (), title: str = "") -> None:
        self._sheet = book.add_worksheet(name)
        self._top = 1 if mark else 0
        self._widths = dict(enumerate(widths))
        self._lines: dict[int, int] = {}
        self._sheet.set_paper(_A4)
        self._sheet.set_landscape()
        self._sheet.fit_to_pages(1, 0)
        self._sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        self._sheet.set_header("&L" + title.replace("&", "&&")[:200] if title else "")
        self._sheet.set_footer("&L&A&R&P/&N")
        for place, width in enumerate(widths):
            self._sheet.set_column(place, place, width)
        if mark:
            self._sheet.write_string(0, 0, mark, book.add_format({"bold": True, "font_color": _SECRET}))
            self._sheet.set_tab_color(_SECRET)
            printed = f'&C&"-,Bold"&K{_SECRET[1:]}{mark}'
            self._sheet.set_header(printed)
            self._sheet.set_footer(printed)

    def text(self, row: int, column: int, text: str, form: Any) -> None:
        """Write text as text, whatever it starts with; where it is wrapped the row gets the height it needs."""
        self._sheet.write_string(row + self._top, column, text, form)
        if form.text_wrap:
            width = self._widths.get(column, _USUAL_WIDTH)
            self._raise(row, len(textwrap.wrap(text, max(1, int(width * (_BOLD if form.bold else 1))))))

    def _raise(self, row: int, lines: int) -> None:
        """Make a row high enough: not every spreadsheet program does it for us."""
        if lines > self._lines.get(row, 1):
            self._lines[row] = lines
            self._sheet.set_row(row + self._top, min(lines * _LINE_POINTS, _MOST_POINTS))

    def number(self, row: int, column: int, number: float, form: Any) -> None:
        """Write a number."""
        self._sheet.write_number(row + self._top, column, number, form)

    def link(self, row: int, column: int, sheet: str, form: Any) -> None:
        """Write the name of another sheet that leads there."""
        self._sheet.write_url(row + self._top, column, f"internal:'{sheet}'!A1", form, sheet)

    def width(self, column: int, width: int) -> None:
        """Set the width of a column, in characters; before anything is written in it."""
        self._widths[column] = width
        self._sheet.set_column(column, column, width)

    def freeze(self, rows: int, columns: int) -> None:
        """Keep the first rows (the mark with them) and columns in sight, on paper the rows on every page."""
        self._sheet.freeze_panes(rows + self._top, columns)
        self._sheet.repeat_rows(0, rows + self._top - 1)

    def bare(self) -> None:
        """Show no lines between the cells: the sheet is read, not calculated with."""
        self._sheet.hide_gridlines(2)

    def filter(self, rows: int, columns: int) -> None:
        """Let readers filter a table that begins in the first row, its head not counted."""
        self._sheet.autofilter(self._top, 0, max(rows, 1) + self._top, columns - 1)
