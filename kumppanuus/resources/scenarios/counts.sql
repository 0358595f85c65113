-- Everybody in services by study year, beside whom the scenarios stand; one row a family below. What the scenarios are
-- made of (forecast, costs, places) is read from what other analyses have published.

-- table: years(year | persons, families)
SELECT year, sum(persons) AS persons, count(*) AS families FROM family_years GROUP BY ALL
