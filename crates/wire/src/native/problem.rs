//! Errors of the native API, in the form of RFC 9457.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The media type of a [`Problem`].
pub const MEDIA_TYPE: &str = "application/problem+json";

/// The prefix of every [`Problem::kind`]; the rest is a word for programs.
pub const KIND_PREFIX: &str = "urn:countinghouse:problem:";

/// Why a native call was refused or failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Problem {
    /// The kind of problem: `urn:countinghouse:problem:` and a stable word.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The reason of this problem.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The wrong part of the request, as `rates[3]`, if the request has several.
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

    /// The last word of the kind.
    pub fn word(&self) -> &str {
        self.kind.strip_prefix(KIND_PREFIX).unwrap_or(&self.kind)
    }
}
