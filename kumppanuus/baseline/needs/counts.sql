-- Needs recorded inside the window (`register.needs`); a family is counted once a need.

-- table: people(breakdown, need, code | persons, families)
SELECT breakdown, need, code, sum(n_persons)::BIGINT AS persons, sum(n_families)::BIGINT AS families
FROM need_people GROUP BY ALL

-- table: pairs(first, second | persons, families)
SELECT first, second, sum(n_persons)::BIGINT AS persons, sum(n_families)::BIGINT AS families
FROM need_pairs GROUP BY ALL

-- table: sets(low | families)
SELECT low, sum(n_families)::BIGINT AS families FROM need_sets GROUP BY ALL
