-- Answers to one questionnaire of the study: the one that is asked for, else the first. Respondents are no clients and
-- belong to no family, so that all their rows lie in one bucket; each of them counts as a family of her own.

-- prepare: asked
-- its questions; sole: the study has no other questionnaire, so that answers that name none belong to it
SELECT instrument, question, theme, turned, low, high, count(*) OVER (PARTITION BY theme) AS theme_size,
    (SELECT count(DISTINCT instrument) = 1 FROM questions) AS sole
FROM questions, params
WHERE instrument = coalesce(
    nullif(params.questionnaire, ''), (SELECT instrument FROM questions ORDER BY place LIMIT 1)
)

-- prepare: given
-- answers to it, good or not; who answered for two groups counts for the first of them
SELECT respondent, min(respondent_group) OVER (PARTITION BY respondent) AS respondent_group, asked.question, theme,
    turned, low, high, theme_size, answer, asked.question IS NULL AS stranger,
    coalesce(answer = floor(answer) AND answer BETWEEN low AND high, false) AS good
FROM survey
LEFT JOIN asked USING (question)
WHERE survey.instrument IN (SELECT instrument FROM asked)
    OR (survey.instrument IS NULL AND (SELECT bool_or(sole) FROM asked))

-- prepare: replies
-- points: share of the scale from its lowest answer, in ten-thousandths
SELECT respondent, respondent_group, theme, question, turned, theme_size, answer::INTEGER AS answer,
    10000.0 * (answer - low) / (high - low) AS points
FROM given
WHERE good

-- prepare: scores
-- a respondent's mean of a theme, agreeing being good in all its questions; at least half of them have to be answered
SELECT respondent, respondent_group, theme,
    round(avg(CASE WHEN turned THEN 10000 - points ELSE points END))::BIGINT AS points
FROM replies
GROUP BY ALL
HAVING 2 * count(*) >= any_value(theme_size)

-- table: groups(respondent_group | persons)
SELECT respondent_group, count(DISTINCT respondent) AS persons FROM replies GROUP BY ALL

-- table: invited(respondent_group | invited)
SELECT respondent_group, invited::BIGINT AS invited
FROM invited
WHERE instrument IN (SELECT instrument FROM asked) AND EXISTS (SELECT 1 FROM replies)

-- table: scale(low, high | questions)
SELECT low, high, count(*) AS questions FROM asked WHERE EXISTS (SELECT 1 FROM replies) GROUP BY ALL

-- table: overall(theme | persons, points, squares)
SELECT theme, count(*) AS persons, sum(points)::BIGINT AS points, sum(points * points)::BIGINT AS squares
FROM scores
GROUP BY ALL

-- table: themes(theme, respondent_group | persons, points, squares)
SELECT theme, respondent_group, count(*) AS persons, sum(points)::BIGINT AS points,
    sum(points * points)::BIGINT AS squares
FROM scores
GROUP BY ALL

-- table: items(theme, question, respondent_group | persons, points, squares)
-- as they were answered: a question that is turned around for its theme is not turned around here
SELECT theme, question, respondent_group, count(*) AS persons, sum(round(points))::BIGINT AS points,
    sum(round(points) * round(points))::BIGINT AS squares
FROM replies
GROUP BY ALL

-- table: answers(theme, question, answer | persons)
SELECT theme, question, answer::VARCHAR AS answer, count(*) AS persons FROM replies GROUP BY ALL

-- table: unread(reason | answers)
SELECT CASE WHEN stranger THEN 'no_question' ELSE 'off_scale' END AS reason, count(*) AS answers
FROM given
WHERE NOT good
GROUP BY ALL
