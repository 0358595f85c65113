"""A released table as readers see it: titles, units, numbers by locale, one neutral word where a number is hidden.

Page and workbook both show tables through here, so they cannot disagree.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from kumppanuus.analysis import Column
from kumppanuus.disclosure.released import ReleasedTable
from kumppanuus.disclosure.rules import Floats
from kumppanuus.language.say import Say
from kumppanuus.report.words import plain, say_of_report

Kind = Literal["label", "count", "number", "percent"]

_DAYS, _MONTHS = "days", "months"
_PERCENT = frozenset({"share", "survival", "incidence", "occupation", "cumulative", "lower", "upper"})
_DIGITS: Mapping[str, int] = {"hazard_ratio": 2, "recurrence": 2, "lower": 2, "upper": 2, "evidence": 3,
                              "margin": 2, "bounded": 2}  # fmt: skip
"""Decimals of numbers, where the role decides."""
_COUNTS = frozenset({"persons", "families", "count"})
_LARGE = 1000
"""From here on a number that may have decimals is told in whole ones."""


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """One column, ready to print.

    title : with "about" for rounded counts and the unit where there is one.
    kind : ``label`` is text, the others are numbers; of ``percent`` the values are shares 0–1.
    digits : decimals of the numbers as printed, of shares those of their per cents.
    values : the numbers; None where there is none to publish. Of labels the texts.
    texts : the same as readers see them.
    """

    name: str
    title: str
    declaration: Column
    kind: Kind
    unit: str
    digits: int
    values: tuple[float | str | None, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownTable:
    """One table, ready to print: its title and its columns, all of one length."""

    name: str
    title: str
    columns: tuple[ShownColumn, ...]
    hidden: int

    @property
    def rows(self) -> tuple[tuple[tuple[ShownColumn, str], ...], ...]:
        """The rows from top to bottom, each cell with its column."""
        return tuple(
            tuple(zip(self.columns, texts, strict=True))
            for texts in zip(*(column.texts for column in self.columns), strict=True)
        )

    @property
    def headed(self) -> int:
        """Number of leading label columns: the cells that head a row."""
        kinds = [column.kind == "label" or column.declaration.role == "time" for column in self.columns]
        return kinds.index(False) if False in kinds else len(kinds)


def show_table(
    table: ReleasedTable, say: Say, *, title: str = "", labels: Mapping[str, Mapping[str, str]] | None = None
) -> ShownTable:
    """Return a released table as readers see it.

    Parameters
    ----------
    say : the speaker of the room the table belongs to.
    title : caption; made of the room's title and the dimensions when empty.
    labels : code list → code → words, for lists that no catalogue of texts holds (rules of intake).

    Raises
    ------
    DeclarationError
        KU903 when a column has no title among the texts.
    """
    columns = tuple(
        _column(name, column, table, say, labels or {})
        for name, column in table.declaration.columns.items()
        if name in table.frame
    )
    return ShownTable(table.name, title or title_of(table, say), columns, table.hidden)


def title_of(table: ReleasedTable, say: Say) -> str:
    """Return the caption: the room's own ``table.NAME``, else the room's title and what the table is divided by."""
    if say.has(f"table.{table.name}"):
        return plain(say(f"table.{table.name}"))
    divided = " × ".join(say(f"column.{name}") for name in table.declaration.dimensions)
    return plain(f"{say('room.title')}: {divided}" if divided else say("room.title"))


def kind_of(column: Column) -> Kind:
    """Return how a column is printed."""
    if column.role == "dimension":
        return "label"
    if column.role in _COUNTS:
        return "count"
    if column.role in ("lower", "upper") and column.unit:  # of a number that is no share
        return "number"
    read_share = column.role == "from_curve" and column.of[-1].startswith("share")
    return "percent" if column.role in _PERCENT or read_share else "number"


def unit_of(column: Column) -> str:
    """Return the unit a reader must know; curves know their own."""
    if column.unit:
        return column.unit
    if column.role == "time":
        return _DAYS
    return _MONTHS if column.role == "from_curve" and kind_of(column) == "number" else ""


def unit_word(unit: str, say: Say) -> str:
    """Return the unit in the language of the report; an unknown one as it is written in the declaration."""
    report = say_of_report(say)
    return report(f"units.{unit}") if unit and report.has(f"units.{unit}") else unit


def _column(
    name: str, column: Column, table: ReleasedTable, say: Say, labels: Mapping[str, Mapping[str, str]]
) -> ShownColumn:
    kind, title, cells = kind_of(column), _title(name, column, say), table.frame[name]
    if kind == "label":
        known = labels.get(column.codes, {})
        named = {code: plain(_label(column.codes, code, say, known)) for code in dict.fromkeys(cells)}
        words = tuple(named[code] for code in cells)
        return ShownColumn(name, title, column, kind, "", 0, words, words)
    shown = cells.to_numpy(dtype=float)
    masked = table.masked[name].to_numpy(dtype=bool) if name in table.masked else np.zeros(len(shown), dtype=bool)
    published = np.where(masked, np.nan, shown)
    digits = int(say.exact) if kind == "percent" else _digits(column, kind, published)
    values = tuple(None if math.isnan(value) else _rounded(value, kind, digits) for value in published.tolist())
    texts = tuple(_text(value, kind, digits, shut, say) for value, shut in zip(values, masked, strict=True))
    return ShownColumn(name, title, column, kind, unit_of(column), digits, values, texts)


def _title(name: str, column: Column, say: Say) -> str:
    kind, report = kind_of(column), say_of_report(say)
    title = say(f"column.{name}") if say.has(f"column.{name}") else report(f"column.{name}")
    if kind == "count":
        return plain(report("report.about", title=title))
    unit = unit_word(unit_of(column), say) if kind == "number" else ""
    return plain(report("report.with_unit", title=title, unit=unit) if unit else title)


def _label(codes: str, code: object, say: Say, words: Mapping[str, str]) -> str:
    """Return the name of a code: from `words`, the room's own lists, the study or the common lists (R14)."""
    if str(code) in words:
        return f"{words[str(code)]} ({code})"
    if say.has(f"{codes}.{code}") and str(code) not in say.names.get(codes, {}):
        return say(f"{codes}.{code}")
    return say("word.all") if code == "all" else say.label(codes, code)


def _digits(column: Column, kind: Kind, numbers: Floats) -> int:
    if column.role in ("lift", "ratio"):
        return 1
    if column.role in _DIGITS:
        return _DIGITS[column.role]
    whole = bool((numbers[~np.isnan(numbers)] % 1 == 0).all())
    return 0 if whole or kind != "number" or column.role == "sum" else 1


def _rounded(number: float, kind: Kind, digits: int) -> float:
    """Cut what binary fractions add behind the digits that are printed: 0.27, not 0.27000000000000002."""
    if kind == "percent":
        return round(number, digits + 2)
    places = _places(number, digits)
    return round(number, places) if places else float(round(number))


def _text(number: float | None, kind: Kind, digits: int, hidden: bool, say: Say) -> str:
    if number is None:
        return say("word.hidden") if hidden else "–"
    return say.percent(number, digits) if kind == "percent" else say.number(number, _places(number, digits))


def _places(number: float, digits: int) -> int:
    return 0 if digits == 1 and abs(number) >= _LARGE else digits
