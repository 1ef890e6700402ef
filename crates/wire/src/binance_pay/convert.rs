//! Convert: the assets that can be exchanged, getting a quote, executing it, and querying the result. This file has
//! what the pages share.

pub mod execute_quote;
pub mod get_quote;
pub mod get_to_selector;
pub mod query_trade_order;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::validate::Check;

/// The wallets that can pay for a conversion (page `api-convert-get-quote`).
pub const WALLETS: &[&str] = &["FUNDING_WALLET", "SPOT_WALLET"];

/// Status of a conversion (pages `api-convert-execute-quote` and `api-convert-query-trade-order`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum OrderStatus {
    /// The amount to be debited is held, nothing is credited yet.
    Process,
    /// Debited and credited.
    Success,
    /// The conversion failed finally; the held amount is available again.
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

/// An asset's code. The pages require upper case; whether the asset exists is not checked here.
fn asset(check: &mut Check, field: &'static str, code: &str) {
    check
        .text(field, code)
        .required()
        .length(1..=16)
        .chars(|c| c.is_ascii_uppercase() || c.is_ascii_digit(), "must be upper-case letters and digits");
}
