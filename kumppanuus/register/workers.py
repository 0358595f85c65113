"""Whose workers families have: children by responsible worker, numbers of workers, contacts by worker. SQL, run by the
store.

A bucket is counted by itself: rows are sums over its families, which add over buckets, since a family lies in one of
them. A worker's children may lie in several buckets, so workers are a column of the sums and are put together after
adding (`loads`); they are pseudonyms, and no result names them.
"""

from __future__ import annotations

from kumppanuus.register.clocks import CASELOAD
from kumppanuus.register.spells import FAMILY_GROUPS
from kumppanuus.register.year_people import CHOSEN_YEAR

TALLIES = ("child_loads", "load_people", "worker_people", "family_worker_numbers", "contact_shares")
"""Derived tables whose rows are those of a bucket and add over buckets."""
TABLES = ("assigned_children", "worker_ties", *TALLIES)
MOST_WORKERS = 3
"""So many workers or more are one number."""
LEAST_CONTACTS = 4
"""Contacts of a family in a service from which on its continuity is judged."""
STRATA = (("04-06", 4, 6), ("07-12", 7, 12), ("13+", 13, None))
"""Numbers of contacts within which continuity is compared: code, least, most."""
SHARES = ("coc", "upc", "secon")
MILLION = 1_000_000
"""Shares of single families are added up as whole millionths."""
LAST_MONTHS, HALF_YEAR, _MOST_MONTHS = 12, 6, 240
"""Children are counted at the ends of the last months, before them of half-years, for twenty years at most."""

COUNTED = f"""
    SELECT day, k, coalesce("limit", 0)::INTEGER AS in_force FROM (
        SELECT (end_day - INTERVAL (k) MONTH)::DATE - 1 AS day, first_day, k::INTEGER AS k
        FROM period, range(0, {_MOST_MONTHS + 1}) AS months(k) WHERE k % {HALF_YEAR} = 0 OR k < {LAST_MONTHS}
    ) LEFT JOIN clocks ON clock = '{CASELOAD}' AND valid_from <= day AND valid_to > day
    WHERE day >= first_day"""
"""The days on which children are counted, backwards from the last day of the window, each ``k`` months before it, and
the limit of the law in force on it (0: none)."""
_ASSIGNED = f"""
    SELECT day, k, in_force, client, held.family, worker, coalesce(held.area, clients.area, 'unknown') AS area FROM (
        SELECT day, k, in_force, client, family, worker, area FROM (
            SELECT day, k, in_force, client, family, worker, area, row_number() OVER (
                PARTITION BY day, client ORDER BY worker IS NULL, start DESC, service, worker, area
            ) AS place
            FROM relationships JOIN services USING (service) JOIN ({COUNTED}) AS counted
                ON start <= day AND coalesce("end" > day, true)
            WHERE child_welfare
        ) WHERE place = 1
    ) AS held JOIN clients USING (client)
    WHERE birth_date <= day AND birth_date + INTERVAL 18 YEAR > day"""
"""Children (under 18) in child welfare on each counted day, each with one responsible worker: that of the relationship
which began last of those that name one."""
_TIES = """
    SELECT client, family, service, year, worker FROM relationships
        JOIN years ON start < end_day AND coalesce("end" > first_day, true) WHERE worker IS NOT NULL
    UNION
    SELECT client, family, service, year, worker FROM visits
        JOIN years ON date >= first_day AND date < end_day WHERE worker IS NOT NULL"""
"""Workers of each client in each service and study year: responsible ones and those of visits, each once."""


def derivations() -> dict[str, str]:
    """Return the SQL of `TABLES`.

    ``assigned_children(day, k, in_force, client, family, worker, area)``: children in child welfare on each counted
    day, each with one responsible worker. ``worker_ties(client, family, service, year, worker)``: workers of each
    client, responsible ones and those of visits, each once.

    ``child_loads(day, area, worker, children, homes)``: children by counted day, area and responsible worker;
    ``homes``: each of their families once, at the worker of most of its children.

    ``load_people(day, k, in_force, breakdown, code, persons, families)``: these children and their families in all
    (``all``), with and without a worker (``assigned``: yes, no), and those with one by area (``area``).

    ``worker_people(year, breakdown, code, persons, families, changed, changed_families)``: clients under 18 with a
    known worker in all and by service; ``changed``: those with two workers or more in one service.

    ``family_worker_numbers(year, workers, persons, families)``: families by their number of known workers in all.

    ``contact_shares(breakdown, code, family_group, persons, families, …)``: see `_contact_shares`.
    """
    return {
        "assigned_children": _ASSIGNED,
        "worker_ties": _TIES,
        "child_loads": _child_loads(),
        "load_people": _load_people(),
        "worker_people": _worker_people(),
        "family_worker_numbers": f"""
            SELECT year, workers, sum(persons)::BIGINT AS persons, count(*) AS families FROM (
                SELECT year, family, least(count(DISTINCT worker), {MOST_WORKERS})::VARCHAR AS workers,
                    count(DISTINCT client) AS persons FROM worker_ties GROUP BY year, family
            ) GROUP BY ALL""",
        "contact_shares": _contact_shares(),
    }


def _child_loads() -> str:
    return """
        SELECT day, area, worker, sum(children)::BIGINT AS children, count(*) FILTER (place = 1) AS homes FROM (
            SELECT *, row_number() OVER (PARTITION BY day, family ORDER BY children DESC, worker, area) AS place FROM (
                SELECT day, family, area, worker, count(*) AS children
                FROM assigned_children WHERE worker IS NOT NULL GROUP BY ALL
            )
        ) GROUP BY ALL"""


def _load_people() -> str:
    parts = (("all", "''", ""), ("assigned", "CASE WHEN worker IS NULL THEN 'no' ELSE 'yes' END", ""),
             ("area", "area", "WHERE worker IS NOT NULL"))  # fmt: skip
    return " UNION ALL ".join(
        f"SELECT day, k, in_force, '{name}' AS breakdown, {code} AS code, count(*) AS persons, "
        f"count(DISTINCT family) AS families FROM assigned_children {test} GROUP BY ALL"
        for name, code, test in parts
    )


def _worker_people() -> str:
    """Return SQL of `worker_people`: of clients first, then of families, so that everybody is counted once."""
    parts = " UNION ALL ".join(
        f"""
        SELECT year, '{name}' AS breakdown, {code} AS code, sum(persons)::BIGINT AS persons, count(*) AS families,
            sum(changed)::BIGINT AS changed, count(*) FILTER (changed > 0) AS changed_families
        FROM (
            SELECT year, {keys}family, count(*) AS persons, count(*) FILTER (most > 1) AS changed
            FROM (SELECT year, {keys}family, client, max(n) AS most FROM numbers GROUP BY ALL) GROUP BY ALL
        ) GROUP BY ALL"""
        for name, code, keys in (("all", "''", ""), ("service", "service::VARCHAR", "service, "))
    )
    return f"""
        WITH numbers AS MATERIALIZED (
            SELECT year, client, ties.family, service, count(*) AS n FROM worker_ties AS ties
                JOIN years USING (year) JOIN clients USING (client)
            WHERE birth_date < end_day AND birth_date + INTERVAL 18 YEAR >= end_day GROUP BY ALL
        ) {parts}"""


def _contact_shares() -> str:
    """Return SQL of how far families meet the same workers in a service, in the study year that is looked at.

    A contact is a day on which somebody of the family has a visit of a known worker in the service; two workers on a
    day are two contacts. Families with `LEAST_CONTACTS` in a service, on two days or more.

    Returns
    -------
    ``breakdown`` (``all``, ``contacts`` with the codes of `STRATA`, ``service``), ``code``, ``family_group``,
    ``persons``, ``families``, and sums over families of `SHARES` in whole millionths, of each family the mean over its
    services: COC, UPC and SECON as in `kumppanuus.methods.continuity`.
    """
    strata = " ".join(f"WHEN contacts <= {most} THEN '{code}'" for code, _, most in STRATA if most)
    means, sums = (", ".join(call.format(each) + f" AS {each}" for each in SHARES)
                   for call in ("round(avg({}))", "sum({})::BIGINT"))  # fmt: skip
    parts = " UNION ALL ".join(
        f"""
        SELECT '{name}' AS breakdown, code, family_group, sum(persons)::BIGINT AS persons, count(*) AS families, {sums}
        FROM (SELECT family, family_group, {code} AS code, {means} FROM judged GROUP BY ALL) JOIN (
            SELECT family, {code} AS code, count(DISTINCT client) AS persons
            FROM seen JOIN judged USING (family, service) GROUP BY ALL
        ) USING (family, code) GROUP BY ALL"""
        for name, code in (("all", "''"), ("contacts", "stratum"), ("service", "service::VARCHAR"))
    )
    return f"""
        WITH chosen AS ({CHOSEN_YEAR}), seen AS MATERIALIZED (
            SELECT DISTINCT client, family, service, date, worker FROM visits
                JOIN chosen ON date >= first_day AND date < end_day WHERE worker IS NOT NULL
        ), days AS (
            SELECT family, service, date, list(DISTINCT worker) AS workers FROM seen GROUP BY ALL
        ), steps AS (
            SELECT family, service, list_has_any(workers, lag(workers) OVER (
                PARTITION BY family, service ORDER BY date)) AS again FROM days
        ), by_worker AS (
            SELECT family, service, worker, count(DISTINCT date) AS n FROM seen GROUP BY ALL
        ), judged AS MATERIALIZED (
            SELECT family, (family // 64) % {FAMILY_GROUPS} AS family_group, service,
                CASE {strata} ELSE '{STRATA[-1][0]}' END AS stratum,
                {MILLION}::DOUBLE * (squares - contacts) / (contacts * (contacts - 1)) AS coc,
                {MILLION}::DOUBLE * most / contacts AS upc, {MILLION}::DOUBLE * kept / pairs AS secon
            FROM (
                SELECT family, service, sum(n)::BIGINT AS contacts, sum(n * n)::BIGINT AS squares, max(n) AS most
                FROM by_worker GROUP BY ALL
            ) JOIN (
                SELECT family, service, count(again) AS pairs, count(*) FILTER (again) AS kept FROM steps GROUP BY ALL
            ) USING (family, service) WHERE contacts >= {LEAST_CONTACTS} AND pairs > 0
        ) {parts}"""
