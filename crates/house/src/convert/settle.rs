//! The job that settles a convert order.

use super::ConvertStatus;
use crate::{
    Abort, Caller, Failure, House,
    holder::HolderStatus,
    house::never_refused,
    job::{Claimed, Job},
    posting::{PostingTime, not_posted},
};
use ledger::{AccountKey, Book, Bucket, HouseAccount, Journal, JournalKind, Millis, PayId, PostError};
use money::Amount;
use std::convert::Infallible;
use store::{
    Command, Tx, account,
    convert::{ConvertRow, Terms},
    event::{self, EventKind},
};

/// Settles an order.
pub(crate) struct SettleConvert;

impl Job for SettleConvert {
    const KIND: &'static str = "settle_convert";
    type Subject = PayId;

    async fn run(house: &House, job: Claimed<'_, PayId>) -> Result<(), Failure> {
        let settle = Settle {
            house: house.clone(),
            caller: Caller { holder: job.holder, actor: "job:settle_convert".to_owned() },
            order_id: job.subject,
            journal: house.pay_id().await?,
        };
        never_refused(house.commit_in_background(settle).await)
    }
}

struct Settle {
    house: House,
    caller: Caller,
    order_id: PayId,
    journal: PayId,
}

impl Command for Settle {
    type Output = ();
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<Infallible>> {
        let holder = &self.caller.holder;
        let order = store::convert::lock(tx, holder, self.order_id).await?;
        let order = order.ok_or_else(|| Failure::invariant("a conversion vanished"))?;
        if order.status == ConvertStatus::Process {
            let status = store::holder::find_in(tx, holder).await?.map(|row| row.status);
            let mut book = account::lock(tx, &self.accounts(&order.terms)).await?;
            let time = self.house.posting_time(&book, holder)?;
            let fail_reason = self.post(&mut book, &order, status, time)?;
            account::save(tx, &book).await?;
            let outcome = if fail_reason.is_none() { ConvertStatus::Success } else { ConvertStatus::Fail };
            let at = time.millis();
            store::convert::set_outcome(tx, &order, outcome, fail_reason, at).await?;
            let subject = self.order_id.to_string();
            event::record(tx, holder, EventKind::ConvertFinished, &subject, at).await?;
        }
        SettleConvert::finish(tx, holder, &self.order_id).await?;
        Ok(())
    }
}

impl Settle {
    /// Every account that may change, whatever the outcome.
    fn accounts(&self, terms: &Terms) -> [AccountKey; 3] {
        [
            self.account(terms, Bucket::Frozen),
            self.account(terms, Bucket::Available),
            AccountKey::new(&self.caller.holder, terms.wallet, terms.to, Bucket::Available),
        ]
    }

    /// The account of the sold asset.
    fn account(&self, terms: &Terms, bucket: Bucket) -> AccountKey {
        AccountKey::new(&self.caller.holder, terms.wallet, terms.from, bucket)
    }

    /// Makes the exchange; if that is impossible, unfreezes the amount to sell and returns the reason.
    fn post(
        &self,
        book: &mut Book,
        order: &ConvertRow,
        status: Option<HolderStatus>,
        at: PostingTime,
    ) -> Result<Option<&'static str>, Failure> {
        let fail_reason = match status {
            Some(HolderStatus::Active) => {
                let draft = self.draft(JournalKind::ConvertSettle, at.millis());
                match at.post(book, exchange(draft, &order.terms, Bucket::Frozen)?) {
                    Ok(()) => return Ok(None),
                    Err(PostError::Overflow(_)) => "The balance would be too large.",
                    Err(error) => return Err(not_posted(error)),
                }
            }
            Some(HolderStatus::Suspended) => "The account is suspended.",
            Some(HolderStatus::Closed) | None => "The account is closed.",
        };
        at.post(book, self.release(&order.terms, at.millis())?).map_err(not_posted)?;
        Ok(Some(fail_reason))
    }

    fn draft(&self, kind: JournalKind, now: Millis) -> Journal {
        Journal::draft(&self.caller.holder, kind, self.journal, now)
            .about(self.order_id)
            .by(&self.caller.actor)
    }

    fn release(&self, terms: &Terms, now: Millis) -> Result<Journal, Failure> {
        Ok(self
            .draft(JournalKind::ConvertRelease, now)
            .with(self.account(terms, Bucket::Frozen), negative(terms.from_amount)?)
            .with(self.account(terms, Bucket::Available), terms.from_amount))
    }
}

/// Adds the legs of an exchange to its owner's journal: the sold amount moves from the bucket `sold_from`
/// into the house's position; the bought amount and the spread come out of it.
pub(crate) fn exchange(journal: Journal, terms: &Terms, sold_from: Bucket) -> Result<Journal, Failure> {
    let gross = terms.to_amount.checked_add(terms.spread).ok_or_else(overflow)?;
    let account = |asset, bucket| AccountKey::new(&journal.owner, terms.wallet, asset, bucket);
    let (sold, bought) = (account(terms.from, sold_from), account(terms.to, Bucket::Available));
    Ok(journal
        .with(sold, negative(terms.from_amount)?)
        .with_house(HouseAccount::Position, terms.from, terms.from_amount)
        .with_house(HouseAccount::Position, terms.to, negative(gross)?)
        .with(bought, terms.to_amount)
        .with_house(HouseAccount::Spread, terms.to, terms.spread))
}

fn negative(amount: Amount) -> Result<Amount, Failure> {
    amount.checked_neg().ok_or_else(overflow)
}

fn overflow() -> Failure {
    Failure::invariant("a conversion's amounts overflow")
}
