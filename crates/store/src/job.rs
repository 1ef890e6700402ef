//! Jobs: work after a commit, written in the transaction that causes it.

use crate::{
    Failure, Store, Tx,
    row::{Columns, Param, row, select, sql},
    tx::Read,
};
use ledger::{HolderId, Millis};

row! {
    /// A job.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct JobRow in job {
        /// The holder that it belongs to.
        pub holder: HolderId,
        /// The kind of job.
        pub kind: String,
        /// The object of the job.
        pub subject: String,
        /// When it is ready; while a server runs it, the end of the lease.
        pub due_at: Millis,
        /// Number of started attempts.
        pub attempts: i64,
        /// Whether it was given up and waits for an operator.
        pub dead: bool,
        /// Why the latest attempt failed.
        pub last_error: Option<String>,
        /// When it was written.
        pub created_at: Millis,
    }
}

/// The latest valid times of leases and waits. A later time comes from a clock that was ahead, and counts as
/// over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Furthest {
    /// The end of a lease.
    pub lease: Millis,
    /// The end of the wait after a failed attempt, and the due time of a job that was due at once.
    pub wait: Millis,
}

/// A job to write.
#[derive(Debug, Clone, Copy)]
pub struct NewJob<'a> {
    /// The holder that it belongs to.
    pub holder: &'a str,
    /// The kind of job.
    pub kind: &'a str,
    /// The class of its worker.
    pub class: &'a str,
    /// The object of the job.
    pub subject: &'a str,
    /// When it is ready or, if it is leased at once, the end of the lease.
    pub due_at: Millis,
    /// The server that runs it without claiming it first. That counts as an attempt.
    pub leased_by: Option<&'a str>,
    /// The time of writing.
    pub now: Millis,
}

/// Writes a job; an existing one is not changed.
pub async fn enqueue(tx: &mut Tx<'_>, job: &NewJob<'_>) -> Result<(), Failure> {
    let sql = "INSERT INTO job (holder, kind, class, subject, due_at, attempts, dead, leased_by, created_at) \
               VALUES ($1, $2, $3, $4, $5, $6, FALSE, $7, $8) ON CONFLICT (holder, kind, subject) DO NOTHING";
    let attempts = i64::from(job.leased_by.is_some());
    tx.execute(
        sql,
        &[&job.holder, &job.kind, &job.class, &job.subject, &job.due_at, &attempts, &job.leased_by, &job.now],
    )
    .await?;
    Ok(())
}

/// Makes every leased job ready: only if no other server is running.
pub async fn end_leases(tx: &mut Tx<'_>, now: Millis) -> Result<u64, Failure> {
    let sql = "UPDATE job SET due_at = $1, leased_by = NULL \
               WHERE leased_by IS NOT NULL AND dead = FALSE AND (attempts > 0 OR due_at <= created_at)";
    tx.execute(sql, &[&now]).await
}

/// Ready jobs of a class, the longest waiting first.
///
/// Two partial indexes separate jobs that wait for their time from those that were started or were due at
/// once; each of the three parts is one range of one of them.
pub async fn ready(
    store: &Store,
    class: &str,
    now: Millis,
    furthest: Furthest,
    limit: i64,
) -> Result<Vec<JobRow>, Failure> {
    let sql = sql!(
        "SELECT ",
        JobRow::SELECTED,
        " FROM (SELECT * FROM (SELECT * FROM job \
         WHERE class = $1 AND dead = FALSE AND attempts = 0 AND due_at > created_at \
         AND due_at <= $2 ORDER BY due_at LIMIT $3) AS waiting \
         UNION ALL SELECT * FROM (SELECT * FROM job \
         WHERE class = $1 AND dead = FALSE AND (attempts > 0 OR due_at <= created_at) \
         AND due_at <= $2 ORDER BY due_at LIMIT $3) AS begun \
         UNION ALL SELECT * FROM (SELECT * FROM job \
         WHERE class = $1 AND dead = FALSE AND (attempts > 0 OR due_at <= created_at) \
         AND due_at > $4 AND (leased_by IS NOT NULL OR due_at > $5) ORDER BY due_at LIMIT $3) AS beyond \
         ) AS job ORDER BY due_at LIMIT $3"
    );
    store.query(sql, &[&class, &now, &limit, &furthest.lease, &furthest.wait]).await
}

/// Moves a job to another class. The job must be unchanged since it was read.
pub async fn set_class(tx: &mut Tx<'_>, job: &JobRow, class: &str) -> Result<(), Failure> {
    let sql = "UPDATE job SET class = $1 WHERE holder = $2 AND kind = $3 AND subject = $4 AND due_at = $5 \
               AND attempts = $6";
    tx.execute(sql, &[&class, &job.holder, &job.kind, &job.subject, &job.due_at, &job.attempts]).await?;
    Ok(())
}

/// Claims a job until the lease ends; returns whether no other server was first. The job must be unchanged
/// since it was read.
pub async fn claim(
    tx: &mut Tx<'_>,
    job: &JobRow,
    server: &str,
    lease_until: Millis,
) -> Result<bool, Failure> {
    let sql = "UPDATE job SET due_at = $1, leased_by = $2, attempts = attempts + 1 \
               WHERE holder = $3 AND kind = $4 AND subject = $5 AND due_at = $6 AND attempts = $7 \
               AND dead = FALSE";
    let claimed = tx
        .execute(
            sql,
            &[&lease_until, &server, &job.holder, &job.kind, &job.subject, &job.due_at, &job.attempts],
        )
        .await?;
    Ok(claimed == 1)
}

/// Removes a finished job.
pub async fn finish(tx: &mut Tx<'_>, holder: &str, kind: &str, subject: &str) -> Result<(), Failure> {
    let sql = "DELETE FROM job WHERE holder = $1 AND kind = $2 AND subject = $3";
    tx.execute(sql, &[&holder, &kind, &subject]).await?;
    Ok(())
}

/// Extends the lease of a running job; false if the job belongs to another server now, or is gone.
pub async fn renew(
    tx: &mut Tx<'_>,
    job: &JobRow,
    server: &str,
    lease_until: Millis,
) -> Result<bool, Failure> {
    let sql = "UPDATE job SET due_at = $1 WHERE holder = $2 AND kind = $3 AND subject = $4 AND attempts = $5 \
               AND leased_by = $6 AND dead = FALSE";
    let params: [&dyn Param; 6] =
        [&lease_until, &job.holder, &job.kind, &job.subject, &job.attempts, &server];
    Ok(tx.execute(sql, &params).await? == 1)
}

/// Removes a finished job of a server; false if the job belongs to another server now, or is gone.
pub async fn finish_own(tx: &mut Tx<'_>, job: &JobRow, server: &str) -> Result<bool, Failure> {
    let sql = "DELETE FROM job WHERE holder = $1 AND kind = $2 AND subject = $3 AND attempts = $4 \
               AND leased_by = $5";
    let params: [&dyn Param; 5] = [&job.holder, &job.kind, &job.subject, &job.attempts, &server];
    Ok(tx.execute(sql, &params).await? == 1)
}

/// Makes a running job ready for any server; false if the job belongs to another server now, or is gone.
pub async fn give_back(tx: &mut Tx<'_>, job: &JobRow, server: &str, now: Millis) -> Result<bool, Failure> {
    let sql = "UPDATE job SET due_at = $1, leased_by = NULL WHERE holder = $2 AND kind = $3 AND subject = $4 \
               AND attempts = $5 AND leased_by = $6 AND dead = FALSE";
    let params: [&dyn Param; 6] = [&now, &job.holder, &job.kind, &job.subject, &job.attempts, &server];
    Ok(tx.execute(sql, &params).await? == 1)
}

/// Records a failed attempt: the job is due again later, or given up. A later attempt by another server is
/// not changed.
pub async fn fail(
    tx: &mut Tx<'_>,
    job: &JobRow,
    error: &str,
    due_at: Millis,
    dead: bool,
) -> Result<(), Failure> {
    let sql = "UPDATE job SET due_at = $1, dead = $2, last_error = $3, leased_by = NULL \
               WHERE holder = $4 AND kind = $5 AND subject = $6 AND attempts = $7";
    tx.execute(sql, &[&due_at, &dead, &error, &job.holder, &job.kind, &job.subject, &job.attempts]).await?;
    Ok(())
}

/// Postpones a job that is not due yet, as if it had never been started.
pub async fn postpone(
    tx: &mut Tx<'_>,
    holder: &str,
    kind: &str,
    subject: &str,
    due_at: Millis,
) -> Result<(), Failure> {
    let sql = "UPDATE job SET due_at = $1, attempts = 0, leased_by = NULL \
               WHERE holder = $2 AND kind = $3 AND subject = $4 AND dead = FALSE";
    tx.execute(sql, &[&due_at, &holder, &kind, &subject]).await?;
    Ok(())
}

/// The result of a retry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retried {
    /// It is ready.
    Ready,
    /// A server is running it.
    Running,
    /// The job does not exist.
    Missing,
}

/// Makes a job ready and resets its number of attempts, unless a server is running it.
pub async fn retry(
    tx: &mut Tx<'_>,
    (holder, kind, subject): (&str, &str, &str),
    now: Millis,
    furthest: Furthest,
) -> Result<Retried, Failure> {
    let sql = "UPDATE job SET dead = FALSE, attempts = 0, due_at = $1, leased_by = NULL \
               WHERE holder = $2 AND kind = $3 AND subject = $4 \
               AND (dead = TRUE OR leased_by IS NULL OR due_at <= $1 OR due_at > $5)";
    if tx.execute(sql, &[&now, &holder, &kind, &subject, &furthest.lease]).await? == 1 {
        return Ok(Retried::Ready);
    }
    let sql = "SELECT due_at FROM job WHERE holder = $1 AND kind = $2 AND subject = $3";
    let found: Option<Millis> = (&mut *tx).first(sql, &[&holder, &kind, &subject]).await?;
    Ok(if found.is_some() { Retried::Running } else { Retried::Missing })
}

/// Jobs after a position in the order of holder, kind and subject; optionally only the dead ones.
pub async fn list(
    store: &Store,
    only_dead: bool,
    after: (&str, &str, &str),
    limit: i64,
) -> Result<Vec<JobRow>, Failure> {
    let sql = select!(
        JobRow,
        "WHERE (dead = TRUE OR dead = $1) AND (holder, kind, subject) > ($2, $3, $4) \
         ORDER BY holder, kind, subject LIMIT $5"
    );
    store.query(sql, &[&only_dead, &after.0, &after.1, &after.2, &limit]).await
}

row! {
    /// The amount of waiting work.
    #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
    pub struct Backlog {
        /// Jobs that are ready or running.
        pub ready: i64,
        /// Jobs that were given up.
        pub dead: i64,
        /// When the longest waiting ready job became ready.
        pub oldest_due_at: Option<Millis>,
    }
}

impl Backlog {
    fn and(self, other: Self) -> Self {
        let due = self.oldest_due_at.into_iter().chain(other.oldest_due_at);
        Self { ready: self.ready + other.ready, dead: self.dead + other.dead, oldest_due_at: due.min() }
    }
}

/// The amount of waiting work of some classes at a time.
pub async fn backlog(store: &Store, classes: &[&str], now: Millis) -> Result<Backlog, Failure> {
    let sql = "SELECT CAST(SUM(ready) AS BIGINT), \
               (SELECT COUNT(*) FROM job WHERE dead = TRUE AND class = $1), \
               MIN(oldest) FROM ( \
               SELECT COUNT(*) AS ready, MIN(due_at) AS oldest FROM job \
               WHERE class = $1 AND dead = FALSE AND attempts = 0 AND due_at > created_at AND due_at <= $2 \
               UNION ALL SELECT COUNT(*), MIN(due_at) FROM job \
               WHERE class = $1 AND dead = FALSE AND (attempts > 0 OR due_at <= created_at) \
               AND due_at <= $2) AS job";
    let mut backlog = Backlog::default();
    for class in classes {
        backlog = backlog.and(store.first(sql, &[class, &now]).await?.unwrap_or_default());
    }
    Ok(backlog)
}
