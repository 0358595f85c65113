-- Children who were clients in one study year, by area, age and sex: the last year that was observed from end to end, or
-- the last one when none was. A child is under 18 on its last observed day, as in lifecycle.distribution.

-- prepare: chosen
-- as register/year_people.py chooses it
SELECT year, end_day - first_day AS days_seen, calendar_year FROM years
ORDER BY (end_day - first_day >= 365) DESC, first_day DESC LIMIT 1

-- table: people(year, days_seen, breakdown, code | persons, families)
SELECT year, days_seen::INTEGER AS days_seen, breakdown, code, sum(persons)::BIGINT AS persons,
    sum(families)::BIGINT AS families
FROM year_people, chosen
WHERE breakdown IN ('children', 'area', 'stratum', 'support', 'support_area', 'support_stratum') GROUP BY ALL

-- prepare: given
SELECT coalesce(area, 'unknown') AS area, age_from, age_to, sex, persons
FROM population JOIN chosen ON population.year = calendar_year

-- prepare: inhabitants
-- of either sex, and of both together as sex ''; sound: a group is given as a whole or by sex, not both, not one alone
SELECT area, age_from, age_to, sex, persons, true AS sound FROM given WHERE sex IN ('female', 'male')
UNION ALL
SELECT area, age_from, age_to, '', sum(persons), count(sex) = 0 OR (count(sex) = count(*) AND count(DISTINCT sex) > 1)
FROM given GROUP BY area, age_from, age_to

-- table: population(area, age_in_year, ages, sex | inhabitants, covered)
-- covered: single years of age that the area's groups cover; a group that goes beyond is left aside
SELECT area, age_in_year, oldest - youngest + 1 AS ages, sex, sum(persons)::BIGINT AS inhabitants,
    sum(CASE WHEN sound THEN age_to - age_from + 1 ELSE 1000 END)::BIGINT AS covered
FROM inhabitants JOIN (VALUES ('00-06', 0, 6), ('07-12', 7, 12), ('13-17', 13, 17), ('00-17', 0, 17))
    AS groups(age_in_year, youngest, oldest) ON age_from >= youngest AND age_to <= oldest
GROUP BY ALL
