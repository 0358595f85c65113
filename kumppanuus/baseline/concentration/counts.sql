-- Families by class of what their services cost, and of the days they spent in services (register/cost_tallies.py).
-- Which families are the dearest tenth is known over all buckets only; compute finds it among the classes.

-- table: classes(what, year, k | n_families, n_persons, amount, squared)
-- what: cost (amount in cents) or days; squared: over families, of whole euros or days
SELECT what, year, k, sum(n_families)::BIGINT AS n_families, sum(n_persons)::BIGINT AS n_persons,
    sum(amount)::BIGINT AS amount, sum(squared)::BIGINT AS squared
FROM cost_classes GROUP BY ALL

-- table: moves(year, k, origin | n_families, n_persons)
-- origin: class of the year before, -1 when the family then cost nothing
SELECT year, k, origin, sum(n_families)::BIGINT AS n_families, sum(n_persons)::BIGINT AS n_persons
FROM cost_moves GROUP BY ALL
