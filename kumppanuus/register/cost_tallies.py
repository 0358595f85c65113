"""What services cost, counted by what it is told apart by, and families by how much theirs cost. SQL, run by the store.

Sums over the families of a bucket: they add over buckets, and the rooms that read them touch no single family. Which
families are the dearest tenth is known only over all buckets, so families are counted by classes of cost, narrow ones,
and the tenth is found among the classes.
"""

from __future__ import annotations

from kumppanuus.register.year_people import CHOSEN_YEAR, FULL_DAYS

CLASSES_A_DECADE = 48
"""Classes of cost and of days between a number and its tenfold: each is 5 % wide."""
NOTHING_BEFORE = -1
"""Class of the year before of a family that then cost nothing."""
TABLES = ("cost_sums", "cost_growth", "cost_classes", "cost_moves")
"""Derived tables whose rows are those of a bucket and add over buckets."""
_FIRST_FULL = f"""
    SELECT year AS first_year FROM years
    ORDER BY (end_day - first_day >= {FULL_DAYS}) DESC, first_day LIMIT 1"""
"""The first study year that was observed from end to end, or the first one when none was."""


def derivations() -> dict[str, str]:
    """Return the SQL of `TABLES`, made of ``expenses``, ``family_level_costs``, ``family_year_costs``, ``presence``.

    - ``cost_sums(what, code, kind, year, …)``: costs by ``sector``, by ``area`` (the last full year only; the client's
      own area, else that of her relationship that began last) and by ``level`` with ``kind``: ``rows`` where cost rows
      say it, ``assumed`` where unit costs do. ``cents``; ``known_cents`` of them name a client; ``squared``: sum over
      families of their squared whole euros; ``n_persons``, ``n_families`` with a cost.
    - ``cost_growth(level, year, known, squared, crossed)``: whole euros of families, their squares, and the products
      with what the same family cost in the first full year.
    - ``cost_classes(what, year, k, …)``: families whose services cost something (``cost``; ``amount`` in cents) and, of
      the last full year, that spent days in services (``days``, summed over members and services), by class;
      ``squared`` in whole euros or days.
    - ``cost_moves(year, k, origin, …)``: of the last full year, the same by class and class of the year before
      (`NOTHING_BEFORE`); no rows when that year was not observed from end to end.
    """
    return {
        "cost_sums": _sums(),
        "cost_growth": f"""
            SELECT now.level, now.year, sum(now.euros)::BIGINT AS known, sum(now.euros * now.euros)::BIGINT AS squared,
                coalesce(sum(now.euros * before.euros), 0)::BIGINT AS crossed
            FROM ({_EUROS}) AS now LEFT JOIN (
                SELECT family, level, euros FROM ({_EUROS}) JOIN ({_FIRST_FULL}) ON year = first_year
            ) AS before ON now.family = before.family AND now.level = before.level
            GROUP BY ALL""",
        "cost_classes": _classes(),
        "cost_moves": _moves(),
    }


_EUROS = """SELECT family, level, year, cents // 100 AS euros FROM family_level_costs WHERE family IS NOT NULL"""


def _sums() -> str:
    measures = """count(client)::INTEGER AS persons, sum(cents)::BIGINT AS cents"""
    return f"""
        WITH chosen AS ({CHOSEN_YEAR}), placed AS (
            SELECT client, max_by(area, (start, area)) AS area
            FROM spell_facts SEMI JOIN (SELECT client FROM clients WHERE area IS NULL) USING (client)
            WHERE area <> 'unknown' GROUP BY client
        ), told AS MATERIALIZED (
            SELECT client, family, level::VARCHAR AS level, coalesce(sector, 'unknown') AS sector, year,
                CASE WHEN basis = 'rows' THEN 'rows' ELSE 'assumed' END AS kind, sum(cents)::BIGINT AS cents
            FROM expenses LEFT JOIN (SELECT service, sector FROM services) USING (service) GROUP BY ALL
        ), apart AS (
            SELECT 'level' AS what, level AS code, kind, year, family, client, sum(cents)::BIGINT AS cents
            FROM told GROUP BY ALL
            UNION ALL SELECT 'sector', sector, '', year, family, client, sum(cents)::BIGINT FROM told GROUP BY ALL
            UNION ALL SELECT 'area', coalesce(clients.area, placed.area, 'unknown'), '', year, told.family, client,
                sum(cents)::BIGINT
            FROM told SEMI JOIN chosen USING (year) LEFT JOIN clients USING (client) LEFT JOIN placed USING (client)
            GROUP BY ALL
        ), homes AS (SELECT what, code, kind, year, family, {measures} FROM apart GROUP BY ALL)
        SELECT what, code, kind, year, sum(persons)::BIGINT AS n_persons, count(family)::BIGINT AS n_families,
            sum(cents)::BIGINT AS cents, coalesce(sum(cents) FILTER (family IS NOT NULL), 0)::BIGINT AS known_cents,
            coalesce(sum((cents // 100) * (cents // 100)) FILTER (family IS NOT NULL), 0)::BIGINT AS squared
        FROM homes GROUP BY ALL"""


def _class(of: str) -> str:
    return f"floor({CLASSES_A_DECADE} * log10({of}))::INTEGER"


def _classes() -> str:
    return f"""
        SELECT 'cost' AS what, year, {_class("cents")} AS k, count(*)::BIGINT AS n_families,
            sum(persons)::BIGINT AS n_persons, sum(cents)::BIGINT AS amount,
            sum((cents // 100) * (cents // 100))::BIGINT AS squared
        FROM family_year_costs WHERE family IS NOT NULL AND cents > 0 GROUP BY ALL
        UNION ALL
        SELECT 'days', year, {_class("n_days")}, count(*)::BIGINT, sum(persons)::BIGINT, sum(n_days)::BIGINT,
            sum(n_days * n_days)::BIGINT
        FROM (
            SELECT family, year, count(DISTINCT client)::INTEGER AS persons, sum("days")::BIGINT AS n_days
            FROM presence SEMI JOIN ({CHOSEN_YEAR}) USING (year) GROUP BY family, year
        ) GROUP BY ALL"""


def _moves() -> str:
    costs = "(SELECT * FROM family_year_costs WHERE family IS NOT NULL AND cents > 0)"
    return f"""
        WITH chosen AS ({CHOSEN_YEAR}), earlier AS (
            SELECT years.year FROM years JOIN chosen ON years.end_day = chosen.first_day
            WHERE years.end_day - years.first_day >= {FULL_DAYS}
        )
        SELECT now.year, {_class("now.cents")} AS k, coalesce({_class("before.cents")}, {NOTHING_BEFORE}) AS origin,
            count(*)::BIGINT AS n_families, sum(now.persons)::BIGINT AS n_persons
        FROM (FROM {costs} SEMI JOIN chosen USING (year)) AS now
            LEFT JOIN (FROM {costs} SEMI JOIN earlier USING (year)) AS before ON now.family = before.family
        WHERE EXISTS (FROM earlier) GROUP BY ALL"""
