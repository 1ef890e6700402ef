//! The lease of the server's node number, without which it makes no ids.

use crate::{Abort, open_error::OpenError, pay_id::NODES};
use ledger::Millis;
use std::sync::atomic::AtomicU64;
use store::{Command, Tx};
use tokio::sync::Mutex;

/// How long a server holds its node number without renewing it.
pub(crate) const MILLIS: i64 = 120_000;

/// Has the lease renewed by one at a time.
#[derive(Debug, Default)]
pub(crate) struct Lease {
    pub(crate) renewing: Mutex<()>,
    /// Counts attempts, so that those who waited for one that failed do not repeat it.
    pub(crate) attempts: AtomicU64,
}

/// Extends a lease, or takes another when it is somebody else's by now.
pub(crate) struct Renew {
    pub(crate) node: i64,
    pub(crate) owner: String,
    pub(crate) now: Millis,
    pub(crate) until: Millis,
}

impl Command for Renew {
    type Output = i64;
    type Refusal = OpenError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<i64, Abort<OpenError>> {
        if store::meta::renew_node(tx, self.node, &self.owner, self.until).await? {
            return Ok(self.node);
        }
        take(tx, &self.owner, self.now, self.until).await
    }
}

/// Leases a number that nobody holds.
pub(crate) async fn take(
    tx: &mut Tx<'_>,
    owner: &str,
    now: Millis,
    until: Millis,
) -> Result<i64, Abort<OpenError>> {
    // Another server may take the same number at the same moment; then the next one is tried.
    for _ in 0..16 {
        if let Some(node) = store::meta::lease_node(tx, owner, now, until, NODES).await? {
            return Ok(node);
        }
    }
    Err(Abort::Refused(OpenError::NoNode))
}
