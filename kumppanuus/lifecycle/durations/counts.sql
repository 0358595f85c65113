-- Spells: relationships of one client in one service joined with the study's tolerance, seen through the window. What
-- tells them apart (service, cohort, age group, area) and the sums are explained in register/tallies.py.

-- table: by_day(what, code, day | entering, ended, censored)
SELECT what, code, day, sum(entering) AS entering, sum(ended) AS ended, sum(censored) AS censored
FROM spell_days GROUP BY ALL

-- table: by_month(what, code, family_group, month | entering, ended, censored)
SELECT what, code, family_group::SMALLINT AS family_group, month, sum(entering) AS entering, sum(ended) AS ended,
    sum(censored) AS censored
FROM spell_months GROUP BY ALL

-- table: by_service(what, code, service, month | entering, ended, censored)
SELECT what, code, service, month, sum(entering) AS entering, sum(ended) AS ended, sum(censored) AS censored
FROM spell_service_months GROUP BY ALL

-- table: people(what, code, moment, month | persons, homes)
SELECT what, code, moment, month, sum(n_persons) AS persons, sum(n_families) AS homes FROM spell_people GROUP BY ALL

-- table: lengths(what, code | ended_days, squared_ended_days, ended_days_24, squared_ended_days_24, open_days_24, squared_open_days_24)
SELECT what, code, sum(ended_days) AS ended_days, sum(squared_ended_days) AS squared_ended_days,
    sum(ended_days_24) AS ended_days_24, sum(squared_ended_days_24) AS squared_ended_days_24,
    sum(open_days_24) AS open_days_24, sum(squared_open_days_24) AS squared_open_days_24
FROM spell_lengths GROUP BY ALL
