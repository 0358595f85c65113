-- What the forecast is made of lies in released numbers of other rooms. Counted here: who is in now, the capacity, and what
-- was known at the end of the third last whole study year, from which the check of the forecast starts.
-- Conventions of spells and days as in register/spells.py; what was not yet over then is open.

-- prepare: whole_years
SELECT year, end_day, row_number() OVER (ORDER BY first_day DESC) AS place FROM years WHERE end_day - first_day >= 365

-- prepare: cut
-- two whole years have to be known before it and two to come after it
SELECT cut.year, cut.end_day AS cut_day, before.year AS year_before
FROM whole_years AS cut JOIN whole_years AS before ON cut.place = 3 AND before.place = 4

-- prepare: known_then
SELECT service, level, cut.year, entry_day, coalesce("end" <= cut_day, false) AS ended,
    date_diff('day', start, least(coalesce("end", cut_day), cut_day))::INTEGER AS exit_day
FROM spells, cut WHERE start < cut_day

-- table: now( | persons, families)
SELECT count(DISTINCT client) AS persons, count(DISTINCT family) AS families FROM spells WHERE NOT ended

-- table: at_cut(service, level, year, day | entering, ended, censored)
SELECT service, level, year, day, sum(entering)::BIGINT AS entering, sum(ended)::BIGINT AS ended,
    sum(censored)::BIGINT AS censored
FROM (
    SELECT service, level, year, entry_day AS day, count(*) AS entering, 0 AS ended, 0 AS censored
    FROM known_then WHERE exit_day > entry_day GROUP BY ALL
    UNION ALL
    SELECT service, level, year, exit_day, 0, count(*) FILTER (ended), count(*) FILTER (NOT ended)
    FROM known_then WHERE exit_day > entry_day GROUP BY ALL
) GROUP BY ALL

-- table: years_before(service, year | came, open_families, came_families)
-- the year that ends at the cut and the one before it
SELECT code AS service, period AS year, sum(came)::BIGINT AS came,
    coalesce(sum(waiting_families) FILTER (period = cut.year), 0)::BIGINT AS open_families,
    sum(came_families)::BIGINT AS came_families
FROM period_flows, cut WHERE breakdown = 'service' AND period IN (cut.year::VARCHAR, cut.year_before::VARCHAR)
GROUP BY ALL

-- table: places(service | places_hundredths, fte_hundredths)
-- of each area and way of production the newest number that is given, as `resources.capacity` sees it
SELECT service, sum(round(100 * places))::BIGINT AS places_hundredths, sum(round(100 * fte))::BIGINT AS fte_hundredths
FROM (
    SELECT service, arg_max(places, date) AS places, arg_max(fte, date) AS fte
    FROM (
        SELECT service, area, production, date, sum(places) AS places, sum(fte) AS fte
        FROM capacity, period WHERE date < end_day AND service IS NOT NULL GROUP BY ALL
    ) GROUP BY service, area, production
) GROUP BY service
