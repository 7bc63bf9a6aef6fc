-- What is known before anything is read: minerals, places, projects by all their names; and who speaks in a feed.

ALTER TABLE feeds ADD COLUMN voice VARCHAR;
COMMENT ON COLUMN feeds.voice IS 'who speaks in all of its articles, where config.yaml says so';

CREATE TABLE reference_data (name VARCHAR PRIMARY KEY, version VARCHAR NOT NULL, loaded_at TIMESTAMPTZ NOT NULL);
COMMENT ON TABLE reference_data IS 'which version of the gazetteer the tables below were filled from';

CREATE TABLE minerals (name VARCHAR PRIMARY KEY, symbol VARCHAR);
COMMENT ON COLUMN minerals.name IS 'canonical, as events name it';
COMMENT ON COLUMN minerals.symbol IS 'of the chemical element, where it is one';

CREATE TABLE places (code VARCHAR PRIMARY KEY, name VARCHAR NOT NULL, latitude DOUBLE, longitude DOUBLE);
COMMENT ON TABLE places IS 'countries by ISO 3166-1 alpha-2, and EU; the point is the town nearest to all inhabitants';

-- A table with a default of [] cannot be altered: DuckDB 1.5.5 does not open the file again if it is killed then, as it
-- cannot replay that from its log. So it is made anew, without such defaults.
CREATE TEMP TABLE former_projects AS FROM projects;
DROP TABLE projects;
CREATE TABLE projects (
    id INTEGER PRIMARY KEY,
    name VARCHAR NOT NULL,
    aliases VARCHAR[] NOT NULL,
    countries VARCHAR[] NOT NULL,
    minerals VARCHAR[] NOT NULL,
    operator VARCHAR,
    latitude DOUBLE,
    longitude DOUBLE,
    origin VARCHAR NOT NULL,
    is_certain BOOLEAN NOT NULL,
    same_as INTEGER
);
INSERT INTO projects
SELECT id, name, aliases, countries, minerals, operator, latitude, longitude, 'articles', FALSE, NULL FROM former_projects;
DROP TABLE former_projects;
COMMENT ON TABLE projects IS 'every mine, deposit or plant that an event or the gazetteer names';
COMMENT ON COLUMN projects.origin IS 'who knows it: gazetteer (written by hand), site (a public compilation), articles (only they name it)';
COMMENT ON COLUMN projects.is_certain IS 'its name means nothing else, wherever an article places it';
COMMENT ON COLUMN projects.same_as IS 'the project that it turned out to be: its events count there, its number leads there';
COMMENT ON COLUMN projects.countries IS 'known, or those of the first event that named it';

CREATE TABLE project_names (
    key VARCHAR NOT NULL,
    project INTEGER NOT NULL,
    is_own BOOLEAN NOT NULL,
    PRIMARY KEY (key, project)
);
COMMENT ON TABLE project_names IS 'all names of a project, folded: what events and questions are matched by';
INSERT INTO project_names SELECT lower(strip_accents(name)), id, TRUE FROM projects;

CREATE VIEW project_list AS
WITH totals AS (
    SELECT project, count(*)::INTEGER AS events, max(date) AS newest FROM events
    WHERE project IS NOT NULL GROUP BY project
),
told AS (
    SELECT project, country_set, mineral_set, count(*) AS number FROM events
    WHERE project IN (SELECT id FROM projects WHERE len(countries) = 0 OR len(minerals) = 0) GROUP BY ALL
),
told_minerals AS (
    SELECT project, list(name ORDER BY number DESC, name) AS names
    FROM (
        SELECT project, name, sum(number) AS number
        FROM told JOIN mineral_sets ON id = mineral_set, unnest(members) AS each(name) GROUP BY ALL
    ) JOIN totals USING (project)
    WHERE number * 3 >= events GROUP BY project
),
told_countries AS (
    SELECT project, list(name ORDER BY number DESC, name) AS names
    FROM (
        SELECT project, name, sum(number) AS number
        FROM told JOIN country_sets ON id = country_set, unnest(members) AS each(name) GROUP BY ALL
    ) JOIN totals USING (project)
    WHERE number * 3 >= events GROUP BY project
)
SELECT projects.id, name, aliases, operator, latitude, longitude, origin, same_as,
    CASE WHEN len(countries) > 0 THEN countries ELSE coalesce(told_countries.names, []) END AS countries,
    CASE WHEN len(minerals) > 0 THEN minerals ELSE coalesce(told_minerals.names, []) END AS minerals,
    coalesce(totals.events, 0) AS events, totals.newest
FROM projects
LEFT JOIN totals ON totals.project = projects.id
LEFT JOIN told_minerals ON told_minerals.project = projects.id
LEFT JOIN told_countries ON told_countries.project = projects.id;
COMMENT ON VIEW project_list IS 'projects as people read them: what is not known of one is what a third of its events tell';

CREATE VIEW actors AS
WITH acts AS (
    SELECT actor AS name, count(*) AS events, min(first_seen) AS first_seen, max(last_seen) AS last_seen
    FROM events WHERE actor IS NOT NULL GROUP BY actor
),
holders AS (
    SELECT holder AS name, mode(holder_class) AS holder_class, min(coalesce(published, fetched)) AS first_seen,
        max(coalesce(published, fetched)) AS last_seen
    FROM stances JOIN articles ON articles.number = stances.article GROUP BY holder
)
SELECT name, holder_class, coalesce(events, 0) AS events, least(acts.first_seen, holders.first_seen) AS first_seen,
    greatest(acts.last_seen, holders.last_seen) AS last_seen
FROM acts FULL JOIN holders USING (name);
COMMENT ON VIEW actors IS 'who acts in events or takes a stance; the class is that which most of its stances were given';
