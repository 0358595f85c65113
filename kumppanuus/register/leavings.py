"""Who leaves all services, and who comes back: one row for every time that nothing of somebody is open any more.

A leaving is the day on which the last spell that was open ends, inside the window. Between spells of one service that
the study's tolerance joins nobody has left. As the spells that end there were seen to end, everybody is observed from
the day of leaving on: time since leaving has no late entry. SQL, run by the store.
"""

from __future__ import annotations

from kumppanuus.register.calendar import MONTH_DAYS, month_day
from kumppanuus.register.sets import rank, words

KINDS = ("same_service", "another", "higher")
"""How somebody comes back: to a level higher than any left; else to a service left that day; else to another one."""
OF_AGE = "of_age"
FOLLOW_MONTHS = 24
"""So long is anybody followed after leaving; one day more tells those who are still out then."""
_FOLLOW_DAYS = month_day(FOLLOW_MONTHS)
_QUARTER_DAYS = 3 * MONTH_DAYS
_BACK = ", ".join(f"'{kind}'" for kind in KINDS)

LEAVERS = f"""
    WITH first_time AS (
        SELECT client, family, family_group, level, service, left_day, kind, end_day,
            least(return_day, adult_day, end_day) - left_day AS until,
            return_day <= least(adult_day, end_day) AS returned, coalesce(adult_day < end_day, false) AS of_age,
            least(adult_day, end_day) AS stop_day
        FROM client_leavings, period WHERE place = 1 AND NOT moved
    ), away AS (SELECT client, min(left_day) AS away_day FROM client_leavings WHERE moved AND place > 1 GROUP BY client)
    SELECT client, family, family_group, level, service, left_day,
        CASE WHEN until > {_FOLLOW_DAYS} THEN '' WHEN returned THEN kind WHEN of_age THEN '{OF_AGE}'
            ELSE '' END AS kind,
        least(until, {_FOLLOW_DAYS + 1})::USMALLINT AS day,
        ceil(least(until, {_FOLLOW_DAYS + 1}) / {_QUARTER_DAYS}::DOUBLE)::UTINYINT AS step,
        least(stop_day, away_day) AS stop_day,
        least(least(stop_day, away_day) - left_day, {_FOLLOW_DAYS + 1})::USMALLINT AS stop
    FROM first_time LEFT JOIN away USING (client)"""
"""One row a client whose services all ended: the first time inside the window, those who moved away then left out.
``kind`` of the return, ``'of_age'`` or ``''`` (not seen), after ``day`` days, in the quarter ``step``. Returns are
counted until ``stop_day`` (``stop`` days): the end of the window, coming of age, or a later leaving by a move."""
LEAVER_RETURNS = f"""
    SELECT family, family_group, what, day::USMALLINT AS day FROM (
        SELECT family, family_group, return_day - leavers.left_day AS day,
            CASE row_number() OVER (PARTITION BY client ORDER BY return_day) WHEN 1 THEN 'first' ELSE 'later'
                END AS what
        FROM leavers JOIN (SELECT client, return_day FROM client_leavings WHERE return_day IS NOT NULL) USING (client)
        WHERE return_day <= stop_day
    ) WHERE day <= {_FOLLOW_DAYS}"""
"""One row a return of one of them: somebody's ``first``, or a ``later`` one."""
LEAVER_HOMES = f"""
    SELECT family, level, service, count(*)::INTEGER AS persons, max(step) AS leaving,
        min(step) FILTER (kind IN ({_BACK})) AS first_return,
        {", ".join(f"min(step) FILTER (kind = '{kind}') AS first_{kind}" for kind in KINDS)}
    FROM leavers GROUP BY GROUPING SETS ((family, level, service), (family, level), (family))"""
"""One row a family and service, level, or neither (NULL): members among `LEAVERS`, the quarter in which the last one
returns or is not followed any more, and those in which somebody comes back for the first time."""

TABLES = ("client_leavings", "family_leavings", "leavers", "leaver_returns", "leaver_homes")


def derivations() -> dict[str, str]:
    """Return the SQL of the derived tables of this module."""
    return {
        "client_leavings": _of_clients(),
        "family_leavings": _leavings("family", "family"),
        "leavers": LEAVERS,
        "leaver_returns": LEAVER_RETURNS,
        "leaver_homes": LEAVER_HOMES,
    }


def _leavings(who: str, key: str) -> str:
    """Return SQL with one row for every time that all services of somebody have ended.

    Parameters
    ----------
    who : ``client, family`` or ``family``. key : the first of them.

    Returns
    -------
    `who`, ``family_group``, ``place`` (1 = the first leaving in the window), ``left_day``, ``service`` and ``level``
    (of what ended that day; of several the highest level, then the first code), ``persons`` (members who were in a
    service since the return before), ``moved`` (one of those ended because of a move), ``return_day`` (NULL = not
    seen) and ``kind`` of the return.
    """
    # rows of the same days stand in any order, anew in each window: they are numbered together (RANGE)
    left, came = (
        ", ".join(f"bit_or({bit}) FILTER ({day}) AS {side}_{word}" for word, bit in words("code").items())
        for side, day in (("left", "seen_to = left_day"), ("came", "seen_from = came_day"))
    )
    persons = "count(DISTINCT client)" if key == "family" else "1"
    by = f"PARTITION BY {key} ORDER BY seen_from, seen_to"
    return f"""
        WITH placed AS (
            SELECT client, family, family_group, service, level, seen_from, seen_to, enum_code(service)::INT AS code,
                {rank()} AS rank, coalesce(cause = 'moved', false) AS moved,
                max(seen_to) OVER ({by} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
            FROM spell_facts
        ), numbered AS (
            SELECT *, count(*) FILTER (reached IS NULL OR seen_from > reached) OVER ({by} RANGE UNBOUNDED PRECEDING)
                AS period
            FROM placed
        ), edged AS (
            SELECT *, max(seen_to) OVER (PARTITION BY {key}, period) AS left_day,
                min(seen_from) OVER (PARTITION BY {key}, period) AS came_day
            FROM numbered
        ), periods AS (
            SELECT {who}, any_value(family_group) AS family_group, period, left_day, came_day,
                {persons}::INTEGER AS persons, bool_or(moved) FILTER (seen_to = left_day) AS moved,
                max(rank) FILTER (seen_to = left_day) AS rank, max(rank) FILTER (seen_from = came_day) AS came_rank,
                arg_min(service, 1000 * (9 - rank) + code) FILTER (seen_to = left_day) AS service,
                arg_max(level, rank) FILTER (seen_to = left_day) AS level, {left}, {came}
            FROM edged GROUP BY {who}, period, left_day, came_day
        ), followed AS (
            SELECT *, lead(came_day) OVER somebody AS return_day, lead(came_rank) OVER somebody AS back_rank,
                lead(came_low) OVER somebody AS back_low, lead(came_high) OVER somebody AS back_high
            FROM periods WINDOW somebody AS (PARTITION BY {key} ORDER BY period)
        )
        SELECT {who}, family_group, period::INTEGER AS place, left_day, service, level, persons, moved, return_day,
            CASE WHEN return_day IS NULL THEN NULL WHEN back_rank > rank THEN 'higher'
                WHEN left_low & back_low <> 0 OR left_high & back_high <> 0 THEN 'same_service'
                ELSE 'another' END AS kind
        FROM followed, period WHERE left_day < end_day"""


def _of_clients() -> str:
    """Return `_leavings` of clients with the day they come of age: ``adult_day``, NULL of adults and when not known."""
    return f"""
        SELECT leaving.*, CASE WHEN adult > left_day THEN adult END AS adult_day
        FROM ({_leavings("client, family", "client")}) AS leaving
            LEFT JOIN (SELECT client, (birth_date + INTERVAL 18 YEAR)::DATE AS adult FROM clients) USING (client)"""
