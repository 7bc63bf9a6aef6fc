-- Pairs of an arriving mention with one of its type that may be the same event, and what they share. See store/pairs.py.
-- Names and terms that many share find nothing by themselves, and of each mention the likest pairs are weighed: what a
-- mention costs does not grow with the news of its season.
-- Table by table: told how many rows there are, DuckDB joins them in the right order. How common a name or term is, is
-- counted in a part of the articles where they are many.

CREATE TEMP TABLE near_days AS
SELECT DISTINCT (day + away::INTEGER)::DATE AS day
FROM (SELECT DISTINCT day FROM arriving), range(-$loose_days, $loose_days + 1) AS each(away);

CREATE TEMP TABLE recent AS
SELECT told.article, number, type, fingerprints.names[number + 1] AS names
FROM (
    SELECT article, number, type FROM mentions
    WHERE article BETWEEN $first_article AND $last_article AND article NOT IN (SELECT article FROM arriving)
    UNION ALL
    SELECT article, number, type FROM arriving
) AS told JOIN (SELECT article, names FROM fingerprints WHERE day BETWEEN $first AND $last) AS fingerprints USING (article);

CREATE TEMP TABLE arriving_said AS
SELECT arriving.article, arriving.number, type, unnest(names[arriving.number + 1]) AS name
FROM arriving JOIN fingerprints USING (article);

CREATE TEMP TABLE size AS
SELECT count(*)::DOUBLE AS n, greatest(1, count(*) // $counted) AS every FROM recent;

CREATE TEMP TABLE name_weights AS
SELECT name, df, ln((n + $documents) / (df + coalesce(background_df, 0) + 1)) / ln(n + $documents) AS weight
FROM (
    SELECT name, greatest(1, coalesce(counted.df, 0) * every) AS df, n, background_terms.df AS background_df
    FROM (SELECT DISTINCT name FROM arriving_said) CROSS JOIN size
    LEFT JOIN (
        SELECT name, count(*) AS df
        FROM (SELECT unnest(names) AS name FROM recent WHERE article % (SELECT every FROM size) = 0)
        WHERE name IN (SELECT name FROM arriving_said) GROUP BY name
    ) AS counted USING (name)
    LEFT JOIN background_terms ON background_terms.term = name
);

CREATE TEMP TABLE arriving_names AS
SELECT article, number, type, name, weight, df FROM arriving_said JOIN name_weights USING (name);

CREATE TEMP TABLE name_norms AS
SELECT article, number, sum(weight) AS norm FROM arriving_names GROUP BY ALL;

CREATE TEMP TABLE rare_names AS
SELECT * FROM arriving_names WHERE df <= least($most, greatest(20, $common * (SELECT n FROM size)));

CREATE TEMP TABLE name_hits AS
SELECT a.article, a.number, b.article AS other, b.number AS other_number, sum(a.weight) AS shared
FROM rare_names AS a
JOIN (
    SELECT * FROM (SELECT article, number, type, unnest(names) AS name FROM recent)
    WHERE name IN (SELECT name FROM rare_names)
) AS b ON a.name = b.name AND a.type = b.type
WHERE b.article <> a.article
GROUP BY ALL HAVING sum(a.weight) > 0.5;

CREATE TEMP TABLE texts AS
SELECT count(*)::DOUBLE AS n, greatest(1, count(*) // $counted) AS every
FROM fingerprints WHERE day BETWEEN $first AND $last;

CREATE TEMP TABLE term_weights AS
SELECT term, df, ln((n + $documents) / (df + coalesce(background_df, 0) + 1)) / ln(n + $documents) AS weight
FROM (
    SELECT term, greatest(1, coalesce(counted.df, 0) * every) AS df, n, background_terms.df AS background_df
    FROM (SELECT DISTINCT unnest(terms) AS term FROM fingerprints SEMI JOIN arriving USING (article)) CROSS JOIN texts
    LEFT JOIN (
        SELECT term, count(*) AS df
        FROM (
            SELECT unnest(terms) AS term FROM fingerprints
            WHERE day BETWEEN $first AND $last AND article % (SELECT every FROM texts) = 0
        )
        WHERE term IN (SELECT unnest(terms) FROM fingerprints SEMI JOIN arriving USING (article))
        GROUP BY term
    ) AS counted USING (term)
    LEFT JOIN background_terms USING (term)
);

CREATE TEMP TABLE arriving_terms AS
SELECT article, term, weight, df
FROM (SELECT article, unnest(terms) AS term FROM fingerprints SEMI JOIN arriving USING (article))
JOIN term_weights USING (term);

CREATE TEMP TABLE term_norms AS
SELECT article, sum(weight) AS norm FROM arriving_terms GROUP BY article;

CREATE TEMP TABLE rare_terms AS
SELECT * FROM arriving_terms WHERE df <= least($most, greatest(20, $common * (SELECT n FROM texts)));

CREATE TEMP TABLE term_hits AS
SELECT a.article, b.article AS other, sum(a.weight) AS shared, any_value(norm) AS norm
FROM rare_terms AS a
JOIN (
    SELECT * FROM (SELECT article, unnest(terms) AS term FROM fingerprints WHERE day BETWEEN $first AND $last)
    WHERE term IN (SELECT term FROM rare_terms)
) AS b ON a.term = b.term
JOIN term_norms ON term_norms.article = a.article
WHERE b.article <> a.article
GROUP BY ALL HAVING sum(a.weight) > 0.15 * any_value(norm);

CREATE TEMP TABLE near AS
SELECT article, number, type, day, project, minerals, countries
FROM mentions
WHERE day IN (SELECT day FROM near_days) AND article NOT IN (SELECT article FROM arriving)
    AND (article BETWEEN $first_article AND $last_article OR project IN (SELECT project FROM arriving))
UNION ALL
SELECT article, number, type, day, project, minerals, countries FROM arriving;

CREATE TEMP TABLE quiet AS
SELECT type, country FROM (SELECT type, unnest(countries) AS country FROM near) GROUP BY ALL HAVING count(*) <= $most;

CREATE TEMP TABLE found AS
SELECT article, number, other, other_number FROM name_hits
UNION
SELECT a.article, a.number, b.article, b.number
FROM (SELECT article, number, type, other FROM term_hits JOIN arriving USING (article)) AS a
JOIN (SELECT article, number, type FROM recent WHERE article IN (SELECT other FROM term_hits)) AS b
    ON b.article = a.other AND b.type = a.type
UNION
SELECT a.article, a.number, b.article, b.number
FROM arriving AS a JOIN near AS b ON a.type = b.type AND a.project = b.project
WHERE a.article <> b.article AND abs(a.day - b.day) <= $loose_days
UNION
SELECT a.article, a.number, b.article, b.number
FROM (SELECT article, number, type, day, project, minerals, unnest(countries) AS country FROM arriving) AS a
JOIN (
    SELECT * FROM (SELECT article, number, type, day, project, minerals, unnest(countries) AS country FROM near)
    SEMI JOIN quiet USING (type, country)
) AS b ON a.type = b.type AND a.country = b.country
WHERE a.article <> b.article AND abs(a.day - b.day) <= $loose_days
    AND (a.project IS NULL OR b.project IS NULL OR a.project = b.project)
    AND (len(a.minerals) = 0 OR len(b.minerals) = 0 OR list_has_any(a.minerals, b.minerals));

CREATE TEMP TABLE known AS
SELECT article, number, type, status, salience, date, day, minerals, countries, project, actor, amount, currency,
    copy_group, lang
FROM mentions
WHERE article IN (SELECT other FROM found) AND article NOT IN (SELECT article FROM arriving)
UNION ALL
SELECT article, number, type, status, salience, date, day, minerals, countries, project, actor, amount, currency,
    copy_group, lang
FROM arriving;

CREATE TEMP TABLE candidates AS
SELECT c.*
FROM found AS c
JOIN arriving AS a ON a.article = c.article AND a.number = c.number
JOIN known AS b ON b.article = c.other AND b.number = c.other_number
LEFT JOIN name_hits AS n ON n.article = c.article AND n.number = c.number AND n.other = c.other
    AND n.other_number = c.other_number
LEFT JOIN term_hits AS t ON t.article = c.article AND t.other = c.other
WHERE abs(a.day - b.day) <= CASE
    WHEN a.salience = 'background' OR b.salience = 'background' OR a.status <> b.status THEN $far_days
    ELSE $near_days END
QUALIFY row_number() OVER (
    PARTITION BY c.article, c.number
    ORDER BY coalesce(n.shared, 0) + coalesce(t.shared, 0) + 3 * (a.copy_group = b.copy_group)::INTEGER
        + 2 * coalesce(a.project = b.project, FALSE)::INTEGER DESC, abs(a.day - b.day), c.other DESC, c.other_number
) <= $weighed;

CREATE TEMP TABLE shared_names AS
SELECT article, number, other, other_number, sum(weight) AS shared
FROM candidates JOIN arriving_names USING (article, number)
JOIN (
    SELECT article AS other, number AS other_number, unnest(names) AS name FROM recent
    SEMI JOIN (SELECT other AS article, other_number AS number FROM candidates) USING (article, number)
) USING (other, other_number, name)
WHERE df <= greatest(20, $common * (SELECT n FROM size))
GROUP BY ALL;

CREATE TEMP TABLE shared_terms AS
SELECT article, other, sum(weight) AS shared
FROM (SELECT DISTINCT article, other FROM candidates) JOIN arriving_terms USING (article)
JOIN (
    SELECT article AS other, unnest(terms) AS term FROM fingerprints
    SEMI JOIN (SELECT other AS article FROM candidates) USING (article)
) USING (other, term)
WHERE df <= greatest(20, $common * (SELECT n FROM texts))
GROUP BY ALL;

SELECT a.article, a.number, b.article AS other, b.number AS other_number,
    a.project, b.project AS other_project, a.actor, b.actor AS other_actor,
    CASE WHEN list_has_any(kin(a.minerals), kin(b.minerals)) THEN 1 WHEN len(a.minerals) > 0 AND len(b.minerals) > 0 THEN -1
        ELSE 0 END AS minerals,
    CASE WHEN list_has_any(a.countries, b.countries) THEN 1 WHEN len(a.countries) > 0 AND len(b.countries) > 0 THEN -1
        ELSE 0 END AS countries,
    coalesce(shared_names.shared, 0) AS names, coalesce(name_norms.norm, 0) AS names_norm,
    coalesce(shared_terms.shared, 0) AS terms, coalesce(term_norms.norm, 0) AS terms_norm,
    a.copy_group = b.copy_group AS is_copy, a.day - b.day AS days,
    a.salience = 'background' AND a.date IS NULL AS recalled, b.salience = 'background' AND b.date IS NULL AS other_recalled,
    a.lang IS DISTINCT FROM b.lang AS other_language, a.date = b.date AS same_date,
    a.status, b.status AS other_status, a.amount / b.amount AS amounts, a.currency = b.currency AS same_currency,
    a.salience = 'main' AND b.salience = 'main' AS both_main
FROM candidates AS c
JOIN arriving AS a ON a.article = c.article AND a.number = c.number
JOIN known AS b ON b.article = c.other AND b.number = c.other_number
LEFT JOIN shared_names ON shared_names.article = a.article AND shared_names.number = a.number
    AND shared_names.other = b.article AND shared_names.other_number = b.number
LEFT JOIN name_norms ON name_norms.article = a.article AND name_norms.number = a.number
LEFT JOIN shared_terms ON shared_terms.article = a.article AND shared_terms.other = b.article
LEFT JOIN term_norms ON term_norms.article = a.article
