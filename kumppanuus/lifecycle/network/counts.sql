-- Co-use within families, in three windows: both services used within the window ("ever"), at most within_days between
-- them, and both open at the same time: the family's own days in them overlap (half-open periods) for at least
-- min_overlap_days in all. several_...: of families that used two services or more.

-- table: services(service, level | persons, families, several_persons, several_families)
SELECT service, level, sum(used.persons) AS persons, count(*) AS families,
    coalesce(sum(used.persons) FILTER (n_services > 1), 0)::BIGINT AS several_persons,
    count(*) FILTER (n_services > 1) AS several_families
FROM family_services AS used JOIN families USING (family) GROUP BY ALL

-- table: pairs(first, second | persons, families, within_persons, within, at_once_persons, at_once, same_child, same_child_families)
-- persons: members of these families who used either service; same_child: clients who meet both themselves
SELECT first, second, persons, families, within_persons, "within", at_once_persons, at_once,
    coalesce(same_child, 0)::BIGINT AS same_child, same_child_families
FROM (
    SELECT first, second, sum(persons) AS persons, count(*) AS families,
        coalesce(sum(persons) FILTER (near), 0)::BIGINT AS within_persons, count(*) FILTER (near) AS "within",
        coalesce(sum(persons) FILTER (together), 0)::BIGINT AS at_once_persons, count(*) FILTER (together) AS at_once,
        count(*) FILTER (one_client_shared_days >= CASE WHEN "window" = 'ever' THEN 0 ELSE min_overlap_days END)
            AS same_child_families
    FROM (
        SELECT *, shared_days >= min_overlap_days AS together,
            apart_days <= within_days OR shared_days >= min_overlap_days AS near
        FROM family_meetings, params
    ) GROUP BY first, second
) LEFT JOIN (
    SELECT first, second, count(*) AS same_child
    FROM client_meetings, params WHERE "window" = 'ever' OR shared_days >= min_overlap_days GROUP BY first, second
) USING (first, second)

-- table: together(| persons, families, several_persons, several_families)
SELECT coalesce(sum(persons), 0)::BIGINT AS persons, count(*) AS families,
    coalesce(sum(persons) FILTER (n_services > 1), 0)::BIGINT AS several_persons,
    count(*) FILTER (n_services > 1) AS several_families
FROM families

-- table: number_of_services(n_services | persons, families)
-- Most services open on one day; in mode "ever" every service of the window counts.
SELECT most::BIGINT AS n_services, sum(persons) AS persons, count(*) AS families
FROM (SELECT CASE WHEN "window" = 'ever' THEN n_services ELSE most_at_once END AS most, persons FROM families, params)
GROUP BY most

-- table: masks(low, high | families)
-- Which sets of services families used in the window, of a sample in a large register: for the null model.
SELECT low, high, count(*) AS families FROM family_masks JOIN sampled_families USING (family) GROUP BY low, high
