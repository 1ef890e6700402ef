//! Assets and the rates between them.

use super::value::{Decimal, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An asset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Asset {
    /// Its code: 1 to 16 of `A-Z 0-9`.
    pub code: String,
    /// How many decimals its smallest unit has, 0 to 18.
    pub scale: u8,
}

/// Every asset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Assets {
    /// By code.
    pub assets: Vec<Asset>,
}

/// What one unit of an asset is worth in another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Rate {
    /// The asset that is priced and the one it is priced in, as `BNB/USDT`.
    pub pair: String,
    /// What the house pays.
    pub bid: Decimal,
    /// What the house asks.
    pub ask: Decimal,
    /// Where the price came from.
    pub source: String,
    /// When it was true.
    pub at: Time,
}

/// Every rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Rates {
    /// By pair.
    pub rates: Vec<Rate>,
}
