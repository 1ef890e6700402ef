//! Recent requests of providers' callers, and why a signature was refused.

use super::value::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A request, as the server that answered it remembers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Request {
    /// Its id, as in the reply's `x-request-id`.
    pub id: String,
    /// When it was answered.
    pub at: Time,
    /// The API: `binance_pay` or `world_first`.
    pub api: String,
    /// The endpoint, as `binance_pay/order/query`; absent if the path is of none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// The method.
    pub method: String,
    /// Path and query, with secrets masked; in live mode every value of the query is.
    pub target: String,
    /// The API key or the client in the request, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller: Option<String>,
    /// The holder that the request is about, if certain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
    /// The code of the answer.
    pub code: String,
    /// The message of a refusal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The HTTP status.
    pub http_status: u16,
    /// From the request's head to its answer, in microseconds.
    pub took_us: u64,
    /// Names of the causes that were found for a refused signature.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<String>,
    /// Fields that the endpoint does not know and has ignored, each with the known one that it resembles; as far as
    /// the body is remembered. Not in lists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub misspelt: Vec<MisspeltField>,
    /// The relevant headers; tokens are masked, and so is a valid signature. Not in lists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<RequestHeader>,
    /// The body. Not in lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Excerpt>,
    /// The answer. Not in lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<Excerpt>,
    /// The diagnosis of a refused signature. Not in lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<RefusedSignature>,
}

/// A field that an endpoint does not know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MisspeltField {
    /// Its path, as `receiverList[0].acount`, with everything unprintable escaped.
    pub name: String,
    /// The path of the endpoint's field that it resembles.
    pub meant: String,
}

/// A header of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RequestHeader {
    /// Its name.
    pub name: String,
    /// Its value, with everything unprintable escaped.
    pub value: String,
}

/// Bytes as text: unprintable ones as `
/// `, `\r`, `\t`, `\\` and `\x1f`. Secrets and tokens are masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Excerpt {
    /// The text.
    pub text: String,
    /// Number of the original bytes.
    pub bytes: u64,
    /// Whether the text is only their beginning: at most 65,536 are kept.
    pub cut: bool,
}

/// The diagnosis of a refused signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RefusedSignature {
    /// Whether the causes explain it completely.
    pub explained: bool,
    /// The deviations from the documentation, as far as known.
    pub causes: Vec<SignatureCause>,
    /// The bytes that should have been signed.
    pub expected: Excerpt,
    /// The bytes that were signed, if found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<Excerpt>,
    /// Number of tried texts.
    pub tried: u32,
    /// Whether every known mistake was tried; for long bodies the search is limited.
    pub complete: bool,
}

/// One cause of a refused signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SignatureCause {
    /// Its name, as `final-newline-missing`.
    pub name: String,
    /// The variant, if the cause has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub which: Option<String>,
    /// Its meaning.
    pub meaning: String,
    /// The remedy.
    pub remedy: String,
}
