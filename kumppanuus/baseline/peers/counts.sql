-- Public numbers of regions, about nobody of the register; they lie in one bucket. What the study says of an indicator
-- (its place in the list, which way is worse, per how many its rate is) stands on each of its rows.

-- table: values(indicator, place, part, year | thousandths, known, cases, counted, position, worse, per)
-- One region may have had several numbers, one after the other: of a year that two of them have, the number in use counts.
SELECT indicator, place, part, year::VARCHAR AS year,
    coalesce(round(1000 * arg_max(value, newer) FILTER (value IS NOT NULL)), 0)::BIGINT AS thousandths,
    (count(value) > 0)::INTEGER AS known,
    coalesce(round(arg_max(absolute, newer) FILTER (absolute IS NOT NULL)), 0)::BIGINT AS cases,
    (count(absolute) > 0)::INTEGER AS counted,
    max(position)::INTEGER AS position, max(worse)::INTEGER AS worse, max(per)::INTEGER AS per
FROM indicators JOIN peer_regions USING (region) JOIN peer_indicators USING (indicator), params
WHERE coalesce(indicators.gender, 'total') = params.gender
GROUP BY indicator, place, part, year
