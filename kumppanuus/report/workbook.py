"""The numbers of a run as a workbook: cover, contents, a sheet per table, what is hidden, notes, dictionary."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from kumppanuus.analysis import Analysis
from kumppanuus.disclosure.released import Released, demand
from kumppanuus.language.say import Say
from kumppanuus.report.exhibits import Exhibit
from kumppanuus.report.facts import RunFacts
from kumppanuus.report.protection import Protected, protected, rules_of, status_of
from kumppanuus.report.run_tables import RunTable, charts_of, tables_of_run, told_rule, told_unit
from kumppanuus.report.sheets import Page
from kumppanuus.report.shown import ShownColumn
from kumppanuus.report.words import faced, mark_of, plain, say_of_report
from kumppanuus.study import Study

_WIDEST, _NARROWEST = 48, 10
_NUMBER_FORMATS = {0: "#,##0", 1: "#,##0.0", 2: "#,##0.00", 3: "#,##0.000"}
_PERCENT_FORMATS = {0: "0%", 1: "0.0%"}
_INK, _BAND = "#12436D", "#EEF1F4"
_GUIDE = ("tables", "hidden", "charts")
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}
"""No temporary files (they would hold the numbers and the time of day), and text stays text whatever it starts with."""


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
    sheets = tables_of_run(released, analyses, say, rule_words)
    written = io.BytesIO()  # a full disk must be told as one, which xlsxwriter does not
    with xlsxwriter.Workbook(written, _OPTIONS) as book:
        _describe(book, study, say, facts)
        writer = _Writer(book, say)
        writer.cover(study, facts, released)
        writer.contents(sheets, shown)
        for sheet in sheets:
            writer.table(sheet)
        writer.protection(rules_of(released, say), protected(released, shown, say))
        writer.notes(shown)
        writer.dictionary(sheets)
    path.write_bytes(written.getvalue())


def _describe(book: Any, study: Study, say: Say, facts: RunFacts) -> None:
    """Set the metadata: ours, with the last day of the window for a date, so that a rerun gives the same bytes."""
    report = say_of_report(say)
    book.set_properties(
        {
            "title": plain(f"{study.about.organiser}: {study.about.title_in(say.language) or report('report.title')}"),
            "subject": plain(_period(study, report)),
            "author": "kumppanuus",
            "category": report("workbook.category"),
            "keywords": report("report.run", run=facts.run_id),
            "company": plain(study.about.organiser),
            "comments": report("report.synthetic") if study.about.synthetic else "",
            "status": mark_of(say),
            "created": datetime.datetime.combine(study.window.last, datetime.time()),
        }
    )


def _period(study: Study, report: Say) -> str:
    return report("report.period", first=report.date(study.window.first), last=report.date(study.window.last))


class _Writer:
    """Writes sheets into one workbook, with its cell formats."""

    def __init__(self, book: Any, say: Say) -> None:
        self.book = book
        self.say = say
        self.t = say_of_report(say)
        top: dict[str, object] = {"valign": "top"}
        wrapped, head = (
            {"text_wrap": True, **top},
            {"bold": True, "bg_color": _BAND, "bottom": 1, "text_wrap": True, **top},
        )
        looks: dict[str, dict[str, object]] = {
            "plain": top,
            "wrapped": wrapped,
            "apart": {**wrapped, "align": "left", "indent": 1},
            "number": {"num_format": "0", "align": "left", **top},
            "title": {"bold": True, "font_size": 16, "font_color": _INK},
            "head": head,
            "head_right": {**head, "align": "right"},
            "head_apart": {**head, "align": "left", "indent": 1},
            "word": {"align": "right", "font_color": "#525252", "italic": True, **top},
            "link": {"font_color": _INK, "underline": 1, **top},
            **{str(digits): {"num_format": text, **top} for digits, text in _NUMBER_FORMATS.items()},
            **{f"percent{digits}": {"num_format": text, **top} for digits, text in _PERCENT_FORMATS.items()},
        }
        self.formats = {name: book.add_format(look) for name, look in looks.items()}

    def cover(self, study: Study, facts: RunFacts, released: Released) -> None:
        """Write who, what, when, how far it is protected, and how the workbook is read."""
        sheet = self._page("workbook.cover", (110,))
        sheet.bare()
        lines = [
            study.about.organiser,
            _period(study, self.t),
            self.t("report.run", run=facts.run_id),
            self.t("report.version", version=facts.version),
            *([self.t("report.synthetic")] if study.about.synthetic else []),
            status_of(released, self.say),
            "",
            *(self.t(f"workbook.guide_{name}") for name in _GUIDE if name != "hidden" or not self.say.exact),
        ]
        title = study.about.title_in(self.say.language) or self.t("report.title")
        sheet.text(0, 0, plain(title), self.formats["title"])
        for row, line in enumerate(lines, start=2):
            sheet.text(row, 0, plain(line), self.formats["wrapped"])

    def contents(self, sheets: Sequence[RunTable], shown: Sequence[Exhibit]) -> None:
        """Write a line per sheet, with a link to it and the charts it stands behind."""
        page = self._page("workbook.contents", (34, 70, 12, 14, 14))
        names = ("sheet", "content", "rows", "hidden", "charts")
        self._head(page, tuple(f"workbook.{name}" for name in names), (2, 3))
        for row, sheet in enumerate(sheets, start=1):
            page.link(row, 0, sheet.sheet, self.formats["link"])
            page.text(row, 1, sheet.table.title, self.formats["wrapped"])
            page.number(row, 2, len(sheet.table.columns[0].texts), self.formats["0"])
            page.number(row, 3, sheet.table.hidden, self.formats["0"])
            charts = ", ".join(str(exhibit.number) for exhibit in charts_of(sheet, shown))
            page.text(row, 4, charts or "–", self.formats["apart"])

    def table(self, sheet: RunTable) -> None:
        """Write one released table: a header row, then its rows."""
        page = Page(self.book, sheet.sheet, mark_of(self.say), title=sheet.table.title)
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
        looks = {"chart": "head", "hidden": "head_right", "told": "head_apart"} if rows else {}
        for place, (name, look) in enumerate(looks.items()):
            page.text(start, place, self.t(f"protection.column_{name}"), self.formats[look])
        for row, line in enumerate(rows, start=start + 1):
            number = f"{self.t('report.chart', number=line.exhibit.number)}: " if line.exhibit else ""
            page.text(row, 0, plain(number + line.title), self.formats["wrapped"])
            page.number(row, 1, line.hidden, self.formats["0"])
            page.text(row, 2, line.told or "–", self.formats["apart"])

    def notes(self, shown: Sequence[Exhibit]) -> None:
        """Write how each chart is read, how its numbers were made, and what to keep in mind."""
        page = self._page("workbook.notes", (9, 46, 16, 100))
        self._head(page, ("workbook.chart", "workbook.finding", "workbook.kind", "workbook.note"))
        for row, (number, *texts) in enumerate(self._told(shown), start=1):
            page.number(row, 0, number, self.formats["number"])
            for place, words in enumerate(texts, start=1):
                if words:
                    page.text(row, place, plain(words), self.formats["wrapped"])

    def _told(self, shown: Sequence[Exhibit]) -> Iterator[tuple[int, str, str, str]]:
        """Yield number, finding (once a chart), what the text is about, and the text."""
        for exhibit in shown:
            told = {"shows": exhibit.chart.subtitle, "how": exhibit.how, "method": exhibit.method}
            texts = [(name, text) for name, text in {**told, "caveat": exhibit.caveat}.items() if text]
            for place, (name, text) in enumerate(texts):
                kind = self.t("workbook.shows" if name == "shows" else f"report.{name}")
                yield exhibit.number, exhibit.chart.headline if place == 0 else "", kind, text

    def dictionary(self, sheets: Sequence[RunTable]) -> None:
        """Write a line per column: what it means, its unit, what it is, how it is protected."""
        page = self._page("workbook.dictionary", (34, 22, 34, 12, 44, 60))
        names = ("sheet", "name", "column", "unit", "role", "rule")
        self._head(page, tuple(f"workbook.{name}" for name in names))
        for row, line in enumerate(self._entries(sheets), start=1):
            for place, text in enumerate(line):
                page.text(row, place, text, self.formats["wrapped"])

    def _entries(self, sheets: Sequence[RunTable]) -> Iterator[tuple[str, ...]]:
        for sheet in sheets:
            for column in sheet.table.columns:
                role, unit = self.t(f"role.{column.declaration.role}"), told_unit(column, self.say)
                yield sheet.sheet, column.name, column.title, unit, role, told_rule(column, self.say)

    def _page(self, key: str, widths: Sequence[int]) -> Page:
        return Page(self.book, self.t(key), mark_of(self.say), widths)

    def _head(self, page: Page, keys: Sequence[str], right: Sequence[int] = ()) -> None:
        page.freeze(1, 0)
        for place, key in enumerate(keys):
            look = "head_right" if place in right else "head_apart" if place - 1 in right else "head"
            page.text(0, place, self.t(key), self.formats[look])

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
