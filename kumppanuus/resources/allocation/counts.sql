-- Who uses what where in the last twelve months, and the staff there is: what an allocation begins with.

-- table: everyone( | persons, families)
SELECT sum(persons)::BIGINT AS persons, count(*) AS families FROM family_segments

-- prepare: uses
-- as register/segments.py sees them
SELECT DISTINCT family, client, service FROM stays, period
WHERE seen_from < end_day AND seen_to > end_day - INTERVAL 12 MONTH

-- prepare: homes
-- a family lives where most of its members in services do
SELECT family, max_by(area, (area <> 'unknown', n, area)) AS area FROM (
    SELECT people.family, coalesce(clients.area, placed.area, 'unknown') AS area, count(*) AS n
    FROM (SELECT DISTINCT family, client FROM uses) AS people
        LEFT JOIN clients USING (client)
        LEFT JOIN (
            SELECT client, max_by(area, (start, area)) AS area FROM spell_facts WHERE area <> 'unknown' GROUP BY client
        ) AS placed USING (client)
    GROUP BY ALL
) GROUP BY family

-- table: uses_here(service, area | persons, families)
SELECT service, area, count(*) AS persons, count(DISTINCT family) AS families
FROM uses JOIN homes USING (family) GROUP BY ALL

-- table: in_service(service | persons, families)
SELECT service, count(*) AS persons, count(DISTINCT family) AS families FROM uses GROUP BY ALL

-- prepare: given
SELECT service, area, production, date, sum(fte) AS fte FROM capacity, period
WHERE date < end_day AND coalesce(production, 'unknown') IN ('own', 'unknown') GROUP BY ALL

-- prepare: there
-- of each area the newest number that is given
SELECT service, arg_max(fte, date) AS fte FROM given GROUP BY service, area, production

-- table: staff(service, statutory | hundredth_fte, staffed)
SELECT service, child_welfare AS statutory, coalesce(round(100 * sum(fte)), 0)::BIGINT AS hundredth_fte,
    (count(fte) > 0)::INTEGER AS staffed
FROM services LEFT JOIN there USING (service) GROUP BY ALL
