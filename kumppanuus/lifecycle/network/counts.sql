-- Co-use within families. Two services meet when the family's own days in them overlap (half-open periods) for at
-- least min_overlap_days in all; in mode "ever" when the family was in both within the window.

-- prepare: users
SELECT client, family, service, any_value(level) AS level FROM stays GROUP BY client, family, service;

-- prepare: members
SELECT family, count(*) AS persons FROM (SELECT DISTINCT client, family FROM users) GROUP BY family;

-- prepare: meetings
-- Every two services of a family, with the days it was in both; 0 days only in mode "ever".
SELECT a.family, a.service AS first, b.service AS second,
    sum(greatest(0, least(a.seen_to, b.seen_to) - greatest(a.seen_from, b.seen_from)))::BIGINT AS shared_days
FROM family_stays AS a
JOIN family_stays AS b ON a.family = b.family AND a.service < b.service, params
WHERE params."window" = 'ever' OR (a.seen_from < b.seen_to AND b.seen_from < a.seen_to)
GROUP BY a.family, a.service, b.service;

-- prepare: family_pairs
SELECT family, first, second, persons AS members
FROM meetings JOIN members USING (family), params
WHERE params."window" = 'ever' OR shared_days >= params.min_overlap_days;

-- prepare: sibling_stays
-- Only in families of several clients can the pair belong to different ones. A day with two ways of production of
-- one service counts once: a later row starts where the earlier ones ended.
SELECT client, service, greatest(seen_from, coalesce(reached, seen_from)) AS seen_from, seen_to
FROM (
    SELECT client, service, seen_from, seen_to, max(seen_to) OVER (
        PARTITION BY client, service ORDER BY seen_from, seen_to ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS reached
    FROM stays WHERE family IN (SELECT family FROM family_pairs WHERE members > 1)
)
WHERE reached IS NULL OR seen_to > reached;

-- prepare: sibling_pairs
SELECT a.client, a.service AS first, b.service AS second,
    sum(greatest(0, least(a.seen_to, b.seen_to) - greatest(a.seen_from, b.seen_from)))::BIGINT AS shared_days
FROM sibling_stays AS a
JOIN sibling_stays AS b ON a.client = b.client AND a.service < b.service
GROUP BY a.client, a.service, b.service;

-- prepare: pair_users
-- The members of a pair's families who were in either service, and whether in both themselves.
SELECT family, first, second, client
FROM family_pairs JOIN users USING (family)
WHERE members > 1 AND service IN (first, second)
GROUP BY family, first, second, client;

-- table: services(service, level | persons, families)
SELECT service, any_value(level) AS level, count(*) AS persons, count(DISTINCT family) AS families
FROM users GROUP BY service;

-- table: pairs(first, second | persons, families, same_child)
WITH of_families AS (
    SELECT first, second, 1 AS persons, 1 AS families, 1 AS same_child FROM family_pairs WHERE members = 1
    UNION ALL
    SELECT first, second, count(*), 1,
        count(*) FILTER ("window" = 'ever' AND shared_days IS NOT NULL OR shared_days >= min_overlap_days)
    FROM pair_users LEFT JOIN sibling_pairs USING (client, first, second), params
    GROUP BY family, first, second
)
SELECT first, second, sum(persons) AS persons, sum(families) AS families, sum(same_child) AS same_child
FROM of_families GROUP BY first, second;

-- table: together(| persons, families)
SELECT coalesce(sum(persons), 0)::BIGINT AS persons, count(*) AS families FROM members;

-- table: number_of_services(n_services | persons, families)
-- Most services open on one day. Three at once need three overlapping pairs, so only families with three are swept;
-- others have at most two at once. In mode "ever" every service of the window counts.
WITH overlapping AS (
    SELECT family, count(*) AS pairs FROM meetings, params
    WHERE "window" <> 'ever' AND shared_days > 0 GROUP BY family
), crowded AS (
    SELECT family, seen_from, seen_to FROM family_stays
    WHERE family IN (SELECT family FROM overlapping WHERE pairs > 2)
), steps AS (
    SELECT family, seen_from AS day, 1 AS change FROM crowded UNION ALL SELECT family, seen_to, -1 FROM crowded
), swept AS (
    SELECT family, sum(change) OVER (PARTITION BY family ORDER BY day, change ROWS UNBOUNDED PRECEDING) AS n_open
    FROM steps
), peaks AS (
    SELECT family, max(n_open) AS n_services FROM swept GROUP BY family
    UNION ALL
    SELECT family, count(*) FROM (SELECT DISTINCT family, service FROM users, params WHERE "window" = 'ever')
    GROUP BY family
)
SELECT coalesce(n_services, CASE WHEN pairs > 0 THEN 2 ELSE 1 END)::BIGINT AS n_services,
    sum(persons) AS persons, count(*) AS families
FROM members LEFT JOIN overlapping USING (family) LEFT JOIN peaks USING (family)
GROUP BY ALL;
