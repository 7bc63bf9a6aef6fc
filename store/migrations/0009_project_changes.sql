-- Which projects' events changed, so that what is derived of projects can be held in memory and made anew where it must be.

CREATE TABLE project_changes (
    version BIGINT NOT NULL,
    project INTEGER NOT NULL
);
COMMENT ON TABLE project_changes IS 'projects of which an event came, went or changed, in order';
COMMENT ON COLUMN project_changes.version IS 'one higher with each change of the store''s events';
COMMENT ON COLUMN project_changes.project IS 'id of projects';
