-- Who is in which service on the last day, who waits for one, and what room there is. Places, staff and limits are about
-- nobody of the register: they lie in one bucket, or stand in the study and have nothing to add up.

-- prepare: open_spells
SELECT client, family, service, level FROM spells WHERE NOT ended

-- table: everyone( | persons, families)
SELECT count(DISTINCT client) AS persons, count(DISTINCT family) AS families FROM open_spells

-- table: services(service, level | persons, families)
SELECT service, level, count(DISTINCT client) AS persons, count(DISTINCT family) AS families
FROM open_spells GROUP BY ALL

-- prepare: followed
-- waits that ask for a service: who waits on the last day, who waited a year before (when that could be seen), who came in
-- between
SELECT service, client, family, coalesce(left_day >= end_day, true) AS waits,
    first_day <= end_day - 730 AND date < end_day - 365 AND coalesce(left_day >= end_day - 365, true) AS waited,
    date >= end_day - 365 AS came
FROM waits, period WHERE service IS NOT NULL AND seen_days IS NOT NULL

-- table: queues(service | waiting, waiting_persons, waiting_families, before, before_persons, before_families, came, came_persons, came_families)
SELECT service, count(*) FILTER (waits) AS waiting, count(DISTINCT client) FILTER (waits) AS waiting_persons,
    count(DISTINCT family) FILTER (waits) AS waiting_families, count(*) FILTER (waited) AS before,
    count(DISTINCT client) FILTER (waited) AS before_persons, count(DISTINCT family) FILTER (waited) AS before_families,
    count(*) FILTER (came) AS came, count(DISTINCT client) FILTER (came) AS came_persons,
    count(DISTINCT family) FILTER (came) AS came_families
FROM followed GROUP BY ALL

-- prepare: given
SELECT service, area, production, date, sum(places) AS places, sum(fte) AS fte, sum(budget_cents) AS budget
FROM capacity, period WHERE date < end_day GROUP BY ALL

-- prepare: there
-- of each area and way of production the newest number that is given
SELECT service, arg_max(places, date) AS places, arg_max(fte, date) AS fte, arg_max(budget, date) AS budget
FROM given GROUP BY service, area, production

-- table: places(service, statutory | hundredth_places, hundredth_fte, budget_cents, placed, staffed, budgeted)
SELECT service, child_welfare AS statutory, coalesce(round(100 * sum(places)), 0)::BIGINT AS hundredth_places,
    coalesce(round(100 * sum(fte)), 0)::BIGINT AS hundredth_fte, coalesce(sum(budget), 0)::BIGINT AS budget_cents,
    (count(places) > 0)::INTEGER AS placed, (count(fte) > 0)::INTEGER AS staffed, (count(budget) > 0)::INTEGER AS budgeted
FROM services LEFT JOIN there USING (service) GROUP BY ALL

-- table: limits(day, in_force | rows)
SELECT strftime(valid_from, '%Y-%m-%d') AS day, "limit" AS in_force, 0 AS rows FROM clocks WHERE clock = 'caseload'
