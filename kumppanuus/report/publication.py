"""Every number a run publishes, one line each, for a person who checks a report before it is handed out."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from kumppanuus.analysis import Analysis
from kumppanuus.disclosure.released import Released, demand
from kumppanuus.language.say import Say
from kumppanuus.report.account import ACCOUNT_KEY
from kumppanuus.report.exhibits import Exhibit
from kumppanuus.report.run_tables import RunTable, charts_of, tables_of_run, told_rule, told_unit
from kumppanuus.report.shown import ShownColumn, ShownTable
from kumppanuus.report.words import faced, mark_of, plain, say_of_report

PUBLICATION_FILE = "publication-list.csv"
COLUMNS = ("chart", "exhibit", "sheet", "table", "row", "column", "number", "unit", "state", "role", "rule")
_NO_WORDS: Mapping[str, str] = MappingProxyType({})
_BOM = "\ufeff"
"""Without it Finnish and Swedish Excel take the file for Windows-1252 and spoil ä and ö."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def publication_list(
    released: Released,
    analyses: Sequence[Analysis],
    shown: Sequence[Exhibit],
    say: Say,
    *,
    rule_words: Mapping[str, str] = _NO_WORDS,
) -> str:
    """Return the list as the text of a CSV file: semicolons, a byte order mark, a header, a line per cell of a table.

    After the tables come the words of every chart in which a number stands (headline, names and labels, what stands
    below): some of them are worked out of the numbers of the tables.

    A number that is hidden is listed as well, with the neutral word, and so is one that does not exist (an en dash):
    whoever checks sees every cell that readers see. A table behind several charts is listed once, with all of them.
    Of an internal run every line begins with its mark.

    Parameters
    ----------
    shown : the exhibits of the run, for the numbers of the charts.
    rule_words : rule of intake → short text in the language of the report.

    Raises
    ------
    DisclosureError
        KU501 when the results have not passed the gate.
    """
    demand(released)
    say = faced(say, released)
    report, mark = say_of_report(say), mark_of(say)
    lines = [[report(f"publication.{name}") for name in COLUMNS]]
    for table in tables_of_run(released, analyses, say, rule_words):
        lines += _lines(table, shown, say)
    for exhibit in shown:
        lines += _words(exhibit, report)
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerows([harmless(cell) for cell in ([mark, *line] if mark else line)] for line in lines)
    return _BOM + written.getvalue()


def _lines(of: RunTable, shown: Sequence[Exhibit], say: Say) -> Iterator[list[str]]:
    charts = charts_of(of, shown)
    numbers, keys = ", ".join(str(exhibit.number) for exhibit in charts), ", ".join(exhibit.key for exhibit in charts)
    if of.analysis == ACCOUNT_KEY:
        keys = ACCOUNT_KEY
    rows = _rows([column for column in of.table.columns if _heads(column)], of.table)
    for column in (column for column in of.table.columns if not _heads(column)):
        role = say_of_report(say)(f"role.{column.declaration.role}")
        unit, rule, states = told_unit(column, say), told_rule(column, say), _states(column, say)
        for row, text, state in zip(rows, column.texts, states, strict=True):
            yield [
                numbers, keys, of.sheet, of.table.title, row, column.title, text, unit, state, role, rule,
            ]  # fmt: skip


def _words(exhibit: Exhibit, report: Say) -> Iterator[list[str]]:
    """Yield the texts of a chart that hold a number, each once."""
    chart = exhibit.chart
    parts = [("headline", chart.headline), ("subtitle", chart.subtitle)]
    parts += [("label", text) for text in texts_of(chart.form)] + [("footer", chart.footer)]
    for part, text in dict.fromkeys(parts):
        if any(map(str.isdigit, text)):
            place = [str(exhibit.number), exhibit.key, "", "", report(f"publication.{part}"), ""]
            yield [*place, text, "", report("publication.published"), report("publication.said"), ""]


def texts_of(form: object) -> Iterator[str]:
    """Yield the texts of a form and its parts, in order."""
    if isinstance(form, str):
        yield form
    elif isinstance(form, tuple):
        for part in form:
            yield from texts_of(part)
    elif dataclasses.is_dataclass(form):
        for each in dataclasses.fields(form):
            yield from texts_of(getattr(form, each.name))


def _heads(column: ShownColumn) -> bool:
    """Say whether a column names the row: a category, or a point of time on a curve."""
    return column.kind == "label" or column.declaration.role == "time"


def _rows(heads: Sequence[ShownColumn], table: ShownTable) -> list[str]:
    """Return the name of every row: what heads it."""
    n_rows = len(table.columns[0].texts) if table.columns else 0
    return [" · ".join(f"{column.title}: {column.texts[row]}" for column in heads) for row in range(n_rows)]


def _states(column: ShownColumn, say: Say) -> list[str]:
    """Say of each number whether it is published, hidden, or does not exist."""
    hidden, report = say("word.hidden"), say_of_report(say)
    absent = {text: text if text == hidden else report("publication.none") for text in set(column.texts)}
    published = report("publication.published")
    return [
        absent[text] if value is None else published for value, text in zip(column.values, column.texts, strict=True)
    ]


def harmless(cell: str) -> str:
    """Return a text that no spreadsheet program takes for a formula, without characters that nobody sees."""
    cell = plain(cell)
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
