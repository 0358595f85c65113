"""Sheets of a workbook. Of an internal run every one carries its mark: in the first row, and on every printed page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_SECRET = "#A30F2D"


class Page:
    """A sheet whose rows are counted from 0 below the mark.

    Parameters
    ----------
    book : the workbook; the sheet is added to it.
    name : of the sheet.
    mark : words of the mark; empty for none.
    widths : of the columns, in characters.
    """

    def __init__(self, book: Any, name: str, mark: str, widths: Sequence[int] = ()) -> None:
        self._sheet = book.add_worksheet(name)
        self._top = 1 if mark else 0
        for place, width in enumerate(widths):
            self._sheet.set_column(place, place, width)
        if mark:
            self._sheet.write_string(0, 0, mark, book.add_format({"bold": True, "font_color": _SECRET}))
            self._sheet.set_tab_color(_SECRET)
            printed = f'&C&"-,Bold"&K{_SECRET[1:]}{mark}'
            self._sheet.set_header(printed)
            self._sheet.set_footer(printed)

    def text(self, row: int, column: int, text: str, form: Any) -> None:
        """Write text as text, whatever it starts with."""
        self._sheet.write_string(row + self._top, column, text, form)

    def number(self, row: int, column: int, number: float, form: Any) -> None:
        """Write a number."""
        self._sheet.write_number(row + self._top, column, number, form)

    def link(self, row: int, column: int, sheet: str, form: Any) -> None:
        """Write the name of another sheet that leads there."""
        self._sheet.write_url(row + self._top, column, f"internal:'{sheet}'!A1", form, sheet)

    def width(self, column: int, width: int) -> None:
        """Set the width of a column, in characters."""
        self._sheet.set_column(column, column, width)

    def freeze(self, rows: int, columns: int) -> None:
        """Keep the first rows (the mark with them) and columns in sight."""
        self._sheet.freeze_panes(rows + self._top, columns)

    def filter(self, rows: int, columns: int) -> None:
        """Let readers filter a table that begins in the first row, its head not counted."""
        self._sheet.autofilter(self._top, 0, max(rows, 1) + self._top, columns - 1)
