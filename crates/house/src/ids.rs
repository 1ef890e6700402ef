//! Ids, and the lease of the server's node number, without which it makes no ids.
//!
//! A background task of the server renews the lease in time. If it has expired nevertheless, because the
//! clock jumped ahead or no task runs, the next caller that needs an id renews it first.

use crate::{
    Abort, Failure, House,
    lease::{MILLIS, Renew},
    open_error::OpenError,
    pay_id::PayIds,
};
use ledger::{Millis, PayId};
use std::sync::atomic::Ordering;

impl House {
    /// Extends the lease of this server's node number; call it well within every two minutes. If another
    /// server has taken the number, a new one is leased.
    ///
    /// # Errors
    /// When the database fails or no number is free; the current lease stays valid until it ends.
    pub async fn renew_lease(&self) -> Result<(), OpenError> {
        let _alone = self.lease().renewing.lock().await;
        self.renew().await
    }

    /// Renews the lease in one commit if it has expired; then ids can be made.
    ///
    /// # Errors
    /// Busy if it cannot be renewed: nothing was done.
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

    pub(crate) async fn pay_id(&self) -> Result<PayId, Failure> {
        self.id(PayIds::next).await
    }

    /// A given number of ids.
    pub(crate) async fn pay_ids(&self, count: usize) -> Result<Vec<PayId>, Failure> {
        let mut ids = Vec::with_capacity(count);
        for _ in 0..count {
            ids.push(self.pay_id().await?);
        }
        Ok(ids)
    }

    /// A convert order's number.
    pub(crate) async fn convert_id(&self) -> Result<PayId, Failure> {
        self.id(PayIds::next_convert).await
    }

    async fn id(&self, next: fn(&PayIds, Millis) -> Option<PayId>) -> Result<PayId, Failure> {
        if let Some(id) = next(self.ids(), self.server_now()) {
            return Ok(id);
        }
        self.hold_lease().await?;
        let id = next(self.ids(), self.server_now());
        id.ok_or_else(|| Failure::busy("the lease of this server's node number was over as soon as renewed"))
    }
}
