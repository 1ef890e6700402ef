//! Technical service providers, and what merchants let them do. No token is shown here.

use super::rule::{Each, MaybeEach, Network, Scope};
use super::value::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a merchant may ask others for as a technical service provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceProvider {
    /// The scopes that it may ask for, as `CONVERT`.
    #[serde(with = "Each::<Scope>")]
    pub allow_scopes: Vec<String>,
    /// Whether it may share in fees.
    #[serde(default)]
    pub fee_share: bool,
}

/// What a provider asked a merchant for, and what became of it. The token is not shown: it is the provider's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Authorization {
    /// Its id.
    pub id: String,
    /// Who asked: a merchant's id.
    pub provider: String,
    /// Who was asked: a merchant's id.
    pub merchant: String,
    /// The merchant's name.
    pub merchant_name: String,
    /// How it stands.
    pub status: AuthorizationStatus,
    /// What the provider may do for the merchant once it is authorized.
    pub scopes: Vec<String>,
    /// From which addresses and CIDR ranges.
    pub ip_whitelist: Vec<String>,
    /// When the provider asked.
    pub created_at: Time,
    /// When it changed last.
    pub changed_at: Time,
    /// Who changed it last, as journals note it.
    pub changed_by: String,
}

/// How an authorization stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum AuthorizationStatus {
    /// The merchant has not answered.
    Pending,
    /// The provider may act for the merchant.
    Authorized,
    /// The merchant said no.
    Rejected,
    /// The merchant took it back.
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
    /// To these scopes only; to all that were asked for if absent.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "MaybeEach::<Scope, 1, 100>")]
    pub scopes: Option<Vec<String>>,
}

/// A change of what an authorized provider may do; of one of the two at least.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeAuthorization {
    /// The scopes from now on; as they are if absent.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "MaybeEach::<Scope, 1, 100>")]
    pub scopes: Option<Vec<String>>,
    /// The addresses and CIDR ranges from now on; as they are if absent.
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
