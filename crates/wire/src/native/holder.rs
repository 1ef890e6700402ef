//! Holders: merchants and payers, their balances and their postings.

use super::rule::{Between, BinanceId, Is, Maybe, MaybeNotNegative, MerchantId, Name};
use super::value::{Decimal, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Status of a holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Calls and money movements are allowed.
    #[default]
    Active,
    /// Calls of its keys are refused; its money stays.
    Suspended,
    /// Neither pays nor receives.
    Closed,
}

/// A new merchant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateMerchant {
    /// The merchant's id: 1 to 19 digits.
    #[serde(with = "Is::<MerchantId>")]
    pub id: String,
    /// A name for people.
    #[serde(with = "Is::<Name>")]
    pub name: String,
    /// Its Binance ID: 9 to 13 digits.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "Maybe::<BinanceId>")]
    pub binance_id: Option<String>,
    /// The fee on its payments, in hundredths of a percent: 0 to 10,000.
    #[serde(default, with = "Between::<0, 10_000>")]
    pub fee_bps: u16,
    /// The part of an order's amount that it may split, 0 to 1; all of it if absent.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "MaybeNotNegative")]
    pub split_max_rate: Option<Decimal>,
    /// Codes of fiat currencies that its orders may have as `currency`, which is otherwise a crypto asset; at most 32.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub order_fiat_currencies: Vec<String>,
}

/// A merchant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Merchant {
    /// The merchant's id.
    pub id: String,
    /// A name for people.
    pub name: String,
    /// Its Binance ID, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub binance_id: Option<String>,
    /// Its status.
    pub status: Status,
    /// The fee on its payments, in hundredths of a percent.
    pub fee_bps: i64,
    /// The part of an order's amount that it may split.
    pub split_max_rate: Decimal,
    /// Codes of fiat currencies that its orders may have as `currency`, in order; absent if empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub order_fiat_currencies: Vec<String>,
    /// When it was created.
    pub created_at: Time,
}

/// A new payer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreatePayer {
    /// Its Binance ID: 9 to 13 digits.
    #[serde(with = "Is::<BinanceId>")]
    pub binance_id: String,
    /// A name for people.
    #[serde(with = "Is::<Name>")]
    pub name: String,
}

/// A payer: somebody with a Binance ID who pays orders and receives splits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Payer {
    /// Its Binance ID, which is its id as a holder too.
    pub binance_id: String,
    /// A name for people.
    pub name: String,
    /// Its status.
    pub status: Status,
    /// When it was created.
    pub created_at: Time,
}

/// A change of a merchant's or payer's status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetStatus {
    /// The new status.
    pub status: Status,
}

/// A holder's balance of one asset in one wallet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Balance {
    /// The wallet, as `FUNDING_WALLET`.
    pub wallet: String,
    /// The asset's code.
    pub asset: String,
    /// The available amount.
    pub available: Decimal,
    /// The held amount, such as an order's split reserve.
    pub frozen: Decimal,
}

/// One holder's balance of one asset in one wallet, in the list of all holders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HolderBalance {
    /// The holder.
    pub holder: String,
    /// The wallet, as `FUNDING_WALLET`.
    pub wallet: String,
    /// The asset's code.
    pub asset: String,
    /// The available amount.
    pub available: Decimal,
    /// The held amount, such as an order's split reserve.
    pub frozen: Decimal,
}

/// A holder's balances.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Balances {
    /// The holder.
    pub holder: String,
    /// One entry per wallet and asset.
    pub balances: Vec<Balance>,
}

/// One posting to one of a holder's accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Posting {
    /// The wallet, as `FUNDING_WALLET`.
    pub wallet: String,
    /// The asset's code.
    pub asset: String,
    /// `available` or `frozen`.
    pub bucket: String,
    /// Its position in the account, from 1.
    pub sequence: i64,
    /// When it took effect.
    pub at: Time,
    /// The change.
    pub amount: Decimal,
    /// The account's balance after it.
    pub balance: Decimal,
    /// The journal that it belongs to.
    pub journal: String,
    /// The kind of the journal.
    pub kind: String,
    /// The business object of the journal.
    pub reference: String,
}
