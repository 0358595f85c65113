-- Clients whose services have all ended (`register.leavings`), from the first such day inside the window on.
-- Time is days since that day; nobody is observed late.

-- table: returns(level, service, kind, day | n)
SELECT level, service, kind, day, count(*) AS n FROM leavers GROUP BY ALL

-- table: steps(level, service, kind, family_group, step | n, days)
-- days: since the beginning of the quarter in which they end
SELECT level, service, kind, family_group, step, count(*) AS n,
    sum(day - floor((step - 1) * 91.3125)::INTEGER)::BIGINT AS "days"
FROM leavers GROUP BY ALL

-- table: sizes(level, service | persons, families)
-- '' = all; families of a service, of a level and of all are counted each for itself
SELECT coalesce(level, '') AS level, coalesce(service, '') AS service, sum(persons)::BIGINT AS persons,
    count(*) AS families
FROM leaver_homes GROUP BY level, service

-- table: kind_sizes(kind | persons, families)
SELECT kind, sum(persons)::BIGINT AS persons, count(*) AS families
FROM (SELECT family, kind, count(*) AS persons FROM leavers WHERE kind NOT IN ('', 'of_age') GROUP BY family, kind)
GROUP BY kind

-- prepare: homes
SELECT coalesce(level, '') AS level, coalesce(service, '') AS service, leaving, first_return, first_same_service,
    first_another, first_higher, count(*) AS families
FROM leaver_homes
GROUP BY level, service, leaving, first_return, first_same_service, first_another, first_higher

-- table: behind(level, service, what, step | families)
-- families whose last member ends (leaving), and those of whom somebody comes back for the first time
SELECT level, service, 'leaving' AS what, leaving AS step, sum(families)::BIGINT AS families FROM homes GROUP BY ALL
UNION ALL SELECT level, service, 'returned', first_return, sum(families)::BIGINT
FROM homes WHERE first_return IS NOT NULL GROUP BY ALL
UNION ALL SELECT level, service, 'same_service', first_same_service, sum(families)::BIGINT
FROM homes WHERE first_same_service IS NOT NULL GROUP BY ALL
UNION ALL SELECT level, service, 'another', first_another, sum(families)::BIGINT
FROM homes WHERE first_another IS NOT NULL GROUP BY ALL
UNION ALL SELECT level, service, 'higher', first_higher, sum(families)::BIGINT
FROM homes WHERE first_higher IS NOT NULL GROUP BY ALL

-- table: again(family_group, what, day | n)
SELECT family_group, what, day, count(*) AS n FROM leaver_returns GROUP BY ALL
UNION ALL SELECT family_group, 'stop' AS what, stop AS day, count(*) AS n FROM leavers GROUP BY ALL

-- table: again_homes(step | families)
-- families in which somebody comes back for another time, for the first time
SELECT ceil(day / 91.3125)::INTEGER AS step, count(*) AS families
FROM (SELECT family, min(day) AS day FROM leaver_returns WHERE what = 'later' GROUP BY family) GROUP BY ALL

-- table: staying_homes(step | families)
-- families whose last member is followed until then
SELECT ceil(stop / 91.3125)::INTEGER AS step, count(*) AS families
FROM (SELECT family, max(stop) AS stop FROM leavers GROUP BY family) GROUP BY ALL

-- table: family_returns(kind, family_group, day | n, persons)
SELECT CASE WHEN day > 730 THEN '' ELSE coalesce(kind, '') END AS kind, family_group, least(day, 731) AS day,
    count(*) AS n, sum(persons)::BIGINT AS persons
FROM (
    SELECT kind, family_group, coalesce(return_day, end_day) - left_day AS day, persons
    FROM family_leavings, period WHERE place = 1 AND NOT moved
) GROUP BY ALL

-- table: moved(whose | persons, families)
-- left out: their last service ended because of a move
SELECT 'client' AS whose, sum(persons)::BIGINT AS persons, count(*) AS families
FROM (SELECT family, count(*) AS persons FROM client_leavings WHERE place = 1 AND moved GROUP BY family)
HAVING count(*) > 0
UNION ALL SELECT 'family', sum(persons)::BIGINT, count(*)
FROM family_leavings WHERE place = 1 AND moved HAVING count(*) > 0
