"""What causes the need for support: needs as they were recorded, counted by family. SQL, run by the store.

A need that the study's list does not name is ``unknown``. Families are the units: each is counted once a need, however
many of its members have it and however often it was recorded.
"""

from __future__ import annotations

from kumppanuus.register.sets import OF_SHARD, RANKS, SHARDS, rank

WITHIN_DAYS = 90
"""A service belongs to a need when it is open on the day of recording or begins within so many days after it."""
NO_SERVICE = "none"
MASKED = 62
"""So many needs, the first ones of the study's list, have a bit in a set."""
TALLIES = ("need_people", "need_pairs", "need_sets")
"""Tables that hold sums over the families of a bucket."""
TABLES = ("need_facts", *TALLIES)
_ATTRIBUTES = ("year", "stage", "need_age", "need_area", "need_level")


def derivations() -> dict[str, str]:
    """Return the SQL of `TABLES`, of needs recorded inside the window.

    - ``need_facts``: one row a record: ``client``, ``family``, ``need``, ``place`` (in the study's list, NULL when
      unknown), ``year``, ``stage``, ``need_age`` (age group of the client on the day) and, one a family, ``need_area``
      (of its last record that names one, else of a member) and ``need_level`` (the highest level of services that
      the family has open between a record and `WITHIN_DAYS` after it; `NO_SERVICE` when there is none).
    - ``need_people(breakdown, need, code, n_persons, n_families)``: distinct clients and families of all, of each
      attribute (``''`` as need) and each need with it (``''`` as code: whatever the attribute); ``place``: by the place
      of the need in the study's list.
    - ``need_pairs(first, second, n_persons, n_families)``: families with both needs, and their members with either.
    - ``need_sets(low, n_families)``: sets of needs (bit i: the need at place i) of a sample of families in a large
      register.
    """
    return {
        "need_facts": _facts(),
        "need_people": _people(),
        "need_pairs": _PAIRS,
        "need_sets": _sets(),
    }


def _facts() -> str:
    highest = " ".join(f"WHEN {place} THEN '{level}'" for place, level in enumerate(RANKS))
    return f"""
        WITH recorded AS (
            SELECT client, needs.family, coalesce(need_codes.need, 'unknown') AS need, place, date, years.year,
                coalesce(stage, 'unknown') AS stage, needs.area, clients.area AS home_area, birth_date
            FROM needs JOIN years ON date >= years.first_day AND date < years.end_day
                LEFT JOIN need_codes USING (need) LEFT JOIN clients USING (client)
        ), served AS (
            SELECT family, max({rank("level")}) AS highest
            FROM (SELECT DISTINCT family, date FROM recorded) JOIN family_level_stays USING (family)
            WHERE seen_from <= date + {WITHIN_DAYS} AND seen_to > date GROUP BY family
        ), placed AS (
            SELECT family, coalesce(max_by(area, (date, area)) FILTER (area IS NOT NULL), min(home_area), 'unknown')
                AS need_area
            FROM recorded GROUP BY family
        )
        SELECT client, recorded.family, need, place, year, stage, {_age()} AS need_age, need_area,
            CASE highest {highest} ELSE '{NO_SERVICE}' END AS need_level
        FROM recorded JOIN placed USING (family) LEFT JOIN served USING (family)"""


def _age() -> str:
    return """CASE WHEN birth_date IS NULL OR birth_date > date THEN 'unknown'
        WHEN birth_date + INTERVAL 18 YEAR <= date THEN '18+' WHEN birth_date + INTERVAL 13 YEAR <= date THEN '13-17'
        WHEN birth_date + INTERVAL 7 YEAR <= date THEN '07-12' ELSE '00-06' END"""


def _people() -> str:
    parts = [_by("everyone", "''", "''"), _by("need", "need", "''"), _by("place", "need", "place::VARCHAR")]
    parts += [_by(name, each, f"{name}::VARCHAR") for name in _ATTRIBUTES for each in ("''", "need")]
    found = "found(breakdown, need, code, n_persons, n_families)"
    return f"SELECT * FROM ({' UNION ALL '.join(parts)}) AS {found} WHERE n_families > 0 AND code IS NOT NULL"


def _by(breakdown: str, need: str, code: str) -> str:
    return f"""SELECT '{breakdown}', need, code, sum(persons)::BIGINT, count(*) FROM (
        SELECT {need} AS need, {code} AS code, family, count(DISTINCT client) AS persons FROM need_facts
        GROUP BY 1, 2, 3) GROUP BY need, code"""


_PAIRS = """
    WITH own AS (SELECT DISTINCT client, family, need FROM need_facts WHERE place IS NOT NULL),
    homes AS (SELECT family, need, count(*) AS persons FROM own GROUP BY family, need),
    themselves AS (
        SELECT a.family, a.need AS first, b.need AS second, count(*) AS n
        FROM own AS a JOIN own AS b ON a.client = b.client AND a.need < b.need GROUP BY ALL
    )
    SELECT first, second, sum(persons)::BIGINT AS n_persons, count(*) AS n_families FROM (
        SELECT a.need AS first, b.need AS second, a.persons + b.persons - coalesce(n, 0) AS persons
        FROM homes AS a JOIN homes AS b ON a.family = b.family AND a.need < b.need
            LEFT JOIN themselves ON themselves.family = a.family AND first = a.need AND second = b.need
    ) GROUP BY first, second"""


def _sets() -> str:
    """Families are sampled as in `sets.sampled_families`: the same ones however the register is bucketed."""
    return f"""
        SELECT low, count(*) AS n_families FROM (
            SELECT low, row_number() OVER (PARTITION BY family % {SHARDS} ORDER BY family // {SHARDS}) AS place
            FROM (
                SELECT family, bit_or(1::BIGINT << place) AS low FROM need_facts
                WHERE place < {MASKED} GROUP BY family
            )
        ) WHERE place <= {OF_SHARD} GROUP BY low"""
