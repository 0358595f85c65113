"""Relationships of a random sample of families with what is known when they begin, for models. SQL, run by the store.

Some 10,000 families at most, all of them in a smaller register; see `sets.sampled_families`.
"""

from __future__ import annotations

from kumppanuus.register.calendar import month_day
from kumppanuus.register.sets import rank, sampled_families

OF_SHARD = 12
"""So many families of each of the 840 parts are in the sample."""
FOLLOW_MONTHS = 24
"""So long after the start of a relationship a service on a higher level is looked for."""
FIRST_TIME_DAYS = 365
"""A client without an earlier relationship in the service so long into the window is there for the first time."""
TABLES = ("model_families", "compared_spells", "climbing_spells")

_COMPARED = f"""
    SELECT facts.client, facts.family, family_group, service, {rank()} AS rank, age_group, sex, area, start, entry_day,
        exit_day, ended,
        CASE WHEN coalesce(n_open, 1) <= 1 THEN '0' WHEN n_open = 2 THEN '1' ELSE '2+' END AS parallel,
        CASE WHEN previous_end IS NOT NULL THEN 'again' WHEN start >= first_day + {FIRST_TIME_DAYS} THEN 'first'
            ELSE 'unknown' END AS begun
    FROM (SELECT * FROM spell_facts SEMI JOIN model_families USING (family)) AS facts
        LEFT JOIN (
            SELECT client, seen_from, n_open FROM client_sets SEMI JOIN model_families USING (family)
        ) AS then_open ON facts.client = then_open.client AND facts.seen_from = then_open.seen_from, period"""
"""One row a spell: ``rank`` of its level, ``parallel`` (other services of the client open when it, or the window,
began: 0, 1, 2+) and ``begun`` (``first`` time in the service, ``again``, or ``unknown``)."""
_CLIMBING = f"""
    WITH own AS (
        SELECT spell.*, least(CASE WHEN birthday > start THEN birthday ELSE end_day END, end_day,
            start + {month_day(FOLLOW_MONTHS)}) AS last_day
        FROM (FROM compared_spells WHERE entry_day = 0 AND rank BETWEEN 1 AND 3) AS spell
            LEFT JOIN (SELECT client, (birth_date + INTERVAL 18 YEAR)::DATE AS birthday FROM clients) AS born
                ON spell.client = born.client, period
    ), told AS (
        SELECT own.client, own.family, own.family_group, own.service, own.age_group, own.sex, own.area, own.parallel,
            own.start, own.last_day, min(higher.start) FILTER (higher.start > own.start) AS next_day,
            coalesce(bool_or(higher.start <= own.start AND higher.start + higher.exit_day > own.start), false)
                AS is_higher
        FROM own LEFT JOIN compared_spells AS higher ON own.client = higher.client AND higher.rank > own.rank
        GROUP BY ALL
    )
    SELECT client, family, family_group, service, age_group, sex, area, parallel,
        (least(next_day, last_day) - start)::SMALLINT AS duration, coalesce(next_day <= last_day, false) AS climbed
    FROM told WHERE NOT is_higher AND least(next_day, last_day) > start"""
"""One row a spell that begins inside the window below the highest level while nothing higher is open: days until a
service of the same client on a higher level begins (``climbed``), coming of age, two years, or the window's end."""


def derivations() -> dict[str, str]:
    """Return the SQL of the derived tables of this module."""
    return {"model_families": sampled_families(OF_SHARD), "compared_spells": _COMPARED, "climbing_spells": _CLIMBING}
