-- Ways through the services. What starts on the same day is one step. A way begins only when nothing was open in the
-- first washout_months of the window; it ends only when nothing has been open for quiet_days.
-- Codes are texts, as in compute: levels by their place in register.sets.RANKS, `continues` (still going on, or over
-- for less than quiet_days) and `no_service`.

-- prepare: terms
SELECT (first_day + to_months(washout_months::INTEGER))::DATE AS from_day, end_day, quiet_days, follow_days
FROM period, params

-- table: everyone(| persons, families)
SELECT coalesce(sum(persons), 0)::BIGINT AS persons, count(*) AS families FROM family_masks

-- prepare: homes
-- One row a family: how many of its clients are of each kind. Clients, and families with any of them, are then sums.
SELECT family, count(*) AS clients, count(*) FILTER (began >= from_day) AS begun,
    count(*) FILTER (went + quiet_days::INTEGER <= end_day) AS gone
FROM client_ways, terms GROUP BY family

-- prepare: begun_homes
-- The same of those whose beginning is seen; followed: those who could be followed for follow_days from it.
SELECT family, count(*) AS begun, sum(n_steps) AS steps, sum(n_tied) AS tied_steps,
    count(*) FILTER (n_tied > 0) AS tied
FROM client_ways, terms WHERE began >= from_day GROUP BY family

-- prepare: followed_homes
SELECT family, count(*) AS followed, count(*) FILTER (next_days < follow_days) AS seconds,
    count(*) FILTER (next_days < 30) AS months_0,
    count(*) FILTER (next_days >= 30 AND next_days < 91) AS months_1,
    count(*) FILTER (next_days >= 91 AND next_days < 182) AS months_3,
    count(*) FILTER (next_days >= 182 AND next_days < 365) AS months_6,
    count(*) FILTER (next_days >= 365 AND next_days < 547) AS months_12,
    count(*) FILTER (next_days >= 547 AND next_days < follow_days) AS months_18,
    count(*) FILTER (next_days < follow_days AND relation = 0) AS relation_0,
    count(*) FILTER (next_days < follow_days AND relation = 1) AS relation_1,
    count(*) FILTER (next_days < follow_days AND relation = 2) AS relation_2
FROM client_ways, terms WHERE began >= from_day AND began + follow_days::INTEGER <= end_day GROUP BY family

-- table: beginnings(whose, seen | persons, families)
SELECT 'client' AS whose, true AS seen, sum(begun)::BIGINT AS persons, count(*) AS families
FROM homes WHERE begun > 0 HAVING count(*) > 0
UNION ALL
SELECT 'client', false, sum(clients - begun)::BIGINT, count(*) FROM homes WHERE clients > begun HAVING count(*) > 0
UNION ALL
SELECT 'family', began >= from_day, sum(persons)::BIGINT, count(*)
FROM family_ways JOIN family_masks USING (family), terms GROUP BY ALL

-- table: steps(whose | steps, tied_steps, persons, families, tied_persons, tied_families)
SELECT 'client' AS whose, sum(steps)::BIGINT AS steps, sum(tied_steps)::BIGINT AS tied_steps,
    sum(begun)::BIGINT AS persons, count(*) AS families, sum(tied)::BIGINT AS tied_persons,
    count(*) FILTER (tied > 0) AS tied_families
FROM begun_homes HAVING count(*) > 0
UNION ALL
SELECT 'family', sum(n_steps)::BIGINT, sum(n_tied)::BIGINT, sum(persons)::BIGINT, count(*),
    coalesce(sum(persons) FILTER (n_tied > 0), 0)::BIGINT, count(*) FILTER (n_tied > 0)
FROM family_ways JOIN family_masks USING (family), terms WHERE began >= from_day HAVING count(*) > 0

-- table: ways(step_1, step_2, step_3 | families)
WITH begun AS (
    SELECT rank_1, rank_2, rank_3, coalesce(quiet_1 >= quiet_days, false) AS quiet_after_1,
        coalesce(quiet_2 >= quiet_days, false) AS quiet_after_2
    FROM family_ways, terms WHERE began >= from_day
)
SELECT codes[step_1] AS step_1, codes[step_2] AS step_2, codes[step_3] AS step_3, families FROM (
    SELECT rank_1 + 1 AS step_1, CASE WHEN quiet_after_1 THEN 7 ELSE coalesce(rank_2 + 1, 6) END AS step_2,
        CASE WHEN quiet_after_1 THEN coalesce(rank_2 + 1, 7) WHEN rank_2 IS NULL THEN 6 WHEN quiet_after_2 THEN 7
            ELSE coalesce(rank_3 + 1, 6) END AS step_3,
        count(*) AS families,
        ['unknown', 'universal', 'early', 'special', 'corrective', 'continues', 'no_service'] AS codes
    FROM begun GROUP BY step_1, step_2, step_3
)

-- table: pairs(low_1, high_1, low_2, high_2, after | persons, families)
-- after: empty where the second set is there; a pause before it does not part them.
SELECT low_1, high_1, coalesce(low_2, 0) AS low_2, coalesce(high_2, 0) AS high_2,
    CASE WHEN low_2 IS NOT NULL THEN '' WHEN quiet_1 >= quiet_days THEN 'no_service' ELSE 'continues' END AS "after",
    count(*) AS persons, count(DISTINCT family) AS families
FROM client_ways, terms WHERE began >= from_day GROUP BY ALL

-- table: endings(seen | persons, families)
SELECT true AS seen, sum(gone)::BIGINT AS persons, count(*) AS families FROM homes WHERE gone > 0 HAVING count(*) > 0
UNION ALL
SELECT false, sum(clients - gone)::BIGINT, count(*) FROM homes WHERE clients > gone HAVING count(*) > 0

-- table: doors(is_exit, service, level | persons, families)
SELECT is_exit, service, level, count(*) AS persons, count(DISTINCT family) AS families
FROM client_doors, terms
WHERE CASE WHEN is_exit THEN "day" + quiet_days::INTEGER <= end_day ELSE "day" >= from_day END GROUP BY ALL

-- table: changes(phase, change | persons, families)
-- change: by its place in register.steps.CHANGES; what became fewer counts as another set.
SELECT ['unknown', 'universal', 'early', 'special', 'corrective'][phase + 1] AS phase,
    ['none', 'more', 'other', 'other', 'open'][change + 1] AS change, persons, families
FROM (
    SELECT rank AS phase, CASE WHEN change = 2 THEN 3 ELSE change END AS change, count(*) AS persons,
        count(DISTINCT family) AS families
    FROM client_changes, terms WHERE began >= from_day GROUP BY ALL
)

-- table: phases(phase | persons, families)
SELECT ['unknown', 'universal', 'early', 'special', 'corrective'][rank + 1] AS phase, persons, families FROM (
    SELECT rank, count(*) AS persons, count(DISTINCT family) AS families
    FROM client_changes, terms WHERE began >= from_day GROUP BY rank
)

-- table: followed(| persons, families, next_persons, next_families)
SELECT coalesce(sum(followed), 0)::BIGINT AS persons, count(*) AS families,
    coalesce(sum(seconds), 0)::BIGINT AS next_persons, count(*) FILTER (seconds > 0) AS next_families
FROM followed_homes

-- table: pace(months | persons, families)
-- months: the lower edge of the bin, see compute.EDGES.
SELECT * FROM (
    SELECT unnest(['0', '1', '3', '6', '12', '18']) AS months,
        unnest([sum(months_0), sum(months_1), sum(months_3), sum(months_6), sum(months_12), sum(months_18)])::BIGINT
            AS persons,
        unnest([count(*) FILTER (months_0 > 0), count(*) FILTER (months_1 > 0), count(*) FILTER (months_3 > 0),
            count(*) FILTER (months_6 > 0), count(*) FILTER (months_12 > 0), count(*) FILTER (months_18 > 0)])
            AS families
    FROM followed_homes
) WHERE families > 0

-- table: relations(relation | persons, families)
SELECT * FROM (
    SELECT unnest(['follows', 'overlaps', 'nested']) AS relation,
        unnest([sum(relation_0), sum(relation_1), sum(relation_2)])::BIGINT AS persons,
        unnest([count(*) FILTER (relation_0 > 0), count(*) FILTER (relation_1 > 0), count(*) FILTER (relation_2 > 0)])
            AS families
    FROM followed_homes
) WHERE families > 0

-- table: returned(service, level | persons, families, back, back_families)
SELECT service, level, sum(persons)::BIGINT AS persons, count(*) AS families, sum(persons_back)::BIGINT AS back,
    count(*) FILTER (persons_back > 0) AS back_families
FROM returned_members GROUP BY ALL
