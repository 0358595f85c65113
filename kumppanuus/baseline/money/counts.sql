-- What the services cost by sector and area, where cost rows tell it and where unit costs do, and what the books say.
-- Totals by year, level and way of production are those of resources.spending.

-- table: sums(what, code, kind, year | n_persons, n_families, cents, known_cents, squared)
-- squared: over families, of whole euros
SELECT what, code, kind, year, sum(n_persons)::BIGINT AS n_persons, sum(n_families)::BIGINT AS n_families,
    sum(cents)::BIGINT AS cents, sum(known_cents)::BIGINT AS known_cents, sum(squared)::BIGINT AS squared
FROM cost_sums GROUP BY ALL

-- table: growth(level, year | known, squared, crossed)
-- crossed: over families, euros of the year times those of the first full year
SELECT level, year, sum(known)::BIGINT AS known, sum(squared)::BIGINT AS squared, sum(crossed)::BIGINT AS crossed
FROM cost_growth GROUP BY ALL

-- table: ledger(year | cents)
SELECT year, sum(cost_cents)::BIGINT AS cents
FROM costs JOIN years ON date >= first_day AND date < end_day WHERE book = 'ledger' GROUP BY ALL

-- prepare: chosen
-- as register/year_people.py chooses it
SELECT year, calendar_year FROM years ORDER BY (end_day - first_day >= 365) DESC, first_day DESC LIMIT 1

-- table: children(area | inhabitants, covered)
-- covered: single years of age below 18 that the area's groups cover; 1000 where both sexes are not given alike
SELECT area, sum(persons)::BIGINT AS inhabitants, sum(CASE WHEN sound THEN age_to - age_from + 1 ELSE 1000 END)::BIGINT AS covered
FROM (
    SELECT coalesce(area, 'unknown') AS area, age_from, age_to, sum(persons) AS persons,
        count(sex) = 0 OR (count(sex) = count(*) AND count(DISTINCT sex) > 1) AS sound
    FROM population JOIN chosen ON population.year = calendar_year WHERE age_from >= 0 AND age_to <= 17 GROUP BY ALL
) GROUP BY ALL
