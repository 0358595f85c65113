"""Spells: relationships joined by gaps-and-islands and seen through the observation window.

All periods are half-open ``[start, end)``; an open end is NULL. The SQL is built here and run by the store.

Conventions (they decide every duration):

* two rows of one key belong to the same spell iff the later start is at most ``tolerance`` days after the largest end
  of **all** earlier rows (touching rows join at tolerance 0; a nested row never cuts the longer one);
* ``entry_day`` = days from start to the first day of the window when the spell started before it, else 0 (late entry);
* ``exit_day`` = days from start to the end, or to the end of the window when it was still open then (censored);
* ``ended`` is true when the end was seen inside the window.
"""

from __future__ import annotations

OPEN = "DATE '9999-12-31'"
FAMILY_GROUPS = 200
"""Families are dealt to this many groups by their pseudonym; intervals resample whole groups (families stay whole)."""


def islands(
    rows: str, keys: tuple[str, ...], *, tolerance_days: int = 0, start: str = "start", end: str = '"end"'
) -> str:
    """Return SQL that joins the rows of a relation to islands per key.

    Parameters
    ----------
    rows : a relation (name or parenthesised query) with the key columns, `start` and `end` (NULL = open).
    keys : columns that must agree.
    tolerance_days : gap in days that still joins two rows.

    Returns
    -------
    SQL of a query with the key columns, ``start`` and ``"end"`` (NULL = open): one row per island.

    References
    ----------
    Gaps and islands over a running maximum, as in Itzik Ben-Gan, T-SQL Querying (2015), ch. 4.
    """
    by = ", ".join(keys)
    return f"""
        WITH placed AS (
            SELECT {by}, {start} AS row_start, coalesce({end}, {OPEN}) AS row_end FROM {rows}
        ), marked AS (
            SELECT *, max(row_end) OVER (
                PARTITION BY {by} ORDER BY row_start, row_end ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) AS reached FROM placed
        ), numbered AS (
            SELECT *, count(*) FILTER (reached IS NULL OR (reached < {OPEN} AND row_start > reached + {tolerance_days}))
                OVER (PARTITION BY {by} ORDER BY row_start, row_end ROWS UNBOUNDED PRECEDING) AS island
            FROM marked
        )
        SELECT {by}, min(row_start) AS start, nullif(max(row_end), {OPEN}) AS "end"
        FROM numbered GROUP BY {by}, island"""


def spells(relationships: str, tolerance_days: int) -> str:
    """Return SQL of the spells of each client in each service, seen through the window (relation ``period``)."""
    joined = islands(relationships, ("client", "family", "service", "level"), tolerance_days=tolerance_days)
    return f"""
        SELECT client, family, (family // 64) % {FAMILY_GROUPS} AS family_group, service, level, start, "end",
            greatest(start, first_day) AS seen_from,
            least(coalesce("end", end_day), end_day) AS seen_to,
            greatest(0, date_diff('day', start, first_day))::INTEGER AS entry_day,
            date_diff('day', start, least(coalesce("end", end_day), end_day))::INTEGER AS exit_day,
            coalesce("end" <= end_day, false) AS ended
        FROM ({joined}), period
        WHERE coalesce("end", end_day) > first_day AND start < end_day"""


def stays(relationships: str) -> str:
    """Return SQL of the days each client spent in each service by way of production, inside the window."""
    joined = islands(relationships, ("client", "family", "service", "level", "production"))
    return f"""
        SELECT client, family, service, level, production,
            greatest(start, first_day) AS seen_from, least(coalesce("end", end_day), end_day) AS seen_to
        FROM ({joined}), period WHERE coalesce("end", end_day) > first_day AND start < end_day"""


def family_stays(stays_relation: str) -> str:
    """Return SQL of the days each family had at least one member in each service, inside the window."""
    joined = islands(stays_relation, ("family", "service", "level"), start="seen_from", end="seen_to")
    return f'SELECT family, service, level, start AS seen_from, "end" AS seen_to FROM ({joined})'
