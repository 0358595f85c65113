-- Needs recorded in the last twelve months of the window that the study names services for, and whether the family was in one of these services in the same months.

-- prepare: recorded
SELECT DISTINCT client, needs.family, need
FROM needs SEMI JOIN need_services USING (need) CROSS JOIN period
WHERE date >= (end_day - INTERVAL 12 MONTH)::DATE AND date < end_day

-- prepare: answered
SELECT DISTINCT recorded.family, need
FROM recorded JOIN need_services USING (need) JOIN stays ON stays.family = recorded.family AND stays.service = need_services.service
    CROSS JOIN period
WHERE seen_from < end_day AND seen_to > (end_day - INTERVAL 12 MONTH)::DATE

-- prepare: needing
-- One row a family and need: members it was recorded of, the family's segment (none: in no service), and whether it is answered.
SELECT recorded.family, need, coalesce(segment, 'none') AS segment, count(*)::BIGINT AS n, answered.family IS NOT NULL AS is_met
FROM recorded LEFT JOIN (SELECT family, segment FROM family_segments) USING (family) LEFT JOIN answered USING (family, need)
GROUP BY ALL

-- table: segments(segment | persons, families)
SELECT coalesce(segment, 'none') AS segment, count(DISTINCT client) AS persons, count(DISTINCT family) AS families
FROM recorded LEFT JOIN (SELECT family, segment FROM family_segments) USING (family) GROUP BY ALL

-- table: needs(need | persons, families, met_persons, met)
SELECT need, sum(n)::BIGINT AS persons, count(*) AS families, coalesce(sum(n) FILTER (is_met), 0)::BIGINT AS met_persons,
    count(*) FILTER (is_met) AS met
FROM needing GROUP BY need

-- table: segment_needs(segment, need | persons, families, met_persons, met)
SELECT segment, need, sum(n)::BIGINT AS persons, count(*) AS families, coalesce(sum(n) FILTER (is_met), 0)::BIGINT AS met_persons,
    count(*) FILTER (is_met) AS met
FROM needing GROUP BY segment, need
