//! API keys of merchants.

use super::{
    rule::{self, Each, Maybe, Network, Secret},
    value::Time,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A new API key. Absent fields are generated.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IssueApiKey {
    /// The key itself: 16 to 128 characters of `A-Z a-z 0-9 - _`.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "Maybe::<rule::ApiKey>")]
    pub key: Option<String>,
    /// Its secret.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "Maybe::<Secret>")]
    pub secret: Option<String>,
    /// Addresses and CIDR ranges that may use it; an empty list allows every address.
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "Each::<Network>")]
    pub allow_ips: Vec<String>,
    /// When it expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Time>,
}

impl fmt::Debug for IssueApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IssueApiKey").field("key", &self.key).finish_non_exhaustive()
    }
}

/// An API key that was just issued. Its secret is shown only here.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IssuedApiKey {
    /// The key itself.
    pub key: String,
    /// Its secret. It cannot be read again.
    pub secret: String,
}

impl fmt::Debug for IssuedApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IssuedApiKey").field("key", &self.key).finish_non_exhaustive()
    }
}

/// An API key, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ApiKey {
    /// The key itself.
    pub key: String,
    /// Addresses and CIDR ranges that may use it; an empty list allows every address.
    pub allow_ips: Vec<String>,
    /// When it was issued.
    pub created_at: Time,
    /// When it expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Time>,
    /// When it was last used, to within seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<Time>,
    /// When it was revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Time>,
}
