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

-- prepare: inhabitants
-- of both sexes together; sound: an age group is given as a whole or by sex, not both and not one sex alone
SELECT years.year, coalesce(area, 'unknown') AS area, age_from, age_to, sum(persons) AS persons,
    count(sex) = 0 OR (count(sex) = count(*) AND count(DISTINCT sex) > 1) AS sound
FROM population JOIN years ON population.year = calendar_year GROUP BY ALL

-- table: population(year, area, age_in_year, ages | inhabitants, covered)
-- covered: single years of age that the area's groups cover; a group that goes beyond is left aside
SELECT year, area, age_in_year, oldest - youngest + 1 AS ages,
    coalesce(sum(persons) FILTER (inside), 0)::BIGINT AS inhabitants,
    coalesce(sum(CASE WHEN sound THEN age_to - age_from + 1 ELSE 1000 END) FILTER (inside), 0)::BIGINT AS covered
FROM (
    SELECT inhabitants.*, age_in_year, youngest, oldest, age_from >= youngest AND age_to <= oldest AS inside
    FROM inhabitants CROSS JOIN (VALUES ('00-06', 0, 6), ('07-12', 7, 12), ('13-17', 13, 17), ('00-17', 0, 17))
        AS groups(age_in_year, youngest, oldest)
) GROUP BY ALL

-- table: reached(breakdown, code, year | persons, families)
-- clients under 18 in the first and in the last full year, see register/year_children.py
SELECT breakdown, code, year, sum(persons)::BIGINT AS persons, sum(families)::BIGINT AS families
FROM year_children GROUP BY ALL

-- table: compared(indicator, year | persons, families)
-- clients under 18 of the services that a public indicator counts
SELECT indicator, year, sum(persons)::BIGINT AS persons, count(*) AS families
FROM (
    SELECT indicator, year, presence.family, count(DISTINCT client) AS persons
    FROM presence JOIN peer_services USING (service) JOIN clients USING (client) JOIN years USING (year)
    WHERE birth_date < end_day AND birth_date + INTERVAL 18 YEAR >= end_day
    GROUP BY ALL
) GROUP BY ALL

-- table: known(indicator, part, year | thousandths, position, worse, per)
-- public values of the organiser's region, its county and the country; of two numbers of a region the one in use counts
SELECT indicator, part, years.year, round(1000 * arg_max(value, newer))::BIGINT AS thousandths,
    max(position)::INTEGER AS position, max(worse)::INTEGER AS worse, max(per)::INTEGER AS per
FROM indicators JOIN peer_regions USING (region) JOIN peer_indicators USING (indicator)
    SEMI JOIN peer_services USING (indicator) JOIN years ON indicators.year = calendar_year
WHERE coalesce(gender, 'total') = 'total' AND part <> 'peer' AND value IS NOT NULL
GROUP BY ALL
