//! Orders, for operators and a twin's scripts.

use super::rule::{BinanceId, Is};
use super::value::{Decimal, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Status of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum OrderStatus {
    /// Created, not paid.
    Initial,
    /// Paid.
    Paid,
    /// Closed by its merchant before it was paid.
    Canceled,
    /// Not paid in time.
    Expired,
}

impl OrderStatus {
    /// Every status.
    pub const ALL: [OrderStatus; 4] =
        [OrderStatus::Initial, OrderStatus::Paid, OrderStatus::Canceled, OrderStatus::Expired];

    /// The word in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            OrderStatus::Initial => "INITIAL",
            OrderStatus::Paid => "PAID",
            OrderStatus::Canceled => "CANCELED",
            OrderStatus::Expired => "EXPIRED",
        }
    }
}

impl fmt::Display for OrderStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for OrderStatus {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|status| status.as_str() == text);
        known.ok_or("expected INITIAL, PAID, CANCELED or EXPIRED")
    }
}

/// An order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Order {
    /// The order's id.
    pub prepay_id: String,
    /// The merchant.
    pub merchant: String,
    /// The merchant's own id of the order.
    pub merchant_trade_no: String,
    /// Its status.
    #[schemars(with = "OrderStatus")]
    pub status: String,
    /// Currency in which it is paid.
    pub currency: String,
    /// The order's amount.
    pub amount: Decimal,
    /// The house's fee, once paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee: Option<Decimal>,
    /// When it was created.
    pub created_at: Time,
    /// When it expires.
    pub expires_at: Time,
    /// When it was paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_at: Option<Time>,
    /// The payer: a holder's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payer: Option<String>,
    /// The payment's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction_id: Option<String>,
    /// Whether it may be split.
    pub profit_sharing: bool,
    /// The part of its split reserve that is neither split nor being split.
    pub reserve_left: Decimal,
    /// Whether the reserve was released.
    pub reserve_released: bool,
}

/// The payment of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PayOrder {
    /// The payer's Binance ID.
    #[serde(with = "Is::<BinanceId>")]
    pub payer: String,
}

/// The amount that the release of an order's split reserve returned to its merchant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReleasedReserve {
    /// The order's id.
    pub prepay_id: String,
    /// The order's currency.
    pub asset: String,
    /// The returned amount.
    pub amount: Decimal,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_one_word_everywhere() {
        for status in OrderStatus::ALL {
            assert_eq!(serde_json::to_value(status).unwrap(), serde_json::json!(status.to_string()));
            assert_eq!(status.as_str().parse(), Ok(status));
        }
        assert!("paid".parse::<OrderStatus>().is_err());
    }
}
