-- Month by month after the first contact: the highest open level of each client (or of each family, any member).

-- table: fates(whose, fate | persons, families)
-- who was followed, who is outside the sample, who was in a service before and who came too late
SELECT whose, CASE WHEN fate = 'followed' AND path IS NULL THEN 'unsampled' ELSE fate END AS fate,
    sum(persons)::BIGINT AS persons, count(DISTINCT family) AS families
FROM (
    SELECT whose, family, fate, path, 1 AS persons FROM client_paths, params WHERE whose = 'client'
    UNION ALL
    SELECT whose, family, fate, path, persons FROM family_paths JOIN family_masks USING (family), params
    WHERE whose = 'family'
) GROUP BY ALL

-- prepare: followed
SELECT family, family_group, path, persons, euros FROM client_path_costs, params WHERE whose = 'client'
UNION ALL
SELECT family, family_group, path, persons, euros FROM family_path_costs, params WHERE whose = 'family'

-- table: homes(paths, family_group | persons, families)
-- families by the paths of all their followed members (separated by blanks)
SELECT paths, family_group, sum(persons)::BIGINT AS persons, count(*) AS families
FROM (
    SELECT family, family_group, string_agg(path, ' ' ORDER BY path) AS paths, sum(persons) AS persons
    FROM followed GROUP BY family, family_group
) GROUP BY ALL

-- prepare: bills
SELECT family, path, sum(euros)::HUGEINT AS euros FROM followed GROUP BY family, path

-- table: spent(path | euros)
SELECT path, sum(euros)::HUGEINT AS euros FROM bills GROUP BY path

-- table: products(path, other | squared)
-- sums over families of what their members cost on one path x on another one: what a family's cost, squared, is made of
SELECT a.path, b.path AS other, sum(a.euros * b.euros)::HUGEINT AS squared
FROM bills AS a JOIN bills AS b ON a.family = b.family AND a.path <= b.path GROUP BY ALL
