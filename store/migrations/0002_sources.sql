-- Kinds of sources, what entries tell besides, and files of watched folders.

ALTER TABLE feeds ADD COLUMN kind VARCHAR DEFAULT 'feed';
ALTER TABLE feeds ADD COLUMN robots BOOLEAN DEFAULT TRUE;
ALTER TABLE feeds ADD COLUMN digest VARCHAR;
ALTER TABLE feeds ADD COLUMN entries_digest VARCHAR;
COMMENT ON COLUMN feeds.entries_digest IS 'of the addresses of the entries it had last: tells whether it brought something new';
ALTER TABLE feeds ADD COLUMN skip_hours VARCHAR;
COMMENT ON COLUMN feeds.skip_hours IS 'hours of UTC in which the feed asks not to be polled';
COMMENT ON COLUMN feeds.kind IS 'how it is read: a file of ingest/readers';
COMMENT ON COLUMN feeds.digest IS 'SHA-256 of the last body that was read to its end';

ALTER TABLE pages ADD COLUMN source VARCHAR;
ALTER TABLE pages ADD COLUMN document VARCHAR;
ALTER TABLE pages ADD COLUMN changes INTEGER DEFAULT 0;
COMMENT ON COLUMN pages.changes IS 'how often it was queued again, as its entry had changed';
COMMENT ON COLUMN pages.source IS 'the outlet, where the feed names it';
COMMENT ON COLUMN pages.document IS 'what is read in place of the page';

ALTER TABLE articles ADD COLUMN is_stub BOOLEAN DEFAULT FALSE;
COMMENT ON COLUMN articles.is_stub IS 'the text is only the beginning: the rest is for subscribers';

CREATE TABLE files (
    path VARCHAR PRIMARY KEY,
    size BIGINT NOT NULL,
    modified TIMESTAMPTZ NOT NULL,
    article VARCHAR,
    reason VARCHAR,
    seen_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE files IS 'files of the watched folders; one is read again when its size or time changes';
COMMENT ON COLUMN files.reason IS 'why no article could be had of it';
