-- Balance reports. A download id is unique over all holders: a link names it alone.
CREATE TABLE report (
    holder TEXT NOT NULL,
    download_id INTEGER NOT NULL,
    requested_by TEXT NOT NULL,
    -- None: every wallet of the holder.
    wallet TEXT,
    -- The period, from the first millisecond to the one after the last.
    from_at INTEGER NOT NULL,
    to_at INTEGER NOT NULL,
    format TEXT NOT NULL,
    status TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    rows_expected INTEGER,
    rows_done INTEGER NOT NULL,
    bytes INTEGER,
    -- SHA-256 of the file, in lower-case hexadecimal digits.
    digest TEXT,
    fail_reason TEXT,
    created_at INTEGER NOT NULL,
    finished_at INTEGER,
    expire_at INTEGER,
    PRIMARY KEY (holder, download_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX report_download_id ON report (download_id);

-- How many reports a holder has asked for in a month, written YYYY-MM.
CREATE TABLE report_quota (
    holder TEXT NOT NULL,
    month TEXT NOT NULL,
    used INTEGER NOT NULL,
    PRIMARY KEY (holder, month)
) STRICT, WITHOUT ROWID;

-- Jobs that take long have workers of their own, which look for them here.
CREATE INDEX job_ready_long ON job (dead, due_at) WHERE kind = 'build_report';
