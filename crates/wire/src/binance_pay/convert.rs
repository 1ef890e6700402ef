//! Convert: which assets can be exchanged, an offer to exchange, taking it, and what became of that. What the
//! pages share is here.

pub mod execute_quote;
pub mod get_quote;
pub mod get_to_selector;
pub mod query_trade_order;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::validate::Check;

/// The wallets that a conversion can be paid from (page `api-convert-get-quote`).
pub const WALLETS: &[&str] = &["FUNDING_WALLET", "SPOT_WALLET"];

/// Where a conversion stands (pages `api-convert-execute-quote` and `api-convert-query-trade-order`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum OrderStatus {
    /// The amount to be debited is set aside, nothing is credited yet.
    Process,
    /// Debited and credited.
    Success,
    /// It did not and will not happen; what was set aside is available again.
    Fail,
}

impl OrderStatus {
    /// The status as the wire spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            OrderStatus::Process => "PROCESS",
            OrderStatus::Success => "SUCCESS",
            OrderStatus::Fail => "FAIL",
        }
    }
}

impl fmt::Display for OrderStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An asset's code. The pages ask for upper case; whether there is such an asset is not known here.
fn asset(check: &mut Check, field: &'static str, code: &str) {
    check
        .text(field, code)
        .required()
        .length(1..=16)
        .chars(|c| c.is_ascii_uppercase() || c.is_ascii_digit(), "must be upper-case letters and digits");
}
