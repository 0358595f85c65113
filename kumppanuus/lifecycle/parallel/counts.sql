-- Services open at once, from what the register has counted of each bucket (`register.peak_tallies`).

-- table: most(who, year, most | persons, families)
SELECT who, year, most::VARCHAR AS most, sum(n_persons) AS persons, sum(n_families) AS families FROM most_open GROUP BY ALL

-- table: days(who, k | days, squared, persons, families)
-- squared: sum over families of their squared days; k = 0: days with any service open.
SELECT who, k::VARCHAR AS k, sum(n_days) AS days, sum(squared) AS squared, sum(n_persons) AS persons,
    sum(n_families) AS families
FROM days_open GROUP BY ALL

-- table: costs(most | persons, families, cents, squared)
-- Of the families in services: what their services cost in the whole window, by the most they had open at once.
SELECT least(most_at_once, 5)::VARCHAR AS most, sum(persons) AS persons, count(*) AS families, sum(cents) AS cents,
    sum(cents::HUGEINT * cents)::HUGEINT AS squared
FROM family_costs GROUP BY ALL

-- table: climb(who, rung, day | reached, still)
SELECT who, rung::VARCHAR AS rung, day::BIGINT AS day, sum(reached) AS reached, sum(still) AS still FROM climb_days GROUP BY ALL

-- table: climb_groups(who, rung, family_group, month | reached, still)
SELECT who, rung::VARCHAR AS rung, family_group, month::BIGINT AS month, sum(reached) AS reached, sum(still) AS still
FROM climb_months GROUP BY ALL

-- table: climb_people(who, rung | persons, families)
SELECT who, rung::VARCHAR AS rung, sum(n_persons) AS persons, sum(n_families) AS families FROM climb_people GROUP BY ALL

-- table: climb_homes(who, rung, day | families)
SELECT who, rung::VARCHAR AS rung, day::BIGINT AS day, sum(n_families) AS families FROM climb_families GROUP BY ALL
