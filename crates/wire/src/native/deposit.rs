//! Deposits from nowhere, in a twin only.

use super::value::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Money to put into a holder's wallet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PostDeposit {
    /// Who gets it: a merchant's or payer's id.
    pub holder: String,
    /// Into which wallet, as `FUNDING_WALLET`.
    pub wallet: String,
    /// The asset's code.
    pub asset: String,
    /// How much, above zero.
    pub amount: Decimal,
    /// Names the deposit among the holder's, 1 to 64 printable ASCII characters. The same reference deposits
    /// once.
    pub reference: String,
}

/// A deposit that is on the books.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Deposit {
    /// Who got it.
    pub holder: String,
    /// In which wallet.
    pub wallet: String,
    /// The asset's code.
    pub asset: String,
    /// How much.
    pub amount: Decimal,
    /// Its name among the holder's deposits.
    pub reference: String,
    /// Whether this call deposited it; false when an earlier one had.
    pub new: bool,
}
