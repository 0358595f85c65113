-- Contacts against the statutory clocks (register/clocked.py says what the words mean). A contact is due when its limit is
-- past by the end of the window and nothing had made the clock stop before; in time when it stopped on the last day at
-- the latest. Contacts of nobody known count; they are no person and no family.

-- table: limits(clock, most, unit, since | nothing)
-- the limit in force on the last day, in two units; the same in every bucket, so it is no number to add
SELECT clock, "limit" AS most, clocks.unit, valid_from::VARCHAR AS since, 0 AS nothing
FROM clocks, period WHERE stops <> '' AND valid_from < end_day AND valid_to >= end_day

-- prepare: counted
SELECT *, fate IN ('in_time', 'late', 'overdue') AS is_due, fate = 'in_time' AS kept FROM clocked

-- table: quarters(clock, quarter | due, due_persons, due_families, in_time, in_time_persons, in_time_families)
SELECT clock, quarter, count(*) AS due, count(DISTINCT client) AS due_persons, count(DISTINCT family) AS due_families,
    count(*) FILTER (kept) AS in_time, count(DISTINCT client) FILTER (kept) AS in_time_persons,
    count(DISTINCT family) FILTER (kept) AS in_time_families
FROM counted WHERE is_due GROUP BY ALL

-- table: years(clock, year | due, due_persons, due_families, in_time, in_time_persons, in_time_families)
SELECT clock, year, count(*) AS due, count(DISTINCT client) AS due_persons, count(DISTINCT family) AS due_families,
    count(*) FILTER (kept) AS in_time, count(DISTINCT client) FILTER (kept) AS in_time_persons,
    count(DISTINCT family) FILTER (kept) AS in_time_families
FROM counted WHERE is_due GROUP BY ALL

-- table: areas(clock, area, year | due, due_persons, due_families, in_time, in_time_persons, in_time_families)
SELECT clock, area, year, count(*) AS due, count(DISTINCT client) AS due_persons,
    count(DISTINCT family) AS due_families, count(*) FILTER (kept) AS in_time,
    count(DISTINCT client) FILTER (kept) AS in_time_persons, count(DISTINCT family) FILTER (kept) AS in_time_families
FROM counted WHERE is_due GROUP BY ALL

-- table: kinds(clock, kind, year | due, due_persons, due_families, in_time, in_time_persons, in_time_families)
SELECT clock, kind, year, count(*) AS due, count(DISTINCT client) AS due_persons,
    count(DISTINCT family) AS due_families, count(*) FILTER (kept) AS in_time,
    count(DISTINCT client) FILTER (kept) AS in_time_persons, count(DISTINCT family) FILTER (kept) AS in_time_families
FROM counted WHERE is_due GROUP BY ALL

-- table: fates(clock, fate, year | contacts, persons, families)
SELECT clock, fate, year, count(*) AS contacts, count(DISTINCT client) AS persons, count(DISTINCT family) AS families
FROM counted GROUP BY ALL

-- table: places(clock, place, year | persons, families)
-- people by the working day (or month) in which their matter was decided (or assessed)
SELECT clock, least(place, 400) AS place, year, count(DISTINCT client) AS persons, count(DISTINCT family) AS families
FROM counted WHERE place IS NOT NULL AND client IS NOT NULL GROUP BY ALL

-- prepare: seen
-- Contacts that ask for an assessment: those that a decision closed without one (no need, advice, another door) do not.
-- period: number of the month that the last day lies in, from 0; 12 = later than a year
SELECT clock, coalesce(event, '') AS event, client, family, family_group, seen_days,
    least(ceil(seen_days / 30.4375)::INTEGER - 1, 12) AS period
FROM counted WHERE unit = 'months' AND seen_days IS NOT NULL AND event IS DISTINCT FROM 'closed'

-- table: days(clock, event, day | n)
SELECT clock, event, seen_days AS day, count(*) AS n FROM seen GROUP BY ALL

-- table: spans(clock, event, family_group, period | n, days_in)
SELECT clock, event, family_group, period, count(*) AS n,
    sum(CASE WHEN period < 12 THEN seen_days - floor(period * 30.4375)::INTEGER ELSE 0 END)::BIGINT AS days_in
FROM seen GROUP BY ALL

-- table: firsts(clock, event, period | families)
SELECT clock, event, period, count(*) AS families FROM (
    SELECT clock, event, family, min(period) AS period FROM seen WHERE family IS NOT NULL AND event <> '' GROUP BY ALL
) GROUP BY ALL

-- table: people(clock, period | persons, families)
SELECT clock, reached AS period, count(DISTINCT client) AS persons, count(DISTINCT family) AS families
FROM seen JOIN (SELECT unnest(range(13))::INTEGER AS reached) ON seen_days > floor(reached * 30.4375)::INTEGER
GROUP BY ALL
