-- Spells: relationships of one client in one service joined with the study's tolerance, seen through the window.

-- table: exits(service, family_group, day | ended, censored)
SELECT service, family_group::SMALLINT AS family_group, exit_day AS day,
    count(*) FILTER (ended) AS ended, count(*) FILTER (NOT ended) AS censored
FROM spells GROUP BY ALL

-- table: entries(service, family_group, day | entering)
SELECT service, family_group::SMALLINT AS family_group, entry_day AS day, count(*) AS entering
FROM spells GROUP BY ALL

-- table: service_sizes(level, service | spells, persons, families, late, still_open, ended, ended_persons, ended_families)
SELECT level, service, sum(spells) AS spells, sum(persons) AS persons, count(*) AS families, sum(late) AS late,
    sum(spells) - sum(ended) AS still_open, sum(ended) AS ended,
    sum(persons_ended) AS ended_persons, count(*) FILTER (persons_ended > 0) AS ended_families
FROM family_services GROUP BY ALL

-- table: level_sizes(level | spells, persons, families, late, still_open, ended, ended_persons, ended_families)
SELECT level, sum(spells) AS spells, sum(persons) AS persons, count(*) AS families, sum(late) AS late,
    sum(spells) - sum(ended) AS still_open, sum(ended) AS ended,
    sum(persons_ended) AS ended_persons, count(*) FILTER (persons_ended > 0) AS ended_families
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
