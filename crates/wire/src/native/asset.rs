//! Assets.

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
