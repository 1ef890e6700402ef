//! Creation of an order.

use super::{Order, OrderStatus, asset, expire::ExpireOrder};
use crate::{Abort, Caller, Failure, House, holder, job::Job, rate};
use ledger::Millis;
use money::{Amount, AmountError, AssetCode, AssetKind, Decimal};
use store::{
    Command, Tx,
    event::{self, EventKind},
    order::OrderRow,
};

/// The asset used to pay an order in fiat.
const FIAT_SETTLES_IN: &str = "USDT";

/// The price of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Price {
    /// An amount of the asset that the order is paid in.
    Asset {
        /// The asset.
        currency: String,
        /// The amount.
        amount: Decimal,
    },
    /// An amount of a fiat currency, paid in USDT at the rate table's price.
    Fiat {
        /// The currency.
        currency: String,
        /// The amount.
        amount: Decimal,
    },
}

/// An order to create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOrder {
    /// The merchant's own number; unique among its orders.
    pub merchant_trade_no: String,
    /// Its price.
    pub price: Price,
    /// The payer's terminal: APP, WEB and so on.
    pub trade_type: String,
    /// The kind of goods; empty if there is none.
    pub product_type: String,
    /// The name of the goods; empty if there is none.
    pub product_name: String,
    /// Details of the goods.
    pub product_detail: Option<String>,
    /// The merchant's data, returned in queries and webhooks.
    pub pass_through_info: Option<String>,
    /// The merchant's URL for webhooks.
    pub webhook_url: Option<String>,
    /// The payer's URL after paying.
    pub return_url: Option<String>,
    /// The payer's URL after cancelling.
    pub cancel_url: Option<String>,
    /// The only Binance ID that may pay it.
    pub only_payer: Option<String>,
    /// When it expires; an hour after creation if not given.
    pub expire_at: Option<Millis>,
    /// Longest time until it expires, in milliseconds, if shorter than the house's own limit.
    pub max_ttl_ms: Option<i64>,
    /// Whether it may be split.
    pub profit_sharing: bool,
}

/// Why an order is not created.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CreateRefusal {
    /// The merchant already used this number.
    #[error("merchantTradeNo was used before")]
    TradeNoUsed,
    /// The asset does not exist.
    #[error("the currency is not known")]
    UnknownCurrency,
    /// A fiat currency in place of a crypto asset, and this merchant's orders may not be priced in it.
    #[error("the currency is a fiat currency")]
    Fiat,
    /// A crypto asset in place of a fiat currency.
    #[error("the currency is not a fiat currency")]
    NotFiat,
    /// There is no rate for the fiat currency.
    #[error("there is no rate for the fiat currency")]
    NoRate,
    /// The amount is invalid for the currency.
    #[error("{0}")]
    Amount(AmountError),
    /// The amount is zero or less.
    #[error("the amount must be more than zero")]
    NotPositive,
    /// The expiry time is not in the future.
    #[error("the expiry must be in the future")]
    ExpiryNotAhead,
    /// The expiry time is more than this many milliseconds after the creation.
    #[error("the expiry must be at most {0} ms after the order is made")]
    ExpiryTooFar(i64),
}

/// Creates an order.
pub async fn create(house: &House, caller: &Caller, new: NewOrder) -> Result<Order, Abort<CreateRefusal>> {
    let now = house.now(&caller.holder);
    let expire_at = expiry(house, &new, now).map_err(Abort::Refused)?;
    let total = total(house, caller, &new.price).await?;
    if !total.amount.is_positive() {
        return Err(Abort::Refused(CreateRefusal::NotPositive));
    }
    let row = OrderRow {
        holder: caller.holder.clone(),
        prepay_id: house.pay_id().await?,
        merchant_trade_no: new.merchant_trade_no,
        status: OrderStatus::Initial,
        trade_type: new.trade_type,
        currency: total.currency,
        amount: total.amount,
        fiat_currency: total.fiat.as_ref().map(|(currency, _)| currency.clone()),
        fiat_amount: total.fiat.map(|(_, amount)| amount.to_string()),
        product_type: new.product_type,
        product_name: new.product_name,
        product_detail: new.product_detail,
        pass_through_info: new.pass_through_info,
        webhook_url: new.webhook_url,
        return_url: new.return_url,
        cancel_url: new.cancel_url,
        only_payer: new.only_payer,
        link_token: house.token(),
        created_at: now,
        expire_at,
        profit_sharing: new.profit_sharing,
        payment: None,
        fee: Amount::ZERO,
        split_limit: Amount::ZERO,
        reserve_left: Amount::ZERO,
        reserve_released: false,
        open_split: None,
    };
    house.commit(Create { row: row.clone() }).await?;
    Ok(Order { row, scale: total.scale })
}

/// The expiry time of an order created now.
fn expiry(house: &House, new: &NewOrder, now: Millis) -> Result<Millis, CreateRefusal> {
    let rules = house.rules();
    let most = new.max_ttl_ms.map_or(rules.order_max_ttl_ms, |most| most.min(rules.order_max_ttl_ms));
    let Some(expire_at) = new.expire_at else { return Ok(now.plus(rules.order_ttl_ms.min(most))) };
    match expire_at.since(now) {
        ..=0 => Err(CreateRefusal::ExpiryNotAhead),
        ahead if ahead > most => Err(CreateRefusal::ExpiryTooFar(most)),
        _ => Ok(expire_at),
    }
}

/// The amount to pay.
struct Total {
    currency: AssetCode,
    scale: u8,
    amount: Amount,
    fiat: Option<(String, Decimal)>,
}

async fn total(house: &House, caller: &Caller, price: &Price) -> Result<Total, Abort<CreateRefusal>> {
    let refused = Abort::Refused;
    match price {
        Price::Asset { currency, amount } => {
            let asset = asset(house, currency).await?;
            let asset = asset.ok_or(refused(CreateRefusal::UnknownCurrency))?;
            if asset.kind == AssetKind::Fiat && !may_ask_in(house, caller, asset.code).await? {
                return Err(refused(CreateRefusal::Fiat));
            }
            let amount = Amount::from_decimal(*amount, asset.scale)
                .map_err(|error| refused(CreateRefusal::Amount(error)))?;
            Ok(Total { currency: asset.code, scale: asset.scale, amount, fiat: None })
        }
        Price::Fiat { currency, amount } => {
            let from = asset(house, currency).await?;
            let from = from.ok_or(refused(CreateRefusal::UnknownCurrency))?;
            if from.kind != AssetKind::Fiat {
                return Err(refused(CreateRefusal::NotFiat));
            }
            let to = asset(house, FIAT_SETTLES_IN).await?;
            let to = to.ok_or_else(|| Failure::invariant("USDT is not seeded"))?;
            let worth = rate::worth(house, *amount, from, to).await?;
            let total = worth
                .ok_or(refused(CreateRefusal::NoRate))?
                .map_err(|error| refused(CreateRefusal::Amount(error)))?;
            let fiat = Some((currency.clone(), *amount));
            Ok(Total { currency: to.code, scale: to.scale, amount: total, fiat })
        }
    }
}

/// Whether a merchant's orders may be priced in a fiat currency as in a crypto asset.
async fn may_ask_in(house: &House, caller: &Caller, fiat: AssetCode) -> Result<bool, Failure> {
    let merchant = holder::find(house, caller.holder.as_str()).await?;
    Ok(merchant.is_some_and(|merchant| merchant.order_fiat_currencies.contains(&fiat)))
}

struct Create {
    row: OrderRow,
}

impl Command for Create {
    type Output = ();
    type Refusal = CreateRefusal;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<CreateRefusal>> {
        let order = &self.row;
        if !store::order::insert(tx, order).await? {
            return Err(Abort::Refused(CreateRefusal::TradeNoUsed));
        }
        let subject = order.prepay_id.to_string();
        ExpireOrder::enqueue(tx, &order.holder, &order.prepay_id, order.expire_at, order.created_at).await?;
        event::record(tx, &order.holder, EventKind::OrderCreated, &subject, order.created_at).await?;
        Ok(())
    }
}
