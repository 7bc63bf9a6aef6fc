-- The full-text index beside the database follows the articles: what it has not yet taken in stands here.

-- No `DEFAULT nextval(...)`: DuckDB 1.5.5 cannot replay the creation of such a table after a crash.
CREATE SEQUENCE unindexed_marks;
CREATE TABLE unindexed (mark BIGINT NOT NULL, article BIGINT NOT NULL);
COMMENT ON TABLE unindexed IS 'numbers of articles that were stored, changed or deleted since the full-text index took them in';
COMMENT ON COLUMN unindexed.mark IS 'one for each change: only those that were seen are taken away';

CREATE TABLE fulltext_state (token VARCHAR, next_token VARCHAR);
COMMENT ON TABLE fulltext_state IS 'one row; an index that bears neither token is not of this state of the database, and is built anew';
COMMENT ON COLUMN fulltext_state.next_token IS 'of the commit under way: killed within it, the index may bear the one or the other';
INSERT INTO fulltext_state VALUES (NULL, NULL);
