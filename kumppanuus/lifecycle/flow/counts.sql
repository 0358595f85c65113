-- What is open at the end of each period, starts and ends in it; first and later starts; who is in on the last day.
-- A period's stock is what is still open after its last day, so that it is the stock before + starts - ends.

-- table: flows(breakdown, code, period | waiting, came, gone, waiting_families, came_families, gone_families)
-- counted when the table was derived, bucket by bucket (see register/flows.py)
SELECT breakdown, code, period, sum(waiting)::BIGINT AS waiting, sum(came)::BIGINT AS came, sum(gone)::BIGINT AS gone,
    sum(waiting_families)::BIGINT AS waiting_families, sum(came_families)::BIGINT AS came_families,
    sum(gone_families)::BIGINT AS gone_families
FROM period_flows GROUP BY ALL

-- table: starts(service, level, start_type, month | starts, persons, families)
-- all services together have no code; persons and families by the month of their last start of the type
SELECT service, level, start_type, month, sum(starts)::BIGINT AS starts, sum(persons)::BIGINT AS persons,
    sum(families)::BIGINT AS families
FROM start_months GROUP BY ALL

-- prepare: open_spells
SELECT client, family, service, level, sex, area FROM spell_facts WHERE NOT ended

-- prepare: people
-- everybody with an open relationship on the last day, once, with an age on that day
SELECT client, family, sex, coalesce(area_of_client, area_of_spell) AS area,
    CASE WHEN birth_date IS NULL OR birth_date >= end_day THEN 'unknown'
        WHEN birth_date + INTERVAL 18 YEAR < end_day THEN '18+'
        WHEN birth_date + INTERVAL 13 YEAR < end_day THEN '13-17'
        WHEN birth_date + INTERVAL 7 YEAR < end_day THEN '07-12' ELSE '00-06' END AS age_now
FROM (
    SELECT client, any_value(family) AS family, any_value(sex) AS sex,
        coalesce(min(area) FILTER (area <> 'unknown'), 'unknown') AS area_of_spell
    FROM open_spells GROUP BY client
) LEFT JOIN (SELECT client, birth_date, area AS area_of_client FROM clients) USING (client), period

-- table: last_day( | persons, families)
SELECT count(*) AS persons, count(DISTINCT family) AS families FROM people

-- table: last_ages(age_now | persons, families)
SELECT age_now, count(*) AS persons, count(DISTINCT family) AS families FROM people GROUP BY ALL

-- table: last_areas(area | persons, families)
SELECT area, count(*) AS persons, count(DISTINCT family) AS families FROM people GROUP BY ALL

-- table: last_sexes(sex | persons, families)
SELECT sex, count(*) AS persons, count(DISTINCT family) AS families FROM people GROUP BY ALL

-- table: last_levels(level | persons, families)
SELECT level, count(DISTINCT client) AS persons, count(DISTINCT family) AS families FROM open_spells GROUP BY ALL
