-- What people decide an event is: right as it is (accept), none at all (reject), or otherwise (edit).

ALTER TABLE reviews RENAME TO former_reviews;
CREATE TABLE reviews (
    id BIGINT PRIMARY KEY,
    action VARCHAR NOT NULL CHECK (action IN ('merge', 'split', 'accept', 'reject', 'edit')),
    event BIGINT NOT NULL,
    into_event BIGINT,
    mentions JSON,
    changes JSON,
    who VARCHAR NOT NULL,
    reason VARCHAR,
    made_at TIMESTAMPTZ NOT NULL,
    undone_at TIMESTAMPTZ
);
INSERT INTO reviews
SELECT id, action, event, into_event, mentions, NULL, who, reason, made_at, undone_at FROM former_reviews;
DROP TABLE former_reviews;
COMMENT ON TABLE reviews IS 'what people decided: beside what was resolved, never over it, and to be undone';
COMMENT ON COLUMN reviews.id IS 'in the order in which they were made';
COMMENT ON COLUMN reviews.action IS 'merge, split, accept (right as it is), reject (no such event) or edit';
COMMENT ON COLUMN reviews.event IS 'id of the event that it is about';
COMMENT ON COLUMN reviews.into_event IS 'id of the event that it was merged into, or that was split off; else null';
COMMENT ON COLUMN reviews.mentions IS 'article, type and evidence of what went to a split event; of the others, with the event that resolution chose, what was looked at: so a new analysis finds it again';
COMMENT ON COLUMN reviews.changes IS 'of an edit: by field what was before, and what holds since';
COMMENT ON COLUMN reviews.who IS 'who decided';
COMMENT ON COLUMN reviews.reason IS 'why, in their words';
COMMENT ON COLUMN reviews.made_at IS 'when it was decided';
COMMENT ON COLUMN reviews.undone_at IS 'when it was taken back; null while it holds';
