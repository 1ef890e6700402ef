//! Technical service providers: merchants that act for others, for what these agreed to.
//!
//! A provider asks a merchant for scopes and gets a record with a token, PENDING. The merchant agrees
//! (AUTHORIZED) or refuses (REJECTED); what it agreed to it may change, or end (DISABLED). While a record is
//! AUTHORIZED, the provider may act for the merchant with the record's token, in the scopes that the record
//! holds **and** the provider may ask for by now: what an operator takes away from a provider it can no longer
//! use, although its records still name it.

mod acting;
mod change;
pub(crate) mod config;
mod create;
mod record;

pub use acting::{Acting, acting_for};
pub use change::{AuthorizationRefusal, agree, change, disable, reject};
pub use config::{ConfigRefusal, ProviderConfig, config, set_config};
pub use create::{CreateRefusal, NewAuthorization, create};
pub use record::{
    AuthorizationStatus, ProviderRefusal, Record, RecordFilter, RecordPage, find, latest, list, page,
};

/// Every scope that there is, as stored and as on the wire.
pub const SCOPES: [&str; 10] = [
    "CONVERT",
    "CHECKOUT",
    "REFUND",
    "PAYOUT",
    "REPORT",
    "INTERNAL_TRANSFER",
    "BALANCE",
    "DIRECT_DEBIT",
    "PROFIT_SHARING",
    "SUB_MERCHANT",
];

/// How many addresses and ranges a record may name.
const WHITELIST_LENGTH: std::ops::RangeInclusive<usize> = 1..=20;

/// The scopes in their order, each once; or the first that is not among those allowed.
fn checked_scopes(scopes: &[String], allowed: &[impl AsRef<str>]) -> Result<Vec<String>, String> {
    let mut checked: Vec<String> = Vec::with_capacity(scopes.len());
    for scope in scopes {
        if !allowed.iter().any(|allowed| allowed.as_ref() == scope) {
            return Err(scope.clone());
        }
        if !checked.contains(scope) {
            checked.push(scope.clone());
        }
    }
    Ok(checked)
}

/// Whether a whitelist can be stored: its length, and that no item is empty or more than one. That each is an
/// address or a range is for the server to check.
fn is_whitelist(list: &[String]) -> bool {
    WHITELIST_LENGTH.contains(&list.len()) && list.iter().all(|item| !item.is_empty() && !item.contains(','))
}
