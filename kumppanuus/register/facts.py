"""What is known of each spell besides its length: whose it is, when it began, why it ended. SQL, run by the store."""

from __future__ import annotations

AGE_GROUPS = ("00-06", "07-12", "13-17", "18+", "unknown")
"""Ages on the first day, in whole years; the codes sort in this order."""
EARLIER = "earlier"
"""Start cohort of spells that began before the window."""
BY_NEXT = "by_next"
"""A cause that is told by what follows the end."""

SPELL_FACTS = """
    WITH reasons AS (
        SELECT client, service, "end", max(end_reason) AS end_reason FROM relationships
        WHERE end_reason IS NOT NULL AND "end" IS NOT NULL GROUP BY ALL
    ), begun AS (  -- several rows may begin on one day: one of them tells the area, else a spell would be told twice
        SELECT client, service, start, min(area) AS area FROM relationships WHERE area IS NOT NULL GROUP BY ALL
    ), placed AS (
        SELECT *, lag("end") OVER (PARTITION BY client, service ORDER BY start) AS previous_end FROM spells
    ), known AS (
        SELECT placed.*, reasons.end_reason, date_sub('year', birth_date, placed.start)::INTEGER AS age,
            clients.sex, coalesce(clients.area, begun.area) AS area
        FROM placed
            LEFT JOIN reasons ON placed.ended AND placed.client = reasons.client
                AND placed.service = reasons.service AND placed."end" = reasons."end"
            LEFT JOIN clients ON placed.client = clients.client
            LEFT JOIN begun ON placed.client = begun.client
                AND placed.service = begun.service AND placed.start = begun.start
    )
    SELECT known.* EXCLUDE (sex, area), coalesce(sex, 'unknown') AS sex, coalesce(area, 'unknown') AS area,
        CASE WHEN ended THEN coalesce(cause, 'other') END AS cause,
        CASE WHEN age IS NULL OR age < 0 THEN 'unknown' WHEN age < 7 THEN '00-06' WHEN age < 13 THEN '07-12'
            WHEN age < 18 THEN '13-17' ELSE '18+' END AS age_group,
        coalesce(year::VARCHAR, 'earlier') AS cohort
    FROM known LEFT JOIN end_causes USING (end_reason)
        LEFT JOIN years ON start >= years.first_day AND start < years.end_day"""
"""One row a spell: ``end_reason`` (of the row that ends it), ``cause`` (NULL while open), ``age`` and ``age_group`` on
the first day, ``sex``, ``area`` (the client's, else the one of its first row), ``cohort`` (study year of the start) and
``previous_end`` (of the client's spell in the same service before it)."""
