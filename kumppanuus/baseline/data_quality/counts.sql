-- How far the extracts can be trusted: what is there and what is not, by month, by column, by family.
-- A start or an end is counted when it lies in the window; the last day of a relationship is the day before its end.
-- A family and its clients lie in one bucket, so distinct clients and families add over buckets.

-- prepare: turns
-- one row a start or an end of a relationship in the window, with its day and month
SELECT client, family, service, level, 'starts' AS flow, start AS day,
    (year(start) * 100 + month(start))::INTEGER AS month
FROM relationships, period WHERE start >= first_day AND start < end_day
UNION ALL
SELECT client, family, service, level, 'ends', "end" - 1, year("end" - 1) * 100 + month("end" - 1)
FROM relationships, period WHERE "end" > first_day AND "end" <= end_day

-- prepare: days
-- the days of the window; each is of one kind
SELECT day, (year(day) * 100 + month(day))::INTEGER AS month,
    CASE WHEN month(day) = 1 AND day(day) = 1 THEN 'first_of_year'
        WHEN month(day) = 12 AND day(day) = 31 THEN 'last_of_year'
        WHEN day(day) = 1 THEN 'first_of_month'
        WHEN day = last_day(day) THEN 'last_of_month'
        ELSE 'other' END AS kind
FROM (SELECT unnest(generate_series(first_day, end_day - 1, INTERVAL 1 DAY))::DATE AS day FROM period)

-- prepare: months
SELECT month AS number, month // 100 || '-' || lpad((month % 100)::VARCHAR, 2, '0') AS month,
    month // 100 || ' Q' || (month % 100 + 2) // 3 AS quarter, count(*) AS days_seen
FROM days GROUP BY days.month

-- prepare: flows
FROM (VALUES ('starts'), ('ends')) AS flows(flow)

-- prepare: levels
SELECT DISTINCT level::VARCHAR AS level FROM services UNION SELECT 'unknown'

-- table: all_months(flow, month, days_seen | relationships, persons, families)
SELECT flow, months.month, days_seen, coalesce(relationships, 0) AS relationships, coalesce(persons, 0) AS persons,
    coalesce(families, 0) AS families
FROM flows CROSS JOIN months LEFT JOIN (
    SELECT flow, month AS number, count(*) AS relationships, count(DISTINCT client) AS persons,
        count(DISTINCT family) AS families
    FROM turns GROUP BY ALL
) USING (flow, number)

-- table: level_months(flow, level, month, days_seen | relationships, persons, families)
SELECT flow, level, months.month, days_seen, coalesce(relationships, 0) AS relationships,
    coalesce(persons, 0) AS persons, coalesce(families, 0) AS families
FROM flows CROSS JOIN levels CROSS JOIN months LEFT JOIN (
    SELECT flow, level::VARCHAR AS level, month AS number, count(*) AS relationships, count(DISTINCT client) AS persons,
        count(DISTINCT family) AS families
    FROM turns GROUP BY ALL
) USING (flow, level, number)

-- prepare: quarters
SELECT quarter, sum(days_seen)::BIGINT AS days_seen FROM months GROUP BY quarter

-- table: all_quarters(quarter, days_seen | relationships, persons, families)
SELECT quarter, days_seen, coalesce(relationships, 0) AS relationships, coalesce(persons, 0) AS persons,
    coalesce(families, 0) AS families
FROM quarters LEFT JOIN (
    SELECT quarter, count(*) AS relationships, count(DISTINCT client) AS persons, count(DISTINCT family) AS families
    FROM turns JOIN months ON turns.month = number WHERE flow = 'starts' GROUP BY ALL
) USING (quarter)

-- table: service_quarters(service, level, quarter | relationships, persons, families)
SELECT service, level, quarter, count(*) AS relationships, count(DISTINCT client) AS persons,
    count(DISTINCT family) AS families
FROM turns JOIN months ON turns.month = number WHERE flow = 'starts' GROUP BY ALL

-- prepare: family_days
-- brothers and sisters who start or end on one day are one event of the family
SELECT DISTINCT family, flow, day FROM turns

-- table: all_turns(flow | relationships, events, persons, families)
SELECT flow, relationships, events, persons, families
FROM (
    SELECT flow, count(*) AS relationships, count(DISTINCT client) AS persons, count(DISTINCT family) AS families
    FROM turns GROUP BY flow
) JOIN (SELECT flow, count(*) AS events FROM family_days GROUP BY flow) USING (flow)

-- table: heaps(flow, kind, calendar_days, window_days | events, persons, families)
SELECT flow, kind, calendar_days, window_days, coalesce(events, 0) AS events, coalesce(persons, 0) AS persons,
    coalesce(families, 0) AS families
FROM flows CROSS JOIN (
    SELECT kind, count(*) AS calendar_days, (SELECT count(*) FROM days) AS window_days FROM days GROUP BY kind
) LEFT JOIN (
    SELECT flow, kind, count(*) AS events, count(DISTINCT family) AS families
    FROM family_days JOIN days USING (day) GROUP BY ALL
) USING (flow, kind) LEFT JOIN (
    SELECT flow, kind, count(DISTINCT client) AS persons FROM turns JOIN days USING (day) GROUP BY ALL
) USING (flow, kind)

-- prepare: open_spells
-- time open: by the day numbers of 12, 24 and 48 months; a client has one open spell in a service at most
SELECT client, family, service, level, CASE WHEN exit_day < 365 THEN 'under_1' WHEN exit_day < 730 THEN 'from_1'
    WHEN exit_day < 1461 THEN 'from_2' ELSE 'over_4' END AS open_time
FROM spells WHERE NOT ended

-- table: open_clients( | persons, families)
SELECT count(DISTINCT client) AS persons, count(DISTINCT family) AS families FROM open_spells

-- table: open_services(service, level | persons, families)
SELECT service, level, count(DISTINCT client) AS persons, count(DISTINCT family) AS families FROM open_spells GROUP BY ALL

-- table: open_times(service, level, open_time | persons, families)
SELECT service, level, open_time, count(DISTINCT client) AS persons, count(DISTINCT family) AS families
FROM open_spells GROUP BY ALL

-- table: closed_services(service, level | persons, families, persons_long, families_long)
SELECT service, level, count(DISTINCT client) AS persons, count(DISTINCT family) AS families,
    count(DISTINCT client) FILTER (exit_day >= 1461) AS persons_long,
    count(DISTINCT family) FILTER (exit_day >= 1461) AS families_long
FROM spells WHERE ended GROUP BY ALL

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

-- prepare: filled
-- per client: rows that could hold a value and rows that do, column by column; an unknown code is no value
SELECT 'clients' AS "table", client, family, ['family', 'birth_date', 'sex', 'area'] AS fields,
    [count(*), count(*), count(*), count(*)] AS n_rows,
    [count(*) FILTER (membership <> 'alone_none'), count(birth_date), count(sex), count(area)] AS n_filled
FROM clients JOIN households USING (family) GROUP BY client, family
UNION ALL
SELECT 'relationships', client, family, ['service', 'end_reason', 'production', 'area', 'worker', 'recorded'],
    [count(*), count(*) FILTER ("end" > first_day AND "end" <= end_day), count(*), count(*), count(*), count(*)],
    [count(*) FILTER (service <> 'unknown'), count(end_reason) FILTER ("end" > first_day AND "end" <= end_day),
        count(*) FILTER (production <> 'unknown'), count(area), count(worker), count(recorded)]
FROM relationships, period GROUP BY client, family
UNION ALL
SELECT 'contacts', client, family, ['client', 'sender', 'outcome', 'recorded'],
    [count(*), count(*), count(*), count(*)], [count(client), count(sender), count(outcome), count(recorded)]
FROM contacts GROUP BY client, family
UNION ALL
SELECT 'visits', client, family, ['service', 'recorded'], [count(*), count(*)],
    [count(*) FILTER (service <> 'unknown'), count(recorded)]
FROM visits GROUP BY client, family

-- prepare: family_filled
-- per family and column, so that people are plain sums: members with a row, members with a value
SELECT "table", family, field, sum(n_rows) AS n_rows, sum(n_filled) AS n_filled,
    count(client) FILTER (n_rows > 0) AS persons, count(client) FILTER (n_filled > 0) AS persons_filled
FROM (SELECT "table", client, family, unnest(fields) AS field, unnest(n_rows) AS n_rows, unnest(n_filled) AS n_filled
    FROM filled)
GROUP BY ALL

-- table: fields(table, field | rows, persons, families, filled, persons_filled, families_filled)
SELECT "table", field, sum(n_rows)::BIGINT AS "rows", sum(persons)::BIGINT AS persons,
    count(family) FILTER (n_rows > 0) AS families, sum(n_filled)::BIGINT AS filled,
    sum(persons_filled)::BIGINT AS persons_filled, count(family) FILTER (n_filled > 0) AS families_filled
FROM family_filled GROUP BY ALL

-- table: memberships(membership | persons, families)
SELECT membership, sum(members)::BIGINT AS persons, count(*) AS families FROM households GROUP BY membership
