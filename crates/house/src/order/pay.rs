//! Payment of an order: the payer's money moves to the merchant, less the fee.

use super::{
    Order, OrderStatus,
    expire::ExpireOrder,
    find_anyones,
    release::{DAY_MILLIS, ReleaseReserve},
    status,
};
use crate::{
    Abort, Caller, Failure, House,
    holder::{Holder, HolderStatus},
    job::Job,
    posting::not_posted,
};
use ledger::{
    AccountKey, Book, Bucket, HolderId, HouseAccount, Journal, JournalKind, Millis, PayId, PostError, Wallet,
};
use money::{Amount, Rounding};
use store::{
    Command, Locked, Tx, account,
    event::{self, EventKind},
    order::{OrderRow, Payment},
};

/// Why an order is not paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PayRefusal {
    /// The order does not exist.
    #[error("there is no such order")]
    NoOrder,
    /// Another payer paid it.
    #[error("the order is paid already, by another payer")]
    Paid,
    /// Its merchant closed it.
    #[error("the order is closed")]
    Closed,
    /// It is expired.
    #[error("the order has expired")]
    Expired,
    /// No holder has that Binance ID, or it is the merchant itself.
    #[error("there is no such payer")]
    NoPayer,
    /// The payer may not do business now.
    #[error("the payer is not active")]
    PayerNotActive,
    /// The merchant may not do business now.
    #[error("the merchant is not active")]
    MerchantNotActive,
    /// The order names another payer.
    #[error("the order can only be paid by the buyer that it names")]
    OtherPayer,
    /// The payer does not have enough.
    #[error("the payer's funding wallet does not hold enough")]
    Insufficient,
    /// The merchant's balance would exceed the range of an amount.
    #[error("the merchant's balance would be too large")]
    TooLarge,
}

/// Pays an order from a payer's funding wallet. If this payer already paid the order, the answer is the order
/// as it is, so that a payment with a lost answer can be repeated.
pub async fn pay(
    house: &House,
    actor: &str,
    prepay_id: &str,
    payer: &str,
) -> Result<Order, Abort<PayRefusal>> {
    let order = find_anyones(house, prepay_id).await?.ok_or(Abort::Refused(PayRefusal::NoOrder))?;
    let merchant = order.row.holder;
    let pay = Pay {
        prepay_id: order.row.prepay_id,
        payment: Payment {
            payer: payer.to_owned(),
            transaction_id: format!("M_R_{}", house.pay_id().await?),
            open_user_id: house.vault().pseudonym(&merchant, payer)?,
            // Set once the accounts are locked.
            paid_at: Millis::default(),
        },
        caller: Caller { holder: merchant, actor: actor.to_owned() },
        journal: house.pay_id().await?,
        house: house.clone(),
    };
    house.commit(pay).await?;
    let paid = find_anyones(house, prepay_id).await?;
    Ok(paid.ok_or_else(|| Failure::invariant("a paid order vanished"))?)
}

struct Pay {
    house: House,
    caller: Caller,
    prepay_id: PayId,
    /// The payment without its time.
    payment: Payment,
    journal: PayId,
}

/// The division of a payment. The three parts sum to the order's amount.
struct Shares {
    fee: Amount,
    reserve: Amount,
    available: Amount,
}

impl Command for Pay {
    type Output = ();
    type Refusal = PayRefusal;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<PayRefusal>> {
        let refuse = |refusal| Err(Abort::Refused(refusal));
        let merchant_id = &self.caller.holder;
        let order = store::order::lock(tx, merchant_id, self.prepay_id).await?;
        let order = order.ok_or(Abort::Refused(PayRefusal::NoOrder))?;
        // The clock is read here, after the lock, so that a payment that waited too long for it is refused.
        match status(&order, self.house.now(merchant_id)) {
            OrderStatus::Initial => {}
            OrderStatus::Paid => {
                let is_payer = |payment: &Payment| payment.payer == self.payment.payer;
                let repeated = order.payment.as_ref().is_some_and(is_payer);
                return if repeated { Ok(()) } else { refuse(PayRefusal::Paid) };
            }
            OrderStatus::Canceled => return refuse(PayRefusal::Closed),
            OrderStatus::Expired => return refuse(PayRefusal::Expired),
        }
        let payer = self.payer(tx, &order).await?;
        let merchant = store::holder::find_in(tx, merchant_id).await?;
        let merchant = merchant.ok_or_else(|| Failure::invariant("an order without a merchant"))?;
        if merchant.status != HolderStatus::Active {
            return refuse(PayRefusal::MerchantNotActive);
        }
        let shares = shares(&order, &merchant)?;
        let paid_at = self.post(tx, &order, &payer.id, &shares).await?;
        let payment = Payment { paid_at, ..self.payment.clone() };
        store::order::set_paid(tx, &order, &payment, shares.fee, shares.reserve).await?;
        self.follow_up(tx, &shares, paid_at).await?;
        Ok(())
    }
}

impl Pay {
    async fn payer(&self, tx: &mut Tx<'_>, order: &OrderRow) -> Result<Holder, Abort<PayRefusal>> {
        let refuse = |refusal| Err(Abort::Refused(refusal));
        let payer = store::holder::by_binance_id(tx, &self.payment.payer).await?;
        let Some(payer) = payer else { return refuse(PayRefusal::NoPayer) };
        if payer.id == self.caller.holder {
            return refuse(PayRefusal::NoPayer);
        }
        if payer.status != HolderStatus::Active {
            return refuse(PayRefusal::PayerNotActive);
        }
        if order.only_payer.as_ref().is_some_and(|only| *only != self.payment.payer) {
            return refuse(PayRefusal::OtherPayer);
        }
        Ok(payer)
    }

    /// Moves the money; returns the effective time.
    async fn post(
        &self,
        tx: &mut Tx<'_>,
        order: &Locked<OrderRow>,
        payer: &HolderId,
        shares: &Shares,
    ) -> Result<Millis, Abort<PayRefusal>> {
        let merchant = &self.caller.holder;
        let from = AccountKey::new(payer, Wallet::Funding, order.currency, Bucket::Available);
        let available = AccountKey::new(merchant, Wallet::Funding, order.currency, Bucket::Available);
        let frozen = AccountKey::new(merchant, Wallet::Funding, order.currency, Bucket::Frozen);
        let debit = order.amount.checked_neg().ok_or_else(|| Failure::invariant("negative order"))?;
        let now = self.house.now(merchant);
        let journal = Journal::draft(merchant, JournalKind::OrderPayment, self.journal, now)
            .about(self.prepay_id)
            .by(&self.caller.actor)
            .with(from, debit)
            .with(available, shares.available)
            .with(frozen, shares.reserve)
            .with_house(HouseAccount::Fees, order.currency, shares.fee);
        let mut book: Book = account::lock(tx, journal.accounts()).await?;
        let at = self.house.posting_time(&book, merchant)?;
        match at.post(&mut book, journal) {
            Ok(()) => {
                account::save(tx, &book).await?;
                Ok(at.millis())
            }
            Err(PostError::Insufficient { .. }) => Err(Abort::Refused(PayRefusal::Insufficient)),
            Err(PostError::Overflow(_)) => Err(Abort::Refused(PayRefusal::TooLarge)),
            Err(error) => Err(not_posted(error).into()),
        }
    }

    async fn follow_up(&self, tx: &mut Tx<'_>, shares: &Shares, paid_at: Millis) -> Result<(), Failure> {
        let (holder, subject) = (&self.caller.holder, self.prepay_id.to_string());
        ExpireOrder::finish(tx, holder, &self.prepay_id).await?;
        if shares.reserve.is_positive() {
            let release_at = paid_at.plus(i64::from(self.house.rules().release_after_days) * DAY_MILLIS);
            ReleaseReserve::enqueue(tx, holder, &self.prepay_id, release_at, paid_at).await?;
        }
        event::record(tx, holder, EventKind::OrderPaid, &subject, paid_at).await
    }
}

/// Divides an order's amount by the merchant's terms. The fee is rounded down, and the fee and the reserve
/// together never exceed the amount paid.
fn shares(order: &OrderRow, merchant: &Holder) -> Result<Shares, Failure> {
    let overflow = || Failure::invariant("an order's shares overflow");
    let fee_bps = u64::try_from(merchant.fee_bps).map_err(Failure::invariant)?;
    let fee = order.amount.fraction(fee_bps, 10_000, Rounding::Down).ok_or_else(overflow)?;
    let net = order.amount.checked_sub(fee).ok_or_else(overflow)?;
    let reserve = if order.profit_sharing {
        let most = order
            .amount
            .convert(0, merchant.split_max_rate, 0, Rounding::Down)
            .map_err(Failure::invariant)?;
        most.min(net)
    } else {
        Amount::ZERO
    };
    Ok(Shares { fee, reserve, available: net.checked_sub(reserve).ok_or_else(overflow)? })
}
