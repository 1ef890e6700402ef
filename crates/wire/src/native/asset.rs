//! Assets.

use super::rule::{AssetCode, Between, Is};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The kind of an asset by its issuer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AssetKind {
    /// Issued by a state: a currency of bank accounts.
    Fiat,
    /// Issued by nobody, or by a company: a coin or token.
    Crypto,
}

/// An asset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Asset {
    /// Its code: 1 to 16 of `A-Z 0-9`.
    #[serde(with = "Is::<AssetCode>")]
    pub code: String,
    /// Number of decimals of its smallest unit, 0 to 18.
    #[serde(with = "Between::<0, 18>")]
    pub scale: u8,
    /// Its kind; `fiat` for the codes of ISO 4217 and `CNH` if absent, `crypto` for all others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<AssetKind>,
}

/// Every asset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Assets {
    /// Sorted by code.
    pub assets: Vec<Asset>,
}
