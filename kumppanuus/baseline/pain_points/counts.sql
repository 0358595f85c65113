-- Everybody in services by study year, for the signals that touch the whole clientele; one row a family below.

-- table: years(year | persons, families)
SELECT year, sum(persons) AS persons, count(*) AS families FROM family_years GROUP BY ALL
