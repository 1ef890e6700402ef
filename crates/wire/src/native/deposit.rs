//! Deposits of test money, in a twin only.

use super::rule::{
    AssetCode, BankAccount, HolderId, Is, Maybe, Name, NotNegative, Reference, Remark, Wallet,
};
use super::value::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Money to put into a holder's wallet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PostDeposit {
    /// The receiving holder: a merchant's, payer's or customer's id.
    #[serde(with = "Is::<HolderId>")]
    pub holder: String,
    /// The wallet, as `FUNDING_WALLET`.
    #[serde(with = "Is::<Wallet>")]
    pub wallet: String,
    /// The asset's code.
    #[serde(with = "Is::<AssetCode>")]
    pub asset: String,
    /// The amount, above zero.
    #[serde(with = "NotNegative")]
    pub amount: Decimal,
    /// Identifies the deposit among the holder's, 1 to 64 printable ASCII characters. The same reference deposits
    /// once.
    #[serde(with = "Is::<Reference>")]
    pub reference: String,
    /// The payer's name, 1 to 128 characters; this and the following fields are for a customer's account only.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "Maybe::<Name>")]
    pub payer_name: Option<String>,
    /// The payer's account, 1 to 64 characters.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "Maybe::<BankAccount>")]
    pub payer_account: Option<String>,
    /// The payer's bank, 1 to 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "Maybe::<Name>")]
    pub payer_bank: Option<String>,
    /// The payer's remark, 1 to 512 characters.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "Maybe::<Remark>")]
    pub remark: Option<String>,
}

/// A posted deposit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Deposit {
    /// The receiving holder.
    pub holder: String,
    /// The wallet.
    pub wallet: String,
    /// The asset's code.
    pub asset: String,
    /// The amount.
    pub amount: Decimal,
    /// Its reference.
    pub reference: String,
    /// Whether this call posted it; false if an earlier one had.
    pub new: bool,
}
