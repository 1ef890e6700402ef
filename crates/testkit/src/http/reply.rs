//! The reply of a server under test.

use http::{HeaderMap, Response, StatusCode};
use http_body_util::BodyExt;
use serde_json::Value;
use std::fmt::{self, Debug};
use wire::{
    Endpoint as _, Spec,
    binance_pay::{BinancePay, balance_report::query::QueryBalanceReport, codes, fault::MESSAGE_MAX},
    endpoints,
};

/// A reply.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The HTTP status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub text: String,
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Reply {
    pub(super) async fn read<B>(response: Response<B>) -> Self
    where
        B: BodyExt<Error: Debug> + Send,
    {
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap_or_else(|error| panic!("{error:?}")).to_bytes();
        let text = String::from_utf8(bytes.to_vec()).expect("every reply is UTF-8");
        Self { status: parts.status, headers: parts.headers, text }
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// When it is not JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// The envelope's code, or that of a success for one without an envelope.
    ///
    /// # Panics
    /// When there is none.
    pub fn code(&self) -> String {
        let json = self.json();
        if is_bare(&json) {
            return codes::SUCCESS.to_owned();
        }
        let code = &json["code"];
        code.as_str().unwrap_or_else(|| panic!("no code: {}", self.text)).to_owned()
    }

    /// The envelope's code and message, as `400102 pageNum must be at least 1`.
    ///
    /// # Panics
    /// When the reply is not a refusal.
    pub fn refusal(&self) -> String {
        let message = &self.json()["errorMessage"];
        let message = message.as_str().unwrap_or_else(|| panic!("no refusal: {}", self.text));
        format!("{} {message}", self.code())
    }

    /// The envelope's data, or the whole success if it has no envelope.
    ///
    /// # Panics
    /// When the call did not succeed.
    pub fn data(&self) -> Value {
        assert_eq!(self.code(), codes::SUCCESS, "{}", self.text);
        let mut json = self.json();
        if is_bare(&json) { json } else { json["data"].take() }
    }

    /// The last word of a problem's type, with its status: `404 unknown-merchant`.
    ///
    /// # Panics
    /// When the reply is not a problem (RFC 9457), or is malformed.
    pub fn problem(&self) -> String {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{}", self.text);
        let problem: wire::native::Problem = serde_json::from_str(&self.text).expect("a problem");
        assert_eq!(problem.status, self.status.as_u16());
        assert_eq!(problem.request_id.as_deref(), self.header("x-request-id"));
        assert!(problem.kind.starts_with(wire::native::problem::KIND_PREFIX), "{}", problem.kind);
        assert!(!problem.title.is_empty());
        format!("{} {}", problem.status, problem.word())
    }

    /// A header's only value.
    ///
    /// # Panics
    /// When it was sent more than once, or is not text.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.get_all(name).iter();
        let value = values.next()?;
        assert!(values.next().is_none(), "{name} was sent more than once");
        Some(value.to_str().expect("a header of text"))
    }

    /// Asserts the rules of every reply to a path: it has its request's id, and for the path of an endpoint it is one
    /// envelope with a code of that endpoint's page.
    pub(super) fn check(&self, path: &str) {
        let id = self.header("x-request-id").expect("every reply has a request id");
        assert_eq!(id.len(), 21, "{id}");
        if let Some(spec) = endpoints::<BinancePay>().find(|spec| spec.path == path) {
            self.check_envelope(spec);
        }
    }

    fn check_envelope(&self, spec: &Spec) {
        assert_eq!(self.header("content-type"), Some("application/json"), "{}: {}", spec.name, self.text);
        let (code, json) = (self.code(), self.json());
        if is_bare(&json) {
            assert_eq!(spec.name, QueryBalanceReport::SPEC.name, "{}", self.text);
            return;
        }
        if code == codes::SUCCESS {
            assert_eq!(json["status"], "SUCCESS");
            assert!(json.get("errorMessage").is_none(), "{}", self.text);
            return;
        }
        assert_eq!(json["status"], "FAIL");
        assert!(json.get("data").is_none(), "{}", self.text);
        let is_listed = spec.codes.contains(&code.as_str());
        assert!(is_listed, "the page of {} does not have {code}: {}", spec.name, self.text);
        let message = json["errorMessage"].as_str().unwrap_or_default();
        assert!((1..=MESSAGE_MAX).contains(&message.chars().count()), "{}", self.text);
    }
}

/// Whether this is the only answer without an envelope.
fn is_bare(json: &Value) -> bool {
    json.get("code").is_none() && json.get("exist").is_some()
}
