//! WorldFirst: customers, their accounts and transfers, the clients that act for them, and the keys of both sides.

use super::rule::{
    AssetCode, BalanceType, CustomerId, Each, HolderId, Is, Maybe, MaybeBetween, Name, Pem, Product,
};
use super::value::{Decimal, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// State of a customer's contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "WorldFirstContractState")]
pub enum ContractState {
    /// Business is allowed.
    #[default]
    InForce,
    /// It has expired.
    Expired,
    /// There is no contract.
    None,
}

impl ContractState {
    /// The word in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            ContractState::InForce => "in_force",
            ContractState::Expired => "expired",
            ContractState::None => "none",
        }
    }
}

/// A new customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "WorldFirstCreateCustomer")]
pub struct CreateCustomer {
    /// The customer's id: 1 to 19 digits, the first not 0.
    #[serde(with = "Is::<CustomerId>")]
    pub id: String,
    /// A name for people.
    #[serde(with = "Is::<Name>")]
    pub name: String,
    /// The status of its contract; in force if absent.
    #[serde(default)]
    pub contract: ContractState,
}

/// A customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "WorldFirstCustomer")]
pub struct Customer {
    /// The customer's id.
    pub id: String,
    /// A name for people.
    pub name: String,
    /// The status of its contract.
    pub contract: ContractState,
    /// When it was created.
    pub created_at: Time,
}

/// A change of a customer's contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "WorldFirstSetContract")]
pub struct SetContract {
    /// The new status.
    pub contract: ContractState,
}

/// An account to be opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "WorldFirstOpenAccount")]
pub struct OpenAccount {
    /// The currency, as `USD`.
    #[serde(with = "Is::<AssetCode>")]
    pub currency: String,
    /// The balance type: `NORMAL_BALANCE`, as if absent, or `SAME_NAME_TOP_UP_BALANCE`.
    #[serde(
        default,
        rename = "type",
        skip_serializing_if = "Option::is_none",
        with = "Maybe::<BalanceType>"
    )]
    pub balance_type: Option<String>,
}

/// A customer's account and its balance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "WorldFirstAccount")]
pub struct Account {
    /// Its number: 16 digits.
    pub account_no: String,
    /// The currency.
    pub currency: String,
    /// The balance type, as `NORMAL_BALANCE`.
    #[serde(rename = "type")]
    pub balance_type: String,
    /// The available amount.
    pub available: Decimal,
    /// The held amount.
    pub frozen: Decimal,
    /// The sum of both.
    pub total: Decimal,
}

/// A customer's accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "WorldFirstAccounts")]
pub struct Accounts {
    /// The customer.
    pub customer: String,
    /// Sorted by currency, then type.
    pub accounts: Vec<Account>,
}

/// Status of a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schemars(rename = "WorldFirstTransferStatus")]
pub enum TransferStatus {
    /// The amount is frozen; the payee does not have it yet.
    Processing,
    /// The payee has received it.
    Success,
    /// The payer has got it back.
    Fail,
}

impl TransferStatus {
    /// The word in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            TransferStatus::Processing => "PROCESSING",
            TransferStatus::Success => "SUCCESS",
            TransferStatus::Fail => "FAIL",
        }
    }
}

/// A transfer from a customer to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "WorldFirstTransfer")]
pub struct Transfer {
    /// Its number, 18 digits.
    pub id: String,
    /// The client that requested it.
    pub client: String,
    /// The client's own id of it.
    pub request_id: String,
    /// The payer.
    pub payer: String,
    /// The payee.
    pub payee: String,
    /// The currency.
    pub currency: String,
    /// The amount.
    pub amount: Decimal,
    /// The payer's message to the payee.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
    /// Its status.
    pub status: TransferStatus,
    /// Reason of its failure: `no_payee`, `payee_abnormal` or `too_large`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fail_reason: Option<String>,
    /// When it was created.
    pub created_at: Time,
    /// When it became final.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Time>,
}

/// A new client: an API caller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "WorldFirstCreateClient")]
pub struct CreateClient {
    /// Its id: 1 to 64 characters of `A-Z a-z 0-9 - _`.
    #[serde(with = "Is::<HolderId>")]
    pub id: String,
    /// Its own customer, for calls that name none.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "Maybe::<CustomerId>")]
    pub customer: Option<String>,
    /// Customers that it may act for by naming them.
    #[serde(default, with = "Each::<CustomerId>")]
    pub connected: Vec<String>,
    /// Its products: some of `BALANCE`, `STATEMENT`, `TRANSFER`, `EXCHANGE`.
    #[serde(default, with = "Each::<Product>")]
    pub products: Vec<String>,
}

/// A client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "WorldFirstClient")]
pub struct Client {
    /// Its id.
    pub id: String,
    /// Its own customer, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<String>,
    /// Customers that it may act for by naming them.
    pub connected: Vec<String>,
    /// Its products.
    pub products: Vec<String>,
    /// Its public keys, the oldest version first.
    pub public_keys: Vec<PublicKey>,
    /// When it was created.
    pub created_at: Time,
}

/// A client's public key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "WorldFirstPublicKey")]
pub struct PublicKey {
    /// Its version, the `keyVersion` of its signatures.
    pub version: i64,
    /// The key, PEM.
    pub pem: String,
}

/// A public key to be added to a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "WorldFirstAddPublicKey")]
pub struct AddPublicKey {
    /// Its version, 0 to 999999999; the one after the newest if absent.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "MaybeBetween::<0, 999_999_999>")]
    pub version: Option<i64>,
    /// The key: PEM, `PUBLIC KEY`, RSA of 2048 to 4096 bits.
    #[serde(with = "Is::<Pem>")]
    pub pem: String,
}

/// A client's new products.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "WorldFirstSetProducts")]
pub struct SetProducts {
    /// Some of `BALANCE`, `STATEMENT`, `TRANSFER`, `EXCHANGE`.
    #[serde(with = "Each::<Product>")]
    pub products: Vec<String>,
}

/// A customer's consent to a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "WorldFirstGrantAccess")]
pub struct GrantAccess {
    /// The client.
    #[serde(with = "Is::<HolderId>")]
    pub client: String,
    /// The customer.
    #[serde(with = "Is::<CustomerId>")]
    pub customer: String,
}

/// A code that was just granted. It is shown only here.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "WorldFirstGrantedCode")]
pub struct GrantedCode {
    /// The `authCode` that the client exchanges for tokens, once.
    pub code: String,
    /// When it expires.
    pub expire_at: Time,
}

impl fmt::Debug for GrantedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GrantedCode").field("expire_at", &self.expire_at).finish_non_exhaustive()
    }
}
