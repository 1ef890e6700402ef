//! Jobs that this server wrote leased to itself, so that it need not look for them and claim them.

use ledger::Millis;
use parking_lot::Mutex;
use std::collections::VecDeque;
use store::job::JobRow;

/// How long a claimed job is left alone; a server that is not done by then has died.
pub(crate) const LEASE_MILLIS: i64 = 30_000;
/// Jobs kept in memory; more are written without a lease, for any server to claim.
const MOST: usize = 16_384;

/// A lease that is written together with its job.
#[derive(Debug, Clone)]
pub(crate) struct LocalLease {
    pub(crate) server: String,
    pub(crate) until: Millis,
}

/// The jobs, the oldest first. When the server dies they are lost here and found by their leases' end.
#[derive(Debug, Default)]
pub(crate) struct LocalQueue(Mutex<VecDeque<JobRow>>);

impl LocalQueue {
    /// A lease for a job to be written now, unless this server has enough to do.
    pub(crate) fn lease(&self, server: &str, now: Millis) -> Option<LocalLease> {
        let has_room = self.0.lock().len() < MOST;
        has_room.then(|| LocalLease { server: server.to_owned(), until: now.plus(LEASE_MILLIS) })
    }

    /// Adds a job that was committed under a lease.
    pub(crate) fn push(&self, job: JobRow) {
        self.0.lock().push_back(job);
    }

    /// Takes jobs whose leases have not ended; the others are any server's now.
    pub(crate) fn take(&self, most: i64, now: Millis) -> Vec<JobRow> {
        let mut jobs = self.0.lock();
        let count = jobs.len().min(usize::try_from(most).unwrap_or_default());
        jobs.drain(..count).filter(|job| job.due_at > now).collect()
    }
}
