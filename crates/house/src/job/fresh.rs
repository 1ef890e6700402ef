//! Jobs that this server wrote leased to itself, so that it need not look for them and claim them.

use super::{Job, LEASE_MILLIS};
use crate::House;
use ledger::Millis;
use parking_lot::Mutex;
use std::collections::VecDeque;

/// Jobs kept in memory; more are written without a lease, for any server to claim.
const MOST: usize = 16_384;

/// A lease that is written together with its job.
#[derive(Debug, Clone)]
pub(crate) struct FreshLease {
    pub(crate) server: String,
    pub(crate) until: Millis,
}

impl FreshLease {
    /// A lease for a job to be written now, unless this server has enough to do.
    pub(crate) fn new(house: &House) -> Option<Self> {
        let has_room = house.fresh_jobs().0.lock().len() < MOST;
        has_room
            .then(|| Self { server: house.owner().to_owned(), until: house.server_now().plus(LEASE_MILLIS) })
    }
}

/// The jobs, the oldest first. When the server dies they are lost here and found by their leases' end.
#[derive(Debug, Default)]
pub(crate) struct FreshJobs(Mutex<VecDeque<Job>>);

impl FreshJobs {
    /// Adds a job that was committed under a lease.
    pub(crate) fn push(&self, job: Job) {
        self.0.lock().push_back(job);
    }

    /// Takes jobs whose leases have not ended; the others are anybody's now.
    pub(crate) fn take(&self, most: i64, now: Millis) -> Vec<Job> {
        let mut jobs = self.0.lock();
        let count = jobs.len().min(usize::try_from(most).unwrap_or_default());
        jobs.drain(..count).filter(|job| job.due_at > now.get()).collect()
    }
}
