//! The job that builds a report's file.
//!
//! Any server may build it. During the build, it extends its lease about every second and records its
//! progress; a builder stops if the lease is lost or the report is cancelled. Its work counts only if it
//! still has the lease in the commit that records the result.

mod outcome;

use super::{Ended, Report, ReportStatus, expire, find, path, upload::Upload};
use crate::{
    Failure, House,
    house::never_refused,
    job::{Claimed, Job, JobRow, Stop, class::Class, local::LEASE_MILLIS},
    statement::Statement,
};
use ledger::{HolderId, PayId};
use outcome::{Begin, Begun, Fail, Finish, GiveBack, Progress};
use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::{Duration, Instant},
};
use store::report::Built;

/// Attempts after which a report is FAILED.
const ATTEMPTS: i64 = 3;
/// Interval of extending the lease and recording the progress.
const NOTE_EVERY: Duration = Duration::from_secs(1);

/// A server's attempt to build a report.
struct Builder<'h> {
    house: &'h House,
    job: &'h JobRow,
    holder: HolderId,
    download_id: PayId,
}

/// The progress of an attempt.
struct Seen {
    /// Number of postings; negative until they are counted.
    expected: AtomicI64,
    rows: AtomicI64,
}

/// The end of an attempt without a failure.
enum End {
    Built(Built),
    /// The lease is another server's, or the report is cancelled.
    Lost,
    /// This server stops.
    Stopped,
}

/// Builds a report's file.
pub(crate) struct BuildReport;

impl Job for BuildReport {
    const KIND: &'static str = "build_report";
    const CLASS: Class = Class::Long;
    type Subject = PayId;

    async fn run(house: &House, job: Claimed<'_, PayId>) -> Result<(), Failure> {
        let Claimed { holder, subject: download_id, row, stop } = job;
        build(Builder { house, job: row, holder, download_id }, stop).await
    }
}

/// Builds a report. If the server stops first, another server may build it at once.
async fn build(builder: Builder<'_>, stop: Stop) -> Result<(), Failure> {
    let Builder { house, job, download_id, .. } = builder;
    let begun = Instant::now();
    let begin = Begin { job: job.clone(), server: house.owner().to_owned(), download_id };
    let attempt = match never_refused(house.commit_in_background(begin).await)? {
        Begun::Attempt(attempt) => attempt,
        Begun::NotNeeded => return Ok(()),
    };
    if attempt > ATTEMPTS {
        return builder.give_up("the server stopped in the middle of every attempt").await;
    }
    match builder.attempt(stop).await {
        Ok(End::Built(built)) => builder.finish(built, begun).await,
        Ok(End::Lost) => {
            tracing::info!(
                download_id = download_id.get(),
                "a report is built elsewhere or not needed any more"
            );
            Ok(())
        }
        Ok(End::Stopped) => builder.give_back().await,
        Err(failure) if attempt < ATTEMPTS => Err(failure),
        Err(failure) => builder.give_up(&failure.to_string()).await,
    }
}

impl Builder<'_> {
    async fn attempt(&self, stop: Stop) -> Result<End, Failure> {
        let report = self.report().await?;
        let seen = Seen { expected: AtomicI64::new(-1), rows: AtomicI64::new(0) };
        let mut upload = Upload::begin(self.house, &path(&report), &seen.rows).await?;
        let end = tokio::select! {
            biased;
            () = stop.come() => Ok(End::Stopped),
            () = self.note_progress(&seen) => Ok(End::Lost),
            built = self.write(&report, &seen, &mut upload) => built.map(End::Built),
        };
        if !matches!(end, Ok(End::Built(_))) {
            upload.abort().await;
        }
        end
    }

    async fn report(&self) -> Result<Report, Failure> {
        let report = find(self.house, &self.holder, self.download_id).await?;
        report.ok_or_else(|| Failure::invariant("a report vanished"))
    }

    async fn write(&self, report: &Report, seen: &Seen, upload: &mut Upload<'_>) -> Result<Built, Failure> {
        let (holder, wallet) = (&report.holder, report.wallet);
        let statement = Statement::open(self.house, holder, wallet, report.from, report.to).await?;
        seen.expected.store(statement.rows(), Ordering::Relaxed);
        statement.write(report.format, upload).await?;
        let uploaded = upload.complete().await?;
        let finished_at = self.house.now(holder);
        Ok(Built {
            rows: statement.rows(),
            bytes: uploaded.bytes,
            digest: uploaded.digest,
            finished_at,
            expire_at: finished_at.plus(self.house.rules().report_ttl_ms),
        })
    }

    /// Extends the lease and records the progress of the attempt, until the lease is lost.
    async fn note_progress(&self, seen: &Seen) {
        loop {
            tokio::time::sleep(NOTE_EVERY).await;
            let progress = Progress {
                job: self.job.clone(),
                server: self.house.owner().to_owned(),
                download_id: self.download_id,
                until: self.house.server_now().plus(LEASE_MILLIS),
                expected: Some(seen.expected.load(Ordering::Relaxed)).filter(|expected| *expected >= 0),
                rows: seen.rows.load(Ordering::Relaxed),
            };
            match never_refused(self.house.commit_in_background(progress).await) {
                Ok(true) => {}
                Ok(false) => return,
                // The lease is valid for a while; the next attempt may succeed.
                Err(failure) => tracing::warn!(%failure, "a report's progress could not be recorded"),
            }
        }
    }

    /// Makes a report with an uploaded file SUCCESS; if the report is no longer this server's, deletes a file
    /// that nothing else would delete.
    async fn finish(&self, built: Built, begun: Instant) -> Result<(), Failure> {
        let rows = built.rows;
        let finish = Finish {
            job: self.job.clone(),
            server: self.house.owner().to_owned(),
            download_id: self.download_id,
            sweep_at: self.house.server_now().plus(self.house.rules().report_ttl_ms),
            built,
        };
        if never_refused(self.house.commit_in_background(finish).await)? {
            self.house.report_ended(Ended::Built { rows, took: begun.elapsed() });
            return Ok(());
        }
        let report = self.report().await?;
        match report.status {
            ReportStatus::Processing | ReportStatus::Success => Ok(()),
            _ => expire::delete_file(self.house, &report).await,
        }
    }

    async fn give_up(&self, reason: &str) -> Result<(), Failure> {
        let (holder, download_id) = (&self.holder, self.download_id);
        tracing::error!(%holder, download_id = download_id.get(), reason, "report failed");
        let fail = Fail {
            job: self.job.clone(),
            server: self.house.owner().to_owned(),
            download_id,
            reason: reason.to_owned(),
            now: self.house.now(holder),
            server_now: self.house.server_now(),
        };
        never_refused(self.house.commit_in_background(fail).await)?;
        self.house.report_ended(Ended::Failed);
        Ok(())
    }

    async fn give_back(&self) -> Result<(), Failure> {
        let give_back = GiveBack {
            job: self.job.clone(),
            server: self.house.owner().to_owned(),
            download_id: self.download_id,
            now: self.house.server_now(),
        };
        never_refused(self.house.commit_in_background(give_back).await)
    }
}
