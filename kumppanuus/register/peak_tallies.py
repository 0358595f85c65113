"""Services open at once, counted: people, days, the ladder from one to many, exact sets. Sums over a bucket's families.

Like `register.tallies`: a family lies in one bucket whole, so sums add up over buckets as counts do. Made of
`register.concurrency`; ``who`` is ``family`` (services of any member) or ``client`` (her own).
"""

from __future__ import annotations

from kumppanuus.register.calendar import MONTH_DAYS
from kumppanuus.register.concurrency import MOST, MOST_IN_YEAR, RUNGS
from kumppanuus.register.spells import FAMILY_GROUPS

WASHOUT_DAYS = 365
"""The first service is known of those without any in so many first days of the window, a third of it at most."""
MOST_IN_SET = 5
"""Larger sets are never shown one by one: they are one row, the set 0."""
SEEN = 0
"""In place of a rung: everybody, by the last day under observation."""
PEAK_TALLIES = (
    "most_open",
    "days_open",
    "climb_days",
    "climb_months",
    "climb_people",
    "climb_families",
    "service_sets",
)
_WHO = "CASE WHEN of_family THEN 'family' ELSE 'client' END AS who"


def derivations() -> dict[str, str]:
    """Return the SQL of ``newcomers`` and of `PEAK_TALLIES`.

    ``newcomers``: one row for each family and each client whose first service is known (``counts`` = 1), see
    `WASHOUT_DAYS`, and one for each family of such clients (``homes`` = 1): seen as long as any of them, on a rung when
    the first of them is.

    ``most_open(who, year, most, n_persons, n_families)``: by the most open on one day, of the window (year ``all``) or
    of a study year.

    ``days_open(who, k, n_days, squared, n_persons, n_families)``: days with k services open (5: or more; 0: with any),
    the sum over families of their squared days, and whose days they are.

    ``climb_days(who, rung, day, reached, still)``, ``climb_months(who, rung, family_group, month, …)``: newcomers by
    the day (the first month full by then) on which they have so many open for the first time, or else by the last one
    under observation. ``climb_people(who, rung, n_persons, n_families)``: those who get there (rung 1: everybody).
    ``climb_families(who, rung, day, n_families)``: their families.

    ``service_sets(what, low, high, n_persons, n_families, n_once)``: exact sets, see `_sets`.
    """
    return {
        "newcomers": _newcomers(),
        "most_open": _most(),
        "days_open": " UNION ALL ".join(_days(who, own) for who, own in (("family", ""), ("client", "own_"))),
        "climb_days": f"""
            SELECT {_WHO}, rung, coalesce(day, seen)::INTEGER AS day, count(day) AS reached,
                count(*) - count(day) AS still
            FROM ({_by_rung("counts > 0", "of_family, seen", seen=True)}) GROUP BY ALL""",
        "climb_months": f"""
            SELECT {_WHO}, rung, ((family // 64) % {FAMILY_GROUPS})::SMALLINT AS family_group,
                ceil(coalesce(day, seen) / {MONTH_DAYS})::INTEGER AS month, count(day) AS reached,
                count(*) - count(day) AS still
            FROM ({_by_rung("counts > 0", "of_family, family, seen", seen=False)}) GROUP BY ALL""",
        "climb_people": f"""
            SELECT {_WHO}, rung, sum(counts * persons)::BIGINT AS n_persons, sum(homes)::BIGINT AS n_families
            FROM (
                SELECT of_family, 1 AS rung, counts, homes, persons FROM newcomers UNION ALL
                SELECT of_family, rung, counts, homes, persons
                FROM ({_by_rung("true", "of_family, counts, homes, persons", seen=False)}) WHERE day IS NOT NULL
            ) GROUP BY ALL""",
        "climb_families": f"""
            SELECT {_WHO}, rung, coalesce(day, seen)::INTEGER AS day, count(*) AS n_families
            FROM ({_by_rung("homes > 0", "of_family, seen", seen=True)}) WHERE day IS NOT NULL OR rung = {SEEN}
            GROUP BY ALL""",
        "service_sets": _sets(),
    }


def _newcomers() -> str:
    known = f"before >= least({WASHOUT_DAYS}, (before + seen) // 3)"
    days, first = ", ".join(f"to_{rung}" for rung in RUNGS), ", ".join(f"min(to_{rung}) AS to_{rung}" for rung in RUNGS)
    return f"""
        WITH of_clients AS (SELECT family, seen, {days} FROM client_peaks WHERE {known})
        SELECT family, true AS of_family, 1 AS counts, 1 AS homes, persons, seen, {days}
        FROM family_peaks WHERE {known}
        UNION ALL SELECT family, false, 1, 0, 1, seen, {days} FROM of_clients
        UNION ALL SELECT family, false, 0, 1, 0, max(seen), {first} FROM of_clients GROUP BY family"""


def _by_rung(some: str, columns: str, *, seen: bool) -> str:
    """Return SQL with one row for each newcomer and rung, and one for everybody (`SEEN`) when that is asked for."""
    days = {**({SEEN: "NULL::INTEGER"} if seen else {}), **{rung: f"to_{rung}" for rung in RUNGS}}
    return " UNION ALL ".join(
        f"SELECT {columns}, {rung} AS rung, {day} AS day FROM newcomers WHERE {some}" for rung, day in days.items()
    )


def _most() -> str:
    peaks = (("'all'", "family_peaks", MOST), ("year::VARCHAR", "family_year_peaks", MOST_IN_YEAR))
    parts = [
        part
        for year, relation, most in peaks
        for part in (
            f"SELECT 'family' AS who, {year} AS year, least(most_at_once, {most})::INTEGER AS most, "
            f"sum(persons)::BIGINT AS n_persons, count(*) AS n_families FROM {relation} GROUP BY ALL",
            *(
                f"SELECT 'client', {year}, {k}, sum(own_{k})::BIGINT, count(*) FROM {relation} WHERE own_{k} > 0 "
                "GROUP BY ALL"
                for k in range(1, most + 1)
            ),
        )
    ]
    return f"SELECT * FROM ({' UNION ALL '.join(parts)}) WHERE n_families > 0"


def _days(who: str, own: str) -> str:
    """Return SQL of the days of families by how many services were open, or of their members (`own`: ``own_``)."""
    kinds = range(1, MOST + 1)
    total = " + ".join(f"{own}days_{k}::BIGINT" for k in kinds)
    parts = [
        (0, total, "persons"),
        *((k, f"{own}days_{k}::BIGINT", f"{own}with_{k}" if own else "persons") for k in kinds),
    ]
    return " UNION ALL ".join(
        f"SELECT '{who}' AS who, {k} AS k, coalesce(sum(days), 0)::BIGINT AS n_days, "
        f"coalesce(sum(days * days), 0)::BIGINT AS squared, coalesce(sum(persons), 0)::BIGINT AS n_persons, "
        f"count(*) AS n_families FROM (SELECT {days} AS days, {persons} AS persons FROM family_peaks) WHERE days > 0"
        for k, days, persons in parts
    )


def _sets() -> str:
    """Return SQL of exact sets of services by ``what`` they are of.

    ``at_once``: of families when they had the most at once. ``client``: of clients likewise. ``ever``: all services a
    family used in the window. Sets of more than five are the set 0. ``sample``: like ``ever``, whole sets of the
    families of the sample. ``n_once``: families of whom only one member is in services; such a family has one set only.
    """

    def words(size: str) -> str:
        return ", ".join(
            f"CASE WHEN {size} <= {MOST_IN_SET} THEN {word} ELSE 0 END AS {word}" for word in ("low", "high")
        )

    counted = "sum(persons)::BIGINT AS n_persons, count(*) AS n_families, count(*) FILTER (persons = 1) AS n_once"
    return f"""
        SELECT 'at_once' AS what, {words("most_at_once")}, {counted} FROM family_peaks GROUP BY ALL
        UNION ALL SELECT 'ever', {words("n_services")}, {counted} FROM family_masks GROUP BY ALL
        UNION ALL SELECT 'sample', low, high, {counted}
        FROM family_masks JOIN sampled_families USING (family) GROUP BY low, high
        UNION ALL
        SELECT 'client', low, high, sum(n)::BIGINT, count(*), count(*) FILTER (persons = 1)
        FROM (
            SELECT family, {words("most_at_once")}, count(*) AS n FROM client_peaks GROUP BY ALL
        ) JOIN (SELECT family, persons FROM family_peaks) USING (family) GROUP BY low, high"""
