//! Execution of a quote: the sold amount is frozen in the commit that is answered. A job makes the exchange.

use super::{ConvertOrder, ConvertStatus, order, settle::SettleConvert};
use crate::{
    Abort, Caller, Failure, House,
    job::{Job, local::LocalLease},
    posting::not_posted,
};
use ledger::{AccountKey, Bucket, Journal, JournalKind, Millis, PayId, PostError};
use parking_lot::Mutex;
use store::{
    Command, Tx, account,
    convert::{ConvertRow, Terms},
    event::{self, EventKind},
};

/// Why a quote is not executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ExecuteRefusal {
    /// The holder has no such quote.
    #[error("quote not found")]
    Unknown,
    /// It has expired.
    #[error("the quote has expired")]
    Expired,
    /// The wallet no longer holds enough (or its frozen bucket would overflow).
    #[error("the wallet does not hold the amount any more")]
    BalanceGone,
}

/// Executes a quote, or answers with the order of an earlier execution.
pub async fn execute(
    house: &House,
    caller: &Caller,
    quote_id: &str,
) -> Result<ConvertOrder, Abort<ExecuteRefusal>> {
    let execute = Execute {
        house: house.clone(),
        caller: caller.clone(),
        quote_id: quote_id.to_owned(),
        order_id: house.convert_id().await?,
        journal: house.pay_id().await?,
        lease: house.local_lease(),
        made: Mutex::default(),
    };
    let row = house.commit(execute).await?;
    Ok(order::from_row(house, row).await?)
}

struct Execute {
    house: House,
    caller: Caller,
    quote_id: String,
    order_id: PayId,
    journal: PayId,
    lease: Option<LocalLease>,
    /// When this command made the order; none if the order already existed.
    made: Mutex<Option<Millis>>,
}

impl Command for Execute {
    type Output = ConvertRow;
    type Refusal = ExecuteRefusal;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<ConvertRow, Abort<ExecuteRefusal>> {
        *self.made.lock() = None;
        let holder = &self.caller.holder;
        let quote = store::convert::lock_quote(tx, holder, &self.quote_id).await?;
        let quote = quote.ok_or(Abort::Refused(ExecuteRefusal::Unknown))?;
        if let Some(order_id) = quote.order_id {
            let order = store::convert::find_in(tx, holder, order_id).await?;
            return order.ok_or_else(|| Failure::invariant("an executed quote has no order").into());
        }
        // The clock is read here, after the lock, so that a long wait for it can expire the quote.
        let now = self.house.now(holder);
        if now >= quote.expire_at {
            return Err(Abort::Refused(ExecuteRefusal::Expired));
        }
        let created_at = self.freeze(tx, &quote.terms, now).await?;
        let order = self.order(&quote.terms, created_at);
        store::convert::insert(tx, &order).await?;
        store::convert::set_executed(tx, &quote, self.order_id).await?;
        let subject = self.order_id.to_string();
        SettleConvert::enqueue_now(tx, holder, &self.order_id, self.lease.as_ref(), now).await?;
        event::record(tx, holder, EventKind::ConvertCreated, &subject, created_at).await?;
        *self.made.lock() = Some(now);
        Ok(order)
    }

    fn committed(&self) {
        if let (Some(now), Some(lease)) = (*self.made.lock(), &self.lease) {
            SettleConvert::run_locally(&self.house, &self.caller.holder, &self.order_id, lease, now);
        }
    }
}

impl Execute {
    /// Freezes the sold amount; returns the effective time.
    async fn freeze(
        &self,
        tx: &mut Tx<'_>,
        terms: &Terms,
        now: Millis,
    ) -> Result<Millis, Abort<ExecuteRefusal>> {
        let holder = &self.caller.holder;
        let account = |bucket| AccountKey::new(holder, terms.wallet, terms.from, bucket);
        let out = terms.from_amount.checked_neg().ok_or_else(|| Failure::invariant("a negative quote"))?;
        let journal = Journal::draft(holder, JournalKind::ConvertFreeze, self.journal, now)
            .about(self.order_id)
            .by(&self.caller.actor)
            .with(account(Bucket::Available), out)
            .with(account(Bucket::Frozen), terms.from_amount);
        let mut book = account::lock(tx, journal.accounts()).await?;
        let at = self.house.posting_time(&book, holder)?;
        match at.post(&mut book, journal) {
            Ok(()) => {}
            Err(PostError::Insufficient { .. } | PostError::Overflow(_)) => {
                return Err(Abort::Refused(ExecuteRefusal::BalanceGone));
            }
            Err(error) => return Err(not_posted(error).into()),
        }
        account::save(tx, &book).await?;
        Ok(at.millis())
    }

    fn order(&self, terms: &Terms, created_at: Millis) -> ConvertRow {
        ConvertRow {
            holder: self.caller.holder.clone(),
            order_id: self.order_id,
            quote_id: self.quote_id.clone(),
            status: ConvertStatus::Process,
            terms: terms.clone(),
            created_at,
            finished_at: None,
            fail_reason: None,
        }
    }
}
