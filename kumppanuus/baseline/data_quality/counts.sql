-- How far the extracts can be trusted: what is there and what is not, by month, by column, by family.
-- A start or an end is counted when it lies in the window; the last day of a relationship is the day before its end.
-- Much is derived per client or family (see register/derived.py), so that persons and families are plain sums here.
-- What somebody has (months of a year, columns filled) is kept as the bits of a number, and equal numbers are counted
-- together: a distinct count for every month, level and column would each go through all rows again.

-- prepare: days
-- the days of the window; each is of one kind
SELECT (year(day) * 100 + month(day))::INTEGER AS number, (year(day) * 10 + quarter(day))::INTEGER AS quarter_number,
    CASE WHEN month(day) = 1 AND day(day) = 1 THEN 2 WHEN month(day) = 12 AND day(day) = 31 THEN 3
        WHEN day(day) = 1 THEN 0 WHEN day = last_day(day) THEN 1 ELSE 4 END AS kind_number
FROM (SELECT unnest(generate_series(first_day, end_day - 1, INTERVAL 1 DAY))::DATE AS day FROM period)

-- prepare: months
SELECT number, number // 100 || '-' || lpad((number % 100)::VARCHAR, 2, '0') AS month, number % 100 - 1 AS place,
    count(*) AS days_seen
FROM days GROUP BY number

-- prepare: quarters
SELECT quarter_number, quarter_number // 10 || ' Q' || quarter_number % 10 AS quarter, count(*) AS days_seen
FROM days GROUP BY quarter_number

-- prepare: flows
FROM (VALUES ('starts', false), ('ends', true)) AS flows(flow, is_end)

-- prepare: kinds
SELECT kind_number, kind, count(*) AS calendar_days, (SELECT count(*) FROM days) AS window_days
FROM days JOIN (VALUES (0, 'first_of_month'), (1, 'last_of_month'), (2, 'first_of_year'), (3, 'last_of_year'),
    (4, 'other')) AS names(kind_number, kind) USING (kind_number)
GROUP BY ALL

-- prepare: level_bits
-- the first of the twelve bits of a level (see register/derived.py)
FROM (VALUES ('corrective', 0), ('early', 12), ('special', 24), ('universal', 36), ('unknown', 48))
    AS level_bits(level, bit)

-- prepare: levels
SELECT level, bit FROM level_bits WHERE level = 'unknown' OR level IN (SELECT level FROM services)

-- prepare: held
-- how many clients and families have the same months of a year
SELECT is_end, year, months, sum(persons)::BIGINT AS persons, sum(families)::BIGINT AS families
FROM (
    SELECT is_end, year, months, count(*) AS persons, 0 AS families FROM client_turn_years GROUP BY ALL
    UNION ALL SELECT is_end, year, months, 0, count(*) FROM family_turn_years GROUP BY ALL
) GROUP BY ALL

-- prepare: held_levels
SELECT is_end, year, level, (months >> bit) & 4095 AS months, sum(persons) AS persons, sum(families) AS families
FROM held CROSS JOIN levels WHERE ((months >> bit) & 4095) <> 0 GROUP BY ALL

-- prepare: held_all
SELECT is_end, year, (months | (months >> 12) | (months >> 24) | (months >> 36) | (months >> 48)) & 4095 AS months,
    sum(persons) AS persons, sum(families) AS families
FROM held GROUP BY ALL

-- prepare: rows_of_months
SELECT is_end, level, (year(day) * 100 + month(day))::INTEGER AS number, sum(n)::BIGINT AS relationships
FROM (
    SELECT false AS is_end, level, start AS day, count(*) AS n FROM relationships GROUP BY ALL
    UNION ALL SELECT true, level, "end" - 1, count(*) FROM relationships GROUP BY ALL
), period WHERE day >= first_day AND day < end_day GROUP BY ALL

-- table: all_months(flow, month, days_seen | relationships, persons, families)
SELECT flow, month, days_seen, coalesce(any_value(relationships), 0)::BIGINT AS relationships,
    coalesce(sum(persons), 0)::BIGINT AS persons, coalesce(sum(families), 0)::BIGINT AS families
FROM flows CROSS JOIN months
    LEFT JOIN (SELECT is_end, number, sum(relationships) AS relationships FROM rows_of_months GROUP BY ALL)
        USING (is_end, number)
    LEFT JOIN held_all ON flows.is_end = held_all.is_end AND year = number // 100 AND ((months >> place) & 1) = 1
GROUP BY ALL

-- table: level_months(flow, level, month, days_seen | relationships, persons, families)
SELECT flow, levels.level, month, days_seen, coalesce(any_value(relationships), 0)::BIGINT AS relationships,
    coalesce(sum(persons), 0)::BIGINT AS persons, coalesce(sum(families), 0)::BIGINT AS families
FROM flows CROSS JOIN levels CROSS JOIN months
    LEFT JOIN rows_of_months USING (is_end, level, number)
    LEFT JOIN held_levels ON flows.is_end = held_levels.is_end AND levels.level = held_levels.level
        AND year = number // 100 AND ((months >> place) & 1) = 1
GROUP BY ALL

-- prepare: start_quarters
SELECT service, level, quarter AS quarter_number, sum(relationships)::BIGINT AS relationships,
    sum(persons)::BIGINT AS persons, count(*) AS families
FROM family_start_quarters GROUP BY ALL

-- table: all_quarters(quarter, days_seen | relationships, persons, families)
SELECT quarter, days_seen, coalesce(any_value(relationships), 0)::BIGINT AS relationships,
    coalesce(sum(persons), 0)::BIGINT AS persons, coalesce(sum(families), 0)::BIGINT AS families
FROM quarters
    LEFT JOIN (SELECT quarter_number, sum(relationships) AS relationships FROM start_quarters GROUP BY ALL)
        USING (quarter_number)
    LEFT JOIN held_all ON NOT is_end AND year = quarter_number // 10
        AND ((months >> (3 * (quarter_number % 10 - 1))) & 7) <> 0
GROUP BY ALL

-- table: service_quarters(service, level, quarter | relationships, persons, families)
SELECT service, level, quarter, relationships, persons, families
FROM start_quarters JOIN quarters USING (quarter_number)

-- prepare: kind_turns
-- brothers and sisters who start or end on one day are one event of the family
SELECT is_end, kind AS kind_number, sum(events)::BIGINT AS events, sum(persons)::BIGINT AS persons, count(*) AS families
FROM family_turn_kinds GROUP BY ALL

-- table: all_turns(flow | relationships, events, persons, families)
SELECT flow, relationships, events, persons, families
FROM flows JOIN (
    SELECT is_end, sum(relationships)::BIGINT AS relationships, sum(persons)::BIGINT AS persons, count(*) AS families
    FROM family_turns GROUP BY is_end
) USING (is_end) JOIN (SELECT is_end, sum(events)::BIGINT AS events FROM kind_turns GROUP BY is_end) USING (is_end)

-- table: heaps(flow, kind, calendar_days, window_days | events, persons, families)
SELECT flow, kinds.kind, calendar_days, window_days, coalesce(events, 0) AS events, coalesce(persons, 0) AS persons,
    coalesce(families, 0) AS families
FROM flows CROSS JOIN kinds LEFT JOIN kind_turns USING (is_end, kind_number)

-- prepare: open_spells
-- time open: by the day numbers of 12, 24 and 48 months; a client has one open spell in a service at most
SELECT client, family, service, level, CASE WHEN exit_day < 365 THEN 'under_1' WHEN exit_day < 730 THEN 'from_1'
    WHEN exit_day < 1461 THEN 'from_2' ELSE 'over_4' END AS open_time
FROM spells WHERE NOT ended

-- table: open_clients( | persons, families)
SELECT count(DISTINCT client) AS persons, count(DISTINCT family) AS families FROM open_spells

-- table: open_services(service, level | persons, families)
SELECT service, level, count(DISTINCT client) AS persons, count(DISTINCT family) AS families
FROM open_spells GROUP BY ALL

-- table: open_times(service, level, open_time | persons, families)
SELECT service, level, open_time, count(DISTINCT client) AS persons, count(DISTINCT family) AS families
FROM open_spells GROUP BY ALL

-- table: closed_services(service, level | persons, families, persons_long, families_long)
-- long: four years or more
SELECT service, level, sum(persons_ended)::BIGINT AS persons, count(*) AS families,
    sum(persons_long)::BIGINT AS persons_long, count(*) FILTER (persons_long > 0) AS families_long
FROM family_services WHERE persons_ended > 0 GROUP BY ALL

-- prepare: recordings
SELECT "table", client, family, CASE WHEN recorded < day THEN 'before' WHEN recorded - day <= 7 THEN 'days_7'
    WHEN recorded - day <= 30 THEN 'days_30' WHEN recorded - day <= 90 THEN 'days_90' ELSE 'later' END AS delay
FROM (
    SELECT 'relationships' AS "table", client, family, start AS day, recorded FROM relationships
    UNION ALL SELECT 'contacts', client, family, date, recorded FROM contacts
    UNION ALL SELECT 'visits', client, family, date, recorded FROM visits
), period
WHERE recorded IS NOT NULL AND day >= first_day AND day < end_day

-- table: recorded(table | dated, persons, families)
SELECT "table", count(*) AS dated, count(DISTINCT client) AS persons, count(DISTINCT family) AS families
FROM recordings GROUP BY ALL

-- table: delays(table, delay | dated, persons, families)
SELECT "table", delay, count(*) AS dated, count(DISTINCT client) AS persons, count(DISTINCT family) AS families
FROM recordings GROUP BY ALL

-- prepare: households
SELECT family, count(*) AS members, CASE WHEN count(*) > 1 THEN 'several' WHEN bool_and(family = client)
    THEN 'alone_none' ELSE 'alone_given' END AS membership
FROM clients GROUP BY family

-- prepare: fields_of
-- the columns of each table: the bit of rows that could hold a value, and of those that do; an unknown code is no value
FROM (VALUES (0, 'clients', 'family', 1, 2), (0, 'clients', 'birth_date', 1, 4), (0, 'clients', 'sex', 1, 8),
    (0, 'clients', 'area', 1, 16), (1, 'relationships', 'service', 1, 2), (1, 'relationships', 'end_reason', 4, 8),
    (1, 'relationships', 'production', 1, 16), (1, 'relationships', 'area', 1, 32),
    (1, 'relationships', 'worker', 1, 64), (1, 'relationships', 'recorded', 1, 128),
    (2, 'contacts', 'client', 1, 2), (2, 'contacts', 'sender', 1, 4), (2, 'contacts', 'outcome', 1, 8),
    (2, 'contacts', 'recorded', 1, 16), (3, 'visits', 'service', 1, 2),
    (3, 'visits', 'recorded', 1, 4)
) AS fields_of(table_number, "table", field, could, does)

-- prepare: filled
-- how many rows, clients and families have which columns filled; bit 1 is the row itself
SELECT table_number, who, bits, sum(n)::BIGINT AS n
FROM (
    SELECT table_number, bit_or(bit) AS bits,
        CASE WHEN grouping(client) = 0 OR grouping(family) = 0 THEN 1 ELSE count(*) END AS n,
        CASE WHEN grouping(client) = 0 THEN 'persons' WHEN grouping(family) = 0 THEN 'families' ELSE 'rows' END AS who,
        grouping(client) = 0 AND client IS NULL OR grouping(family) = 0 AND family IS NULL AS nobody
    FROM (
        SELECT 0 AS table_number, client, family, 1 + 2 * (membership <> 'alone_none')::INTEGER
            + 4 * (birth_date IS NOT NULL)::INTEGER + 8 * (sex IS NOT NULL)::INTEGER
            + 16 * (area IS NOT NULL)::INTEGER AS bit
        FROM clients JOIN households USING (family)
        UNION ALL
        SELECT 1, client, family, 1 + 2 * (coalesce(service, 'unknown') <> 'unknown')::INTEGER
            + CASE WHEN "end" > first_day AND "end" <= end_day THEN 4 + 8 * (end_reason IS NOT NULL)::INTEGER ELSE 0 END
            + 16 * (coalesce(production, 'unknown') <> 'unknown')::INTEGER + 32 * (area IS NOT NULL)::INTEGER
            + 64 * (worker IS NOT NULL)::INTEGER + 128 * (recorded IS NOT NULL)::INTEGER
        FROM relationships, period
        UNION ALL
        SELECT 2, client, family, 1 + 2 * (client IS NOT NULL)::INTEGER + 4 * (sender IS NOT NULL)::INTEGER
            + 8 * (outcome IS NOT NULL)::INTEGER + 16 * (recorded IS NOT NULL)::INTEGER
        FROM contacts
        UNION ALL
        SELECT 3, client, family, 1 + 2 * (coalesce(service, 'unknown') <> 'unknown')::INTEGER
            + 4 * (recorded IS NOT NULL)::INTEGER
        FROM visits
    ) GROUP BY GROUPING SETS ((table_number, client), (table_number, family), (table_number, bit))
) WHERE NOT nobody GROUP BY ALL

-- table: fields(table, field | rows, persons, families, filled, persons_filled, families_filled)
SELECT "table", field, sum(n * ((bits & could) <> 0 AND who = 'rows')::INTEGER)::BIGINT AS "rows",
    sum(n * ((bits & could) <> 0 AND who = 'persons')::INTEGER)::BIGINT AS persons,
    sum(n * ((bits & could) <> 0 AND who = 'families')::INTEGER)::BIGINT AS families,
    sum(n * ((bits & does) <> 0 AND who = 'rows')::INTEGER)::BIGINT AS filled,
    sum(n * ((bits & does) <> 0 AND who = 'persons')::INTEGER)::BIGINT AS persons_filled,
    sum(n * ((bits & does) <> 0 AND who = 'families')::INTEGER)::BIGINT AS families_filled
FROM filled JOIN fields_of USING (table_number) GROUP BY ALL

-- table: memberships(membership | persons, families)
SELECT membership, sum(members)::BIGINT AS persons, count(*) AS families FROM households GROUP BY membership
