//! The lease of the server's node number, without which it makes no ids.
//!
//! It is renewed in good time by whoever keeps a server going. When it is over all the same, because the clock jumped
//! ahead or nobody keeps anything going, whoever needs an id renews it first.

use crate::{
    Abort, Failure, House, OpenError,
    pay_id::{NODES, PayIds},
};
use ledger::Millis;
use std::sync::atomic::{AtomicU64, Ordering};
use store::{Command, Tx};
use tokio::sync::Mutex;

/// How long a server holds its node number without renewing it.
pub(crate) const MILLIS: i64 = 120_000;

/// Has the lease renewed by one at a time.
#[derive(Debug, Default)]
pub(crate) struct Lease {
    renewing: Mutex<()>,
    /// Counts attempts, so that those who waited for one that failed do not repeat it.
    attempts: AtomicU64,
}

impl House {
    /// Extends the lease of this server's node number, best well within two minutes. When another server has taken
    /// the number over, a new one is leased.
    ///
    /// # Errors
    /// When the database fails or no number is free; the ids of the present lease stay good until it ends.
    pub async fn renew_lease(&self) -> Result<(), OpenError> {
        let _alone = self.lease().renewing.lock().await;
        self.renew().await
    }

    /// Renews the lease in one commit if it is over: from then on ids can be made.
    ///
    /// # Errors
    /// Busy when it cannot be renewed: nothing was done.
    pub async fn hold_lease(&self) -> Result<(), Failure> {
        if self.ids().is_leased(self.server_now()) {
            return Ok(());
        }
        let seen = self.lease().attempts.load(Ordering::SeqCst);
        let _alone = self.lease().renewing.lock().await;
        if self.ids().is_leased(self.server_now()) {
            return Ok(());
        }
        let over = "no ids can be made: the lease of this server's node number is over";
        if self.lease().attempts.load(Ordering::SeqCst) != seen {
            return Err(Failure::busy(over));
        }
        self.renew().await.map_err(|error| {
            tracing::error!(%error, "the lease of this server's node number has expired and could not be renewed");
            Failure::busy(format!("{over}: {error}"))
        })
    }

    async fn renew(&self) -> Result<(), OpenError> {
        self.lease().attempts.fetch_add(1, Ordering::SeqCst);
        let now = self.server_now();
        let until = now.plus(MILLIS).max(self.ids().used_until());
        let renew = Renew { node: self.ids().node(), owner: self.owner().to_owned(), now, until };
        let node = self.store().commit(renew).await.map_err(|abort| match abort {
            Abort::Refused(error) => error,
            Abort::Failed(failure) => OpenError::Failure(failure),
        })?;
        self.ids().lease(node, until);
        Ok(())
    }

    pub(crate) async fn pay_id(&self) -> Result<i64, Failure> {
        self.id(PayIds::next).await
    }

    /// As many ids.
    pub(crate) async fn pay_ids(&self, count: usize) -> Result<Vec<i64>, Failure> {
        let mut ids = Vec::with_capacity(count);
        for _ in 0..count {
            ids.push(self.pay_id().await?);
        }
        Ok(ids)
    }

    /// The number of a conversion.
    pub(crate) async fn convert_id(&self) -> Result<i64, Failure> {
        self.id(PayIds::next_convert).await
    }

    async fn id(&self, next: fn(&PayIds, Millis) -> Option<i64>) -> Result<i64, Failure> {
        if let Some(id) = next(self.ids(), self.server_now()) {
            return Ok(id);
        }
        self.hold_lease().await?;
        let id = next(self.ids(), self.server_now());
        id.ok_or_else(|| Failure::busy("the lease of this server's node number was over as soon as renewed"))
    }
}

struct Renew {
    node: i64,
    owner: String,
    now: Millis,
    until: Millis,
}

impl Command for Renew {
    type Output = i64;
    type Refusal = OpenError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<i64, Abort<OpenError>> {
        if store::meta::renew_node(tx, self.node, &self.owner, self.until.get()).await? {
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
        if let Some(node) = store::meta::lease_node(tx, owner, now.get(), until.get(), NODES).await? {
            return Ok(node);
        }
    }
    Err(Abort::Refused(OpenError::NoNode))
}
