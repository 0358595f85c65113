"""How spells end, as far as what follows them tells it, and how often. SQL, run by the store."""

from __future__ import annotations

from kumppanuus.register.calendar import MONTH_DAYS, month_day
from kumppanuus.register.sets import rank

STEP, STEPS = 30, 12
"""What follows an end is looked for in steps of so many days, for a year."""
ADULT_DAYS = 30
"""So many days before or after an eighteenth birthday an end that nobody gave a reason for counts as coming of age."""
CAUSES = ("planned", "escalated", "dropped", "moved", "adult", "other")
OPEN, UNTOLD, RAISED = 0, 7, 10
"""Numbers of an end besides those of `CAUSES`, 1 to 6: still open; told by what follows, and nothing on a higher level
does; RAISED + s: a service on a higher level is open then (s = 0) or begins in the s-th thirty days after it."""
LAST_MONTH = 48
"""Later ends are counted as still open then."""
QUARTERS = {"level": 16, "service": 8}
TALLIES = ("exit_days", "exit_quarters", "exit_firsts", "exit_strangers")
"""Tables that hold sums over the families of a bucket."""
TABLES = ("spell_outcomes", *TALLIES)
_QUARTER = 3 * MONTH_DAYS


def derivations() -> dict[str, str]:
    """Return the SQL of `TABLES`, of services of a known level.

    ``spell_outcomes``: one row a spell with the number of its end (``cause``) and days clipped to `LAST_MONTH`. An end
    that nobody gave a reason for (or that what follows tells) is coming of age when the client turns 18 within 30 days
    of it: services for children end then by themselves. A given reason stands, even so near a birthday.

    The others are sums over the families of a bucket.

    - ``exit_days(level, service, cause, day, entering, ended)``: spells by day; those still open have the cause 0.
    - ``exit_quarters(what, code, cause, family_group, quarter, n, days_left)``: ends of levels and services by quarter,
      with the days of the quarter that are left then; spells that come under observation have the cause -1.
    - ``exit_firsts(what, code, cause, month, n)``: families by the month of their first end of the kind; of services,
      levels and ``all``.
    - ``exit_strangers(what, n_persons, n_families, only_persons, only_families)``: who is in a service of no known
      level, and in no other.
    """
    return {
        "spell_outcomes": _outcomes(),
        "exit_days": """
            SELECT level, service, cause, day, sum(entering)::BIGINT AS entering, sum(ended)::BIGINT AS ended FROM (
                SELECT level, service, cause, exit_day AS day, 0 AS entering, count(*) AS ended
                FROM spell_outcomes GROUP BY ALL
                UNION ALL SELECT level, service, 0::UTINYINT, entry_day, count(*), 0 FROM spell_outcomes GROUP BY ALL
            ) GROUP BY ALL""",
        "exit_quarters": " UNION ALL ".join(_quarters(what, n) for what, n in QUARTERS.items()),
        "exit_firsts": _firsts(),
        "exit_strangers": """
            WITH strange AS (SELECT DISTINCT client, family FROM spells WHERE level = 'unknown')
            SELECT 'all' AS what, (SELECT count(*) FROM strange)::BIGINT AS n_persons,
                (SELECT count(DISTINCT family) FROM strange)::BIGINT AS n_families,
                (SELECT count(*) FROM strange ANTI JOIN spell_outcomes USING (client))::BIGINT AS only_persons,
                (SELECT count(DISTINCT family) FROM strange ANTI JOIN spell_outcomes USING (family))::BIGINT
                    AS only_families""",
    }


def _outcomes() -> str:
    last, named = month_day(LAST_MONTH), "', '".join(CAUSES)
    return f"""
        WITH raised AS (
            SELECT told.client, told.service, told.start,
                ceil(min(greatest(0, date_diff('day', told."end", next.start))) / {STEP})::INTEGER AS steps
            FROM (FROM spell_facts WHERE cause = 'by_next') AS told JOIN spells AS next ON told.client = next.client
                AND {rank("next.level")} > {rank("told.level")}
                AND next.start <= told."end" + {STEP * STEPS} AND coalesce(next."end" > told."end", true)
            GROUP BY told.client, told.service, told.start
        ), grown AS (
            SELECT silent.client, silent.service, silent.start
            FROM (FROM spell_facts WHERE cause = 'by_next' OR (cause = 'other' AND end_reason IS NULL)) AS silent
                JOIN clients USING (client)
            WHERE abs(date_diff('day', birth_date + INTERVAL 18 YEAR, silent."end")) <= {ADULT_DAYS}
        )
        SELECT client, family, family_group::UTINYINT AS family_group, service, level, entry_day,
            least(exit_day, {last}) AS exit_day,
            CASE WHEN cause IS NULL OR exit_day > {last} THEN {OPEN} WHEN steps IS NOT NULL THEN {RAISED} + steps
                WHEN grown.client IS NOT NULL THEN {1 + CAUSES.index("adult")} WHEN cause = 'by_next' THEN {UNTOLD}
                ELSE list_position(['{named}'], cause) END::UTINYINT AS cause
        FROM spell_facts LEFT JOIN raised USING (client, service, start) LEFT JOIN grown USING (client, service, start)
        WHERE level <> 'unknown' AND entry_day < {last}"""


def _quarters(what: str, quarters: int) -> str:
    def part(cause: str, day: str) -> str:
        return f"""
            SELECT '{what}' AS what, {what}::VARCHAR AS code, {cause}::TINYINT AS cause, family_group,
                ceil({day} / {_QUARTER})::UTINYINT AS quarter, count(*)::BIGINT AS n,
                sum(floor(ceil({day} / {_QUARTER}) * {_QUARTER})::BIGINT - {day})::BIGINT AS days_left
            FROM spell_outcomes WHERE {day} <= {month_day(3 * quarters)} GROUP BY ALL"""

    return f"{part('cause', 'exit_day')} UNION ALL {part('-1', 'entry_day')}"


def _firsts() -> str:
    """Return SQL of families by their first end: by service, then of levels and of all the first of these."""
    month = f"ceil(day / {MONTH_DAYS})::UTINYINT AS month, count(*)::BIGINT AS n"
    return f"""
        WITH by_service AS (
            SELECT family, level, service, cause, min(exit_day) AS day FROM spell_outcomes WHERE cause > 0 GROUP BY ALL
        ), by_level AS (SELECT family, level, cause, min(day) AS day FROM by_service GROUP BY ALL
        ), of_all AS (SELECT family, cause, min(day) AS day FROM by_level GROUP BY ALL)
        SELECT 'service' AS what, service::VARCHAR AS code, cause, {month} FROM by_service GROUP BY ALL
        UNION ALL SELECT 'level', level::VARCHAR, cause, {month} FROM by_level GROUP BY ALL
        UNION ALL SELECT 'all', 'all', cause, {month} FROM of_all GROUP BY ALL"""
