-- What a service costs: its cost rows when it has any, else unit cost x days or visits; one row a family below.
-- known_cents: of the part that names a client; squared: sum over families of their squared total.

-- table: services(service, level, sector, basis, year | persons, families, cents, known_cents, squared)
SELECT service, level, coalesce(sector, 'unknown') AS sector, basis, year, sum(persons) AS persons, count(family) AS families, sum(cents) AS cents,
    coalesce(sum(cents) FILTER (family IS NOT NULL), 0)::HUGEINT AS known_cents,
    coalesce(sum(cents::HUGEINT * cents) FILTER (family IS NOT NULL), 0)::HUGEINT AS squared
FROM family_service_costs LEFT JOIN (SELECT service, sector FROM services) USING (service) GROUP BY ALL

-- table: levels(level, year | persons, families, cents, known_cents, squared)
SELECT level, year, sum(persons) AS persons, count(family) AS families, sum(cents) AS cents,
    coalesce(sum(cents) FILTER (family IS NOT NULL), 0)::HUGEINT AS known_cents,
    coalesce(sum(cents::HUGEINT * cents) FILTER (family IS NOT NULL), 0)::HUGEINT AS squared
FROM family_level_costs GROUP BY ALL

-- table: productions(production, year | persons, families, cents, known_cents, squared)
SELECT production, year, sum(persons) AS persons, count(family) AS families, sum(cents) AS cents,
    coalesce(sum(cents) FILTER (family IS NOT NULL), 0)::HUGEINT AS known_cents,
    coalesce(sum(cents::HUGEINT * cents) FILTER (family IS NOT NULL), 0)::HUGEINT AS squared
FROM family_production_costs GROUP BY ALL

-- table: years(year | persons, families, cents, known_cents, squared)
SELECT year, sum(persons) AS persons, count(family) AS families, sum(cents) AS cents,
    coalesce(sum(cents) FILTER (family IS NOT NULL), 0)::HUGEINT AS known_cents,
    coalesce(sum(cents::HUGEINT * cents) FILTER (family IS NOT NULL), 0)::HUGEINT AS squared
FROM family_year_costs GROUP BY ALL

-- table: unpriced(service, production, unit, year | persons, families)
-- Used in the year without a unit cost for this way of production; of services paid by visit all, for compute to judge.
SELECT service, presence.production, coalesce(services.unit, '') AS unit, year,
    count(*) AS persons, count(DISTINCT family) AS families
FROM presence LEFT JOIN services USING (service)
WHERE service NOT IN (SELECT service FROM invoiced) AND (
    services.unit = 'visit' OR (service, presence.production) NOT IN (SELECT (service, production) FROM unit_costs)
)
GROUP BY ALL
