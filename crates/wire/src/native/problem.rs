//! Errors of the native API, as RFC 9457 has them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The media type of a [`Problem`].
pub const MEDIA_TYPE: &str = "application/problem+json";

/// What every [`Problem::kind`] starts with; the rest is a word for programs.
pub const KIND_PREFIX: &str = "urn:countinghouse:problem:";

/// Why a native call was not done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Problem {
    /// What kind of problem it is: `urn:countinghouse:problem:` and a word that does not change.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What was wrong this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Which part of the request was wrong, as `rates[3]`, when it is one of several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The id of the request, as in the reply's `x-request-id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

impl Problem {
    /// A problem of a kind named by a word such as `unknown-merchant`.
    pub fn new(status: u16, word: &str, title: &str) -> Self {
        Self {
            kind: format!("{KIND_PREFIX}{word}"),
            title: title.to_owned(),
            status,
            detail: None,
            field: None,
            request_id: None,
        }
    }

    /// The word that ends the kind.
    pub fn word(&self) -> &str {
        self.kind.strip_prefix(KIND_PREFIX).unwrap_or(&self.kind)
    }
}
