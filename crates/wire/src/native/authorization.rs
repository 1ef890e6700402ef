//! Technical service providers, and their authorizations by merchants. Tokens are not shown.

use super::rule::{Each, MaybeEach, Network, Scope};
use super::value::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The scopes that a merchant may request of others as a technical service provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceProvider {
    /// The scopes that it may request, as `CONVERT`.
    #[serde(with = "Each::<Scope>")]
    pub allow_scopes: Vec<String>,
    /// Whether it may share in fees.
    #[serde(default)]
    pub fee_share: bool,
}

/// A provider's request to a merchant and its status. The token is not shown: it is the provider's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Authorization {
    /// Its id.
    pub id: String,
    /// The provider: a merchant's id.
    pub provider: String,
    /// The merchant's id.
    pub merchant: String,
    /// The merchant's name.
    pub merchant_name: String,
    /// Its status.
    pub status: AuthorizationStatus,
    /// The scopes of an authorized provider.
    pub scopes: Vec<String>,
    /// The addresses and CIDR ranges that the provider may call from.
    pub ip_whitelist: Vec<String>,
    /// When the provider requested it.
    pub created_at: Time,
    /// When it changed last.
    pub changed_at: Time,
    /// The actor of the last change, as in journals.
    pub changed_by: String,
}

/// Status of an authorization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum AuthorizationStatus {
    /// The merchant has not answered.
    Pending,
    /// The provider may act for the merchant.
    Authorized,
    /// The merchant refused.
    Rejected,
    /// The merchant revoked it.
    Disabled,
}

impl fmt::Display for AuthorizationStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Pending => "PENDING",
            Self::Authorized => "AUTHORIZED",
            Self::Rejected => "REJECTED",
            Self::Disabled => "DISABLED",
        })
    }
}

/// The merchant's consent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreeAuthorization {
    /// The authorized scopes; all requested ones if absent.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "MaybeEach::<Scope, 1, 100>")]
    pub scopes: Option<Vec<String>>,
}

/// A change of an authorized provider's permissions; at least one of the two is required.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeAuthorization {
    /// The new scopes; unchanged if absent.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "MaybeEach::<Scope, 1, 100>")]
    pub scopes: Option<Vec<String>>,
    /// The new addresses and CIDR ranges; unchanged if absent.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "MaybeEach::<Network, 1, 20>")]
    pub ip_whitelist: Option<Vec<String>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_shown_as_it_is_written() {
        use AuthorizationStatus::{Authorized, Disabled, Pending, Rejected};
        for status in [Pending, Authorized, Rejected, Disabled] {
            assert_eq!(serde_json::to_string(&status).unwrap(), format!("\"{status}\""));
        }
    }
}
