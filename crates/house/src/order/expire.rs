//! The job that records the expiry of an unpaid order.

use super::{OrderStatus, status};
use crate::{
    Abort, Failure, House,
    house::never_refused,
    job::{Claimed, Job},
};
use ledger::{HolderId, Millis, PayId};
use std::convert::Infallible;
use store::{
    Command, Tx,
    event::{self, EventKind},
};

/// Expires an order after its time.
pub(crate) struct ExpireOrder;

impl Job for ExpireOrder {
    const KIND: &'static str = "expire_order";
    type Subject = PayId;

    async fn run(house: &House, job: Claimed<'_, PayId>) -> Result<(), Failure> {
        let Claimed { holder, subject: prepay_id, .. } = job;
        let (now, server_now) = (house.now(&holder), house.server_now());
        never_refused(house.commit_in_background(Expire { holder, prepay_id, now, server_now }).await)
    }
}

struct Expire {
    holder: HolderId,
    prepay_id: PayId,
    now: Millis,
    server_now: Millis,
}

impl Command for Expire {
    type Output = ();
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<Infallible>> {
        let order = store::order::lock(tx, &self.holder, self.prepay_id).await?;
        let order = order.ok_or_else(|| Failure::invariant("an order vanished"))?;
        let is_due = status(&order, self.now) == OrderStatus::Expired;
        if order.status == OrderStatus::Initial {
            if !is_due {
                // The job ran early, or the holder's clock is behind the server's.
                let due_at = self.server_now.plus(order.expire_at.since(self.now));
                ExpireOrder::postpone(tx, &self.holder, &self.prepay_id, due_at).await?;
                return Ok(());
            }
            store::order::set_status(tx, &order, OrderStatus::Expired).await?;
            let subject = self.prepay_id.to_string();
            event::record(tx, &self.holder, EventKind::OrderExpired, &subject, self.now).await?;
        }
        ExpireOrder::finish(tx, &self.holder, &self.prepay_id).await?;
        Ok(())
    }
}
