//! The lease of the server's node number; without it the server makes no ids.

use crate::{Abort, open_error::OpenError, pay_id::NODES};
use ledger::Millis;
use std::sync::atomic::AtomicU64;
use store::{Command, Tx};
use tokio::sync::Mutex;

/// How long a server holds its node number without renewing it.
pub(crate) const MILLIS: i64 = 120_000;

/// Serialises renewals of the lease.
#[derive(Debug, Default)]
pub(crate) struct Lease {
    pub(crate) renewing: Mutex<()>,
    /// Counts attempts, so that callers that waited for a failed attempt do not repeat it.
    pub(crate) attempts: AtomicU64,
}

/// Extends a lease, or takes another if it now belongs to another server.
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

/// Leases a free node number.
pub(crate) async fn take(
    tx: &mut Tx<'_>,
    owner: &str,
    now: Millis,
    until: Millis,
) -> Result<i64, Abort<OpenError>> {
    // Another server may take the same number at the same moment; then the next number is tried.
    for _ in 0..16 {
        if let Some(node) = store::meta::lease_node(tx, owner, now, until, NODES).await? {
            return Ok(node);
        }
    }
    Err(Abort::Refused(OpenError::NoNode))
}
