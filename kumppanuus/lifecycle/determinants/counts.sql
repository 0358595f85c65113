-- Relationships of a random sample of families, of all in a small register (`register.compared`).

-- table: rows(service, age_group, sex, area, parallel, begun, family_group, entry, duration, event | n)
SELECT service, age_group, sex, area, parallel, begun, family_group, entry_day AS entry, exit_day AS duration,
    ended::INTEGER AS event, count(*) AS n
FROM compared_spells GROUP BY ALL

-- table: climbs(service, age_group, sex, area, parallel, family_group, duration, event | n)
-- until a service on a higher level begins
SELECT service, age_group, sex, area, parallel, family_group, duration, climbed::INTEGER AS event, count(*) AS n
FROM climbing_spells GROUP BY ALL

-- prepare: told
SELECT model, family, client, age_group, sex, area, parallel, begun, count(*) AS spells,
    count(*) FILTER (event) AS events
FROM (
    SELECT 'ends' AS model, family, client, ended AS event, age_group, sex, area, parallel, begun FROM compared_spells
    UNION ALL SELECT 'climbs', family, client, climbed, age_group, sex, area, parallel, '' FROM climbing_spells
) GROUP BY ALL

-- prepare: by_factor
SELECT model, 'all' AS factor, '' AS code, family, client, spells, events FROM told
UNION ALL SELECT model, 'age_group', age_group, family, client, spells, events FROM told
UNION ALL SELECT model, 'sex', sex, family, client, spells, events FROM told
UNION ALL SELECT model, 'area', area, family, client, spells, events FROM told
UNION ALL SELECT model, 'parallel', parallel, family, client, spells, events FROM told
UNION ALL SELECT model, 'begun', begun, family, client, spells, events FROM told WHERE model = 'ends'

-- table: sizes(model, factor, code | persons, families, spells, events, event_persons, event_families)
SELECT model, factor, code, sum(persons)::BIGINT AS persons, count(*) AS families, sum(spells)::BIGINT AS spells,
    sum(events)::BIGINT AS events, sum(event_persons)::BIGINT AS event_persons,
    count(*) FILTER (event_persons > 0) AS event_families
FROM (
    SELECT model, factor, code, family, count(*) AS persons, sum(spells) AS spells, sum(events) AS events,
        count(*) FILTER (events > 0) AS event_persons
    FROM (
        SELECT model, factor, code, family, client, sum(spells) AS spells, sum(events) AS events
        FROM by_factor GROUP BY ALL
    ) GROUP BY model, factor, code, family
) GROUP BY ALL
