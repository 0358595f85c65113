-- Relations of a client to a service by how they end; what the numbers mean is explained in register/outcomes.py. An end
-- that is told by what follows (cause 7, 10 and above) is an escalation (2) when the client is in a service on a higher
-- level at most escalated_within_days later, else another end (6). (Words that name derived tables have them derived.)

-- table: days(level, service, cause, day | entering, ended)
SELECT level, service, CASE WHEN cause >= 10 AND (cause::INTEGER - 10) * 30 <= escalated_within_days THEN 2 WHEN cause >= 7 THEN 6
    ELSE cause END::TINYINT AS cause, day, sum(entering)::BIGINT AS entering, sum(ended)::BIGINT AS ended
FROM exit_days, params GROUP BY ALL

-- table: quarters(what, code, cause, family_group, quarter | n, days_left)
SELECT what, code, CASE WHEN cause >= 10 AND (cause::INTEGER - 10) * 30 <= escalated_within_days THEN 2 WHEN cause >= 7 THEN 6
    ELSE cause END::TINYINT AS cause, family_group, quarter, sum(n)::BIGINT AS n, sum(days_left)::BIGINT AS days_left
FROM exit_quarters, params GROUP BY ALL

-- table: first_ends(what, code, cause, month | n)
SELECT what, code, cause::INTEGER AS cause, month::INTEGER AS month, sum(n)::BIGINT AS n FROM exit_firsts GROUP BY ALL

-- table: people(what, code, moment, month | persons, homes)
-- Distinct people and homes whose time under observation surely begins (entering) and ends (leaving).
SELECT what, code, moment, month, sum(n_persons)::BIGINT AS persons, sum(n_families)::BIGINT AS homes
FROM spell_people WHERE what IN ('all', 'level', 'service') AND moment IN ('entering', 'leaving') GROUP BY ALL

-- table: strangers(| persons, homes, only_persons, only_homes)
SELECT sum(n_persons)::BIGINT AS persons, sum(n_families)::BIGINT AS homes, sum(only_persons)::BIGINT AS only_persons,
    sum(only_families)::BIGINT AS only_homes
FROM exit_strangers
