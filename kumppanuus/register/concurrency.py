"""How many services are open at once: of each client and family the most, for how long, and when it got so far.

Made of ``client_sets`` and ``family_sets`` (`register.sets`): periods in which exactly the same services are open. The
SQL is built here and run by the store.
"""

from __future__ import annotations

MOST = 5
"""Days with so many services open or more are counted together."""
MOST_IN_YEAR = 3
"""In a single year clients with so many or more are counted together."""
RUNGS = (2, 3)
"""Of so many services open at once the first day is known (``to_2``, ``to_3``)."""
_LONG = 20
"""Bits of a number of days: 2,800 years."""


def client_peaks() -> str:
    """Return SQL with one row for each client that used a service in the window; see `_peaks`."""
    return _peaks("client, family", "client_sets")


def family_peaks() -> str:
    """Return SQL with one row for each family that used a service in the window; see `_peaks`.

    Besides: ``persons`` = members in services; ``own_1`` … ``own_5`` = members by the most services of their own open
    at once, ``own_days_1`` … = their days by how many were open, ``own_with_1`` … = members with such days.
    """
    kinds = range(1, MOST + 1)
    own = ", ".join(
        [
            *(f"count(*) FILTER (most_at_once {_is(k)} {k})::INTEGER AS own_{k}" for k in kinds),
            *(f"sum(days_{k})::BIGINT AS own_days_{k}" for k in kinds),
            *(f"count(*) FILTER (days_{k} > 0)::INTEGER AS own_with_{k}" for k in kinds),
        ]
    )
    return f"""
        SELECT * FROM ({_peaks("family", "family_sets")}) JOIN (SELECT family, persons FROM family_masks) USING (family)
            JOIN (SELECT family, {own} FROM client_peaks GROUP BY family) USING (family)"""


def family_year_peaks() -> str:
    """Return SQL with one row for each family and study year in which it used a service.

    ``most_at_once`` = the most services open on one day of the year, ``persons`` = members in services in it, ``own_1``
    … ``own_3`` = members by the most of their own (3: or more).
    """
    years = "years WHERE seen_from < end_day AND seen_to > first_day"
    own = ", ".join(
        f"count(*) FILTER (most {_is(k, MOST_IN_YEAR)} {k})::INTEGER AS own_{k}" for k in range(1, MOST_IN_YEAR + 1)
    )
    return f"""
        SELECT * FROM (
            SELECT family, year, max(n_open)::USMALLINT AS most_at_once FROM family_sets, {years} GROUP BY family, year
        ) JOIN (
            SELECT family, year, count(*)::INTEGER AS persons, {own}
            FROM (SELECT client, family, year, max(n_open) AS most FROM client_sets, {years} GROUP BY ALL)
            GROUP BY family, year
        ) USING (family, year)"""


def _peaks(who: str, of_sets: str) -> str:
    """Return SQL with one row for each client or family that used a service in the window.

    Parameters
    ----------
    who : ``client, family`` or ``family``. of_sets : ``client_sets`` or ``family_sets``.

    Returns
    -------
    `who`; ``most_at_once`` = the most services open on one day; ``low``, ``high`` = which ones (a set, see
    `register.sets`): those of the longest unbroken period with so many, the earliest of equally long ones; ``days_1`` …
    ``days_5`` = days with so many open, of the last one or more. In whole days: ``before`` = of the window before the
    first service, ``seen`` = from its first day to the end of the window; ``to_2``, ``to_3`` = the day on which so many
    or more are open for the first time, the first day with a service being 1 (NULL: never).
    """
    firsts = ", ".join(f"(min(day) FILTER (n_open >= {rung}) - min(day) + 1)::INTEGER AS to_{rung}" for rung in RUNGS)
    exactly = ", ".join(
        f"coalesce(sum(n_days) FILTER (n_open {_is(k)} {k}), 0)::INTEGER AS days_{k}" for k in range(1, MOST + 1)
    )
    place = f"(n_open::BIGINT << {2 * _LONG}) | (n_days << {_LONG}) | ({(1 << _LONG) - 1} - day)"
    return f"""
        SELECT {who}, max(n_open)::USMALLINT AS most_at_once, arg_max(low, place) AS low, arg_max(high, place) AS high,
            min(day)::INTEGER AS before, (any_value(window_days) - min(day))::INTEGER AS seen, {firsts}, {exactly}
        FROM (
            SELECT {who}, low, high, n_open, day, n_days, window_days, {place} AS place FROM (
                SELECT *, date_diff('day', seen_from, seen_to)::BIGINT AS n_days,
                    date_diff('day', first_day, seen_from)::BIGINT AS day,
                    date_diff('day', first_day, end_day)::BIGINT AS window_days
                FROM {of_sets}, period
            )
        ) GROUP BY {who}"""


FAMILY_COSTS = """
    SELECT * FROM (
        SELECT family, count(*)::INTEGER AS persons, sum(cents)::BIGINT AS cents
        FROM (SELECT family, client, sum(cents)::BIGINT AS cents FROM expenses WHERE family IS NOT NULL GROUP BY ALL)
        GROUP BY family
    ) JOIN (SELECT family, most_at_once FROM family_peaks) USING (family)"""
"""What the services of each family in services cost in the whole window, in cents, and for how many of its members;
``most_at_once`` as in `family_peaks`."""


def _is(k: int, most: int = MOST) -> str:
    return "=" if k < most else ">="
