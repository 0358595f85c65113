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

-- table: ledger(year | cents)
SELECT year, sum(cost_cents)::BIGINT AS cents
FROM costs JOIN years ON date >= first_day AND date < end_day WHERE book = 'ledger' GROUP BY ALL

-- table: areas(area, year | persons, families, cents, known_cents, squared)
-- of the last full year; squared in squared cents of families' whole euros
SELECT code AS area, year, sum(n_persons)::BIGINT AS persons, sum(n_families)::BIGINT AS families,
    sum(cents)::BIGINT AS cents, sum(known_cents)::BIGINT AS known_cents, sum(squared::HUGEINT * 10000)::HUGEINT AS squared
FROM cost_sums WHERE what = 'area' GROUP BY ALL

-- prepare: chosen
-- as register/year_people.py chooses it
SELECT year FROM years ORDER BY (end_day - first_day >= 365) DESC, first_day DESC LIMIT 1

-- table: ways(service, level, sector, basis, production, year | persons, families, cents, known_cents, squared)
SELECT service, level, coalesce(sector, 'unknown') AS sector, basis, production, year, sum(persons)::BIGINT AS persons,
    count(family) AS families, sum(cents)::BIGINT AS cents,
    coalesce(sum(cents) FILTER (family IS NOT NULL), 0)::HUGEINT AS known_cents,
    coalesce(sum(cents::HUGEINT * cents) FILTER (family IS NOT NULL), 0)::HUGEINT AS squared
FROM (
    SELECT family, service, level, basis, production, year, count(DISTINCT client) AS persons, sum(cents)::BIGINT AS cents
    FROM expenses SEMI JOIN chosen USING (year) GROUP BY ALL
) LEFT JOIN (SELECT service, sector FROM services) USING (service) GROUP BY ALL
