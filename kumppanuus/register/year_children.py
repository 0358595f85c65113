"""Children who were clients in the first and in the last full study year, counted in every way a room looks at them.

A bucket is counted by itself: one row a breakdown, code and year, whose numbers add over buckets, since a family lies
in one of them.
"""

from __future__ import annotations

from kumppanuus.register.facts import AGE_GROUPS
from kumppanuus.register.year_people import FULL_DAYS, age_on

TALLIES = ("year_children",)
"""Derived tables whose rows are those of a bucket and add over buckets."""
_CHILDREN = ", ".join(f"'{group}'" for group in AGE_GROUPS[:3])

ENDS = f"""
    SELECT year, end_day FROM years WHERE end_day - first_day >= {FULL_DAYS}
    QUALIFY first_day IN (min(first_day) OVER (), max(first_day) OVER ())"""
"""The first and the last study year that were observed from end to end; the same one when there is one only."""


def year_children() -> str:
    """Return SQL of the clients under 18 on the last day of each of the two years, as `year_people` has them.

    Returns
    -------
    ``breakdown`` (``children``, ``age_in_year``, ``area``, ``level``), ``code``, ``year`` and distinct ``persons`` and
    ``families``. The area is the client's own, else that of the relationship that began last.
    """
    parts = [_by("children", "''", "young"), _by("age_in_year", "age_in_year", "young"), _by("area", "area", "young"),
             _by("level", "level", "(SELECT uses.* FROM uses SEMI JOIN young USING (client, year))")]  # fmt: skip
    return f"""
        WITH ends AS ({ENDS}), uses AS MATERIALIZED (
            SELECT DISTINCT client, family, level, year FROM presence SEMI JOIN ends USING (year)
        ), placed AS (
            SELECT client, max_by(area, (start, area)) AS area
            FROM spell_facts SEMI JOIN (SELECT client FROM clients WHERE area IS NULL) USING (client)
            WHERE area <> 'unknown' GROUP BY client
        ), young AS MATERIALIZED (
            SELECT * FROM (
                SELECT client, used.family, year, coalesce(clients.area, placed.area, 'unknown') AS area,
                    {age_on("end_day")} AS age_in_year
                FROM (SELECT DISTINCT client, family, year FROM uses) AS used JOIN ends USING (year)
                    LEFT JOIN clients USING (client) LEFT JOIN placed USING (client)
            ) WHERE age_in_year IN ({_CHILDREN})
        )
        SELECT * FROM ({" UNION ALL ".join(parts)}) AS found(breakdown, code, year, persons, families)"""


def _by(breakdown: str, code: str, rows: str) -> str:
    """Return SQL of the persons and families of each code and year; `rows` has a client once a code and year."""
    return f"""SELECT '{breakdown}', code, year, sum(persons)::BIGINT, count(*) FROM (
        SELECT ({code})::VARCHAR AS code, year, family, count(*) AS persons FROM {rows} GROUP BY ALL) GROUP BY ALL"""
