//! Orders, as operators and a twin's scripts see them.

use super::value::{Decimal, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Order {
    /// The order's id.
    pub prepay_id: String,
    /// The merchant.
    pub merchant: String,
    /// The merchant's own id of it.
    pub merchant_trade_no: String,
    /// `INITIAL`, `PAID`, `CANCELED`, `EXPIRED` and so on.
    pub status: String,
    /// The currency that is paid.
    pub currency: String,
    /// How much is paid.
    pub amount: Decimal,
    /// The house's fee, once paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee: Option<Decimal>,
    /// When it was made.
    pub created_at: Time,
    /// Until when it can be paid.
    pub expires_at: Time,
    /// When it was paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_at: Option<Time>,
    /// Who paid it: a holder's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payer: Option<String>,
    /// The payment's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction_id: Option<String>,
    /// Whether it may be split.
    pub profit_sharing: bool,
    /// What of its split reserve is neither split nor being split.
    pub reserve_left: Decimal,
    /// Whether the reserve was released.
    pub reserve_released: bool,
}

/// Who pays an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PayOrder {
    /// The payer's Binance ID.
    pub payer: String,
}

/// What the release of an order's split reserve gave back to its merchant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReleasedReserve {
    /// The order's id.
    pub prepay_id: String,
    /// The order's currency.
    pub asset: String,
    /// What went back.
    pub amount: Decimal,
}
