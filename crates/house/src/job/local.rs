//! Jobs that this server wrote with a lease of its own, so that it need not search and claim them.

use ledger::Millis;
use parking_lot::Mutex;
use std::collections::VecDeque;
use store::job::JobRow;

/// How long a claimed job is left to its server; a server that needs longer is taken for dead.
pub(crate) const LEASE_MILLIS: i64 = 30_000;
/// Most jobs in memory; further jobs are written without a lease, for any server to claim.
const MOST: usize = 16_384;

/// A lease written together with its job.
#[derive(Debug, Clone)]
pub(crate) struct LocalLease {
    pub(crate) server: String,
    pub(crate) until: Millis,
}

/// The jobs, the oldest first. If the server dies, they are lost here; other servers find them after their
/// leases end.
#[derive(Debug, Default)]
pub(crate) struct LocalQueue(Mutex<VecDeque<JobRow>>);

impl LocalQueue {
    /// A lease for a job to write now; none if the queue is full.
    pub(crate) fn lease(&self, server: &str, now: Millis) -> Option<LocalLease> {
        let has_room = self.0.lock().len() < MOST;
        has_room.then(|| LocalLease { server: server.to_owned(), until: now.plus(LEASE_MILLIS) })
    }

    /// Adds a job that was committed under a lease.
    pub(crate) fn push(&self, job: JobRow) {
        self.0.lock().push_back(job);
    }

    /// Takes jobs with a valid lease; jobs with an expired lease are dropped, since any server may claim
    /// them.
    pub(crate) fn take(&self, most: i64, now: Millis) -> Vec<JobRow> {
        let mut jobs = self.0.lock();
        let count = jobs.len().min(usize::try_from(most).unwrap_or_default());
        jobs.drain(..count).filter(|job| job.due_at > now).collect()
    }
}
