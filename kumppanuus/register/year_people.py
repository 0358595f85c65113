"""Who the clients of one study year are: by age, sex, area, service, level, number of services. SQL, run by the store.

The year is the last one that was observed from end to end, or the last one when none was. A bucket is counted by
itself: one row a breakdown and code, whose numbers add over buckets, since a family lies in one of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kumppanuus.register.facts import AGE_GROUPS

TALLIES = ("year_people",)
"""Derived tables whose rows are those of a bucket and add over buckets."""
FULL_DAYS = 365
MOST_SERVICES = 3
"""So many services or more are one number."""
SUPPORTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"lighter": ("universal", "early"), "heavier": ("special", "corrective")}
)
"""Levels in two: support for everybody and early support; special and corrective services."""
STRATUM = "age_in_year || ' ' || sex"
_SUPPORT = f"""CASE WHEN level IN ('{"', '".join(SUPPORTS["lighter"])}') THEN 'lighter' ELSE 'heavier' END"""
_LEVELS = ", ".join(f"'{level}'" for levels in SUPPORTS.values() for level in levels)
_GROWN = ", ".join(f"'{group}'" for group in AGE_GROUPS[3:])

CHOSEN_YEAR = f"""
    SELECT year, first_day, end_day, calendar_year, end_day - first_day AS days_seen FROM years
    ORDER BY (end_day - first_day >= {FULL_DAYS}) DESC, first_day DESC LIMIT 1"""
"""The study year that is looked at: one row of ``years``, with the days observed of it."""


def age_on(end_day: str) -> str:
    """Return SQL of the age group on the day before `end_day`, as `AGE_GROUPS` has them; birth_date must be at hand.

    Whole years are judged as in ``family_years``: a birthday of 29 February is on the 28th in other years.
    """
    return f"""CASE WHEN birth_date IS NULL OR birth_date >= {end_day} THEN 'unknown'
        WHEN birth_date + INTERVAL 18 YEAR < {end_day} THEN '18+'
        WHEN birth_date + INTERVAL 13 YEAR < {end_day} THEN '13-17'
        WHEN birth_date + INTERVAL 7 YEAR < {end_day} THEN '07-12' ELSE '00-06' END"""


def year_people() -> str:
    """Return SQL of the clients of the year.

    Returns
    -------
    ``breakdown``, ``code`` and distinct ``persons`` and ``families``: of everybody (``everyone``, ``age_in_year``,
    ``sex``, ``services_of_client``, ``services_of_family``: 1, 2, 3 and more) and of those under 18 on the last
    observed day (``children``, ``area``, ``level``, ``service``, ``stratum``: age and sex; and by `SUPPORTS`:
    ``support``, ``support_area``, ``support_stratum``; codes of several things have a space between them). The area is
    the client's own, else that of the relationship that began last.
    """
    number = f"least(count(DISTINCT service), {MOST_SERVICES})::VARCHAR"
    parts = [
        _by("everyone", "''", "people"), _by("age_in_year", "age_in_year", "people"), _by("sex", "sex", "people"),
        _by("services_of_client", "number", "people"), _by("children", "''", "young"), _by("area", "area", "young"),
        _by("level", "level", "(SELECT DISTINCT client, family, level FROM young_uses)"),
        _by("service", "service", "young_uses"),
        _by("stratum", STRATUM, "young"), _by("support", "support", "supported"),
        _by("support_area", "support || ' ' || area", "supported"),
        _by("support_stratum", f"support || ' ' || {STRATUM}", "supported"),
        f"""SELECT 'services_of_family', number, sum(persons)::BIGINT, count(*) FROM (
            SELECT {number} AS number, count(DISTINCT client) AS persons FROM uses GROUP BY family) GROUP BY ALL""",
    ]  # fmt: skip
    return f"""
        WITH chosen AS ({CHOSEN_YEAR}), uses AS MATERIALIZED (
            SELECT DISTINCT client, family, service, level FROM presence JOIN chosen USING (year)
        ), placed AS (
            SELECT client, max_by(area, (start, area)) AS area
            FROM spell_facts SEMI JOIN (SELECT client FROM clients WHERE area IS NULL) USING (client)
            WHERE area <> 'unknown' GROUP BY client
        ), people AS MATERIALIZED (
            SELECT client, used.family, number, coalesce(sex, 'unknown') AS sex,
                coalesce(clients.area, placed.area, 'unknown') AS area, {age_on("end_day")} AS age_in_year
            FROM (SELECT client, family, {number} AS number FROM uses GROUP BY client, family) AS used
                CROSS JOIN chosen LEFT JOIN clients USING (client) LEFT JOIN placed USING (client)
        ), young AS (FROM people WHERE age_in_year NOT IN ({_GROWN})),
        young_uses AS (SELECT * FROM uses SEMI JOIN young USING (client)),
        supported AS (
            SELECT DISTINCT young.*, {_SUPPORT} AS support FROM young_uses JOIN young USING (client)
            WHERE level IN ({_LEVELS})
        )
        SELECT * FROM ({" UNION ALL ".join(parts)}) AS found(breakdown, code, persons, families) WHERE persons > 0"""


def _by(breakdown: str, code: str, rows: str) -> str:
    """Return SQL of the persons and families of each code; `rows` has a client once a code."""
    return f"""SELECT '{breakdown}', code, sum(persons)::BIGINT, count(*) FROM (
        SELECT ({code})::VARCHAR AS code, family, count(*) AS persons FROM {rows} GROUP BY ALL) GROUP BY ALL"""
