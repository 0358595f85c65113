"""All released tables of a run as readers see them, in the order of the workbook; the publication list has the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kumppanuus.analysis import Analysis
from kumppanuus.disclosure.released import Released
from kumppanuus.language.say import Say
from kumppanuus.report.account import ACCOUNT_KEY
from kumppanuus.report.exhibits import Exhibit, in_wings
from kumppanuus.report.shown import ShownColumn, ShownTable, show_table, unit_word
from kumppanuus.report.words import faced, plain, say_of_report, say_of_room

_LONGEST_NAME = 31
_PLACEHOLDER = re.compile(r"\{\w+\}")
_ACCOUNT = {"account": "account.rows", "reasons": "account.reasons", "accepted": "account.accepted"}


@dataclass(frozen=True, slots=True)
class RunTable:
    """One released table of a run.

    number : place among the tables, from 1. sheet : name of its sheet in the workbook, unique by its number.
    analysis : key of the analysis it belongs to; ``data.account`` for the account of the rows.
    """

    number: int
    sheet: str
    analysis: str
    table: ShownTable


def tables_of_run(
    released: Released, analyses: Sequence[Analysis], say: Say, rule_words: Mapping[str, str]
) -> tuple[RunTable, ...]:
    """Return the account of the rows, then the tables of every analysis, wing by wing.

    Parameters
    ----------
    rule_words : rule of intake → short text in the language of the report.
    """
    say = faced(say, released)
    found = [*_of_account(released, say, rule_words), *_of_rooms(released, analyses, say)]
    return tuple(
        RunTable(number, _sheet_name(number, table.title), key, table)
        for number, (key, table) in enumerate(found, start=1)
    )


def charts_of(table: RunTable, shown: Sequence[Exhibit]) -> tuple[Exhibit, ...]:
    """Return the exhibits that a table stands behind, in their order; none for a table that only the workbook has."""
    return tuple(
        exhibit
        for exhibit in shown
        if exhibit.analysis.key == table.analysis and table.table.name in {each.name for each in exhibit.tables}
    )


def told_unit(column: ShownColumn, say: Say) -> str:
    """Return the unit of a column in words; of shares the per cent sign."""
    return say_of_report(say)("units.percent") if column.kind == "percent" else unit_word(column.unit, say)


def told_rule(column: ShownColumn, say: Say) -> str:
    """Return how a column is protected; in the internal face that it is not."""
    return say_of_report(say)("internal.rule" if say.exact else f"rule.{column.declaration.role}")


def _of_account(released: Released, say: Say, rule_words: Mapping[str, str]) -> Iterator[tuple[str, ShownTable]]:
    result, report = released.results.get(ACCOUNT_KEY), say_of_report(say)
    words = {code: _PLACEHOLDER.sub("…", text) for code, text in rule_words.items()}
    for name, key in _ACCOUNT.items():
        if result and name in result.tables and (name != "accepted" or len(result[name])):
            yield ACCOUNT_KEY, show_table(result.tables[name], report, title=report(key), labels={"rules": words})


def _of_rooms(released: Released, analyses: Sequence[Analysis], say: Say) -> Iterator[tuple[str, ShownTable]]:
    for analysis in in_wings(analyses):
        room, result = say_of_room(analysis, say), released.results.get(analysis.key)
        for table in result.tables.values() if result else ():
            yield analysis.key, show_table(table, room)


def _sheet_name(number: int, title: str) -> str:
    """Return a name that is unique by its number and that spreadsheet programs accept."""
    cleaned = re.sub(r"[\[\]:*?/\\']", " ", plain(title))
    return re.sub(r"\s+", " ", f"T{number:02d} {cleaned}")[:_LONGEST_NAME].strip()
