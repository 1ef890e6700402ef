//! The house's own position, asset by asset.

use super::value::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The house's position in one asset. Together with the holders' balances, each asset sums to zero.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Position {
    /// The asset's code.
    pub asset: String,
    /// Money in from outside less money out: negative, since holders own it.
    pub external: Decimal,
    /// Fees on payments.
    pub fees: Decimal,
    /// Bought from converting holders less sold to them: below zero, the house owes it.
    pub position: Decimal,
    /// Earned by the spread of conversions.
    pub spread: Decimal,
}

/// The house's positions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Positions {
    /// Sorted by asset.
    pub positions: Vec<Position>,
}
