-- Exact sets of services, from what the register has counted of each bucket (`register.peak_tallies`).

-- table: everyone(| persons, families)
SELECT coalesce(sum(n_persons), 0)::BIGINT AS persons, coalesce(sum(n_families), 0)::BIGINT AS families
FROM service_sets WHERE what = 'ever'

-- table: services(service, level | persons, families)
SELECT service, level, sum(persons) AS persons, count(*) AS families FROM family_services GROUP BY ALL

-- table: at_once(low, high | persons, families)
-- Families when they had the most at once. Sets of more than five services are one row with the set 0.
SELECT low, high, sum(n_persons) AS persons, sum(n_families) AS families
FROM service_sets WHERE what = 'at_once' GROUP BY ALL

-- table: ever(low, high | persons, families)
SELECT low, high, sum(n_persons) AS persons, sum(n_families) AS families
FROM service_sets WHERE what = 'ever' GROUP BY ALL

-- table: clients(low, high | persons, families, families_once)
-- families_once: families of whom only one member is in services; such a family has one set only.
SELECT low, high, sum(n_persons) AS persons, sum(n_families) AS families, sum(n_once) AS families_once
FROM service_sets WHERE what = 'client' GROUP BY ALL

-- table: sample(low, high | persons, families)
-- Whole sets, also large ones, of the families of the sample (all of them in a register of up to some 30,000).
SELECT low, high, sum(n_persons) AS persons, sum(n_families) AS families
FROM service_sets WHERE what = 'sample' GROUP BY ALL
