"""The table behind a native chart: what may stand in it, and the workbook that PowerPoint opens for editing."""

from __future__ import annotations

import datetime
import io
from dataclasses import dataclass

import xlsxwriter

from kumppanuus.report.slides.texts import broken

SHEET = "Sheet1"
"""The name that python-pptx and PowerPoint give it; the chart refers to it."""
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_LONG = 14
_WIDEST = 60


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: names of rows in the first column, one column per series.

    rows : names. columns : (name, one number per row); None = hidden or not there, an empty cell.
    """

    rows: tuple[str, ...]
    columns: tuple[tuple[str, tuple[float | None, ...]], ...]


def sheet_of(rows: tuple[str, ...], *columns: tuple[str, tuple[float | None, ...]]) -> Sheet:
    """Return a table with clean names and numbers no more exact than the picture is."""
    return Sheet(tuple(map(broken, rows)), tuple((broken(name), tuple(map(shown, values))) for name, values in columns))


def shown(value: float | None) -> float | None:
    """Return a number as a chart's table holds it.

    Whole numbers stay; others keep three decimals below 1 and three digits in all above, which is what can be read
    off the picture: a chart must not tell more in its table than it shows.
    """
    if value is None:
        return None
    if abs(value - round(value)) < 1e-6 * max(abs(value), 1.0):
        return round(value)
    size = abs(value)
    return round(value, 3 if size < 1 else 2 if size < 10 else 1)


def workbook_of(sheet: Sheet, day: datetime.date) -> bytes:
    """Return the workbook: one sheet with the table and nothing else.

    Parameters
    ----------
    day : its date; a workbook must not know today's.
    """
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, _OPTIONS) as book:
        book.set_properties({"author": "kumppanuus", "created": datetime.datetime.combine(day, datetime.time())})
        page = book.add_worksheet(SHEET)
        page.set_column(0, 0, min(max(map(len, sheet.rows), default=0) + 2, _WIDEST))
        page.set_column(1, max(len(sheet.columns), 1), _LONG)
        for row, name in enumerate(sheet.rows, start=1):
            if name:
                page.write_string(row, 0, name)
        for place, (name, values) in enumerate(sheet.columns, start=1):
            page.write_string(0, place, name)
            for row, value in enumerate(values, start=1):
                if value is not None:
                    page.write_number(row, place, value)
    return written.getvalue()
