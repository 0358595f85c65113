-- Who of a family is supported at the same time, and the goals set with it (`register.shared`).

-- table: years(year, kind | persons, families)
SELECT year, kind, sum(n_persons)::BIGINT AS persons, sum(n_families)::BIGINT AS families FROM shared_years GROUP BY ALL

-- table: goals(breakdown, code, kind | n, persons, families)
SELECT breakdown, code, kind, sum(n)::BIGINT AS n, sum(n_persons)::BIGINT AS persons,
    sum(n_families)::BIGINT AS families
FROM goal_people GROUP BY ALL

-- table: waits(day, kind | n)
SELECT day, kind, sum(n)::BIGINT AS n FROM goal_waits GROUP BY ALL
