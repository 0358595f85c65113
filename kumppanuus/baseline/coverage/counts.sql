-- A client is in a service in a study year when any day of a stay lies in the year.

-- prepare: used
SELECT client, family, service, level, year, years.end_day - 1 AS last_day
FROM stays, years
WHERE seen_from < end_day AND seen_to > first_day
GROUP BY ALL

-- prepare: people
-- One row a client and year; age is judged on the last observed day of the year.
SELECT used.client, used.family, year, birth_date IS NOT NULL AS dated,
    coalesce(birth_date <= last_day AND birth_date + INTERVAL 18 YEAR > last_day, false) AS child
FROM (SELECT DISTINCT client, family, year, last_day FROM used) AS used LEFT JOIN clients USING (client)

-- table: services(service, level, year | persons, families)
SELECT service, level, year, count(*) AS persons, count(DISTINCT family) AS families FROM used GROUP BY ALL

-- table: levels(level, year | persons, families)
SELECT level, year, count(DISTINCT client) AS persons, count(DISTINCT family) AS families FROM used GROUP BY ALL

-- table: years(year | persons, families, dated, children)
-- dated: clients whose birth date is known
SELECT year, count(*) AS persons, count(DISTINCT family) AS families,
    count(*) FILTER (dated) AS dated, count(*) FILTER (child) AS children
FROM people GROUP BY ALL

-- table: population(year | inhabitants, areas, whole_areas)
-- An area is whole when its age groups cover the ages 0 to 17 exactly once; a group that goes beyond is left aside.
SELECT year, coalesce(sum(inhabitants), 0)::BIGINT AS inhabitants, count(*) AS areas, count(*) FILTER (whole) AS whole_areas
FROM (
    SELECT years.year, area, sum(persons) FILTER (age_from >= 0 AND age_to <= 17) AS inhabitants,
        coalesce(sum(age_to - age_from + 1) FILTER (age_from >= 0 AND age_to <= 17), 0) = 18 AS whole
    FROM population JOIN years ON population.year = calendar_year
    GROUP BY ALL
) GROUP BY ALL
