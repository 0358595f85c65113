"""Rules between the columns of one row: one small function each, over whole chunks, registered by its code.

Severity, columns and words stand in ``rules.toml``. A function returns True for the rows that break its rule; a row
whose values are not given breaks none.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kumppanuus.intake.canonical import OTHER_PERSON, PERSON
from kumppanuus.study import Source, Window

YEARS_AHEAD = 10
"""Without `extracted` in its source, a day so many years after the window is taken for a slip of the pen (2105)."""
OLDEST = 110
FIRST_YEAR, LAST_YEAR = 1900, 2200
_YEAR = 365.2425
_MOST_WORK = 2
"""Person-years of one worker; what is above was written in per cent."""
EVENT_DAYS: Mapping[str, str] = MappingProxyType(
    {"relationships": "start"}
    | dict.fromkeys(("contacts", "visits", "costs", "answers", "survey", "needs", "goals"), "date")
)  # fmt: skip
"""Table → the column with the day on which what it tells of happened."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Converted rows of one source, good or not, with what their rules may ask.

    table : canonical columns; ends are the first day after, money is in cents.
    """

    table: pa.Table
    source: Source
    window: Window

    @property
    def latest(self) -> datetime.date:
        """Return the last day on which anything told by the rows can have happened."""
        years = datetime.timedelta(days=round(_YEAR * YEARS_AHEAD))
        return self.source.extracted or self.window.last + years

    def days_between(self, first: str, second: str) -> pa.ChunkedArray:
        """Return the days from one date to another, null where one of them is not given."""
        one, other = (self.table[name].cast(pa.int32()) for name in (first, second))
        return pc.subtract(other, one)

    def precedes(self, first: str, second: str) -> np.ndarray:
        """Tell of every row whether its first date lies before its second."""
        if self.table[first].null_count == len(self.table):  # most extracts lack most columns
            return np.zeros(len(self.table), bool)
        return holds(pc.less(self.table[first], self.table[second]))


Breaks = Callable[[Rows], np.ndarray]


def names_one_number_only(rows: Rows) -> np.ndarray:
    """KU305: a row about the same person needs two of her numbers."""
    named = [name for name in ("client", PERSON, "other", OTHER_PERSON) if name in rows.table.column_names]
    known = [_numpy(pc.is_valid(rows.table[name])).astype(np.int64) for name in named]
    return np.asarray(np.sum(known, axis=0) < 2)


def ends_before_it_starts(rows: Rows) -> np.ndarray:
    """KU309: the stored end is the first day after, so an end told as the last day must lie beyond the start."""
    days = rows.days_between("start", "end")
    return holds(pc.less(days, 1 if rows.source.end_is == "last_day" else 0))


def lies_in_the_future(rows: Rows) -> np.ndarray:
    """KU310: nothing has happened after the day on which the extract was made."""
    return holds(pc.greater(rows.table[EVENT_DAYS[rows.source.table]], pa.scalar(rows.latest)))


def lasts_no_day(rows: Rows) -> np.ndarray:
    """KU315: only an end told as the first day after can fall on the start."""
    if rows.source.end_is == "last_day":
        return np.zeros(len(rows.table), bool)
    return holds(pc.equal(rows.days_between("start", "end"), 0))


def youngest_is_above_oldest(rows: Rows) -> np.ndarray:
    """KU318: age groups go upwards."""
    return holds(pc.greater(rows.table["age_from"], rows.table["age_to"]))


def decided_before_received(rows: Rows) -> np.ndarray:
    """KU321: a decision follows the contact it answers."""
    return rows.precedes("decided", "date")


def assessed_before_received(rows: Rows) -> np.ndarray:
    """KU322: an assessment follows the contact that started it."""
    return rows.precedes("assessed", "date")


def goal_assessed_before_set(rows: Rows) -> np.ndarray:
    """KU323: a goal is set first."""
    return rows.precedes("assessed", "date")


def capacity_below_zero(rows: Rows) -> np.ndarray:
    """KU324: places, staff and budgets start from zero."""
    below = [holds(pc.less(rows.table[name], 0)) for name in ("places", "fte", "budget_cents")]
    return np.asarray(np.logical_or.reduce(below))


def year_is_none(rows: Rows) -> np.ndarray:
    """KU325: a year of another column, or of two digits."""
    year = rows.table["year"]
    return holds(pc.or_(pc.less(year, FIRST_YEAR), pc.greater_equal(year, LAST_YEAR)))


def unit_cost_below_zero(rows: Rows) -> np.ndarray:
    """KU326: a day or a visit costs nothing at least."""
    return holds(pc.less(rows.table["unit_cost_cents"], 0))


def works_no_time(rows: Rows) -> np.ndarray:
    """KU327: a person-year of nothing, or per cents in place of person-years."""
    fte = rows.table["fte"]
    return holds(pc.or_(pc.less_equal(fte, 0), pc.greater(fte, _MOST_WORK)))


def recorded_before_it_happened(rows: Rows) -> np.ndarray:
    """KU425: planned beforehand, or the two dates have changed places."""
    return rows.precedes("recorded", EVENT_DAYS[rows.source.table])


def recorded_in_the_future(rows: Rows) -> np.ndarray:
    """KU426: recorded after the extract was made."""
    return holds(pc.greater(rows.table["recorded"], pa.scalar(rows.latest)))


def costs_nothing(rows: Rows) -> np.ndarray:
    """KU427: a price may be missing."""
    return holds(pc.equal(rows.table["cost_cents"], 0))


def visited_no_time(rows: Rows) -> np.ndarray:
    """KU428: a row of no visit, such as a cancelled one."""
    return holds(pc.equal(rows.table["visits"], 0))


def born_too_long_ago(rows: Rows) -> np.ndarray:
    """KU429: a day that a system fills in when nobody knows it."""
    first = rows.window.first - datetime.timedelta(days=round(_YEAR * OLDEST))
    return holds(pc.less(rows.table["birth_date"], pa.scalar(first)))


def born_in_the_future(rows: Rows) -> np.ndarray:
    """KU430: the sign of the century may be wrong."""
    return holds(pc.greater(rows.table["birth_date"], pa.scalar(rows.latest)))


@dataclass(frozen=True, slots=True)
class RowRule:
    """One rule: the tables it judges, and the function that finds the rows that break it."""

    tables: tuple[str, ...]
    breaks: Breaks


RULES: Mapping[int, RowRule] = MappingProxyType(
    {
        305: RowRule(("identities",), names_one_number_only),
        309: RowRule(("relationships",), ends_before_it_starts),
        310: RowRule(tuple(EVENT_DAYS), lies_in_the_future),
        315: RowRule(("relationships",), lasts_no_day),
        318: RowRule(("population",), youngest_is_above_oldest),
        321: RowRule(("contacts",), decided_before_received),
        322: RowRule(("contacts",), assessed_before_received),
        323: RowRule(("goals",), goal_assessed_before_set),
        324: RowRule(("capacity",), capacity_below_zero),
        325: RowRule(("population", "indicators"), year_is_none),
        326: RowRule(("services",), unit_cost_below_zero),
        327: RowRule(("workers",), works_no_time),
        425: RowRule(("relationships", "contacts", "visits"), recorded_before_it_happened),
        426: RowRule(("relationships", "contacts", "visits"), recorded_in_the_future),
        427: RowRule(("costs",), costs_nothing),
        428: RowRule(("visits",), visited_no_time),
        429: RowRule(("clients",), born_too_long_ago),
        430: RowRule(("clients",), born_in_the_future),
    }
)
"""Code without its letters → rule; of the errors a row breaks, the one with the lowest number is told."""

_FIRST_WARNING = 400


def rules_between(rows: Rows) -> np.ndarray:
    """Return the number of the first rule that the columns of each row break together, 0 for none."""
    first = np.zeros(len(rows.table), np.int64)
    for number, rule in _of_table(rows.source.table):
        if number < _FIRST_WARNING:
            first = np.where((first == 0) & rule.breaks(rows), number, first)
    return first


def warnings_between(rows: Rows) -> dict[str, np.ndarray]:
    """Return which rows every warning between columns concerns, by its code; warnings of no row are absent."""
    asked = {f"KU{number}": rule for number, rule in _of_table(rows.source.table) if number >= _FIRST_WARNING}
    masks = {code: rule.breaks(rows) for code, rule in asked.items()}
    return {code: mask for code, mask in masks.items() if mask.any()}


def holds(mask: pa.ChunkedArray) -> np.ndarray:
    """Return a mask as NumPy has it; what is not known does not hold."""
    return _numpy(pc.fill_null(mask, False))


def _of_table(table: str) -> list[tuple[int, RowRule]]:
    return [(number, rule) for number, rule in RULES.items() if table in rule.tables]


def _numpy(values: pa.ChunkedArray) -> np.ndarray:
    return np.asarray(values.combine_chunks().to_numpy(zero_copy_only=False))
