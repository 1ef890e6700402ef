//! Closing of an unpaid order.

use super::{OrderRef, OrderStatus, expire::ExpireOrder, find, status};
use crate::{Abort, Caller, House, job::Job};
use ledger::{Millis, PayId};
use store::{
    Command, Tx,
    event::{self, EventKind},
};

/// Why an order is not closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CloseRefusal {
    /// The merchant has no order with this id or number.
    #[error("order not found")]
    NotFound,
    /// It is paid or expired.
    #[error("the order is paid or expired and cannot be closed")]
    NotClosable,
}

/// Closes an order. Closing a closed order changes nothing.
pub async fn close(house: &House, caller: &Caller, order: OrderRef<'_>) -> Result<(), Abort<CloseRefusal>> {
    let order = find(house, &caller.holder, order).await?;
    let prepay_id = order.ok_or(Abort::Refused(CloseRefusal::NotFound))?.row.prepay_id;
    let now = house.now(&caller.holder);
    house.commit(Close { caller: caller.clone(), prepay_id, now }).await
}

struct Close {
    caller: Caller,
    prepay_id: PayId,
    now: Millis,
}

impl Command for Close {
    type Output = ();
    type Refusal = CloseRefusal;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<CloseRefusal>> {
        let holder = &self.caller.holder;
        let order = store::order::lock(tx, holder, self.prepay_id).await?;
        let order = order.ok_or(Abort::Refused(CloseRefusal::NotFound))?;
        match status(&order, self.now) {
            OrderStatus::Canceled => return Ok(()),
            OrderStatus::Paid | OrderStatus::Expired => {
                return Err(Abort::Refused(CloseRefusal::NotClosable));
            }
            OrderStatus::Initial => {}
        }
        let subject = self.prepay_id.to_string();
        store::order::set_status(tx, &order, OrderStatus::Canceled).await?;
        ExpireOrder::finish(tx, holder, &self.prepay_id).await?;
        event::record(tx, holder, EventKind::OrderClosed, &subject, self.now).await?;
        Ok(())
    }
}
