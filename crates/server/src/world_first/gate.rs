//! Admission of requests: the checks before a body is decoded, in their order, each with its code.
//!
//! Path (INVALID_API) → method (METHOD_NOT_SUPPORTED) → client known (INVALID_CLIENT) → not too many requests
//! (REQUEST_TRAFFIC_EXCEED_LIMIT) → time readable and inside the window (PARAM_ILLEGAL) → body without a coding and
//! read within its limits (PARAM_ILLEGAL) → signature over the raw bytes (INVALID_SIGNATURE). A required single header
//! that is sent twice breaks its own rule: the value that a proxy or a signer meant cannot be known.

use super::{
    clients::KnownClient,
    outcome::{Refusal, failed},
};
use crate::{
    app::App,
    arrival::Arrival,
    body::{self, Unread},
    requests::{Captured, RefusedKey},
};
use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, request::Parts};
use ledger::Millis;
use std::{sync::Arc, time::Duration};
use wire::world_first::{
    Code, Fault, SignatureHeader, codes,
    headers::{self, display},
    sign::text_to_sign,
    time,
};

/// Maximum size of a body.
pub const BODY_MAX: usize = 1_024 * 1_024;

/// A header of the dialect: its name, its spelling on the pages, and the code when it breaks its rule.
pub(super) struct Header {
    name: HeaderName,
    display: &'static str,
    code: &'static Code,
}

static CLIENT_ID: Header = Header {
    name: HeaderName::from_static(headers::CLIENT_ID),
    display: display::CLIENT_ID,
    code: &codes::INVALID_CLIENT,
};
static REQUEST_TIME: Header = Header {
    name: HeaderName::from_static(headers::REQUEST_TIME),
    display: display::REQUEST_TIME,
    code: &codes::PARAM_ILLEGAL,
};
static SIGNATURE: Header = Header {
    name: HeaderName::from_static(headers::SIGNATURE),
    display: display::SIGNATURE,
    code: &codes::INVALID_SIGNATURE,
};

impl Header {
    pub(super) const fn new(name: HeaderName, display: &'static str, code: &'static Code) -> Self {
        Self { name, display, code }
    }

    /// Its spelling on the pages.
    pub(super) const fn display(&self) -> &'static str {
        self.display
    }

    /// The one value of the header.
    fn value<'h>(&self, headers: &'h HeaderMap) -> Result<&'h [u8], Fault> {
        self.optional(headers)?.ok_or_else(|| self.broken("is missing"))
    }

    /// The one value of an optional header; an empty one counts as missing.
    pub(super) fn optional<'h>(&self, headers: &'h HeaderMap) -> Result<Option<&'h [u8]>, Fault> {
        let mut values = headers.get_all(&self.name).iter();
        let value = values.next().map(|value| value.as_bytes()).filter(|value| !value.is_empty());
        if values.next().is_some() {
            return Err(self.broken("was sent more than once"));
        }
        Ok(value)
    }

    fn broken(&self, rule: &str) -> Fault {
        Fault::new(self.code).because(format_args!("{} {rule}", self.display))
    }
}

/// The client that a request names. It is read first, since refusals are signed for a known client.
pub(super) async fn client(app: &App, headers: &HeaderMap) -> Result<Arc<KnownClient>, Fault> {
    let unknown = || CLIENT_ID.broken("is not the id of a client");
    let id = std::str::from_utf8(CLIENT_ID.value(headers)?).map_err(|_| unknown())?;
    let found = app.clients.find(&app.house, id).await.map_err(|failure| failed(&failure))?;
    found.ok_or_else(unknown)
}

/// The id that an unknown client sends, if any.
pub(super) fn stranger(headers: &HeaderMap) -> Option<&[u8]> {
    CLIENT_ID.value(headers).ok()
}

/// A client's id for a reply: 1 to 64 printable ASCII characters.
pub(super) fn echoed(id: &[u8]) -> Option<HeaderValue> {
    let is_printable = (1..=64).contains(&id.len()) && id.iter().all(|byte| matches!(byte, b' '..=b'~'));
    if is_printable { HeaderValue::from_bytes(id).ok() } else { None }
}

/// Admits a request and returns its body, or the fault of the first broken rule.
pub(super) async fn admit(
    app: &App,
    parts: &Parts,
    body: Body,
    client: &Result<Arc<KnownClient>, Fault>,
    arrival: Arrival,
    captured: &mut Captured,
) -> Result<Bytes, Refusal> {
    let limit = app.settings.limits.body_timeout;
    let client = match before_the_body(app, parts, client, arrival) {
        Ok(client) => client,
        Err(fault) => {
            body::discard(&parts.headers, body, limit).await;
            return Err(fault.into());
        }
    };
    // A client's id is not secret: until the signature is verified, anybody may have sent the body.
    let read = body::read_unproven(&parts.headers, body, BODY_MAX, limit, &app.bodies).await;
    let body::Unproven { bytes: body, held } = read.map_err(unread)?;
    (captured.body, captured.held) = (Some(body.clone()), Some(held));
    if let Err(fault) = signed(client, parts, &body) {
        captured.refused_key = Some(RefusedKey::WorldFirst(Arc::clone(client)));
        return Err(fault.into());
    }
    captured.held = None;
    Ok(body)
}

fn before_the_body<'c>(
    app: &App,
    parts: &Parts,
    client: &'c Result<Arc<KnownClient>, Fault>,
    arrival: Arrival,
) -> Result<&'c Arc<KnownClient>, Fault> {
    if parts.method != Method::POST {
        return Err(Fault::new(&codes::METHOD_NOT_SUPPORTED).because("every endpoint is called with POST"));
    }
    let client = client.as_ref().map_err(Clone::clone)?;
    if !client.try_acquire() {
        return Err(Fault::new(&codes::REQUEST_TRAFFIC_EXCEED_LIMIT));
    }
    let sent = REQUEST_TIME.value(&parts.headers)?;
    in_window(sent, arrival.at, app.settings.world_first.time_window)?;
    if let Some(coding) = body::coding(&parts.headers) {
        return Err(Fault::new(&codes::PARAM_ILLEGAL).because(format_args!(
            "Content-Encoding {coding} is not supported: send and sign the body as it is, without a coding"
        )));
    }
    Ok(client)
}

fn unread(unread: Unread) -> Refusal {
    let fault = Fault::new(&codes::PARAM_ILLEGAL);
    let fault = match unread {
        Unread::OverBudget => return Refusal::busy(),
        Unread::TooLarge => fault.because(format_args!("the body must have at most {BODY_MAX} bytes")),
        Unread::Late => fault.because("the body did not arrive in time"),
        Unread::Broken => fault.because("the body ended before its length"),
    };
    fault.into()
}

fn in_window(sent: &[u8], arrived: Millis, window: Duration) -> Result<(), Fault> {
    let sent = time::parse(sent).map_err(|error| REQUEST_TIME.broken(error.rule()))?;
    let behind = arrived.get().saturating_sub(sent);
    let window = i64::try_from(window.as_millis()).unwrap_or(i64::MAX);
    if behind.saturating_abs() <= window {
        return Ok(());
    }
    let (distance, side) = (behind.saturating_abs(), if behind > 0 { "behind" } else { "ahead of" });
    // A started second counts in full, otherwise a time just outside would be reported as inside.
    let (distance, window) = (distance.saturating_add(999) / 1_000, window / 1_000);
    Err(REQUEST_TIME.broken(&format!("is {distance} s {side} this server's clock; {window} s are allowed")))
}

fn signed(client: &KnownClient, parts: &Parts, body: &[u8]) -> Result<(), Fault> {
    let header = SIGNATURE.value(&parts.headers)?;
    let header = SignatureHeader::parse(header).map_err(|error| SIGNATURE.broken(&error.to_string()))?;
    let key = client
        .key(header.key_version)
        .ok_or_else(|| SIGNATURE.broken("names a keyVersion that this client has no key of"))?;
    let id = CLIENT_ID.value(&parts.headers)?;
    let sent = REQUEST_TIME.value(&parts.headers)?;
    let text = text_to_sign(parts.method.as_str(), target(&parts.uri), id, sent, body);
    if key.verify(&text, &header.signature) {
        return Ok(());
    }
    Err(SIGNATURE.broken(
        "is not the RSA256 signature of method, target, Client-Id, Request-Time and the body's bytes under this \
         client's key",
    ))
}

/// The signed part of a request's target: path and query as sent, even if the whole URL was sent.
pub(super) fn target(uri: &Uri) -> &str {
    uri.path_and_query().map_or("/", |target| target.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_is_open_to_both_sides_and_closed_beyond() {
        let window = Duration::from_secs(300);
        let now = Millis::new(1_768_444_200_000);
        for good in ["2026-01-15T10:25:00+08:00", "2026-01-15T02:35:00Z", "1768444200000", "1768444500000"] {
            assert!(in_window(good.as_bytes(), now, window).is_ok(), "{good}");
        }
        let late = in_window(b"1768443899000", now, window).unwrap_err();
        assert!(late.message().contains("301 s behind this server's clock; 300 s are allowed"), "{late}");
        let early = in_window(b"2026-01-15T10:35:01+08:00", now, window).unwrap_err();
        assert!(early.message().contains("301 s ahead of"), "{early}");
        for bad in ["now", "2026-01-15", "1768444200", "\u{e9}"] {
            let fault = in_window(bad.as_bytes(), now, window).unwrap_err();
            assert!(fault.is(&codes::PARAM_ILLEGAL), "{bad}: {fault}");
        }
        assert!(in_window(&[0xe9], now, window).unwrap_err().message().contains("ISO 8601"));
        let seconds = in_window(b"1768444200", now, window).unwrap_err();
        assert!(seconds.message().starts_with("Request-Time is in seconds (10 digits)"), "{seconds}");
    }

    #[test]
    fn a_header_is_there_once() {
        let mut headers = HeaderMap::new();
        assert!(CLIENT_ID.value(&headers).unwrap_err().message().contains("Client-Id is missing"));
        headers.append(&CLIENT_ID.name, HeaderValue::from_static(""));
        assert!(CLIENT_ID.value(&headers).unwrap_err().message().contains("is missing"));
        headers.insert(&CLIENT_ID.name, HeaderValue::from_static("one"));
        assert_eq!(CLIENT_ID.value(&headers).unwrap(), b"one");
        headers.append(&CLIENT_ID.name, HeaderValue::from_static("one"));
        let fault = CLIENT_ID.value(&headers).unwrap_err();
        assert!(fault.is(&codes::INVALID_CLIENT) && fault.message().contains("more than once"), "{fault}");
    }

    #[test]
    fn a_target_is_as_it_was_sent() {
        for (sent, signed) in [
            ("/amsin/api/v1/x", "/amsin/api/v1/x"),
            ("/amsin/api/v1/x?a=%2f&b", "/amsin/api/v1/x?a=%2f&b"),
            ("http://host:80/amsin/api/v1/x?a=1", "/amsin/api/v1/x?a=1"),
        ] {
            assert_eq!(target(&sent.parse().unwrap()), signed);
        }
    }
}
