-- Jobs that wait for their time, of which there may be very many, apart from those that were begun or were to be done
-- at once: a time of the latter that is too far away comes from a clock that ran ahead, and must be found.
DROP INDEX job_ready;
CREATE INDEX job_waiting ON job (due_at) WHERE dead = FALSE AND attempts = 0 AND due_at > created_at;
CREATE INDEX job_begun ON job (due_at) WHERE dead = FALSE AND (attempts > 0 OR due_at <= created_at);
CREATE INDEX job_dead ON job (holder, kind, subject) WHERE dead = TRUE;
