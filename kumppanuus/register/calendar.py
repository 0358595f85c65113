"""Study years and months. Years may start on another day than 1 January; all periods are half-open."""

from __future__ import annotations

import datetime
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kumppanuus.errors import StudyError

if TYPE_CHECKING:
    from kumppanuus.study import Study, Window

MONTH_DAYS = 365.25 / 12
"""Mean length of a month in days: month m of a duration ends on day floor(m × MONTH_DAYS); 12 months are 365 days."""


@dataclass(frozen=True, slots=True)
class StudyYear:
    """One study year: its label (``2021`` or ``2017/18``), first day, first day after, and days seen of it."""

    label: str
    first: datetime.date
    end: datetime.date
    days_seen: int

    @property
    def full(self) -> bool:
        """Whether the window covers the whole year."""
        return self.days_seen == (self.end - self.first).days


def study_years(window: Window) -> tuple[StudyYear, ...]:
    """Return the study years that the window touches, in order."""
    month, day = (int(part) for part in window.year_starts.split("-"))
    starts = [datetime.date(year, month, day) for year in range(window.first.year - 1, window.end.year + 2)]
    years = (_year(start, after, window) for start, after in itertools.pairwise(starts))
    return tuple(year for year in years if year.days_seen > 0)


def price_factors(study: Study) -> dict[str, float]:
    """Return by study year what its euros are multiplied by to be in prices of the base year; empty without an index.

    A year that the window covers only in part may lack.

    Raises
    ------
    StudyError
        KU228 when the index lacks its base year or a year that the window covers from end to end.
    """
    index = study.price_index
    if index is None:
        return {}
    full = [year.label for year in study_years(study.window) if year.full]
    lacking = sorted({index.base, *full} - {*index.values})
    if lacking:
        raise StudyError("KU228", years=", ".join(lacking), base=index.base)
    return {year: index.values[index.base] / value for year, value in index.values.items()}


def month_day(month: int) -> int:
    """Return the whole day on which month `month` of a duration is full."""
    return int(month * MONTH_DAYS)


def _year(first: datetime.date, end: datetime.date, window: Window) -> StudyYear:
    label = str(first.year) if (first.month, first.day) == (1, 1) else f"{first.year}/{end.year % 100:02d}"
    seen = (min(end, window.end) - max(first, window.first)).days
    return StudyYear(label, first, end, seen)
