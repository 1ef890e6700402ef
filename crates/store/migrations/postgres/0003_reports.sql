-- Balance reports. A download id is unique over all holders: a link names it alone.
CREATE TABLE report (
    holder TEXT COLLATE "C" NOT NULL,
    download_id BIGINT NOT NULL,
    requested_by TEXT COLLATE "C" NOT NULL,
    -- None: every wallet of the holder.
    wallet TEXT COLLATE "C",
    -- The period, from the first millisecond to the one after the last.
    from_at BIGINT NOT NULL,
    to_at BIGINT NOT NULL,
    format TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    attempts BIGINT NOT NULL,
    rows_expected BIGINT,
    rows_done BIGINT NOT NULL,
    bytes BIGINT,
    -- SHA-256 of the file, in lower-case hexadecimal digits.
    digest TEXT COLLATE "C",
    fail_reason TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    finished_at BIGINT,
    expire_at BIGINT,
    PRIMARY KEY (holder, download_id)
);
CREATE UNIQUE INDEX report_download_id ON report (download_id);

-- How many reports a holder has asked for in a month, written YYYY-MM.
CREATE TABLE report_quota (
    holder TEXT COLLATE "C" NOT NULL,
    month TEXT COLLATE "C" NOT NULL,
    used BIGINT NOT NULL,
    PRIMARY KEY (holder, month)
);

-- Jobs that take long have workers of their own, which look for them here.
CREATE INDEX job_ready_long ON job (dead, due_at) WHERE kind = 'build_report';
