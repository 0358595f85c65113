-- Waits from a contact to the first service (register/clocked.py says what the words mean). Those who were in the service
-- already do not wait; contacts without the day on which they were closed are left aside.

-- prepare: chosen
SELECT year, first_day FROM years ORDER BY (end_day - first_day >= 365) DESC, first_day DESC LIMIT 1

-- prepare: followed
FROM waits WHERE seen_days IS NOT NULL

-- table: fates(fate, year | waits, wait_persons, wait_families)
SELECT fate, year, count(*) AS waits, count(DISTINCT client) AS wait_persons, count(DISTINCT family) AS wait_families
FROM waits JOIN chosen USING (year) GROUP BY ALL

-- prepare: asking
-- A contact that a decision closed without a service (no need, advice, another door) asks for none. Days are counted from
-- the contact or, if so set, from the decision; what came before that is no wait then, and a contact without one is not asked.
-- period: number of the month that the last day lies in, from 0; 12 = later than a year
SELECT *, least(ceil(seen_days / 30.4375)::INTEGER - 1, 12) AS period FROM (
    SELECT client, family, family_group, service, area, year, event, coalesce(event, '') AS came_to, date AS asked,
        date + counted_from AS begins, greatest(1, seen_days - counted_from) AS seen_days
    FROM (
        SELECT followed.*, CASE WHEN since = 'contact' THEN 0 ELSE decision_days END AS counted_from
        FROM followed, params WHERE event IS DISTINCT FROM 'closed'
    ) WHERE counted_from IS NOT NULL
)

-- table: days(event, day | n)
SELECT came_to AS event, seen_days AS day, count(*) AS n FROM asking GROUP BY ALL

-- table: spans(event, family_group, period | n, days_in)
SELECT came_to AS event, family_group, period, count(*) AS n,
    sum(CASE WHEN period < 12 THEN seen_days - floor(period * 30.4375)::INTEGER ELSE 0 END)::BIGINT AS days_in
FROM asking GROUP BY ALL

-- table: firsts(event, period | families)
SELECT came_to AS event, period, count(*) AS families FROM (
    SELECT came_to, family, min(period) AS period FROM asking WHERE event IS NOT NULL GROUP BY ALL
) GROUP BY ALL

-- table: people(period | persons, families)
SELECT reached AS period, count(DISTINCT client) AS persons, count(DISTINCT family) AS families
FROM asking JOIN (SELECT unnest(range(13))::INTEGER AS reached) ON seen_days > floor(reached * 30.4375)::INTEGER
GROUP BY ALL

-- prepare: observed
-- Those who could be followed for so many days: what became of them by then is known of everybody, so the share that got
-- the service needs no estimate. Of the year, and of all years before it.
SELECT client, family, coalesce(service, 'none') AS service, area,
    CASE WHEN asked >= chosen.first_day THEN 'latest' ELSE 'earlier' END AS span,
    event IS NOT DISTINCT FROM 'service' AND seen_days <= within_days AS served
FROM asking, chosen, period, params
WHERE begins + within_days::INTEGER < period.end_day AND (asking.year = chosen.year OR asked < chosen.first_day)

-- table: services(service, span | waited, waited_persons, waited_families, served, served_persons, served_families)
SELECT service, span, count(*) AS waited, count(DISTINCT client) AS waited_persons,
    count(DISTINCT family) AS waited_families, count(*) FILTER (served) AS served,
    count(DISTINCT client) FILTER (served) AS served_persons, count(DISTINCT family) FILTER (served) AS served_families
FROM observed WHERE service <> 'none' GROUP BY ALL

-- table: areas(area, span | waited, waited_persons, waited_families, served, served_persons, served_families)
SELECT area, span, count(*) AS waited, count(DISTINCT client) AS waited_persons,
    count(DISTINCT family) AS waited_families, count(*) FILTER (served) AS served,
    count(DISTINCT client) FILTER (served) AS served_persons, count(DISTINCT family) FILTER (served) AS served_families
FROM observed GROUP BY ALL

-- prepare: quarters
-- whole quarters from a year after the first day on: before that, waits that began before the window would be missing
SELECT begins::DATE AS begins, (begins + INTERVAL 3 MONTH)::DATE AS after,
    year(begins)::VARCHAR || ' Q' || quarter(begins) AS quarter
FROM (SELECT unnest(generate_series(date_trunc('quarter', first_day), end_day, INTERVAL 3 MONTH)) AS begins FROM period)
    CROSS JOIN period
WHERE begins >= first_day + 365 AND begins + INTERVAL 3 MONTH <= end_day

-- table: queue(quarter | waiting, waiting_persons, waiting_families, came, came_persons, came_families, gone, gone_persons, gone_families)
SELECT quarter, count(*) FILTER (waits_on) AS waiting, count(DISTINCT client) FILTER (waits_on) AS waiting_persons,
    count(DISTINCT family) FILTER (waits_on) AS waiting_families, count(*) FILTER (comes) AS came,
    count(DISTINCT client) FILTER (comes) AS came_persons, count(DISTINCT family) FILTER (comes) AS came_families,
    count(*) FILTER (goes) AS gone, count(DISTINCT client) FILTER (goes) AS gone_persons,
    count(DISTINCT family) FILTER (goes) AS gone_families
FROM (
    SELECT quarters.quarter, client, family, coalesce(left_day >= after, true) AS waits_on, date >= begins AS comes,
        coalesce(left_day < after, false) AS goes
    FROM followed JOIN quarters ON date < after AND coalesce(left_day >= begins, true)
) GROUP BY ALL

-- table: ages(year | waiting, waiting_persons, waiting_families, long_waiting, long_persons, long_families)
SELECT year, count(*) AS waiting, count(DISTINCT client) AS waiting_persons, count(DISTINCT family) AS waiting_families,
    count(*) FILTER (is_long) AS long_waiting, count(DISTINCT client) FILTER (is_long) AS long_persons,
    count(DISTINCT family) FILTER (is_long) AS long_families
FROM (
    SELECT years.year, client, family, date_diff('day', date, years.end_day) > 91 AS is_long
    FROM followed JOIN years ON date < years.end_day AND coalesce(left_day >= years.end_day, true)
    WHERE years.end_day >= (SELECT first_day + 730 FROM period)
) GROUP BY ALL
