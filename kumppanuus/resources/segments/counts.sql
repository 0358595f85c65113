-- Families by the study's rules of need, in the last twelve months of the window (`register.segments`).

-- table: sums(breakdown, code, segment | persons, families, children)
SELECT breakdown, code, segment, sum(n_persons)::BIGINT AS persons, sum(n_families)::BIGINT AS families,
    sum(n_children)::BIGINT AS children
FROM segment_sums GROUP BY ALL

-- table: moves(earlier, segment | persons, families)
SELECT earlier, segment, sum(n_persons)::BIGINT AS persons, sum(n_families)::BIGINT AS families
FROM segment_moves GROUP BY ALL

-- table: costs(segment | persons, families, cents, squared)
SELECT segment, sum(n_persons)::BIGINT AS persons, sum(n_families)::BIGINT AS families, sum(cents)::BIGINT AS cents,
    sum(squared)::BIGINT AS squared
FROM segment_costs GROUP BY ALL
