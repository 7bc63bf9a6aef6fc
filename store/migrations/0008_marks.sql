-- Each fingerprint bears a mark, by which what the process holds of it in memory is compared with what is stored.

-- Made anew, as in 0005: a column that may not be null cannot be added.
CREATE TEMP TABLE former_fingerprints AS FROM fingerprints;
DROP TABLE fingerprints;
CREATE TABLE fingerprints (
    article BIGINT NOT NULL,
    day DATE NOT NULL,
    bands UINTEGER[] NOT NULL,
    terms UINTEGER[] NOT NULL,
    names UINTEGER[][] NOT NULL,
    mark UBIGINT NOT NULL
);
INSERT INTO fingerprints SELECT *, hash(uuid()) FROM former_fingerprints;
DROP TABLE former_fingerprints;
COMMENT ON TABLE fingerprints IS 'what tells relevant articles apart or together, without their text; in order of arrival';
COMMENT ON COLUMN fingerprints.article IS 'number of the article';
COMMENT ON COLUMN fingerprints.day IS 'when the article was published, else fetched';
COMMENT ON COLUMN fingerprints.bands IS 'locality-sensitive hashes of the text: near-copies share at least one';
COMMENT ON COLUMN fingerprints.terms IS 'hashes of the names and numbers it tells of';
COMMENT ON COLUMN fingerprints.names IS 'by mention: hashes of the names and numbers in its evidence, and of project, actor and target';
COMMENT ON COLUMN fingerprints.mark IS 'drawn anew whenever the row is written: what is held of it in memory is told by it to be old';

-- Of a page's 50 events these four columns took five sixths of the time to read: words that FSST has packed are slow to take
-- out one by one. How a column is packed is said when it is made; 10,000,000 events take half a minute to be written anew.
CREATE TABLE packed_events (
    id BIGINT PRIMARY KEY,
    type VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    salience VARCHAR NOT NULL,
    date DATE,
    country_set UINTEGER NOT NULL,
    mineral_set UINTEGER NOT NULL,
    project INTEGER,
    actor VARCHAR USING COMPRESSION dictionary,
    target VARCHAR USING COMPRESSION dictionary,
    stage VARCHAR USING COMPRESSION dictionary,
    amount DOUBLE,
    currency VARCHAR USING COMPRESSION dictionary,
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
INSERT INTO packed_events FROM events;
DROP TABLE events;
ALTER TABLE packed_events RENAME TO events;
COMMENT ON TABLE events IS 'what happened, each once however many articles tell of it; event_list shows the same in words';
COMMENT ON COLUMN events.type IS 'of the nineteen types of the codebook';
COMMENT ON COLUMN events.status IS 'actual or prospective';
COMMENT ON COLUMN events.salience IS 'main, or background where it is only ever recalled as history';
COMMENT ON COLUMN events.date IS 'when it happened, as an article says; else when it was first published as news; null for history without a date';
COMMENT ON COLUMN events.country_set IS 'id of country_sets';
COMMENT ON COLUMN events.mineral_set IS 'id of mineral_sets';
COMMENT ON COLUMN events.project IS 'id of projects';
COMMENT ON COLUMN events.actor IS 'who acts, as named';
COMMENT ON COLUMN events.target IS 'on whom or what, as named';
COMMENT ON COLUMN events.stage IS 'of a deal, policy or permit: memorandum, binding, appealed, ...';
COMMENT ON COLUMN events.amount IS 'money, in currency';
COMMENT ON COLUMN events.confidence IS 'from 0 to 1; more sources that do not copy each other make it higher';
COMMENT ON COLUMN events.evidence_article IS 'article and number of the mention that shows it best: the sentence is stored once';
COMMENT ON COLUMN events.evidence_number IS 'see evidence_article; event_list has the sentence itself';
COMMENT ON COLUMN events.first_seen IS 'publication of the first article that tells of it; likewise last_seen';
COMMENT ON COLUMN events.article_count IS 'articles that tell of it';
COMMENT ON COLUMN events.independent_sources IS 'copies of one text count once, and so does each outlet';
COMMENT ON COLUMN events.voice IS 'the best that stands behind it: official, statement (a party''s own), or news';
COMMENT ON COLUMN events.supporters IS 'holders for it, as its articles report; likewise opponents';
COMMENT ON COLUMN events.opponents IS 'holders against it, as its articles report';
COMMENT ON COLUMN events.version IS 'of the pipeline that made the row';
