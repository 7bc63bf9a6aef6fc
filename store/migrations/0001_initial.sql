-- Feeds, the two queues between the steps, and what was understood. Times are UTC. No foreign keys: DuckDB checks them
-- within a transaction against the state before it, which forbids replacing rows; the one writer keeps them true.

CREATE TABLE feeds (
    url VARCHAR PRIMARY KEY,
    name VARCHAR NOT NULL,
    lang VARCHAR,
    country VARCHAR,
    purpose VARCHAR,
    user_agent VARCHAR,
    configured BOOLEAN NOT NULL,
    etag VARCHAR,
    last_modified VARCHAR,
    moved_to VARCHAR,
    last_poll TIMESTAMPTZ,
    last_success TIMESTAMPTZ,
    last_error VARCHAR,
    failures INTEGER NOT NULL DEFAULT 0,
    next_poll TIMESTAMPTZ,
    wait_until TIMESTAMPTZ,
    poll_interval DOUBLE NOT NULL DEFAULT 3600,
    newest_entry TIMESTAMPTZ,
    retired BOOLEAN NOT NULL DEFAULT FALSE
);
COMMENT ON COLUMN feeds.configured IS 'stands in config.yaml; others keep their state in case they come back';
COMMENT ON COLUMN feeds.wait_until IS 'set by Retry-After: not asked before';
COMMENT ON COLUMN feeds.poll_interval IS 'seconds';

CREATE TABLE pages (
    url VARCHAR PRIMARY KEY,
    feed VARCHAR NOT NULL,
    title VARCHAR,
    published TIMESTAMPTZ,
    summary VARCHAR,
    author VARCHAR,
    state VARCHAR NOT NULL CHECK (state IN ('queued', 'done', 'dead')),
    attempts INTEGER NOT NULL DEFAULT 0,
    next_try TIMESTAMPTZ NOT NULL,
    reason VARCHAR,
    queued_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE pages IS 'the queue between polling and fetching; the entry of the feed is kept with it';
COMMENT ON COLUMN pages.reason IS 'why it was not fetched, of the last attempt';

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
    story VARCHAR,
    copy_group VARCHAR
);
COMMENT ON COLUMN articles.analysed_version IS 'the pipeline that understood this text; null is the queue of the analysis';
COMMENT ON COLUMN articles.copy_group IS 'the article of which this one is a near-copy, or itself';
COMMENT ON COLUMN articles.story IS 'the first article of those that tell the same happening';

CREATE TABLE revisions (
    article VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    text VARCHAR NOT NULL,
    content_hash VARCHAR NOT NULL,
    replaced_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (article, content_hash)
);
COMMENT ON TABLE revisions IS 'former texts of articles that were changed under the same address';

CREATE TABLE story_bands (
    band UTINYINT NOT NULL,
    hash VARCHAR NOT NULL,
    article VARCHAR NOT NULL
);
COMMENT ON TABLE story_bands IS 'locality-sensitive hashes of article texts: near-copies share at least one';
CREATE INDEX story_bands_hash ON story_bands (hash);

CREATE TABLE mentions (
    id VARCHAR PRIMARY KEY,
    article VARCHAR NOT NULL,
    event VARCHAR NOT NULL,
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
    confidence DOUBLE NOT NULL,
    version VARCHAR NOT NULL,
    reason VARCHAR NOT NULL
);
COMMENT ON COLUMN mentions.evidence_start IS 'characters of the article''s text, half-open; null where the title is the evidence';
COMMENT ON COLUMN mentions.reason IS 'why the mention belongs to its event';
CREATE INDEX mentions_article ON mentions (article);
CREATE INDEX mentions_event ON mentions (event);

CREATE TABLE stances (
    article VARCHAR NOT NULL,
    holder VARCHAR NOT NULL,
    holder_class VARCHAR NOT NULL,
    target VARCHAR NOT NULL,
    polarity VARCHAR NOT NULL,
    basis VARCHAR NOT NULL,
    evidence VARCHAR NOT NULL,
    evidence_start INTEGER,
    evidence_end INTEGER,
    confidence DOUBLE NOT NULL,
    version VARCHAR NOT NULL
);
CREATE INDEX stances_article ON stances (article);

CREATE TABLE events (
    id VARCHAR PRIMARY KEY,
    type VARCHAR NOT NULL,
    family VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    salience VARCHAR NOT NULL,
    date DATE,
    minerals VARCHAR[] NOT NULL,
    countries VARCHAR[] NOT NULL,
    project VARCHAR,
    actor VARCHAR,
    target VARCHAR,
    stage VARCHAR,
    amount DOUBLE,
    currency VARCHAR,
    confidence DOUBLE NOT NULL,
    evidence VARCHAR NOT NULL,
    first_seen TIMESTAMPTZ,
    last_seen TIMESTAMPTZ,
    article_count INTEGER NOT NULL,
    independent_sources INTEGER NOT NULL,
    version VARCHAR NOT NULL
);
COMMENT ON COLUMN events.date IS 'when it happened, as an article says; else when it was first published as news; null for history without a date';
COMMENT ON COLUMN events.independent_sources IS 'copies of one text count once, and so does each outlet';
