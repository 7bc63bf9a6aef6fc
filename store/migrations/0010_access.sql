-- Who may read and change what, and what was changed. These tables have comments only on their columns: a table without
-- one of its own can be read by no query of a user's (store/sqlcheck.py).

CREATE TABLE users (
    name VARCHAR NOT NULL,
    role VARCHAR NOT NULL,
    hash VARCHAR NOT NULL,
    made_at TIMESTAMPTZ NOT NULL,
    disabled_at TIMESTAMPTZ
);
COMMENT ON COLUMN users.name IS 'by which they log in; no other has it, whatever its capitals';
COMMENT ON COLUMN users.role IS 'reader, analyst or admin';
COMMENT ON COLUMN users.hash IS 'of the password: Argon2id, with its salt and cost';
COMMENT ON COLUMN users.disabled_at IS 'since when they cannot log in; null where they can';

CREATE SEQUENCE token_numbers;
CREATE TABLE tokens (
    id BIGINT NOT NULL,
    name VARCHAR NOT NULL,
    "user" VARCHAR NOT NULL,
    digest VARCHAR NOT NULL,
    role VARCHAR NOT NULL,
    made_at TIMESTAMPTZ NOT NULL,
    last_used_at TIMESTAMPTZ,
    revoked_at TIMESTAMPTZ,
    expires_at TIMESTAMPTZ
);
COMMENT ON COLUMN tokens.id IS 'never given twice';
COMMENT ON COLUMN tokens.name IS 'what it is for';
COMMENT ON COLUMN tokens."user" IS 'name of the user whose it is: it may never do more than they may';
COMMENT ON COLUMN tokens.digest IS 'SHA-256 of the secret, which is shown once and not kept';
COMMENT ON COLUMN tokens.role IS 'reader, analyst or admin';
COMMENT ON COLUMN tokens.last_used_at IS 'to a few minutes';
COMMENT ON COLUMN tokens.expires_at IS 'null where it is good until it is revoked';

CREATE TABLE sessions (
    digest VARCHAR NOT NULL,
    "user" VARCHAR NOT NULL,
    made_at TIMESTAMPTZ NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);
COMMENT ON COLUMN sessions.digest IS 'SHA-256 of the id, which only the browser has';
COMMENT ON COLUMN sessions."user" IS 'name of the user who logged in';
COMMENT ON COLUMN sessions.seen_at IS 'to a few minutes';
COMMENT ON COLUMN sessions.expires_at IS 'when it ends, however often it is used';

CREATE TABLE audit (
    done_at TIMESTAMPTZ NOT NULL,
    who VARCHAR NOT NULL,
    role VARCHAR NOT NULL,
    what VARCHAR NOT NULL,
    target VARCHAR NOT NULL,
    address VARCHAR NOT NULL,
    outcome VARCHAR NOT NULL
);
COMMENT ON COLUMN audit.who IS 'name of the user; service for a command on this machine, local where there are no users';
COMMENT ON COLUMN audit.role IS 'that they acted by';
COMMENT ON COLUMN audit.what IS 'method and kind of thing, such as PUT watches';
COMMENT ON COLUMN audit.target IS 'which one';
COMMENT ON COLUMN audit.address IS 'from where, as the service saw it';
COMMENT ON COLUMN audit.outcome IS 'done, refused or failed, with the status of the answer';
