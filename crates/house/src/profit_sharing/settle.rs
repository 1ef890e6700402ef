//! The job that pays a split's receivers.

use super::{detail_status, split_status};
use crate::{
    Abort, Caller, Failure, House,
    job::JobKind,
    nonce::never_refused,
    order::{pay_id, release::unfreeze},
};
use ledger::{AccountKey, Book, Bucket, HolderId, Journal, JournalKind, Millis, Wallet};
use money::Amount;
use std::convert::Infallible;
use store::{
    Command, Locked, Tx, account, event,
    job::JobRow,
    order::OrderRow,
    receiver::ReceiverRow,
    split::{DetailRow, SplitRow},
};

/// Notes that work on a split has begun; runs in the commit that claims the job.
pub(crate) async fn begin(tx: &mut Tx<'_>, job: &JobRow, now: Millis) -> Result<(), Failure> {
    if store::split::begin(tx, &job.holder, split_no(job)?).await? {
        event::record(tx, &job.holder, "split.processing", &job.subject, now.get()).await?;
    }
    Ok(())
}

/// Pays the receivers.
pub(crate) async fn run(house: &House, job: &JobRow) -> Result<(), Failure> {
    let holder = HolderId::new(&job.holder).map_err(Failure::invariant)?;
    let split_no = split_no(job)?;
    let now = house.now(&holder);
    let caller = Caller { holder, actor: "job:settle_split".to_owned() };
    let settle = Settle { caller, split_no, give_back: house.pay_id()?, now };
    never_refused(house.commit_in_background(settle).await)
}

fn split_no(job: &JobRow) -> Result<i64, Failure> {
    pay_id(&job.subject).ok_or_else(|| Failure::invariant("the job names no split"))
}

struct Settle {
    caller: Caller,
    split_no: i64,
    /// The id of the journal that gives back what failed, if there is one.
    give_back: i64,
    now: Millis,
}

impl Command for Settle {
    type Output = ();
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<Infallible>> {
        let holder = &self.caller.holder;
        let vanished = || Failure::invariant("a split or its order vanished");
        let split = store::split::find_by_number(tx, holder, self.split_no).await?.ok_or_else(vanished)?;
        // The order is locked before the split, here as everywhere.
        let order = store::order::lock(tx, holder, split.prepay_id).await?.ok_or_else(vanished)?;
        let split = store::split::lock(tx, holder, self.split_no).await?.ok_or_else(vanished)?;
        if split.status != split_status::FINISHED {
            self.settle(tx, &order, &split).await?;
        }
        JobKind::SettleSplit.finish(tx, holder, &self.split_no.to_string()).await?;
        Ok(())
    }
}

impl Settle {
    async fn settle(
        &self,
        tx: &mut Tx<'_>,
        order: &Locked<OrderRow>,
        split: &Locked<SplitRow>,
    ) -> Result<(), Failure> {
        let mut details = store::split::details(tx, split).await?;
        let accounts: Vec<&str> = details.iter().map(|detail| detail.account.as_str()).collect();
        let receivers = store::receiver::behind_each(tx, &accounts).await?;
        let keys = self.accounts(order, &receivers)?;
        let mut book = account::lock(tx, &keys).await?;
        let failed = self.post_details(&mut book, order, &mut details, &receivers)?;
        let left = self.give_back(&mut book, order, failed)?;
        account::save(tx, &book).await?;
        store::split::set_outcomes(tx, split, &details).await?;
        store::split::set_status(tx, split, split_status::FINISHED, Some(self.now.get())).await?;
        store::order::set_reserve(tx, order, left, None, order.reserve_released).await?;
        let subject = self.split_no.to_string();
        event::record(tx, &self.caller.holder, "split.finished", &subject, self.now.get()).await
    }

    /// Every account that may change: the reserve, what it is released to, and the receivers' wallets.
    fn accounts(
        &self,
        order: &OrderRow,
        receivers: &[Option<ReceiverRow>],
    ) -> Result<Vec<AccountKey>, Failure> {
        let mut keys = vec![self.own(order, Bucket::Frozen)];
        if order.reserve_released {
            keys.push(self.own(order, Bucket::Available));
        }
        for receiver in receivers.iter().filter_map(payable) {
            keys.push(wallet(order, receiver)?);
        }
        Ok(keys)
    }

    fn own(&self, order: &OrderRow, bucket: Bucket) -> AccountKey {
        AccountKey::new(&self.caller.holder, Wallet::Funding, order.currency, bucket)
    }

    /// Pays each detail in a journal of its own, or says why it fails; yields the sum of what failed.
    fn post_details(
        &self,
        book: &mut Book,
        order: &OrderRow,
        details: &mut [DetailRow],
        receivers: &[Option<ReceiverRow>],
    ) -> Result<Amount, Failure> {
        let mut failed = Amount::ZERO;
        for (detail, receiver) in details.iter_mut().zip(receivers) {
            detail.finished_at = Some(self.now.get());
            let Some(receiver) = payable(receiver) else {
                detail.status = detail_status::FAIL;
                detail.fail_reason = Some("The receiver's account is closed.".to_owned());
                failed = failed.checked_add(detail.amount).ok_or_else(overflow)?;
                continue;
            };
            detail.status = detail_status::SUCCESS;
            let out = detail.amount.checked_neg().ok_or_else(overflow)?;
            // A detail is paid once, so its number serves its journal as well.
            let number = detail.detail_no;
            let journal = Journal::draft(&self.caller.holder, JournalKind::SplitDetail, number, self.now)
                .about(number)
                .by(&self.caller.actor)
                .with(self.own(order, Bucket::Frozen), out)
                .with(wallet(order, receiver)?, detail.amount);
            book.post(journal).map_err(Failure::invariant)?;
        }
        Ok(failed)
    }

    /// What failed goes back to the reserve or, when that was released meanwhile, to the merchant; yields
    /// what is left of the reserve then.
    fn give_back(&self, book: &mut Book, order: &OrderRow, failed: Amount) -> Result<Amount, Failure> {
        if order.reserve_released && failed.is_positive() {
            let journal = unfreeze(&self.caller, order, self.give_back, self.now, failed)?
                .about(format!("{}/{}", order.prepay_id, self.split_no));
            book.post(journal).map_err(Failure::invariant)?;
            return Ok(order.reserve_left);
        }
        order.reserve_left.checked_add(failed).ok_or_else(overflow)
    }
}

fn overflow() -> Failure {
    Failure::invariant("a split's sums overflow")
}

/// The holder to pay, unless there is none any more or its account was closed.
fn payable(receiver: &Option<ReceiverRow>) -> Option<&str> {
    let receiver = receiver.as_ref()?;
    match receiver.status.as_deref() {
        Some("closed") | None => None,
        Some(_) => receiver.receiver.as_deref(),
    }
}

fn wallet(order: &OrderRow, receiver: &str) -> Result<AccountKey, Failure> {
    let receiver = HolderId::new(receiver).map_err(Failure::invariant)?;
    Ok(AccountKey::new(&receiver, Wallet::Funding, order.currency, Bucket::Available))
}
