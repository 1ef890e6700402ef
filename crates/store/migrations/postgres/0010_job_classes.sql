-- Each class of jobs has a worker of its own, which finds its jobs by these, however many jobs of another class wait.
ALTER TABLE job ADD COLUMN class TEXT COLLATE "C" NOT NULL DEFAULT 'short';
UPDATE job SET class = 'long' WHERE kind = 'build_report';
DROP INDEX job_ready_long;
DROP INDEX job_waiting;
DROP INDEX job_begun;
CREATE INDEX job_waiting ON job (class, due_at) WHERE dead = FALSE AND attempts = 0 AND due_at > created_at;
CREATE INDEX job_begun ON job (class, due_at) WHERE dead = FALSE AND (attempts > 0 OR due_at <= created_at);
