//! Release of the rest of an order's split reserve: on request, or after its time.

use super::find_anyones;
use crate::{
    Abort, Caller, Failure, House,
    job::{Claimed, Job},
    posting::not_posted,
};
use ledger::{AccountKey, Bucket, Journal, JournalKind, Millis, PayId, PostError, Wallet};
use money::Amount;
use store::{
    Command, Tx, account,
    event::{self, EventKind},
    order::OrderRow,
};

pub(super) const DAY_MILLIS: i64 = 86_400_000;

/// Why a reserve is not released.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReleaseRefusal {
    /// The order does not exist.
    #[error("there is no such order")]
    NoOrder,
    /// It has no reserve: it is not paid, or was not created for splitting.
    #[error("the order has no split reserve")]
    NoReserve,
    /// The reserve is already released.
    #[error("the reserve was released before")]
    Released,
    /// The available balance would exceed the range of an amount.
    #[error("the merchant's balance would be too large")]
    TooLarge,
}

/// The result of a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Released {
    /// The released amount, in smallest units of the order's currency.
    pub amount: Amount,
    /// Decimals of that unit.
    pub scale: u8,
}

/// Makes the rest of an order's reserve available to the merchant. The amount of a split in progress stays
/// frozen for it; afterwards the order cannot be split again.
pub async fn release_reserve(
    house: &House,
    actor: &str,
    prepay_id: &str,
) -> Result<Released, Abort<ReleaseRefusal>> {
    let order = find_anyones(house, prepay_id).await?.ok_or(Abort::Refused(ReleaseRefusal::NoOrder))?;
    let holder = order.row.holder;
    let release = Release {
        house: house.clone(),
        caller: Caller { holder, actor: actor.to_owned() },
        prepay_id: order.row.prepay_id,
        when: When::Now,
        journal: house.pay_id().await?,
    };
    Ok(Released { amount: house.commit(release).await?, scale: order.scale })
}

/// Releases a reserve after its time.
pub(crate) struct ReleaseReserve;

impl Job for ReleaseReserve {
    const KIND: &'static str = "release_reserve";
    type Subject = PayId;

    async fn run(house: &House, job: Claimed<'_, PayId>) -> Result<(), Failure> {
        let release = Release {
            house: house.clone(),
            caller: Caller { holder: job.holder, actor: "job:release_reserve".to_owned() },
            prepay_id: job.subject,
            when: When::Due,
            journal: house.pay_id().await?,
        };
        match house.commit_in_background(release).await {
            Ok(_) => Ok(()),
            Err(Abort::Failed(failure)) => Err(failure),
            // There may be room later.
            Err(Abort::Refused(refusal @ ReleaseRefusal::TooLarge)) => {
                Err(Failure::busy(refusal.to_string()))
            }
            // A release also removes the job, so a job for a released reserve is a fault.
            Err(Abort::Refused(refusal)) => Err(Failure::invariant(refusal)),
        }
    }
}

/// The trigger of a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    /// A request.
    Now,
    /// The end of its time; before that, the job is postponed.
    Due,
}

struct Release {
    house: House,
    caller: Caller,
    prepay_id: PayId,
    when: When,
    journal: PayId,
}

impl Command for Release {
    type Output = Amount;
    type Refusal = ReleaseRefusal;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Amount, Abort<ReleaseRefusal>> {
        let holder = &self.caller.holder;
        let order = store::order::lock(tx, holder, self.prepay_id).await?;
        let order = order.ok_or(Abort::Refused(ReleaseRefusal::NoOrder))?;
        if order.payment.is_none() || !order.split_limit.is_positive() {
            return Err(Abort::Refused(ReleaseRefusal::NoReserve));
        }
        if order.reserve_released {
            return Err(Abort::Refused(ReleaseRefusal::Released));
        }
        let left = order.reserve_left;
        let subject = self.prepay_id.to_string();
        let mut at = self.house.now(holder);
        if self.when == When::Due && self.put_off(tx, &order, at).await? {
            return Ok(Amount::ZERO);
        }
        if left.is_positive() {
            let journal = unfreeze(&self.caller, &order, self.journal, at, left)?.about(&subject);
            let mut book = account::lock(tx, journal.accounts()).await?;
            let time = self.house.posting_time(&book, holder)?;
            at = time.millis();
            match time.post(&mut book, journal) {
                Ok(()) => account::save(tx, &book).await?,
                Err(PostError::Overflow(_)) => return Err(Abort::Refused(ReleaseRefusal::TooLarge)),
                Err(error) => return Err(not_posted(error).into()),
            }
        }
        store::order::set_reserve(tx, &order, Amount::ZERO, order.open_split, true).await?;
        ReleaseReserve::finish(tx, holder, &self.prepay_id).await?;
        event::record(tx, holder, EventKind::OrderReserveReleased, &subject, at).await?;
        Ok(left)
    }
}

impl Release {
    /// Postpones the job if it ran before its time; returns whether it did.
    async fn put_off(&self, tx: &mut Tx<'_>, order: &OrderRow, now: Millis) -> Result<bool, Failure> {
        let paid_at = order.payment.as_ref().map(|payment| payment.paid_at).unwrap_or_default();
        let days = i64::from(self.house.rules().release_after_days);
        let left = paid_at.plus(days * DAY_MILLIS).since(now);
        if left > 0 {
            let due_at = self.house.server_now().plus(left);
            ReleaseReserve::postpone(tx, &self.caller.holder, &self.prepay_id, due_at).await?;
        }
        Ok(left > 0)
    }
}

/// The journal that makes a part of an order's frozen money available.
pub(crate) fn unfreeze(
    caller: &Caller,
    order: &OrderRow,
    journal: PayId,
    now: Millis,
    amount: Amount,
) -> Result<Journal, Failure> {
    let out = amount.checked_neg().ok_or_else(|| Failure::invariant("a negative reserve"))?;
    let account = |bucket| AccountKey::new(&caller.holder, Wallet::Funding, order.currency, bucket);
    Ok(Journal::draft(&caller.holder, JournalKind::ReserveRelease, journal, now)
        .by(&caller.actor)
        .with(account(Bucket::Frozen), out)
        .with(account(Bucket::Available), amount))
}
