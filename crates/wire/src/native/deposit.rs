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
    /// Who gets it: a merchant's, payer's or customer's id.
    #[serde(with = "Is::<HolderId>")]
    pub holder: String,
    /// Into which wallet, as `FUNDING_WALLET`.
    #[serde(with = "Is::<Wallet>")]
    pub wallet: String,
    /// The asset's code.
    #[serde(with = "Is::<AssetCode>")]
    pub asset: String,
    /// How much, above zero.
    #[serde(with = "NotNegative")]
    pub amount: Decimal,
    /// Names the deposit among the holder's, 1 to 64 printable ASCII characters. The same reference deposits
    /// once.
    #[serde(with = "Is::<Reference>")]
    pub reference: String,
    /// Who paid, 1 to 128 characters; this and what follows for a customer's account only.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "Maybe::<Name>")]
    pub payer_name: Option<String>,
    /// From which account, 1 to 64 characters.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "Maybe::<BankAccount>")]
    pub payer_account: Option<String>,
    /// Of which bank, 1 to 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "Maybe::<Name>")]
    pub payer_bank: Option<String>,
    /// What the payer said about it, 1 to 512 characters.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "Maybe::<Remark>")]
    pub remark: Option<String>,
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
