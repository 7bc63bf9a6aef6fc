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
