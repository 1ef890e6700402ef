//! Technical service providers: merchants that act for other merchants within granted scopes.
//!
//! A provider requests scopes from a merchant and gets a record with a token, PENDING. The merchant agrees
//! (AUTHORIZED) or refuses (REJECTED); it may change or end (DISABLED) an authorization. While a record is
//! AUTHORIZED, the provider may act for the merchant with the record's token, in the scopes of the record
//! that the provider's configuration still allows: a scope removed by an operator cannot be used, although
//! records still list it.

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

/// Every scope, as stored and as on the wire.
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

/// Number of addresses and ranges in a record.
const WHITELIST_LENGTH: std::ops::RangeInclusive<usize> = 1..=20;

/// The scopes in their order, without duplicates; or the first scope that is not allowed.
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

/// Whether a whitelist can be stored: it has a valid length, and no item is empty or contains a comma. The
/// server checks that each item is an address or a range.
fn is_whitelist(list: &[String]) -> bool {
    WHITELIST_LENGTH.contains(&list.len()) && list.iter().all(|item| !item.is_empty() && !item.contains(','))
}
