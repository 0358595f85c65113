-- Services, sectors and workers around families in one study year (the last full one, as register/year_people.py
-- chooses it), how far families meet the same workers (register/workers.py), and contacts that were sent on.

-- prepare: chosen
SELECT year FROM years ORDER BY (end_day - first_day >= 365) DESC, first_day DESC LIMIT 1

-- table: services(year, number | persons, families)
SELECT year, code AS number, sum(persons)::BIGINT AS persons, sum(families)::BIGINT AS families
FROM year_people, chosen WHERE breakdown = 'services_of_family' GROUP BY ALL

-- table: sectors(year, number | persons, families)
SELECT year, least(n, 3)::VARCHAR AS number, sum(persons)::BIGINT AS persons, count(*) AS families
FROM (
    SELECT year, family, count(DISTINCT sector) AS n
    FROM family_service_years JOIN services USING (service) JOIN chosen USING (year) GROUP BY ALL
) JOIN family_years USING (year, family) GROUP BY ALL

-- table: workers(year, number | persons, families)
SELECT year, workers AS number, sum(persons)::BIGINT AS persons, sum(families)::BIGINT AS families
FROM family_worker_numbers JOIN chosen USING (year) GROUP BY ALL

-- table: met(breakdown, code, family_group | persons, families, coc, upc, secon)
-- coc, upc, secon: sums over families, in millionths
SELECT breakdown, code, family_group, sum(persons)::BIGINT AS persons, sum(families)::BIGINT AS families,
    sum(coc)::BIGINT AS coc, sum(upc)::BIGINT AS upc, sum(secon)::BIGINT AS secon
FROM contact_shares GROUP BY ALL

-- table: changes(year | persons, families, changed, changed_families)
SELECT year, sum(persons)::BIGINT AS persons, sum(families)::BIGINT AS families, sum(changed)::BIGINT AS changed,
    sum(changed_families)::BIGINT AS changed_families
FROM worker_people WHERE breakdown = 'all' GROUP BY ALL

-- prepare: door_contacts
-- Contacts at the door of a named service in the last months that could be followed; a client of no number is NULL.
-- followed: sent on, and the family contacted another service within the days that follow.
SELECT asked.*, coalesce(outcome = 'redirected', false) AS sent_on,
    coalesce(outcome = 'redirected', false) AND EXISTS (
        SELECT 1 FROM contacts AS later, params
        WHERE later.family = asked.family AND later.service <> asked.service
            AND later.date BETWEEN asked.date AND asked.date + follow_days
    ) AS followed
FROM (
    SELECT client, family, service, date, outcome FROM contacts, period, params
    WHERE service IS NOT NULL AND date < end_day - follow_days AND date >= first_day
        AND date >= (end_day - follow_days) - to_months(months)
) AS asked

-- table: doors(breakdown, service | contacts, persons, families, sent_on, sent_persons, sent_families, followed, followed_persons, followed_families)
SELECT 'service' AS breakdown, service, count(*) AS contacts, count(DISTINCT client) AS persons,
    count(DISTINCT family) AS families, count(*) FILTER (sent_on) AS sent_on,
    count(DISTINCT client) FILTER (sent_on) AS sent_persons, count(DISTINCT family) FILTER (sent_on) AS sent_families,
    count(*) FILTER (followed) AS followed, count(DISTINCT client) FILTER (followed) AS followed_persons,
    count(DISTINCT family) FILTER (followed) AS followed_families
FROM door_contacts GROUP BY ALL
UNION ALL
SELECT 'all', '', count(*), count(DISTINCT client), count(DISTINCT family), count(*) FILTER (sent_on),
    count(DISTINCT client) FILTER (sent_on), count(DISTINCT family) FILTER (sent_on), count(*) FILTER (followed),
    count(DISTINCT client) FILTER (followed), count(DISTINCT family) FILTER (followed)
FROM door_contacts HAVING count(*) > 0

-- table: sent_on(year | persons, families, once, once_persons, twice, twice_persons)
SELECT year, sum(persons)::BIGINT AS persons, count(*) AS families, count(*) FILTER (n > 0) AS once,
    coalesce(sum(persons) FILTER (n > 0), 0)::BIGINT AS once_persons, count(*) FILTER (n > 1) AS twice,
    coalesce(sum(persons) FILTER (n > 1), 0)::BIGINT AS twice_persons
FROM (
    SELECT year, family, count(DISTINCT client) AS persons, count(*) FILTER (outcome = 'redirected') AS n
    FROM contacts JOIN years ON date >= first_day AND date < end_day
    WHERE service IS NOT NULL AND family IS NOT NULL GROUP BY ALL
) GROUP BY ALL
