-- Spells: relationships of one client in one service joined with the study's tolerance, seen through the window.

-- table: exits(service, family_group, day | ended, censored)
SELECT service, family_group::SMALLINT AS family_group, exit_day AS day,
    count(*) FILTER (ended) AS ended, count(*) FILTER (NOT ended) AS censored
FROM spells GROUP BY ALL

-- table: entries(service, family_group, day | entering)
SELECT service, family_group::SMALLINT AS family_group, entry_day AS day, count(*) AS entering
FROM spells GROUP BY ALL

-- table: service_sizes(level, service | spells, persons, families, late, late_persons, late_families, still_open, open_persons, open_families, ended, ended_persons, ended_families)
SELECT level, service, sum(spells) AS spells, sum(persons) AS persons, count(*) AS families, sum(late) AS late,
    sum(spells) - sum(ended) AS still_open, sum(ended) AS ended,
    sum(persons_ended) AS ended_persons, count(*) FILTER (persons_ended > 0) AS ended_families,
    sum(persons_late) AS late_persons, count(*) FILTER (persons_late > 0) AS late_families,
    sum(persons_open) AS open_persons, count(*) FILTER (persons_open > 0) AS open_families
FROM family_services GROUP BY ALL

-- table: level_sizes(level | spells, persons, families, late, late_persons, late_families, still_open, open_persons, open_families, ended, ended_persons, ended_families)
SELECT level, sum(spells) AS spells, sum(persons) AS persons, count(*) AS families, sum(late) AS late,
    sum(spells) - sum(ended) AS still_open, sum(ended) AS ended,
    sum(persons_ended) AS ended_persons, count(*) FILTER (persons_ended > 0) AS ended_families,
    sum(persons_late) AS late_persons, count(*) FILTER (persons_late > 0) AS late_families,
    sum(persons_open) AS open_persons, count(*) FILTER (persons_open > 0) AS open_families
FROM family_levels GROUP BY ALL

-- table: service_lengths(level, service | total_days, total_days_24, squared_days, squared_days_24)
-- squared: sum over families of their squared total
SELECT level, service, sum(ended_days) AS total_days, sum(ended_days_24) AS total_days_24,
    sum(ended_days::HUGEINT * ended_days) AS squared_days,
    sum(ended_days_24::HUGEINT * ended_days_24) AS squared_days_24
FROM family_services WHERE ended > 0 GROUP BY ALL

-- table: level_lengths(level | total_days, total_days_24, squared_days, squared_days_24)
SELECT level, sum(ended_days) AS total_days, sum(ended_days_24) AS total_days_24,
    sum(ended_days::HUGEINT * ended_days) AS squared_days,
    sum(ended_days_24::HUGEINT * ended_days_24) AS squared_days_24
FROM family_levels WHERE ended > 0 GROUP BY ALL

-- prepare: alike
-- clients and families whose months are alike, of services and of whole levels (service '')
SELECT level, coalesce(service, '') AS service, entering, leaving, last_entry, first_end,
    sum(persons)::BIGINT AS persons, sum(families)::BIGINT AS families
FROM (
    SELECT level, service, entering, leaving, last_entry, first_end, count(*) AS persons, 0 AS families
    FROM client_lengths GROUP BY ALL
    UNION ALL
    SELECT level, service, entering, leaving, last_entry, first_end, 0, count(*) FROM family_lengths GROUP BY ALL
) GROUP BY ALL

-- table: people(level, service, what, month | persons, families)
-- Distinct clients and families whose time under observation begins (entering) and ends (leaving), who come under
-- observation for the last time (last_entry) and have a relationship that ends for the first time (first_end).
SELECT level, service, 'entering' AS what, entering AS month, sum(persons) AS persons, sum(families) AS families
FROM alike GROUP BY ALL
UNION ALL SELECT level, service, 'leaving', leaving, sum(persons), sum(families) FROM alike GROUP BY ALL
UNION ALL SELECT level, service, 'last_entry', last_entry, sum(persons), sum(families) FROM alike GROUP BY ALL
UNION ALL SELECT level, service, 'first_end', first_end, sum(persons), sum(families)
FROM alike WHERE first_end IS NOT NULL GROUP BY ALL
