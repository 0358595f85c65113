-- Children of responsible workers on counted days, and how many workers children and families have in a study year:
-- sums over the families of a bucket (register/workers.py). Workers are put together after adding; none is published.

-- table: loads(day, area, worker | children, homes)
SELECT strftime(day, '%Y-%m-%d') AS day, area, worker, sum(children)::BIGINT AS children, sum(homes)::BIGINT AS homes
FROM child_loads GROUP BY ALL

-- table: people(day, k, in_force, breakdown, code | persons, families)
-- k: months before the last day of the window; in_force: the limit of the law on the day, 0 where there is none
SELECT strftime(day, '%Y-%m-%d') AS day, k, in_force, breakdown, code, sum(persons)::BIGINT AS persons,
    sum(families)::BIGINT AS families
FROM load_people GROUP BY ALL

-- table: workers(year, breakdown, code | persons, families, changed, changed_families)
SELECT year::VARCHAR AS year, breakdown, code, sum(persons)::BIGINT AS persons, sum(families)::BIGINT AS families,
    sum(changed)::BIGINT AS changed, sum(changed_families)::BIGINT AS changed_families
FROM worker_people GROUP BY ALL

-- table: family_workers(year, workers | persons, families)
SELECT year::VARCHAR AS year, workers, sum(persons)::BIGINT AS persons, sum(families)::BIGINT AS families
FROM family_worker_numbers GROUP BY ALL
