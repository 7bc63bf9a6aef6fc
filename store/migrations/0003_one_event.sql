-- Reports are brought together by numbers, sets and fingerprints, so that ten million events stay quick to ask and small.
-- What was understood before is understood again: the articles are queued, and nothing that was fetched is lost.

DROP TABLE events;
DROP TABLE stances;
DROP TABLE mentions;
DROP TABLE story_bands;

CREATE SEQUENCE article_numbers;
CREATE SEQUENCE event_ids;

-- The articles are written anew and not altered: DuckDB makes no index on a table that the same transaction has altered.
ALTER TABLE articles RENAME TO former_articles;
CREATE TABLE articles (
    id VARCHAR PRIMARY KEY,
    url VARCHAR,
    title VARCHAR NOT NULL,
    text VARCHAR NOT NULL,
    lang VARCHAR,
    published TIMESTAMPTZ,
    fetched TIMESTAMPTZ NOT NULL,
    source VARCHAR NOT NULL,
    feed VARCHAR,
    author VARCHAR,
    content_hash VARCHAR NOT NULL,
    analysed_version VARCHAR,
    relevant BOOLEAN,
    note VARCHAR,
    is_stub BOOLEAN DEFAULT FALSE,
    number BIGINT,
    voice VARCHAR DEFAULT 'news',
    story BIGINT,
    copy_group BIGINT
);
COMMENT ON COLUMN articles.analysed_version IS 'the pipeline that understood this text; null is the queue of the analysis';
COMMENT ON COLUMN articles.is_stub IS 'the text is only the beginning: the rest is for subscribers';
COMMENT ON COLUMN articles.number IS 'in the order in which it was stored: short, and kept for good';
COMMENT ON COLUMN articles.voice IS 'who speaks: official (an authority), statement (a party), news';
COMMENT ON COLUMN articles.story IS 'the story it belongs to';
COMMENT ON COLUMN articles.copy_group IS 'number of the article of which this one is a near-copy, or its own';
INSERT INTO articles (id, url, title, text, lang, published, fetched, source, feed, author, content_hash, is_stub, number)
SELECT id, url, title, text, lang, published, fetched, source, feed, author, left(content_hash, 16), is_stub,
    row_number() OVER (ORDER BY rowid)
FROM former_articles;
SELECT max(nextval('article_numbers')) FROM articles;  -- so many are taken
DROP TABLE former_articles;
UPDATE revisions SET content_hash = left(content_hash, 16);
CREATE UNIQUE INDEX articles_number ON articles (number);

CREATE TABLE stories (
    id BIGINT PRIMARY KEY,
    first_seen TIMESTAMPTZ NOT NULL,
    last_seen TIMESTAMPTZ NOT NULL,
    article_count INTEGER NOT NULL
);
COMMENT ON TABLE stories IS 'articles that tell the same happening; the id is the number of the first';

CREATE TABLE fingerprints (
    article BIGINT NOT NULL,
    day DATE NOT NULL,
    bands UINTEGER[] NOT NULL,
    terms UINTEGER[] NOT NULL,
    names UINTEGER[][] NOT NULL
);
COMMENT ON TABLE fingerprints IS 'what tells relevant articles apart or together, without their text; in order of arrival';
COMMENT ON COLUMN fingerprints.bands IS 'locality-sensitive hashes of the text: near-copies share at least one';
COMMENT ON COLUMN fingerprints.terms IS 'hashes of the names and numbers it tells of';
COMMENT ON COLUMN fingerprints.names IS 'by mention: hashes of the names and numbers in its evidence, and of project, actor and target';

-- Sets and names as small numbers: ten million rows are filtered and counted five times as fast as with lists of text.

CREATE TABLE country_sets (id UINTEGER PRIMARY KEY, members VARCHAR[] NOT NULL);
CREATE TABLE mineral_sets (id UINTEGER PRIMARY KEY, members VARCHAR[] NOT NULL);

CREATE TABLE projects (
    id INTEGER PRIMARY KEY,
    name VARCHAR NOT NULL,
    aliases VARCHAR[] NOT NULL DEFAULT [],
    countries VARCHAR[] NOT NULL DEFAULT [],
    minerals VARCHAR[] NOT NULL DEFAULT [],
    operator VARCHAR,
    latitude DOUBLE,
    longitude DOUBLE
);
COMMENT ON TABLE projects IS 'every mine, deposit or plant that an event names; place and operator where the gazetteer knows them';

CREATE TABLE mentions (
    article BIGINT NOT NULL,
    number UTINYINT NOT NULL,
    event BIGINT NOT NULL,
    own_event BIGINT NOT NULL,
    type VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    salience VARCHAR NOT NULL,
    minerals VARCHAR[] NOT NULL,
    countries VARCHAR[] NOT NULL,
    project VARCHAR,
    actor VARCHAR,
    target VARCHAR,
    date DATE,
    stage VARCHAR,
    amount DOUBLE,
    currency VARCHAR,
    evidence VARCHAR NOT NULL,
    evidence_start INTEGER,
    evidence_end INTEGER,
    confidence FLOAT NOT NULL,
    day DATE NOT NULL,
    seen TIMESTAMPTZ NOT NULL,
    source VARCHAR NOT NULL,
    voice VARCHAR NOT NULL,
    lang VARCHAR,
    copy_group BIGINT NOT NULL,
    score FLOAT,
    reason VARCHAR NOT NULL,
    version VARCHAR NOT NULL
);
COMMENT ON TABLE mentions IS 'one event as one article tells it, and the event that it belongs to';
COMMENT ON COLUMN mentions.own_event IS 'the event that resolution chose; `event` differs where a person merged or split';
COMMENT ON COLUMN mentions.evidence_start IS 'characters of the article''s text, half-open; null where the title is the evidence';
COMMENT ON COLUMN mentions.day IS 'when it happened, else when the article was published or fetched';
COMMENT ON COLUMN mentions.score IS 'the probability that it is the same event, as resolution saw it; null for a first report';
COMMENT ON COLUMN mentions.reason IS 'why it belongs to its event';
CREATE INDEX mentions_event ON mentions (event);

CREATE TABLE stances (
    article BIGINT NOT NULL,
    holder VARCHAR NOT NULL,
    holder_class VARCHAR NOT NULL,
    target VARCHAR NOT NULL,
    polarity VARCHAR NOT NULL,
    basis VARCHAR NOT NULL,
    evidence VARCHAR NOT NULL,
    evidence_start INTEGER,
    evidence_end INTEGER,
    confidence FLOAT NOT NULL,
    version VARCHAR NOT NULL
);
COMMENT ON TABLE stances IS 'attitudes as one article reports them; by number of the article, like mentions';
CREATE INDEX stances_article ON stances (article);

CREATE TABLE events (
    id BIGINT PRIMARY KEY,
    type VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    salience VARCHAR NOT NULL,
    date DATE,
    country_set UINTEGER NOT NULL,
    mineral_set UINTEGER NOT NULL,
    project INTEGER,
    actor VARCHAR,
    target VARCHAR,
    stage VARCHAR,
    amount DOUBLE,
    currency VARCHAR,
    confidence FLOAT NOT NULL,
    evidence_article BIGINT NOT NULL,
    evidence_number UTINYINT NOT NULL,
    first_seen TIMESTAMPTZ NOT NULL,
    last_seen TIMESTAMPTZ NOT NULL,
    article_count INTEGER NOT NULL,
    independent_sources INTEGER NOT NULL,
    voice VARCHAR NOT NULL,
    supporters INTEGER NOT NULL,
    opponents INTEGER NOT NULL,
    version VARCHAR NOT NULL
);
COMMENT ON COLUMN events.date IS 'when it happened, as an article says; else when it was first published as news; null for history without a date';
COMMENT ON COLUMN events.independent_sources IS 'copies of one text count once, and so does each outlet';
COMMENT ON COLUMN events.evidence_article IS 'article and number of the mention that shows it best: the sentence is stored once';
COMMENT ON COLUMN events.voice IS 'the best that stands behind it: official, statement (a party''s own), or news';
COMMENT ON COLUMN events.supporters IS 'holders for it, as its articles report; likewise opponents';

CREATE TABLE weekly_counts (
    week DATE NOT NULL,
    country VARCHAR NOT NULL,
    mineral VARCHAR NOT NULL,
    events INTEGER NOT NULL
);
COMMENT ON TABLE weekly_counts IS 'events by pair and week (its Monday): movers are found in these, not in all events';

CREATE TABLE reviews (
    id BIGINT PRIMARY KEY,
    action VARCHAR NOT NULL CHECK (action IN ('merge', 'split')),
    event BIGINT NOT NULL,
    into_event BIGINT NOT NULL,
    mentions JSON,
    who VARCHAR NOT NULL,
    reason VARCHAR,
    made_at TIMESTAMPTZ NOT NULL,
    undone_at TIMESTAMPTZ
);
COMMENT ON TABLE reviews IS 'what people decided: beside what was resolved, never over it, and to be undone';
COMMENT ON COLUMN reviews.mentions IS 'of a split: article, type and evidence of what went to the new event, so that a new analysis finds it again';

CREATE TABLE reanalyses (
    article BIGINT PRIMARY KEY,
    content_hash VARCHAR NOT NULL,
    analysis JSON
);
COMMENT ON TABLE reanalyses IS 'the queue of `orewire reprocess`: what is to be understood again, and how; it counts once all are';

CREATE VIEW event_list AS
SELECT events.* EXCLUDE (country_set, mineral_set, project, evidence_article, evidence_number),
    country_sets.members AS countries, mineral_sets.members AS minerals, projects.name AS project, projects.latitude,
    projects.longitude, mentions.evidence
FROM events
JOIN country_sets ON country_sets.id = country_set
JOIN mineral_sets ON mineral_sets.id = mineral_set
LEFT JOIN projects ON projects.id = events.project
LEFT JOIN (SELECT article, number, evidence FROM mentions) AS mentions
    ON mentions.article = evidence_article AND mentions.number = evidence_number;
COMMENT ON VIEW event_list IS 'events as people read them: sets and names in place of numbers';

CREATE VIEW story_list AS
SELECT stories.*, articles.title FROM stories LEFT JOIN (SELECT number, title FROM articles) AS articles ON number = id;
COMMENT ON VIEW story_list IS 'stories with the title of their first article';

CREATE VIEW event_mentions AS
SELECT event, own_event, article, number, score, reason FROM mentions;
COMMENT ON VIEW event_mentions IS 'which mention belongs to which event, and why';
