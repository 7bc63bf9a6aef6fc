-- What the pages need: whose events changed, so that what is derived of projects can be held in memory; queries that are kept.

CREATE TABLE project_changes (
    version BIGINT NOT NULL,
    project INTEGER NOT NULL
);
COMMENT ON TABLE project_changes IS 'projects of which an event came, went or changed, in order';
COMMENT ON COLUMN project_changes.version IS 'one higher with each change of the store''s events';
COMMENT ON COLUMN project_changes.project IS 'id of projects';

CREATE TABLE queries (
    name VARCHAR NOT NULL,
    sql VARCHAR NOT NULL,
    who VARCHAR NOT NULL,
    made_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE queries IS 'queries in SQL that people keep to ask again';
COMMENT ON COLUMN queries.name IS 'one of its kind';
COMMENT ON COLUMN queries.who IS 'who kept it';
