//! What the house itself has, asset by asset.

use super::value::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the house has of one asset. Together with what holders have, each asset sums to zero.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Position {
    /// The asset's code.
    pub asset: String,
    /// What came in from outside, less what went out: negative, since holders have it.
    pub external: Decimal,
    /// Fees on payments.
    pub fees: Decimal,
    /// Bought from those who convert, less what was sold to them: below zero, the house owes it.
    pub position: Decimal,
    /// Earned by the spread of conversions.
    pub spread: Decimal,
}

/// What the house has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Positions {
    /// By asset.
    pub positions: Vec<Position>,
}
