"""Working days of Finland by arithmetic alone, so that the truth of the clocks owes nothing to the analyses."""

from __future__ import annotations

import datetime

import numpy as np

from kumppanuus.demo.durations import Days

FIRST_YEAR, LAST_YEAR = 2011, 2027
FIXED = ((1, 1), (1, 6), (5, 1), (12, 6), (12, 24), (12, 25), (12, 26))
# Good Friday, Easter Monday and Ascension, in days from Easter Sunday
AROUND_EASTER = (-2, 1, 39)


def easter(year: int) -> datetime.date:
    """Return Easter Sunday.

    References
    ----------
    "Anonymous Gregorian algorithm", Nature 13 (1876), 487.
    """
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    weekday = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 19 * weekday) // 433
    month = (h + weekday - 7 * m + 90) // 25
    return datetime.date(year, month, (h + weekday - 7 * m + 33 * month + 19) % 32)


def midsummer_eve(year: int) -> datetime.date:
    """Return the Friday of 19–25 June."""
    first = datetime.date(year, 6, 19)
    return first + datetime.timedelta(days=(4 - first.weekday()) % 7)


def holidays(year: int) -> list[datetime.date]:
    """Return the days of a year, other than Saturdays and Sundays, that are no working days."""
    moving = [easter(year) + datetime.timedelta(days=days) for days in AROUND_EASTER]
    return sorted([*(datetime.date(year, *day) for day in FIXED), *moving, midsummer_eve(year)])


CALENDAR = np.busdaycalendar(holidays=[day for year in range(FIRST_YEAR, LAST_YEAR + 1) for day in holidays(year)])


def moved(days: Days, working_days: Days | int, roll: str = "preceding") -> Days:
    """Go forward (or back, when negative) by working days from each day; a day off is first rolled to a working day."""
    dates = np.asarray(days, dtype=np.int64).astype("datetime64[D]")
    return np.busday_offset(dates, working_days, roll=roll, busdaycal=CALENDAR).astype(np.int64)  # type: ignore[call-overload,no-any-return]


def working_days_between(received: Days, decided: Days) -> Days:
    """Count the working days from the day after receipt to the day of the decision, that day included."""
    first = (np.asarray(received, dtype=np.int64) + 1).astype("datetime64[D]")
    end = (np.asarray(decided, dtype=np.int64) + 1).astype("datetime64[D]")
    return np.busday_count(first, end, busdaycal=CALENDAR).astype(np.int64)
