-- What is added to a transaction's id to make its number. Each cluster counts its transactions from the beginning,
-- so where a database has been restored this is raised, past every number that was ever given. It is a function
-- that is replaced, not a row: every commit asks for it, and this way it costs none of them anything.
CREATE FUNCTION tx_offset() RETURNS BIGINT LANGUAGE SQL STABLE
    AS 'SELECT 0::bigint';

-- The number of the running transaction; grows from commit to commit only where safe_tx() says so.
CREATE OR REPLACE FUNCTION current_tx() RETURNS BIGINT LANGUAGE SQL VOLATILE
    AS 'SELECT pg_current_xact_id()::text::bigint + tx_offset()';
-- Every transaction below this number has ended: a reader that stops there misses nothing later.
CREATE OR REPLACE FUNCTION safe_tx() RETURNS BIGINT LANGUAGE SQL STABLE
    AS 'SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint + tx_offset()';
-- Everything that can be seen was written below this number, unless it was written in another cluster.
CREATE FUNCTION next_tx() RETURNS BIGINT LANGUAGE SQL STABLE
    AS 'SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint + tx_offset()';
