//! Orders: creating (three versions of the page), querying (two) and closing. This file has what the versions share.

mod cart;
pub mod close;
pub mod create_v1;
pub mod create_v2;
pub mod create_v3;
mod people;
pub mod query;
pub mod query_v2;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use cart::{Environment, Goods, OrderTags, SubMerchant, UnitAmount};
pub use people::{Buyer, PersonName, Shipping, ShippingAddress};

use crate::{
    decimal::{Decimal, DecimalText},
    text::{self, Text, Whole},
    validate::{Check, Why},
};

/// Terminals for the payment of an order (page `api-order-create-v2`; `PAYMENT_LINK` is in other pages' lists only).
pub const TERMINAL_TYPES: &[&str] = &["APP", "WEB", "WAP", "MINI_PROGRAM", "PAYMENT_LINK", "OTHERS"];

/// Maximum number of decimals of an order's amount.
pub const AMOUNT_DECIMALS: u8 = 8;

/// Our maximum length, in characters, of texts for which no page names one, so that an order's size is bounded.
const UNSTATED_MAX: usize = 1024;

/// Status of an order (page `api-order-query-v2`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// Created, not paid.
    Initial,
    /// The payment is in progress.
    Pending,
    /// Paid.
    Paid,
    /// Closed by the merchant before it was paid.
    Canceled,
    /// The payment failed.
    Error,
    /// A refund is in progress.
    Refunding,
    /// Refunded in part.
    Refunded,
    /// Refunded in full.
    FullRefunded,
    /// Not paid in time.
    Expired,
}

impl Status {
    /// The status as the wire spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Initial => "INITIAL",
            Status::Pending => "PENDING",
            Status::Paid => "PAID",
            Status::Canceled => "CANCELED",
            Status::Error => "ERROR",
            Status::Refunding => "REFUNDING",
            Status::Refunded => "REFUNDED",
            Status::FullRefunded => "FULL_REFUNDED",
            Status::Expired => "EXPIRED",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A created order and the ways to pay it (pages `api-order-create-v2` and `-v3`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Checkout {
    /// Id of the order, 18 digits.
    pub prepay_id: Text,
    /// One of [`TERMINAL_TYPES`].
    pub terminal_type: Text,
    /// When the order expires, Unix milliseconds.
    pub expire_time: Whole,
    /// Picture of the QR code.
    pub qrcode_link: Text,
    /// Content of the QR code.
    pub qr_content: Text,
    /// The payer's page.
    pub checkout_url: Text,
    /// Opens the payer's app.
    pub deeplink: Text,
    /// Opens the app or, without one, the payer's page; at most 512 characters.
    pub universal_url: Text,
    /// Currency in which the order is paid.
    pub currency: Text,
    /// Amount in `currency`; the page's sample shows a string.
    pub total_fee: DecimalText,
    /// Fiat currency in which the order was requested.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub fiat_currency: Option<Text>,
    /// Amount in `fiat_currency`.
    #[serde(default, deserialize_with = "crate::decimal::optional", skip_serializing_if = "Option::is_none")]
    pub fiat_amount: Option<Decimal>,
}

/// How an order was paid (page `api-order-query-v2`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentInfo {
    /// The payer's Binance ID; newer replies leave it out.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub payer_id: Option<Text>,
    /// The wallet that paid, as `funding`.
    pub pay_method: Text,
    /// The paid amounts by currency.
    pub payment_instructions: Vec<PaymentInstruction>,
    /// The channel of the payment.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub channel: Option<Text>,
}

/// One currency of a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentInstruction {
    /// The paid currency.
    pub currency: Text,
    /// The paid amount.
    pub amount: DecimalText,
    /// Its price in the order's currency.
    pub price: DecimalText,
}

/// The merchant's own id of the order: letters and digits, at most 32.
fn trade_no(check: &mut Check, trade_no: &str) {
    check.text("merchantTradeNo", trade_no).required().length(1..=32).alphanumeric();
}

/// The amount of an order or a conversion: 0.00000001 to 999999999999999.99999999.
pub(super) fn amount(check: &mut Check, field: &'static str, amount: impl Into<money::Decimal>) {
    const MOST: i128 = 99_999_999_999_999_999_999_999;
    let check = check.decimal(field, amount).positive().decimals(AMOUNT_DECIMALS);
    if let Some(most) = money::Decimal::new(MOST, AMOUNT_DECIMALS) {
        check.at_most(most);
    }
}

/// The price of an order: either in crypto or in fiat, each as an amount with its currency.
struct Price<'a> {
    order_amount: Option<Decimal>,
    currency: &'a Option<Text>,
    fiat_amount: Option<Decimal>,
    fiat_currency: &'a Option<Text>,
}

impl Price<'_> {
    fn check(&self, check: &mut Check) {
        let crypto = (self.order_amount.is_some(), self.currency.is_some());
        let fiat = (self.fiat_amount.is_some(), self.fiat_currency.is_some());
        match crypto {
            (false, true) => check.refuse(Why::Missing, "orderAmount", "is required with currency"),
            (true, false) => check.refuse(Why::Missing, "currency", "is required with orderAmount"),
            (false, false) if fiat == (false, false) => {
                check.refuse(Why::Missing, "currency", "or fiatCurrency is required, with its amount");
            }
            _ => {}
        }
        match fiat {
            (false, true) => check.refuse(Why::Missing, "fiatAmount", "is required with fiatCurrency"),
            (true, false) => check.refuse(Why::Missing, "fiatCurrency", "is required with fiatAmount"),
            (true, true) if crypto == (true, true) => {
                check.refuse(Why::Value, "fiatCurrency", "must not be given together with currency");
            }
            _ => {}
        }
        if let Some(order_amount) = self.order_amount {
            amount(check, "orderAmount", order_amount);
        }
        check.optional("currency", self.currency).asset_code();
        if let Some(fiat_amount) = self.fiat_amount {
            amount(check, "fiatAmount", fiat_amount);
        }
        check.optional("fiatCurrency", self.fiat_currency).asset_code();
    }
}

/// The terminal type of a program inside the provider's app.
const MINI_PROGRAM: &str = "MINI_PROGRAM";

/// The mini program of an order that is paid in one (versions 2 and 3).
fn app_id(check: &mut Check, env: &Environment, app_id: &Option<Text>) {
    if env.terminal_type == MINI_PROGRAM && app_id.is_none() {
        check.refuse(Why::Missing, "appId", "is required with terminalType MINI_PROGRAM");
    }
    check.optional("appId", app_id).length(1..=UNSTATED_MAX);
}

/// The last fields of every version of creating an order.
struct Ending<'a> {
    return_url: &'a Option<Text>,
    cancel_url: &'a Option<Text>,
    order_expire_time: Option<Whole>,
    pass_through_info: &'a Option<Text>,
    webhook_url: &'a Option<Text>,
}

impl Ending<'_> {
    fn check(&self, check: &mut Check) {
        check.optional("returnUrl", self.return_url).length(1..=UNSTATED_MAX);
        check.optional("cancelUrl", self.cancel_url).length(1..=UNSTATED_MAX);
        if let Some(time) = self.order_expire_time {
            check.integer("orderExpireTime", time.0, 1..=i64::MAX);
        }
        check.optional("passThroughInfo", self.pass_through_info).length(1..=512);
        check.optional("webhookUrl", self.webhook_url).length(1..=256).url();
    }
}

/// An order is identified by `prepayId`, or by `merchantTradeNo`, which is ignored beside the former.
fn order_named(check: &mut Check, prepay_id: &Option<Text>, merchant_trade_no: &Option<Text>) {
    match (prepay_id, merchant_trade_no) {
        (Some(prepay_id), _) => {
            check.text("prepayId", prepay_id).length(1..=19).ascii();
        }
        (None, Some(number)) => trade_no(check, number),
        (None, None) => check.refuse(Why::Missing, "prepayId", "or merchantTradeNo is required"),
    }
}
