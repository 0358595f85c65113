-- Who the clients of one study year are: the last one that was observed from end to end, or the last one when none was.
-- A client is in a service in the year when any day of a stay lies in it. Age is that of the last observed day.

-- prepare: chosen
-- as register/year_people.py chooses it
SELECT year, end_day - first_day AS days_seen, calendar_year FROM years
ORDER BY (end_day - first_day >= 365) DESC, first_day DESC LIMIT 1

-- table: people(year, days_seen, breakdown, code | persons, families)
SELECT year, days_seen::INTEGER AS days_seen, breakdown, code, sum(persons)::BIGINT AS persons,
    sum(families)::BIGINT AS families
FROM year_people, chosen GROUP BY ALL

-- prepare: inhabitants
-- of both sexes together; sound: an age group is given as a whole or by sex, not both and not one sex alone
SELECT coalesce(area, 'unknown') AS area, age_from, age_to, sum(persons) AS persons,
    count(sex) = 0 OR (count(sex) = count(*) AND count(DISTINCT sex) > 1) AS sound
FROM population JOIN chosen ON population.year = calendar_year GROUP BY ALL

-- table: population(area, age_in_year, ages | inhabitants, covered)
-- covered: single years of age that the area's groups cover; a group that goes beyond is left aside
SELECT area, age_in_year, oldest - youngest + 1 AS ages,
    coalesce(sum(persons) FILTER (inside), 0)::BIGINT AS inhabitants,
    coalesce(sum(CASE WHEN sound THEN age_to - age_from + 1 ELSE 1000 END) FILTER (inside), 0)::BIGINT AS covered
FROM (
    SELECT inhabitants.*, age_in_year, youngest, oldest, age_from >= youngest AND age_to <= oldest AS inside
    FROM inhabitants
        CROSS JOIN (VALUES ('00-06', 0, 6), ('07-12', 7, 12), ('13-17', 13, 17), ('00-17', 0, 17))
            AS groups(age_in_year, youngest, oldest)
) GROUP BY ALL
