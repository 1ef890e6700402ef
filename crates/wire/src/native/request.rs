//! Requests that providers' callers made lately, and why a signature was refused.

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
    /// Whose API: `binance_pay` or `world_first`.
    pub api: String,
    /// Which endpoint, as `binance_pay/order/query`; absent when the path is none's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// The method.
    pub method: String,
    /// Path and query, with secrets masked; in live mode every value of the query is.
    pub target: String,
    /// The API key or the client that it named, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller: Option<String>,
    /// Whose business it was, if that is certain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
    /// The code that was answered.
    pub code: String,
    /// What a refusal said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The HTTP status.
    pub http_status: u16,
    /// From the request's head to its answer, in microseconds.
    pub took_us: u64,
    /// The names of what was found to be wrong with a refused signature.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<String>,
    /// Fields that the endpoint does not know and so has passed over, each with the one that it resembles; as far as the
    /// body is remembered. Not in lists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub misspelt: Vec<MisspeltField>,
    /// The headers that matter; tokens are masked, and so is a signature that was right. Not in lists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<RequestHeader>,
    /// The body. Not in lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Excerpt>,
    /// What was answered. Not in lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<Excerpt>,
    /// What is known about a refused signature. Not in lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<RefusedSignature>,
}

/// A field that an endpoint does not know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MisspeltField {
    /// Its path, as `receiverList[0].acount`, with everything escaped that is not printable.
    pub name: String,
    /// The path of the endpoint's field that it resembles.
    pub meant: String,
}

/// A header of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RequestHeader {
    /// Its name.
    pub name: String,
    /// Its value, with everything escaped that is not printable.
    pub value: String,
}

/// Bytes as text: `\n`, `\r`, `\t`, `\\` and `\x1f` for what is not printable. Secrets and tokens are masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Excerpt {
    /// The text.
    pub text: String,
    /// How many bytes there were.
    pub bytes: u64,
    /// Whether the text is only their beginning: at most 65,536 are kept.
    pub cut: bool,
}

/// What is known about a refused signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RefusedSignature {
    /// Whether the causes are the whole story.
    pub explained: bool,
    /// What was done otherwise than documented, as far as it is known.
    pub causes: Vec<SignatureCause>,
    /// The bytes that should have been signed.
    pub expected: Excerpt,
    /// The bytes that were signed, if they were found out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<Excerpt>,
    /// How many texts were tried.
    pub tried: u32,
    /// Whether everything was tried that is known to go wrong; long bodies cut it short.
    pub complete: bool,
}

/// One cause of a refused signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SignatureCause {
    /// Its name, as `final-newline-missing`.
    pub name: String,
    /// Which, if there are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub which: Option<String>,
    /// What it means.
    pub meaning: String,
    /// What helps.
    pub remedy: String,
}
