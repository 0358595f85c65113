-- Co-use within families. Two services meet when the family's own days in them overlap (half-open periods) for at
-- least min_overlap_days in all; in mode "ever" when the family was in both within the window.

-- table: services(service, level | persons, families)
SELECT service, level, sum(persons) AS persons, count(*) AS families FROM family_services GROUP BY ALL

-- table: pairs(first, second | persons, families, same_child, same_child_families)
-- persons: members of these families who used either service; same_child: clients who meet both themselves
SELECT first, second, persons, families, coalesce(same_child, 0)::BIGINT AS same_child, same_child_families
FROM (
    SELECT first, second, sum(persons) AS persons, count(*) AS families,
        count(*) FILTER (one_client_shared_days >= CASE WHEN "window" = 'ever' THEN 0 ELSE min_overlap_days END)
            AS same_child_families
    FROM family_meetings, params WHERE "window" = 'ever' OR shared_days >= min_overlap_days GROUP BY first, second
) LEFT JOIN (
    SELECT first, second, count(*) AS same_child
    FROM client_meetings, params WHERE "window" = 'ever' OR shared_days >= min_overlap_days GROUP BY first, second
) USING (first, second)

-- table: together(| persons, families)
SELECT coalesce(sum(persons), 0)::BIGINT AS persons, count(*) AS families FROM families

-- table: number_of_services(n_services | persons, families)
-- Most services open on one day; in mode "ever" every service of the window counts.
SELECT most::BIGINT AS n_services, sum(persons) AS persons, count(*) AS families
FROM (SELECT CASE WHEN "window" = 'ever' THEN n_services ELSE most_at_once END AS most, persons FROM families, params)
GROUP BY most
