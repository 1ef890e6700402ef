//! Technical service providers: the scopes that one may request, requesting them of a merchant, and querying the
//! requests.

pub mod create;
pub mod get_record;
pub mod query_config;
pub mod record;

use std::net::IpAddr;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::{
    endpoint::Scope,
    text::Text,
    validate::{Check, Why},
};

/// Maximum number of addresses and ranges in one record. The pages name no limit.
pub const IP_WHITELIST_MAX: usize = 20;

/// Status of a record. The pages' samples show the first two words; the others are named after the provider's events
/// `SUBMIT_AUTH_REJECT` and `TP_AUTH_DISABLED`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RecordStatus {
    /// The merchant has not answered.
    Pending,
    /// The merchant agreed: the token is valid.
    Authorized,
    /// The merchant refused.
    Rejected,
    /// The merchant had agreed and revoked it.
    Disabled,
}

impl RecordStatus {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            RecordStatus::Pending => "PENDING",
            RecordStatus::Authorized => "AUTHORIZED",
            RecordStatus::Rejected => "REJECTED",
            RecordStatus::Disabled => "DISABLED",
        }
    }
}

/// A request to a merchant and the merchant's answer: the `RecordObject` of page
/// `api-technical-service-provider-query-record`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthorizationRecord {
    /// Id of the record, 18 digits.
    pub authorization_id: Text,
    /// The merchant's name.
    pub merchant_name: Text,
    /// The token of a provider that acts for the merchant, once authorized.
    pub authorization_token: Text,
    /// The merchant's id.
    pub merchant_id: Text,
    /// Status of the record.
    pub status: RecordStatus,
    /// The scopes of the authorization.
    pub scopes: Vec<Text>,
    /// Addresses and ranges that the provider may call from.
    pub ip_whitelist: Vec<Text>,
}

impl std::fmt::Debug for AuthorizationRecord {
    /// Leaves the token out: with the provider's key it opens the merchant's account.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuthorizationRecord")
            .field("authorization_id", &self.authorization_id)
            .field("merchant_id", &self.merchant_id)
            .field("status", &self.status)
            .field("scopes", &self.scopes)
            .field("ip_whitelist", &self.ip_whitelist)
            .finish_non_exhaustive()
    }
}

/// A merchant's id. Ids have at most 19 digits, but a well-formed unknown one must be answered as unknown, so the
/// bound is a loose one.
fn merchant_id(check: &mut Check, merchant_id: &str) {
    check.text("merchantId", merchant_id).required().length(1..=32).ascii();
}

/// Words of [`Scope`]. A repeated word counts once.
fn scopes(check: &mut Check, scopes: &[Text]) {
    check.entries("scopes", scopes.len(), Scope::ALL.len());
    let words = Scope::ALL.map(Scope::as_str);
    // The bound also limits the work for a list that is far too long.
    let scopes = &scopes[..scopes.len().min(Scope::ALL.len())];
    check.each_text("scopes", scopes, |scope| scope.required().one_of(&words));
}

/// Addresses and ranges; more than [`IP_WHITELIST_MAX`] of them count as a wrong value.
fn ip_whitelist(check: &mut Check, networks: &[Text]) {
    check.entries("ipWhitelist", networks.len(), usize::MAX);
    if networks.len() > IP_WHITELIST_MAX {
        let rule = format!("must have at most {IP_WHITELIST_MAX} entries");
        check.refuse(Why::Value, "ipWhitelist", rule);
    }
    let networks = &networks[..networks.len().min(IP_WHITELIST_MAX)];
    let rule = "must be an address or a CIDR range, IPv4 or IPv6";
    check.each_text("ipWhitelist", networks, |network| network.required().value(is_network, rule));
}

fn is_network(text: &str) -> bool {
    text.parse::<IpAddr>().is_ok() || text.parse::<IpNet>().is_ok()
}
