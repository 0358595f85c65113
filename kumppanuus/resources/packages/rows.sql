-- Single families and workers, for internal runs that ask for a proposal of partners. Nothing adds up; pseudonyms are text.

-- prepare: mine
-- Children in child welfare on the last day, each with its responsible worker (`register.workers`).
SELECT client, family, worker, nullif(area, 'unknown') AS area, in_force FROM assigned_children WHERE k = 0

-- prepare: present
-- The worker of most of the family's children.
SELECT family, max_by(worker, (n, worker)) AS worker
FROM (SELECT family, worker, count(*) AS n FROM mine WHERE worker IS NOT NULL GROUP BY ALL) GROUP BY family

-- prepare: homes
SELECT family, max_by(area, (n, area)) AS area
FROM (SELECT family, area, count(*) AS n FROM mine WHERE area IS NOT NULL GROUP BY ALL) GROUP BY family

-- prepare: spoken
SELECT family, max_by(language, (n, language)) AS language
FROM (SELECT mine.family, language, count(*) AS n FROM mine JOIN clients USING (client) WHERE language IS NOT NULL GROUP BY ALL)
GROUP BY family

-- prepare: placed
-- Families with somebody in a corrective service on the last day.
SELECT DISTINCT family FROM stays CROSS JOIN period WHERE level = 'corrective' AND seen_to = end_day

-- table: families(family, worker, area, language, children | load, protected, in_force)
SELECT mine.family::VARCHAR AS family, present.worker::VARCHAR AS worker, homes.area, spoken.language,
    string_agg(mine.client::VARCHAR, ' ' ORDER BY mine.client) AS children, count(*) AS load,
    (count(placed.family) > 0)::INTEGER AS protected, max(in_force)::INTEGER AS in_force
FROM mine LEFT JOIN present USING (family) LEFT JOIN homes USING (family) LEFT JOIN spoken USING (family) LEFT JOIN placed USING (family)
GROUP BY ALL

-- table: staff(worker, area, language | fte_hundredths)
SELECT worker::VARCHAR AS worker, area, nullif(language, 'unknown') AS language, max(round(coalesce(fte, 1) * 100))::BIGINT AS fte_hundredths
FROM workers WHERE worker IS NOT NULL AND (
    service IS NULL OR service IN (SELECT service FROM services WHERE child_welfare) OR worker IN (SELECT worker FROM mine)
)
GROUP BY ALL

-- table: carried(worker, area | children)
SELECT worker::VARCHAR AS worker, area, count(*) AS children FROM mine WHERE worker IS NOT NULL GROUP BY ALL
