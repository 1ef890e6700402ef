//! Orders: create, query, close. Shared functions of the pages' versions are here.

mod close;
mod create_v1;
mod create_v2;
mod create_v3;
mod query;
mod query_v2;

pub use close::close;
pub use create_v1::create_v1;
pub use create_v2::create_v2;
pub use create_v3::create_v3;
pub use query::query;
pub use query_v2::query_v2;

use super::{links::Links, outcome::failed};
use crate::app::App;
use house::{
    Caller,
    order::{CreateRefusal, Order, OrderRef, OrderStatus},
};
use wire::{
    binance_pay::{Fault, codes, order::Status},
    text::{Digits, Text},
};

const FIAT: &str =
    "must be a crypto asset; a fiat currency goes into fiatCurrency, with its fiatAmount (versions 2 and 3)";

/// The fault of an order that is not created. `amount` and `currency` are the fields of the price.
fn not_created(refusal: CreateRefusal, amount: &str, currency: &str) -> Fault {
    let value = |field: &str, rule: &dyn std::fmt::Display| {
        Fault::new(&codes::INVALID_PARAM_WRONG_VALUE).because(format_args!("{field} {rule}"))
    };
    match refusal {
        CreateRefusal::TradeNoUsed => {
            Fault::new(&codes::INVALID_MERCHANT_TRADE_NO).because("merchantTradeNo was used before")
        }
        CreateRefusal::UnknownCurrency => value(currency, &"is not known"),
        CreateRefusal::Fiat => value(currency, &FIAT),
        CreateRefusal::NotFiat => {
            value(currency, &"must be a fiat currency; a crypto asset goes into currency")
        }
        CreateRefusal::NoRate => value(currency, &"has no rate"),
        CreateRefusal::Amount(error) => value(amount, &error),
        CreateRefusal::NotPositive => value(amount, &"must be more than zero"),
        CreateRefusal::ExpiryNotAhead => value("orderExpireTime", &"must be in the future"),
        CreateRefusal::ExpiryTooFar(ms) => value(
            "orderExpireTime",
            &format_args!("must be at most {} s after the order is made", ms / 1_000),
        ),
    }
}

fn links<'a>(app: &'a App, order: &'a Order, attach: Option<&'a Text>) -> Links<'a> {
    Links { public_url: &app.public_url, token: &order.row.link_token, attach: attach.map(Text::as_str) }
}

/// A request's reference to an order; the id has priority.
fn named<'a>(prepay_id: Option<&'a Text>, merchant_trade_no: Option<&'a Text>) -> OrderRef<'a> {
    match (prepay_id, merchant_trade_no) {
        (Some(id), _) => OrderRef::PrepayId(id),
        (None, Some(number)) => OrderRef::TradeNo(number),
        // The request's own rules require one of them; this matches no order.
        (None, None) => OrderRef::PrepayId(""),
    }
}

/// The caller's order.
async fn find(app: &App, caller: &Caller, named: OrderRef<'_>) -> Result<Order, Fault> {
    let found = house::order::find(&app.house, &caller.holder, named).await;
    found.map_err(|failure| failed(&failure))?.ok_or_else(|| Fault::new(&codes::ORDER_NOT_FOUND))
}

fn status(status: OrderStatus) -> Status {
    match status {
        OrderStatus::Initial => Status::Initial,
        OrderStatus::Paid => Status::Paid,
        OrderStatus::Canceled => Status::Canceled,
        OrderStatus::Expired => Status::Expired,
    }
}

/// The merchant's id in replies: a number. All assigned ids are numbers.
fn merchant_id(order: &Order) -> Result<Digits, Fault> {
    Digits::parse(&order.row.holder).ok_or_else(|| {
        failed(&house::Failure::invariant(format!("merchant id {} is no number", order.row.holder)))
    })
}

/// Converts a text of the house into the wire's type.
fn text(text: Option<&String>) -> Option<Text> {
    text.map(|text| Text::from(text.as_str()))
}

/// Converts a text of the wire into the house's type.
fn kept(text: Option<Text>) -> Option<String> {
    text.map(Text::into_string)
}
