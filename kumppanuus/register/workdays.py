"""Working days of Finland: the days on which a time limit set in law can end.

A time limit whose last day is a Sunday or church holiday, Independence Day, 1 May, Christmas Eve, Midsummer Eve or a
Saturday ends on the next working day (laki säädettyjen määräaikain laskemisesta 150/1930 § 5, as amended 358/1966); the
day of receipt is not counted (§ 2), and a limit in months ends on the day of the same number, or on the last day of a
shorter month (§ 3). Working days are counted as these same days are not.
"""

from __future__ import annotations

import datetime
from functools import cache

_SATURDAY = 5
_DAY = datetime.timedelta(days=1)


@cache
def holidays_of(year: int) -> frozenset[datetime.date]:
    """Return the days of a year, Saturdays and Sundays apart, that are no working days."""
    import holidays  # heavy, and few runs need it

    return frozenset(holidays.country_holidays("FI", years=year))


def is_workday(day: datetime.date) -> bool:
    """Whether a day is a working day: Monday to Friday, no holiday, no Christmas or Midsummer Eve."""
    return day.weekday() < _SATURDAY and day not in holidays_of(day.year)


def workday_numbers(first: datetime.date, end: datetime.date) -> tuple[tuple[datetime.date, int, bool], ...]:
    """Return the days of [first, end): the day, how many working days there are from `first` to it, is it one.

    The deadline n working days after a day is the working day whose number is the day's number + n, so that deadlines
    are found by joining; the difference of two numbers is the working days from one day to another, the first not
    counted.
    """
    rows, number, day = [], 0, first
    while day < end:
        working = is_workday(day)
        number += working
        rows.append((day, number, working))
        day += _DAY
    return tuple(rows)


def deadline(received: datetime.date, working_days: int) -> datetime.date:
    """Return the last day of a limit in working days; the day of receipt is not counted."""
    day = received
    while working_days:
        day += _DAY
        working_days -= is_workday(day)
    return day


def month_deadline(received: datetime.date, months: int) -> datetime.date:
    """Return the last day of a limit in months, moved on to the next working day."""
    year, month = divmod(received.year * 12 + received.month - 1 + months, 12)
    after = datetime.date(year + (month == 11), (month + 1) % 12 + 1, 1)
    day = datetime.date(year, month + 1, min(received.day, (after - _DAY).day))
    while not is_workday(day):
        day += _DAY
    return day
