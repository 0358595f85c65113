-- Up and down the levels since the first contact; what the numbers mean is explained in register/ladder.py.

-- table: days(whose, kind, state, target, day | n)
SELECT whose, kind, state, target, day, sum(n)::BIGINT AS n FROM ladder_days GROUP BY ALL

-- table: quarters(whose, kind, state, target, family_group, quarter | n, days_left)
SELECT whose, kind, state, target, family_group, quarter, sum(n)::BIGINT AS n, sum(days_left)::BIGINT AS days_left
FROM ladder_quarters GROUP BY ALL

-- table: firsts(whose, kinds, state, month | n_persons, n_families)
-- month -1: no move into or out of the state
SELECT whose, kinds, state, coalesce(month::INTEGER, -1) AS month, sum(n_persons)::BIGINT AS n_persons,
    sum(n_families)::BIGINT AS n_families
FROM ladder_firsts GROUP BY ALL

-- table: homes(kinds, moment, month | n)
SELECT kinds, moment, month, sum(n)::BIGINT AS n FROM ladder_homes GROUP BY ALL

-- table: moves(whose, state, direction | moves, n_persons, n_families, squared)
SELECT whose, state, direction, sum(moves)::BIGINT AS moves, sum(n_persons)::BIGINT AS n_persons,
    sum(n_families)::BIGINT AS n_families, sum(squared)::BIGINT AS squared
FROM ladder_moves GROUP BY ALL

-- table: year_after(origin, state | n_persons, n_families)
SELECT origin, state, sum(n_persons)::BIGINT AS n_persons, sum(n_families)::BIGINT AS n_families
FROM ladder_year GROUP BY ALL

-- table: kinds(kind | n_persons, n_families)
SELECT kind, sum(n_persons)::BIGINT AS n_persons, sum(n_families)::BIGINT AS n_families FROM ladder_kinds GROUP BY ALL
