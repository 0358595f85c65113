-- Spells: relationships of one client in one service joined with the study's tolerance, seen through the window.
-- A spell of no length was never at risk of ending and is left out.

-- prepare: lasting
SELECT client, family, family_group::BIGINT AS family_group, service, level, entry_day, exit_day, ended,
    least(exit_day, 730) AS exit_day_24  -- 730 = the day on which 24 months are full
FROM spells WHERE exit_day > entry_day

-- table: exits(service, family_group, day | ended, censored)
SELECT service, family_group, exit_day::BIGINT AS day,
    count(*) FILTER (ended) AS ended, count(*) FILTER (NOT ended) AS censored
FROM lasting GROUP BY ALL

-- table: entries(service, family_group, day | entering)
SELECT service, family_group, entry_day::BIGINT AS day, count(*) AS entering
FROM lasting GROUP BY ALL

-- table: service_sizes(level, service | spells, persons, families, late, still_open, ended, ended_persons, ended_families)
SELECT level, service, count(*) AS spells,
    count(DISTINCT client) AS persons, count(DISTINCT family) AS families,
    count(*) FILTER (entry_day > 0) AS late,
    count(*) FILTER (NOT ended) AS still_open, count(*) FILTER (ended) AS ended,
    count(DISTINCT client) FILTER (ended) AS ended_persons, count(DISTINCT family) FILTER (ended) AS ended_families
FROM lasting GROUP BY level, service

-- table: level_sizes(level | spells, persons, families, late, still_open, ended, ended_persons, ended_families)
SELECT level, count(*) AS spells,
    count(DISTINCT client) AS persons, count(DISTINCT family) AS families,
    count(*) FILTER (entry_day > 0) AS late,
    count(*) FILTER (NOT ended) AS still_open, count(*) FILTER (ended) AS ended,
    count(DISTINCT client) FILTER (ended) AS ended_persons, count(DISTINCT family) FILTER (ended) AS ended_families
FROM lasting GROUP BY level

-- prepare: ended_by_service
SELECT level, service, family, sum(exit_day)::BIGINT AS days_of_family, sum(exit_day_24)::BIGINT AS days_24_of_family
FROM lasting WHERE ended GROUP BY level, service, family

-- prepare: ended_by_level
SELECT level, family, sum(days_of_family)::BIGINT AS days_of_family, sum(days_24_of_family)::BIGINT AS days_24_of_family
FROM ended_by_service GROUP BY level, family

-- table: service_lengths(level, service | total_days, total_days_24, squared_days, squared_days_24)
SELECT level, service, sum(days_of_family) AS total_days, sum(days_24_of_family) AS total_days_24,
    sum(days_of_family::HUGEINT * days_of_family) AS squared_days,
    sum(days_24_of_family::HUGEINT * days_24_of_family) AS squared_days_24
FROM ended_by_service GROUP BY level, service

-- table: level_lengths(level | total_days, total_days_24, squared_days, squared_days_24)
SELECT level, sum(days_of_family) AS total_days, sum(days_24_of_family) AS total_days_24,
    sum(days_of_family::HUGEINT * days_of_family) AS squared_days,
    sum(days_24_of_family::HUGEINT * days_24_of_family) AS squared_days_24
FROM ended_by_level GROUP BY level
