"""Who of a family is supported at the same time, and the goals that are set with it. SQL, run by the store.

A member is a child on the days before the eighteenth birthday and of age from it on; without a birth date neither.
"""

from __future__ import annotations

KINDS = ("child", "siblings", "adult", "apart", "child_adult", "all", "unknown")
"""What the members of a family are to each other who have services open on one day of the year, the most that is seen:
one child at a time; several children; adults only; both, but never on one day; a child and an adult on one day; several
children and an adult; not known, as somebody in services has no birth date. One member who comes of age is a child."""
FOLLOW_DAYS = 365
"""A goal counts as assessed within a year when it was assessed at most so many days after it was set."""
SERVICES, NEEDS = 2, 2
TALLIES = ("shared_years", "goal_people", "goal_waits")
TABLES = ("family_days", "goal_facts", *TALLIES)
"""The tallies hold sums over the families of a bucket."""
LAST_DAY = 731
"""Later assessments are counted as not yet there then."""


def derivations() -> dict[str, str]:
    """Return the SQL of `TABLES`.

    - ``family_days``: one row a family and study year with a service: ``persons`` in services, ``kind`` (`KINDS`),
      ``most`` (members with a service open on one day) and ``n_needs`` (recorded in the year).
    - ``goal_facts``: one row a goal set inside the window: whose, by year, service and level; ``wait`` = days until it
      was assessed, or to the end of the window (``assessed`` false), at least 1; ``outcome``.
    - ``shared_years(year, kind, n_persons, n_families)``: families by kind; as kind ``several``: families in which two
      members or more are in services or of whom two needs or more are recorded; ``together``: those of them of whom
      two members or more have a service open on one day.
    - ``goal_people(breakdown, code, kind, n, n_persons, n_families)``: goals (``set``) of all, by year and service, and
      those ``with_family``, by outcome (``untold``: assessed, nobody says how; ``open``: not assessed); ``followed``:
      set so early that they could be followed for `FOLLOW_DAYS`, ``in_year``: of these assessed in that time.
    - ``goal_waits(day, kind, n)``: families by how long their first goal (of several of one day the one assessed first)
      waited until it was ``assessed``, or is ``open``.
    """
    return {
        "family_days": _family_days(),
        "goal_facts": _GOALS,
        "shared_years": _SHARED_YEARS,
        "goal_people": _goal_people(),
        "goal_waits": _WAITS,
    }


def _family_days() -> str:
    kinds = ("child", "adult", "undated")
    changes = ", ".join(f"sum(change) FILTER (kind = '{kind}') AS {kind}" for kind in kinds)
    running = ", ".join(f"sum(coalesce({kind}, 0)) OVER days AS {kind}" for kind in kinds)
    return f"""
        WITH stays AS (
            SELECT client, client_sets.family, seen_from, seen_to, (birth_date + INTERVAL 18 YEAR)::DATE AS grown
            FROM client_sets LEFT JOIN clients USING (client)
        ), pieces AS (
            SELECT family, client, 'child' AS kind, seen_from, least(seen_to, grown) AS seen_to
            FROM stays WHERE seen_from < grown
            UNION ALL
            SELECT family, client, 'adult', greatest(seen_from, grown), seen_to FROM stays WHERE seen_to > grown
            UNION ALL SELECT family, client, 'undated', seen_from, seen_to FROM stays WHERE grown IS NULL
        ), people AS (
            SELECT family, year, count(DISTINCT client)::INTEGER AS persons, bool_or(kind = 'undated') AS undated
            FROM pieces JOIN years ON seen_from < end_day AND seen_to > first_day GROUP BY family, year
        ), steps AS (
            SELECT family, day, {changes} FROM (
                SELECT family, kind, seen_from AS day, 1 AS change FROM pieces
                UNION ALL SELECT family, kind, seen_to, -1 FROM pieces
            ) GROUP BY family, day
        ), open AS (
            SELECT family, day AS open_from, lead(day) OVER (PARTITION BY family ORDER BY day) AS open_to, {running}
            FROM steps WINDOW days AS (PARTITION BY family ORDER BY day ROWS UNBOUNDED PRECEDING)
        ), seen AS (
            SELECT family, year, max(child + adult + undated)::INTEGER AS most, max(child) AS children,
                max(adult) AS adults, max(CASE WHEN adult > 0 THEN child ELSE 0 END) AS beside
            FROM open JOIN years ON open_from < end_day AND open_to > first_day GROUP BY family, year
        ), needed AS (
            SELECT family, year, count(DISTINCT need)::INTEGER AS n_needs
            FROM needs JOIN years ON date >= first_day AND date < end_day GROUP BY family, year
        )
        SELECT people.family, people.year, persons, most, coalesce(n_needs, 0) AS n_needs,
            CASE WHEN undated THEN 'unknown' WHEN beside > 1 THEN 'all' WHEN beside = 1 THEN 'child_adult'
                WHEN persons > 1 AND children > 0 AND adults > 0 THEN 'apart' WHEN children > 1 THEN 'siblings'
                WHEN children = 1 THEN 'child' ELSE 'adult' END AS kind
        FROM people JOIN seen USING (family, year) LEFT JOIN needed USING (family, year)"""


_SHARED_YEARS = f"""
    SELECT year, kind, sum(persons)::BIGINT AS n_persons, count(*) AS n_families FROM family_days GROUP BY year, kind
    UNION ALL SELECT year, 'several', sum(persons)::BIGINT, count(*) FROM family_days
    WHERE persons >= {SERVICES} OR n_needs >= {NEEDS} GROUP BY year
    UNION ALL SELECT year, 'together', sum(persons)::BIGINT, count(*) FROM family_days WHERE most >= 2 GROUP BY year"""

_GOALS = """
    SELECT client, family, year, date, coalesce(service, 'unknown') AS service, coalesce(with_family = 'yes', false)
            AS with_family, with_family IS NOT NULL AS told_with,
        coalesce(assessed < end_day, false) AS assessed, date_diff('day', date, end_day)::INTEGER AS seen,
        greatest(date_diff('day', date, CASE WHEN assessed < end_day THEN assessed ELSE end_day END), 1)::INTEGER
            AS wait,
        CASE WHEN coalesce(assessed < end_day, false) THEN coalesce(outcome, 'untold') ELSE 'open' END AS outcome
    FROM (
        SELECT goals.*, year, period.end_day FROM goals JOIN years ON date >= first_day AND date < years.end_day, period
    )"""


def _goal_people() -> str:
    soon = f"seen >= {FOLLOW_DAYS}"
    kinds = {
        "set": "true", "with_family": "with_family", "told_with": "told_with",
        "followed": soon, "in_year": f"{soon} AND assessed AND wait <= {FOLLOW_DAYS}",
        **{outcome: f"outcome = '{outcome}'" for outcome in ("met", "partly", "not_met", "untold", "open")},
    }  # fmt: skip
    parts = [
        f"""SELECT '{breakdown}' AS breakdown, code, '{kind}' AS kind, sum(n)::BIGINT AS n,
            sum(persons)::BIGINT AS n_persons, count(*) AS n_families FROM (
            SELECT {code} AS code, family, count(*) AS n, count(DISTINCT client) AS persons
            FROM goal_facts WHERE {told} GROUP BY 1, 2) GROUP BY code"""
        for breakdown, code in (("all", "''"), ("year", "year::VARCHAR"), ("service", "service::VARCHAR"))
        for kind, told in kinds.items()
    ]
    return " UNION ALL ".join(parts)


_WAITS = f"""
    SELECT least(wait, {LAST_DAY}) AS day, count(*) AS n,
        CASE WHEN assessed AND wait < {LAST_DAY} THEN 'assessed' ELSE 'open' END AS kind
    FROM (
        SELECT family, min_by(wait, (date, NOT assessed, wait)) AS wait,
            min_by(assessed, (date, NOT assessed, wait)) AS assessed
        FROM goal_facts GROUP BY family
    ) GROUP BY ALL"""
