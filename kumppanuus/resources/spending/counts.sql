-- What a service costs: its cost rows when it has any, else unit cost x days or visits. Whether it has any is known
-- only when every family has been seen. So each source of cost (a service, a way of production, a basis) is counted
-- by itself, whoever is behind it is counted by the set of her sources, and compute takes the sources that hold.

-- prepare: sources
-- The numbers are the same in every bucket.
SELECT (row_number() OVER (ORDER BY service, production, basis))::USMALLINT AS source,
    service, level, production, basis
FROM (SELECT service, level FROM services UNION SELECT 'unknown', 'unknown'),
    unnest(['own', 'purchased', 'voucher', 'family', 'unknown']) AS ways(production),
    unnest(['rows', 'day', 'visit']) AS bases(basis)

-- prepare: tariffs
SELECT source, sources.service, sources.production, basis, unit_cents
FROM unit_costs JOIN sources ON unit_costs.service = sources.service AND unit_costs.production = sources.production
    AND unit = basis

-- prepare: priced
-- One row a client (none when the cost names no client), source and study year.
SELECT family, client, source, calendar_year, sum(cents)::BIGINT AS cents
FROM (
    SELECT family, client, source, calendar_year::USMALLINT AS calendar_year,
        date_diff('day', greatest(seen_from, first_day), least(seen_to, end_day)) * unit_cents AS cents
    FROM stays JOIN tariffs USING (service, production) JOIN years ON seen_from < end_day AND seen_to > first_day
    WHERE basis = 'day'
    UNION ALL
    SELECT family, client, source, calendar_year::USMALLINT, visits * unit_cents
    FROM visits JOIN services USING (service)
        JOIN tariffs ON services.service = tariffs.service AND services.production = tariffs.production
        JOIN years ON date >= first_day AND date < end_day
    WHERE basis = 'visit'
    UNION ALL
    SELECT family, client, source, calendar_year::USMALLINT, cost_cents
    FROM costs JOIN sources ON costs.service = sources.service AND costs.production = sources.production
        JOIN years ON date >= first_day AND date < end_day
    WHERE basis = 'rows'
)
GROUP BY ALL

-- prepare: homes
SELECT family, source, calendar_year, sum(cents)::BIGINT AS cents FROM priced WHERE family IS NOT NULL GROUP BY ALL

-- table: amounts(source, service, level, production, basis, year | cents, known_cents)
-- known_cents: of the part that names a client
SELECT source, service, level, production, basis, year, cents, known_cents
FROM (
    SELECT source, calendar_year, sum(cents) AS cents,
        coalesce(sum(cents) FILTER (client IS NOT NULL), 0)::HUGEINT AS known_cents
    FROM priced GROUP BY ALL
) JOIN sources USING (source) JOIN years USING (calendar_year)

-- table: invoiced(service | cost_rows)
SELECT service, count(*) AS cost_rows FROM costs GROUP BY ALL

-- table: clients_of(year, size, sources | people)
-- sources: the numbers of the set's sources, size: how many
SELECT year, size, sources, people
FROM (
    SELECT calendar_year, size, array_to_string(list_sort(sources), ',') AS sources, count(*) AS people
    FROM (
        SELECT calendar_year, count(*) AS size, list(source) AS sources
        FROM priced WHERE client IS NOT NULL GROUP BY client, calendar_year
    ) GROUP BY ALL
) JOIN years USING (calendar_year)

-- table: families_of(year, size, sources | people)
SELECT year, size, sources, people
FROM (
    SELECT calendar_year, size, array_to_string(list_sort(sources), ',') AS sources, count(*) AS people
    FROM (
        SELECT calendar_year, count(*) AS size, list(source) AS sources FROM homes GROUP BY family, calendar_year
    ) GROUP BY ALL
) JOIN years USING (calendar_year)

-- table: products(year, source, other | cents_squared)
-- Sums over families of the product of two sources' costs: any sum of squared family totals follows from them.
SELECT year, source, other, cents_squared
FROM (
    SELECT calendar_year, one.source, two.source AS other, sum(one.cents::HUGEINT * two.cents) AS cents_squared
    FROM homes AS one JOIN homes AS two USING (family, calendar_year) WHERE one.source <= two.source GROUP BY ALL
) JOIN years USING (calendar_year)

-- table: unpriced(service, production, unit, year | persons, families)
-- Used in the year without a unit cost for this way of production; of services paid by visit all, for compute to judge.
SELECT service, production, unit, year, count(*) AS persons, count(DISTINCT family) AS families
FROM (
    SELECT DISTINCT client, family, stays.service, stays.production, coalesce(services.unit, '') AS unit, year
    FROM stays LEFT JOIN services USING (service) JOIN years ON seen_from < end_day AND seen_to > first_day
    WHERE services.unit = 'visit' OR (stays.service, stays.production) NOT IN (SELECT (service, production) FROM tariffs)
)
GROUP BY ALL
