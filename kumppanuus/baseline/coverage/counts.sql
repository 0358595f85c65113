-- A client is in a service in a study year when any day of a stay lies in the year; one row a family below.

-- table: services(service, level, year | persons, families)
SELECT service, level, year, sum(persons) AS persons, count(*) AS families FROM family_service_years GROUP BY ALL

-- table: levels(level, year | persons, families)
SELECT level, year, sum(persons) AS persons, count(*) AS families FROM family_level_years GROUP BY ALL

-- table: years(year | persons, families, dated, children, children_families)
-- dated: clients whose birth date is known; age is judged on the last observed day of the year
SELECT year, sum(persons) AS persons, count(*) AS families, sum(persons_dated) AS dated, sum(persons_child) AS children,
    count(*) FILTER (persons_child > 0) AS children_families
FROM family_years GROUP BY ALL

-- table: population(year | inhabitants, areas, whole_areas)
-- An area is whole when its age groups cover the ages 0 to 17 exactly once; a group that goes beyond is left aside.
SELECT year, coalesce(sum(inhabitants), 0)::BIGINT AS inhabitants, count(*) AS areas, count(*) FILTER (whole) AS whole_areas
FROM (
    SELECT years.year, area, sum(persons) FILTER (age_from >= 0 AND age_to <= 17) AS inhabitants,
        coalesce(sum(age_to - age_from + 1) FILTER (age_from >= 0 AND age_to <= 17), 0) = 18 AS whole
    FROM population JOIN years ON population.year = calendar_year
    GROUP BY ALL
) GROUP BY ALL
