-- What is told to whom: watches, and the ledger that makes each alert leave once.

CREATE SEQUENCE change_numbers;
CREATE TABLE changed_events (
    number BIGINT NOT NULL,
    event BIGINT NOT NULL,
    was_status VARCHAR,
    was_stage VARCHAR,
    was_confidence FLOAT
);
COMMENT ON TABLE changed_events IS 'the queue of the alerts: events that were made, changed or taken away, in that order';
COMMENT ON COLUMN changed_events.number IS 'in the order of the changes';
COMMENT ON COLUMN changed_events.event IS 'id of the event, which may be gone';
COMMENT ON COLUMN changed_events.was_status IS 'before the change, like the columns behind it; null where the event is new';

CREATE TABLE watches (
    name VARCHAR NOT NULL,
    settings JSON NOT NULL,
    is_own BOOLEAN NOT NULL,
    made_at TIMESTAMPTZ NOT NULL,
    after_event BIGINT NOT NULL
);
COMMENT ON TABLE watches IS 'saved questions whose new answers are told';
COMMENT ON COLUMN watches.name IS 'its name, which no other has';
COMMENT ON COLUMN watches.settings IS 'filters, kinds, channels and times, as config.yaml has them';
COMMENT ON COLUMN watches.is_own IS 'made by command or page, not by config.yaml';
COMMENT ON COLUMN watches.made_at IS 'when it was made, or last asked for something else';
COMMENT ON COLUMN watches.after_event IS 'events up to this id were known then, and are no news to it';

CREATE TABLE alerts (
    id BIGINT NOT NULL,
    watch VARCHAR NOT NULL,
    event BIGINT,
    about VARCHAR,
    kind VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    decided_at TIMESTAMPTZ NOT NULL,
    due TIMESTAMPTZ NOT NULL,
    details JSON NOT NULL,
    told JSON,
    message VARCHAR
);
COMMENT ON TABLE alerts IS 'the ledger: what each watch was told of each event, so that nobody is told twice';
COMMENT ON COLUMN alerts.id IS 'in the order in which they were decided';
COMMENT ON COLUMN alerts.watch IS 'name of the watch that it answers';
COMMENT ON COLUMN alerts.event IS 'id of the event; null for an unusual rise';
COMMENT ON COLUMN alerts.about IS 'of an unusual rise: its key and week';
COMMENT ON COLUMN alerts.kind IS 'why it is told: docs/alerts.md lists them';
COMMENT ON COLUMN alerts.state IS 'waiting (for its time), held (by the cap of the day), told, or dropped (there was nothing left to tell)';
COMMENT ON COLUMN alerts.due IS 'when it may leave';
COMMENT ON COLUMN alerts.details IS 'what the event cannot tell: standing, former event, figures of a rise';
COMMENT ON COLUMN alerts.told IS 'the event as it was told';
COMMENT ON COLUMN alerts.message IS 'key of the message that told it';

CREATE TABLE messages (
    key VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    day DATE NOT NULL,
    thread VARCHAR,
    created TIMESTAMPTZ NOT NULL,
    subject VARCHAR NOT NULL,
    body JSON NOT NULL,
    events BIGINT[] NOT NULL
);
COMMENT ON TABLE messages IS 'what was written to readers: alerts, summaries and digests, as they left';
COMMENT ON COLUMN messages.key IS 'names it for good: mail and webhooks know a second try by it';
COMMENT ON COLUMN messages.kind IS 'alert, summary (of what a day''s cap held back) or digest';
COMMENT ON COLUMN messages.name IS 'of the watch, or of the digest';
COMMENT ON COLUMN messages.day IS 'the reader''s day: of which a digest tells, on which an alert was written';
COMMENT ON COLUMN messages.thread IS 'key of the message that this one updates';
COMMENT ON COLUMN messages.body IS 'text, HTML, pictures, link, and what programs get';
COMMENT ON COLUMN messages.events IS 'ids of the events that it tells of';

CREATE TABLE deliveries (
    message VARCHAR NOT NULL,
    channel VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    attempts INTEGER NOT NULL,
    due TIMESTAMPTZ NOT NULL,
    error VARCHAR,
    ended_at TIMESTAMPTZ
);
COMMENT ON TABLE deliveries IS 'by which channel each message leaves, and how that went';
COMMENT ON COLUMN deliveries.message IS 'key of the message';
COMMENT ON COLUMN deliveries.channel IS 'name of the channel in config.yaml';
COMMENT ON COLUMN deliveries.state IS 'waiting, sent, or dead (given up)';
COMMENT ON COLUMN deliveries.attempts IS 'how often it was tried';
COMMENT ON COLUMN deliveries.due IS 'when it is tried next';
COMMENT ON COLUMN deliveries.error IS 'what the last try met';
COMMENT ON COLUMN deliveries.ended_at IS 'when it was sent or given up';
