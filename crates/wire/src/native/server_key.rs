//! The keys that the server signs with: WorldFirst's replies, and Binance Pay's webhooks.

use super::rule::{Maybe, MaybeBetween, Pem};
use super::value::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The next key that the server signs with.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RotateServerKey {
    /// A private key to use: PEM, `PRIVATE KEY` (PKCS#8), RSA of 2048 to 4096 bits. One is generated if absent.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "Maybe::<Pem>")]
    pub pem: Option<String>,
    /// For how many seconds the previous key stays valid; as configured if absent, at most a year.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "MaybeBetween::<0, 31_536_000>")]
    pub overlap_s: Option<u32>,
}

impl fmt::Debug for RotateServerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RotateServerKey").field("overlap_s", &self.overlap_s).finish_non_exhaustive()
    }
}

/// One of the server's keys, its public part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ServerKey {
    /// Its version, from 1; WorldFirst's `keyVersion`.
    pub version: i64,
    /// What a Binance Pay webhook names it by, in `BinancePay-Certificate-SN`; absent for WorldFirst.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
    /// The public key, PEM.
    pub pem: String,
    /// When it was stored.
    pub created_at: Time,
    /// When it stops being valid, if already determined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retire_at: Option<Time>,
}

/// The server's keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ServerKeys {
    /// The valid keys, the one that signs now first.
    pub keys: Vec<ServerKey>,
}
