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

    Notes
    -----
    Rows with the same start and end stand in any order, anew in each window, so they are numbered together (RANGE):
    one by one the first of them may be one that another has been counted for already.

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
                OVER (PARTITION BY {by} ORDER BY row_start, row_end RANGE UNBOUNDED PRECEDING) AS island
            FROM marked
        )
        SELECT {by}, min(row_start) AS start, nullif(max(row_end), {OPEN}) AS "end"
        FROM numbered GROUP BY {by}, island"""


def spells(relationships: str, tolerance_days: int) -> str:
    """Return SQL of the spells of each client in each service, seen through the window (relation ``period``)."""
    joined = islands(relationships, ("client", "family", "service", "level"), tolerance_days=tolerance_days)
    return f"""
        SELECT * FROM (
            SELECT client, family, (family // 64) % {FAMILY_GROUPS} AS family_group, service, level, start, "end",
                greatest(start, first_day) AS seen_from,
                least(coalesce("end", end_day), end_day) AS seen_to,
                greatest(0, date_diff('day', start, first_day))::INTEGER AS entry_day,
                date_diff('day', start, least(coalesce("end", end_day), end_day))::INTEGER AS exit_day,
                coalesce("end" <= end_day, false) AS ended
            FROM ({joined}), period
            WHERE coalesce("end", end_day) > first_day AND start < end_day
        ) WHERE exit_day > entry_day"""


def stays(relationships: str) -> str:
    """Return SQL of the days each client spent in each service by way of production, inside the window."""
    joined = islands(relationships, ("client", "family", "service", "level", "production"))
    return f"""
        SELECT client, family, service, level, production,
            greatest(start, first_day) AS seen_from, least(coalesce("end", end_day), end_day) AS seen_to
        FROM ({joined}), period WHERE coalesce("end", end_day) > first_day AND start < end_day"""


def presence(stays_relation: str) -> str:
    """Return SQL of the days each client spent in each service in each study year, by way of production."""
    return f"""
        SELECT client, family, service, level, production, year,
            sum(date_diff('day', greatest(seen_from, first_day), least(seen_to, end_day)))::INTEGER AS "days"
        FROM {stays_relation}, years WHERE seen_from < end_day AND seen_to > first_day
        GROUP BY client, family, service, level, production, year"""


def expenses() -> str:
    """Return SQL of what each client's service cost in each study year, in whole cents, by way of production.

    ``basis`` says where the number comes from: ``rows`` (cost rows; a service that has any is never priced by unit),
    ``day`` or ``visit`` (unit cost x days or visits). Cost rows that name no client have neither client nor family.
    """
    return """
        SELECT client, family, service, level, production, 'day'::basis_code AS basis, year,
            "days" * unit_cents AS cents
        FROM presence JOIN unit_costs USING (service, production)
        WHERE unit = 'day' AND service NOT IN (SELECT service FROM invoiced)
        UNION ALL
        SELECT client, family, visits.service, visits.level, services.production::production_code, 'visit', year,
            sum(visits * unit_cents)::BIGINT
        FROM visits JOIN services USING (service)
            JOIN unit_costs ON services.service = unit_costs.service AND services.production = unit_costs.production
            JOIN years ON date >= first_day AND date < end_day
        WHERE unit_costs.unit = 'visit' AND visits.service NOT IN (SELECT service FROM invoiced)
        GROUP BY ALL
        UNION ALL
        SELECT client, family, service, level, production, 'rows', year, sum(cost_cents)::BIGINT
        FROM costs JOIN years ON date >= first_day AND date < end_day WHERE book = 'invoice'
        GROUP BY ALL"""


def by_family(rows: str, keys: str, **measures: str) -> str:
    """Return SQL with one row a family and group: its ``persons`` (members with a row) and sums of measures.

    Distinct clients and families are then plain sums over families. Rows of no family make one row without persons.

    Parameters
    ----------
    rows : a relation with ``client`` and ``family``.
    keys : columns of the group, comma-separated.
    measures : name → expression to sum over the rows; a name that begins with ``persons_`` counts the members for
        whom the expression is true on some row.
    """
    inner, outer = [], []
    for name, expression in measures.items():
        if name.startswith("persons_"):
            inner.append(f"bool_or({expression}) AS {name}")
            outer.append(f"count(*) FILTER ({name})::INTEGER AS {name}")
        else:
            inner.append(f"sum({expression}) AS {name}")
            outer.append(f"sum({name})::BIGINT AS {name}")
    return f"""
        SELECT family, {keys}, count(client)::INTEGER AS persons{"".join(f", {each}" for each in outer)}
        FROM (
            SELECT family, client, {keys}{"".join(f", {each}" for each in inner)}
            FROM {rows} GROUP BY family, client, {keys}
        ) GROUP BY family, {keys}"""


def family_stays(stays_relation: str) -> str:
    """Return SQL of the days each family had at least one member in each service, inside the window."""
    return _seen_islands(stays_relation, ("family", "service", "level"))


def client_stays(stays_relation: str) -> str:
    """Return SQL of the days each client was in each service, whoever provided it, inside the window."""
    return _seen_islands(stays_relation, ("client", "family", "service"))


def meetings(of_stays: str, who: str, keep: str) -> str:
    """Return SQL with one row for every two services of the same client or family; of two the one whose
    code comes first is ``first``.

    Parameters
    ----------
    of_stays : `family_stays` or `client_stays`; its rows of one service do not overlap.
    who : the column that both services share: ``family`` or ``client``.
    keep : columns to return besides the two services.

    Returns
    -------
    `keep`, ``first``, ``second``, ``shared_days`` (days inside the window with both open; 0 = never at the same time)
    and ``apart_days`` (the fewest days between the end of one and the start of the other; 0 = together, or the second
    begins the day after the last day of the first).
    """
    return f"""
        SELECT {", ".join(f"a.{each}" for each in keep.split(", "))}, a.service AS first, b.service AS second,
            sum(greatest(0, least(a.seen_to, b.seen_to) - greatest(a.seen_from, b.seen_from)))::INTEGER AS shared_days,
            min(greatest(0, greatest(a.seen_from, b.seen_from) - least(a.seen_to, b.seen_to)))::INTEGER AS apart_days
        FROM {of_stays} AS a JOIN {of_stays} AS b ON a.{who} = b.{who} AND a.service < b.service
        GROUP BY ALL"""


def families(family_services_relation: str, of_stays: str, clients: str) -> str:
    """Return SQL with one row a family that used a service in the window.

    ``persons`` = members who used one, ``n_services`` = services used in the window, ``most_at_once`` = the largest
    number of services open on one day.
    """
    return f"""
        WITH steps AS (
            SELECT family, seen_from AS day, 1 AS change FROM {of_stays}
            UNION ALL SELECT family, seen_to, -1 FROM {of_stays}
        ), peaks AS (
            SELECT family, max(n_open)::INTEGER AS most_at_once FROM (
                SELECT family, sum(change) OVER (
                    PARTITION BY family ORDER BY day, change ROWS UNBOUNDED PRECEDING
                ) AS n_open FROM steps
            ) GROUP BY family
        ), people AS (SELECT family, count(DISTINCT client)::INTEGER AS persons FROM {clients} GROUP BY family)
        SELECT family, any_value(people.persons) AS persons, count(*)::INTEGER AS n_services,
            any_value(most_at_once) AS most_at_once
        FROM {family_services_relation} JOIN peaks USING (family) JOIN people USING (family) GROUP BY family"""


def _seen_islands(stays_relation: str, keys: tuple[str, ...]) -> str:
    joined = islands(stays_relation, keys, start="seen_from", end="seen_to")
    return f'SELECT {", ".join(keys)}, start AS seen_from, "end" AS seen_to FROM ({joined})'
