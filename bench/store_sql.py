"""The SQL that makes a synthetic store; numbers in braces come from `store_words`.

Everything follows from hashes of the number of an event or article: the same number is always the same event.
"""

from __future__ import annotations

MACROS = """
CREATE OR REPLACE TEMP MACRO unit(seed, salt) AS (hash(seed, salt) % 1000003) / 1000003.0;
CREATE OR REPLACE TEMP MACRO below(seed, salt, n) AS (hash(seed, salt) % n)::INTEGER;
CREATE OR REPLACE TEMP MACRO skewed(seed, salt, n, power) AS floor(n * pow(unit(seed, salt), power))::INTEGER;
CREATE OR REPLACE TEMP MACRO name_number(seed, salt) AS skewed(seed, salt, {names}, 2.2);
CREATE OR REPLACE TEMP MACRO phrase_number(seed, report, salt) AS below(seed * 8 + report, salt, {phrases});
CREATE OR REPLACE TEMP MACRO type_name(number) AS getvariable('types')[1 + number];
CREATE OR REPLACE TEMP MACRO stage_name(number) AS getvariable('stages')[1 + number];
CREATE OR REPLACE TEMP MACRO event_attributes(first, last) AS TABLE
SELECT *,
    CASE WHEN project IS NULL AND below(id, 5, 100) < 3 THEN {countries} * (1 + {pairs})
        WHEN below(id, 5, 100) < 22 THEN {countries} + country * {pairs} + below(id, 6, {pairs})
        ELSE country END::UINTEGER AS country_set,
    CASE WHEN project IS NULL AND below(id, 8, 100) < 8 THEN {minerals} * (1 + {pairs})
        WHEN below(id, 8, 100) < 26 THEN {minerals} + mineral * {pairs} + below(id, 9, {pairs})
        ELSE mineral END::UINTEGER AS mineral_set,
    CASE WHEN below(id, 11, 100) < 3 THEN NULL
        WHEN below(id, 11, 100) < 15 THEN day - below(id, 12, 10)
        WHEN below(id, 11, 100) < 16 THEN day - below(id, 12, 3000)
        WHEN status = 'prospective' AND below(id, 11, 100) < 25 THEN day + below(id, 12, 90)
        ELSE day END AS date
FROM (
    SELECT *,
        CASE WHEN project IS NULL THEN skewed(id, 3, {countries}, 2.2) ELSE skewed(project, 101, {countries}, 2.2) END
            AS country,
        CASE WHEN project IS NULL THEN skewed(id, 4, {minerals}, 2.0) ELSE skewed(project, 102, {minerals}, 2.0) END
            AS mineral
    FROM (
        SELECT i + 1 AS id, DATE '2016-01-01' + (i // {per_day})::INTEGER AS day,
            CASE WHEN below(i, 1, 100) < 40 THEN skewed(i, 2, {projects}, 1.8) END AS project,
            skewed(i, 7, {types}, 1.2) AS type,
            CASE WHEN below(i, 13, 100) < 78 THEN 'actual' ELSE 'prospective' END AS status,
            CASE WHEN below(i, 14, 100) < 80 THEN 'main' ELSE 'background' END AS salience,
            CASE WHEN below(i, 15, 100) < 60 THEN below(i, 16, {actors}) END AS actor,
            CASE WHEN below(i, 15, 100) < 20 THEN below(i, 17, {actors}) END AS target,
            CASE WHEN below(i, 18, 100) < 25 THEN below(i, 19, {stages}) END AS stage,
            CASE WHEN below(i, 20, 100) < 12 THEN (1 + below(i, 21, 400)) * 500000.0 END AS amount,
            round(0.3 + below(i, 22, 690) / 1000.0, 2)::FLOAT AS confidence,
            CASE WHEN below(i, 23, 100) < 78 THEN 1 WHEN below(i, 23, 100) < 93 THEN 2
                WHEN below(i, 23, 100) < 99 THEN 3 ELSE 4 END AS reports,
            CASE WHEN below(i, 24, 100) < 6 THEN 1 + below(i, 25, 2) ELSE 0 END AS supporters,
            CASE WHEN below(i, 24, 100) >= 91 THEN 1 + below(i, 25, 3) ELSE 0 END AS opponents,
            CASE WHEN below(i, 26, 100) < 6 THEN 'official' WHEN below(i, 26, 100) < 15 THEN 'statement'
                ELSE 'news' END AS voice
        FROM range(first, last) AS numbers(i)
    )
);
CREATE OR REPLACE TEMP TABLE batches AS
SELECT i AS n, list(terms[1] ORDER BY k) AS terms
FROM (SELECT i, unnest(range(24)) AS k FROM range({batches}) AS numbers(i))
JOIN name_words ON name_words.n = name_number(i * 32 + k, 520)
GROUP BY i
"""

PROJECTS = """
INSERT INTO projects (id, name, aliases, countries, minerals, origin, is_certain)
SELECT n, name, [], country_sets.members, mineral_sets.members, 'articles', FALSE
FROM project_words
JOIN country_sets ON country_sets.id = skewed(n, 101, {countries}, 2.2)
JOIN mineral_sets ON mineral_sets.id = skewed(n, 102, {minerals}, 2.0);
INSERT INTO project_names SELECT lower(strip_accents(name)), id, TRUE FROM projects ORDER BY ALL
"""

_SAID = """
LEFT JOIN project_words AS project_of ON project_of.n = one.project
LEFT JOIN actor_words AS actor_of ON actor_of.n = one.actor
LEFT JOIN actor_words AS target_of ON target_of.n = one.target
JOIN name_words AS name_1 ON name_1.n = name_number(one.id, 41)
JOIN name_words AS name_2 ON name_2.n = name_number(one.id, 42)
JOIN name_words AS name_3 ON name_3.n = name_number(one.id, 43)
JOIN phrases AS phrase_1 ON phrase_1.n = phrase_number(one.id, report, 51)
JOIN phrases AS phrase_2 ON phrase_2.n = phrase_number(one.id, report, 52)
JOIN phrases AS phrase_3 ON phrase_3.n = phrase_number(one.id, report, 53)
JOIN phrases AS phrase_4 ON phrase_4.n = phrase_number(one.id, report, 54)
"""
_EVIDENCE = """concat_ws(' ', phrase_1.said, actor_of.name, project_of.name, phrase_2.said, name_1.name, phrase_3.said,
        name_2.name, CASE WHEN below(one.id, 44, 2) = 0 THEN phrase_4.said END, name_3.name) || '.'"""

TOLD = f"""
CREATE OR REPLACE TEMP TABLE told AS
SELECT one.* EXCLUDE (actor, target, project, type), type_name(one.type) AS type,
    project_of.name AS project, actor_of.name AS actor, target_of.name AS target,
    {_EVIDENCE} AS evidence,
    concat_ws(' ', name_1.name, phrase_3.said, coalesce(project_of.name, name_2.name)) AS title,
    list_distinct(coalesce(project_of.terms, []) || coalesce(actor_of.terms, []) || coalesce(target_of.terms, [])
        || name_1.terms || name_2.terms || name_3.terms) AS rare,
    list_distinct(rare || phrase_1.terms || phrase_2.terms || phrase_3.terms)[:16] AS names
FROM (
    SELECT *, row_number() OVER (PARTITION BY article ORDER BY place) - 1 AS number,
        min(seen_day) OVER (PARTITION BY article) AS article_day
    FROM (
        SELECT *, $first_article + (place - 1) * 10 // 17 AS article
        FROM (
            SELECT *, row_number() OVER (ORDER BY seen_day, hash(id, report)) AS place
            FROM (
                SELECT *, day + CASE WHEN report = 0 THEN 0 ELSE below(id, 200 + report, 6) END AS seen_day
                FROM (SELECT *, unnest(range(reports)) AS report FROM event_attributes($earliest, $last))
            )
            WHERE seen_day >= $first_day AND seen_day < $end
        )
    )
) AS one {_SAID}
"""

EVENTS = """
INSERT INTO events (id, type, status, salience, date, country_set, mineral_set, project, actor, target, stage, amount,
    currency, confidence, evidence_article, evidence_number, first_seen, last_seen, article_count, independent_sources,
    voice, supporters, opponents, version)
SELECT id, type_name(type), status, salience, date, country_set, mineral_set, project, actor_of.name, target_of.name,
    stage_name(stage), amount, CASE WHEN amount IS NOT NULL THEN 'USD' END, confidence,
    evidence_article, evidence_number,
    day + to_seconds(below(id, 27, 86400)),
    day + to_seconds(below(id, 27, 86400)) + to_days(CASE WHEN reports > 1 THEN below(id, 28, 6) ELSE 0 END),
    reports, least(reports, 1 + below(id, 29, 4)), voice, supporters, opponents, $version
FROM event_attributes($first, $last) AS one
JOIN (SELECT id, article AS evidence_article, number AS evidence_number FROM told WHERE report = 0) USING (id)
LEFT JOIN project_words AS project_of ON project_of.n = one.project
LEFT JOIN actor_words AS actor_of ON actor_of.n = one.actor
LEFT JOIN actor_words AS target_of ON target_of.n = one.target
ORDER BY id
"""

# One article of ten is a copy of one that is not far away, as agencies' texts are printed within days; a third of them
# belongs to the story of an earlier one.
PUBLISHED = """
CREATE OR REPLACE TEMP TABLE published AS
SELECT article, article_day AS day, article_day + to_seconds(below(article, 300, 86400)) AS published,
    getvariable('outlets')[1 + below(article, 301, {outlets})] AS source,
    CASE WHEN below(article, 302, 100) < 6 THEN 'official' WHEN below(article, 302, 100) < 15 THEN 'statement'
        ELSE 'news' END AS voice,
    CASE WHEN below(article, 303, 10) = 0 AND article > 400
            AND below(article - 1 - below(article, 304, 300), 303, 10) > 0
        THEN article - 1 - below(article, 304, 300) ELSE article END AS copy_group,
    CASE WHEN below(article, 305, 100) < 35 AND article > 400
            AND below(article - 1 - below(article, 306, 300), 305, 100) >= 35
        THEN article - 1 - below(article, 306, 300) ELSE article END AS story
FROM (SELECT DISTINCT article, article_day FROM told)
"""

MENTIONS = """
INSERT INTO mentions (article, number, event, own_event, type, status, salience, minerals, countries, project, actor,
    target, date, stage, amount, currency, evidence, evidence_start, evidence_end, confidence, day, seen, source, voice,
    lang, copy_group, score, reason, version)
SELECT article, number, id, id, type, status, salience, minerals, countries, project, actor, target,
    CASE WHEN below(id, 31, 100) < 40 THEN date END, stage_name(stage), amount,
    CASE WHEN amount IS NOT NULL THEN 'USD' END, evidence, below(article, 32, 2000),
    below(article, 32, 2000) + length(evidence), confidence,
    coalesce(CASE WHEN below(id, 31, 100) < 40 THEN date END, published.day), published.published,
    published.source, published.voice, 'en', published.copy_group,
    CASE WHEN report > 0 THEN round(0.5 + below(id, 33, 500) / 1000.0, 3) END,
    CASE WHEN report > 0 THEN 'like mention ' || below(id, 34, 3) || ' of article ' || (article - below(id, 35, 9000))
        || ': same project +' || round(2 + unit(id, 36), 2) || '; names alike +' || round(unit(id, 37) * 3, 2)
        || '; articles alike +' || round(unit(id, 38) * 2, 2) || '; same country +0.' || below(id, 39, 99)
        || '; days apart -' || round(unit(id, 40) * 2, 2) ELSE 'first report' END,
    $version
FROM told JOIN published USING (article)
JOIN (SELECT id AS country_set, members AS countries FROM country_sets) USING (country_set)
JOIN (SELECT id AS mineral_set, members AS minerals FROM mineral_sets) USING (mineral_set)
ORDER BY article, number
"""

ARTICLES = """
INSERT INTO articles (id, number, url, title, text, lang, published, fetched, source, content_hash, analysed_version,
    relevant, voice, story, copy_group)
SELECT left(md5(article::VARCHAR), 16), article,
    'https://www.' || lower(replace(source, ' ', '-')) || '.example/' || strftime(day, '%Y/%m/')
        || lower(replace(title, ' ', '-')),
    title,
    CASE WHEN article <= $last_without_text THEN ''
        ELSE concat_ws(chr(10) || chr(10), evidence, one.said, two.said, three.said) END,
    'en', published, published + INTERVAL 1 HOUR, source, left(md5(article || 'a'), 16),
    $version, TRUE, voice, story, copy_group
FROM published
JOIN (SELECT article, evidence, title FROM told WHERE number = 0) USING (article)
JOIN passages AS one ON one.n = below(copy_group, 401, {passages})
JOIN passages AS two ON two.n = below(copy_group, 402, {passages})
JOIN passages AS three ON three.n = below(copy_group, 403, {passages})
ORDER BY article
"""

FINGERPRINTS = """
INSERT INTO fingerprints (article, day, bands, terms, names, mark)
SELECT article, day, list_transform(range(16), lambda x: (hash(copy_group, 500 + x) % 4294967296)::UINTEGER),
    list_distinct(own || batches.terms)[:32], names, hash(article)
FROM published
JOIN (
    SELECT article, flatten(list(rare)) AS own, list(names ORDER BY number) AS names FROM told GROUP BY article
) USING (article)
JOIN batches ON batches.n = below(article, 521, {batches})
WHERE published.day >= $remembered
ORDER BY article
"""

STANCES = """
INSERT INTO stances (article, holder, holder_class, target, polarity, basis, evidence, evidence_start, evidence_end,
    confidence, version)
SELECT article, actor_words.name,
    ['community', 'ngo', 'government', 'company', 'indigenous', 'union'][1 + below(id * 8 + holder, 601, 6)],
    coalesce(project, 'mining'), CASE WHEN supporters > 0 THEN 'support' ELSE 'oppose' END,
    CASE WHEN below(id, 602, 2) = 0 THEN 'action' ELSE 'statement' END, evidence, below(article, 32, 2000),
    below(article, 32, 2000) + length(evidence), round(0.4 + below(id, 603, 500) / 1000.0, 2), $version
FROM (SELECT *, unnest(range(supporters + opponents)) AS holder FROM told WHERE report = 0)
JOIN actor_words ON actor_words.n = below(id * 8 + holder, 600, {actors})
ORDER BY article, id, holder
"""

STORIES = """
INSERT INTO stories (id, first_seen, last_seen, article_count)
SELECT story, min(published), max(published), count(*) FROM articles GROUP BY story ORDER BY story
"""

WEEKS = """
INSERT INTO weekly_counts (week, country, mineral, events)
SELECT week, country, mineral, sum(number) AS events
FROM (
    SELECT week, number, unnest(country_sets.members) AS country, mineral_sets.members AS minerals
    FROM (
        SELECT date_trunc('week', date)::DATE AS week, country_set, mineral_set, count(*) AS number
        FROM events WHERE date IS NOT NULL GROUP BY ALL
    )
    JOIN country_sets ON country_sets.id = country_set
    JOIN mineral_sets ON mineral_sets.id = mineral_set
), unnest(minerals) AS each(mineral)
GROUP BY ALL ORDER BY ALL
"""
