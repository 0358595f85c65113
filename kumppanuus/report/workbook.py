"""The numbers of a run as a workbook: cover, contents, a sheet per table, what is hidden, notes, dictionary."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlsxwriter

from kumppanuus.analysis import Analysis
from kumppanuus.disclosure.released import Released, demand
from kumppanuus.language.say import Say
from kumppanuus.report.account import account_of
from kumppanuus.report.exhibits import Exhibit, in_wings
from kumppanuus.report.facts import RunFacts
from kumppanuus.report.protection import Protected, protected, rules_of, status_of
from kumppanuus.report.sheets import Page
from kumppanuus.report.shown import ShownColumn, ShownTable, show_table, unit_word
from kumppanuus.report.words import faced, mark_of, plain, say_of_report, say_of_room
from kumppanuus.study import Study

_LONGEST_NAME = 31
_WIDEST, _NARROWEST = 48, 10
_NUMBER_FORMATS = {0: "#,##0", 1: "#,##0.0"}
_PERCENT_FORMATS = {0: "0%", 1: "0.0%"}
_INK, _BAND = "#12436D", "#EEF1F4"
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}
"""No temporary files (they would hold the numbers and the time of day), and text stays text whatever it starts with."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A released table on its sheet."""

    name: str
    table: ShownTable


def write_workbook(
    path: Path,
    released: Released,
    analyses: Sequence[Analysis],
    shown: Sequence[Exhibit],
    study: Study,
    *,
    say: Say,
    facts: RunFacts,
    rule_words: Mapping[str, str],
) -> None:
    """Write the workbook.

    A hidden cell holds the one neutral word, a number that does not exist an en dash, both as text. Every sheet of
    an internal run carries its mark.

    Raises
    ------
    DisclosureError
        KU501 when the results have not passed the gate; nothing is written.
    """
    demand(released)
    say = faced(say, released)
    sheets = _sheets(released, analyses, study, say, rule_words)
    with xlsxwriter.Workbook(str(path), _OPTIONS) as book:
        _describe(book, study, say)
        writer = _Writer(book, say)
        writer.cover(study, facts, released)
        writer.contents(sheets)
        for sheet in sheets:
            writer.table(sheet)
        writer.protection(rules_of(released, say), protected(released, shown, say))
        writer.notes(shown)
        writer.dictionary(sheets)


def _sheets(
    released: Released, analyses: Sequence[Analysis], study: Study, say: Say, rule_words: Mapping[str, str]
) -> tuple[Sheet, ...]:
    tables: list[tuple[str, ShownTable]] = []
    account = account_of(released, study, say, rule_words)
    if account:
        tables += [(account.rows.title, account.rows), (account.reasons.title, account.reasons)]
    for analysis in in_wings(analyses):
        room, result = say_of_room(analysis, say), released.results.get(analysis.key)
        for table in result.tables.values() if result else ():
            tables.append((room("room.title"), show_table(table, room)))
    return tuple(Sheet(_sheet_name(number, title), table) for number, (title, table) in enumerate(tables, start=1))


def _sheet_name(number: int, title: str) -> str:
    """Return a name that is unique by its number and that spreadsheet programs accept."""
    cleaned = re.sub(r"[\[\]:*?/\\']", " ", plain(title))
    return re.sub(r"\s+", " ", f"T{number:02d} {cleaned}")[:_LONGEST_NAME].strip()


def _describe(book: Any, study: Study, say: Say) -> None:
    """Set the metadata: ours, with the last day of the window for a date, so that a rerun gives the same bytes."""
    report = say_of_report(say)
    book.set_properties(
        {
            "title": plain(f"{study.about.organiser}: {study.about.title or report('report.title')}"),
            "author": "kumppanuus",
            "company": plain(study.about.organiser),
            "comments": report("report.synthetic") if study.about.synthetic else "",
            "status": mark_of(say),
            "created": datetime.datetime.combine(study.window.last, datetime.time()),
        }
    )


class _Writer:
    """Writes sheets into one workbook, with its cell formats."""

    def __init__(self, book: Any, say: Say) -> None:
        self.book = book
        self.say = say
        self.t = say_of_report(say)
        self.formats = {
            "plain": book.add_format({"valign": "top"}),
            "wrapped": book.add_format({"text_wrap": True, "valign": "top"}),
            "title": book.add_format({"bold": True, "font_size": 16, "font_color": _INK}),
            "head": book.add_format({"bold": True, "bg_color": _BAND, "bottom": 1, "text_wrap": True, "valign": "top"}),
            "head_right": book.add_format(
                {"bold": True, "bg_color": _BAND, "bottom": 1, "text_wrap": True, "valign": "top", "align": "right"}
            ),
            "word": book.add_format({"align": "right", "font_color": "#525252", "italic": True}),
            "link": book.add_format({"font_color": _INK, "underline": 1}),
            **{str(digits): book.add_format({"num_format": text}) for digits, text in _NUMBER_FORMATS.items()},
            **{f"percent{digits}": book.add_format({"num_format": text}) for digits, text in _PERCENT_FORMATS.items()},
        }

    def cover(self, study: Study, facts: RunFacts, released: Released) -> None:
        """Write who, what, when, and how far it is protected."""
        sheet = self._page("workbook.cover", (90,))
        period = {"first": self.t.date(study.window.first), "last": self.t.date(study.window.last)}
        lines = [
            study.about.organiser,
            self.t("report.period", **period),
            self.t("report.run", run=facts.run_id),
            self.t("report.version", version=facts.version),
            *([self.t("report.synthetic")] if study.about.synthetic else []),
            status_of(released, self.say),
        ]
        sheet.text(0, 0, plain(study.about.title or self.t("report.title")), self.formats["title"])
        for row, line in enumerate(lines, start=2):
            sheet.text(row, 0, plain(line), self.formats["wrapped"])

    def contents(self, sheets: Sequence[Sheet]) -> None:
        """Write a line per sheet, with a link to it."""
        page = self._page("workbook.contents", (34, 70, 12, 14))
        self._head(page, ("workbook.sheet", "workbook.content", "workbook.rows", "workbook.hidden"), (2, 3))
        for row, sheet in enumerate(sheets, start=1):
            page.link(row, 0, sheet.name, self.formats["link"])
            page.text(row, 1, sheet.table.title, self.formats["wrapped"])
            page.number(row, 2, len(sheet.table.columns[0].texts), self.formats["0"])
            page.number(row, 3, sheet.table.hidden, self.formats["0"])

    def table(self, sheet: Sheet) -> None:
        """Write one released table: a header row, then its rows."""
        page = Page(self.book, sheet.name, mark_of(self.say))
        page.freeze(1, sheet.table.headed)
        for place, column in enumerate(sheet.table.columns):
            page.width(place, _width(column))
            head = "head" if column.kind == "label" else "head_right"
            page.text(0, place, column.title, self.formats[head])
            self._cells(page, place, column)
        page.filter(len(sheet.table.columns[0].texts), len(sheet.table.columns))

    def protection(self, rules: Sequence[str], rows: Sequence[Protected]) -> None:
        """Write how the numbers are protected, then a line per chart: how many are hidden, what else was done."""
        page = self._page("protection.title", (90, 18, 70))
        for row, rule in enumerate(rules):
            page.text(row, 0, plain(rule), self.formats["wrapped"])
        start = len(rules) + 1
        for place, name in enumerate(("chart", "hidden", "told") if rows else ()):
            page.text(
                start, place, self.t(f"protection.column_{name}"), self.formats["head_right" if place == 1 else "head"]
            )
        for row, line in enumerate(rows, start=start + 1):
            number = f"{self.t('report.chart', number=line.exhibit.number)}: " if line.exhibit else ""
            page.text(row, 0, plain(number + line.title), self.formats["wrapped"])
            page.number(row, 1, line.hidden, self.formats["0"])
            page.text(row, 2, line.told or "–", self.formats["wrapped"])

    def notes(self, shown: Sequence[Exhibit]) -> None:
        """Write how each chart's numbers were made."""
        page = self._page("workbook.notes", (44, 100))
        lines = [
            (exhibit.chart.headline, text)
            for exhibit in shown
            for text in (exhibit.chart.subtitle, exhibit.method, exhibit.caveat)
            if text
        ]
        for row, (about, text) in enumerate(lines):
            page.text(row, 0, plain(about), self.formats["wrapped"])
            page.text(row, 1, plain(text), self.formats["wrapped"])

    def dictionary(self, sheets: Sequence[Sheet]) -> None:
        """Write a line per column: what it means, its unit, what it is, how it is protected."""
        page = self._page("workbook.dictionary", (34, 22, 34, 12, 44, 60))
        names = ("sheet", "name", "column", "unit", "role", "rule")
        self._head(page, tuple(f"workbook.{name}" for name in names))
        for row, line in enumerate(self._entries(sheets), start=1):
            for place, text in enumerate(line):
                page.text(row, place, text, self.formats["wrapped"])

    def _entries(self, sheets: Sequence[Sheet]) -> Iterator[tuple[str, ...]]:
        for sheet in sheets:
            for column in sheet.table.columns:
                role = column.declaration.role
                unit = self.t("units.percent") if column.kind == "percent" else unit_word(column.unit, self.say)
                rule = self.t("internal.rule" if self.say.exact else f"rule.{role}")
                yield sheet.name, column.name, column.title, unit, self.t(f"role.{role}"), rule

    def _page(self, key: str, widths: Sequence[int]) -> Page:
        return Page(self.book, self.t(key), mark_of(self.say), widths)

    def _head(self, page: Page, keys: Sequence[str], right: Sequence[int] = ()) -> None:
        page.freeze(1, 0)
        for place, key in enumerate(keys):
            page.text(0, place, self.t(key), self.formats["head_right" if place in right else "head"])

    def _cells(self, page: Page, place: int, column: ShownColumn) -> None:
        form = self.formats[f"{'percent' if column.kind == 'percent' else ''}{column.digits}"]
        for row, (value, text) in enumerate(zip(column.values, column.texts, strict=True), start=1):
            if column.kind == "label":
                page.text(row, place, text, self.formats["plain"])
            elif isinstance(value, float):
                page.number(row, place, value, form)
            else:
                page.text(row, place, text, self.formats["word"])


def _width(column: ShownColumn) -> int:
    longest = max((len(text) for text in column.texts), default=0)
    titled = len(column.title) if column.kind == "label" else max(map(len, column.title.split()), default=0)
    return min(max(longest, titled) + 2, _WIDEST) if longest + titled else _NARROWEST
