//! Admission of requests: the checks before a body is decoded, in their order, each with its code.
//!
//! Method (400006) → media type and content coding (400007) → body size (400104) → API key shape (400005) → API
//! key known, in force and the caller's address allowed (400004) → timestamp (400003) → nonce shape (400001) →
//! signature over the raw bytes (400002) → not too many requests (400001, HTTP 429) → nonce not used before
//! (400001). When there is no memory for a body: 400000, HTTP 503.
//! A required single header that is sent twice breaks its own rule: the value that a proxy or a signer meant cannot be
//! known.

use super::{
    key_cache::KnownKey,
    outcome::{Refusal, failed},
    replay::{Claim, NONCE_LEN},
};
use crate::{
    address,
    app::App,
    arrival::Arrival,
    body::{self, Unread},
    requests::{Captured, RefusedKey},
};
use axum::body::Body;
use axum::body::HttpBody as _;
use bytes::Bytes;
use diagnose::other_unit;
use http::{HeaderMap, HeaderName, Method, header, request::Parts};
use ledger::Millis;
use std::{net::IpAddr, sync::Arc, time::Duration};
use wire::binance_pay::{
    Code, Fault, codes,
    headers::{self, display},
    sign::SIGNATURE_LENGTH,
};

/// Maximum size of a body.
pub const BODY_MAX: usize = 1_024 * 1_024;

/// A request whose bytes are proven to be the key holder's.
pub(super) struct Admitted {
    pub(super) key: Arc<KnownKey>,
    pub(super) body: Bytes,
}

/// A header of the dialect: its name, its spelling on the pages, and the code when it breaks its rule.
pub(super) struct Header {
    pub(super) name: HeaderName,
    pub(super) display: &'static str,
    pub(super) code: &'static Code,
}

static API_KEY: Header = Header {
    name: HeaderName::from_static(headers::CERTIFICATE_SN),
    display: display::CERTIFICATE_SN,
    code: &codes::BAD_API_KEY_FMT,
};
static TIMESTAMP: Header = Header {
    name: HeaderName::from_static(headers::TIMESTAMP),
    display: display::TIMESTAMP,
    code: &codes::INVALID_TIMESTAMP,
};
static NONCE: Header = Header {
    name: HeaderName::from_static(headers::NONCE),
    display: display::NONCE,
    code: &codes::INVALID_REQUEST,
};
static SIGNATURE: Header = Header {
    name: HeaderName::from_static(headers::SIGNATURE),
    display: display::SIGNATURE,
    code: &codes::INVALID_SIGNATURE,
};

impl Header {
    /// The one value of the header.
    pub(super) fn value<'h>(&self, headers: &'h HeaderMap) -> Result<&'h [u8], Fault> {
        let mut values = headers.get_all(&self.name).iter();
        let Some(value) = values.next() else { return Err(self.broken("is missing")) };
        if values.next().is_some() {
            return Err(self.broken("was sent more than once"));
        }
        Ok(value.as_bytes())
    }

    pub(super) fn broken(&self, rule: &str) -> Fault {
        Fault::new(self.code).because(format_args!("{} {rule}", self.display))
    }
}

/// Admits a request, or returns the refusal of the first broken rule.
pub(super) async fn admit(
    app: &App,
    parts: &Parts,
    body: Body,
    arrival: Arrival,
    captured: &mut Captured,
) -> Result<Admitted, Refusal> {
    let time = app.settings.limits.body_timeout;
    let in_flight = app.replay.watch(arrival.at);
    let form = method(&parts.method).and_then(|()| media_type(&parts.headers, &body));
    if let Err(fault) = form.and_then(|()| not_coded(&parts.headers)) {
        body::discard(&parts.headers, body, time).await;
        return Err(fault.into());
    }
    let read = body::read_unproven(&parts.headers, body, BODY_MAX, time, &app.bodies).await;
    let body::Unproven { bytes: body, held } = read.map_err(unread)?;
    (captured.body, captured.held) = (Some(body.clone()), Some(held));
    let key = known_key(app, parts).await?;
    let timestamp = TIMESTAMP.value(&parts.headers)?;
    let arrived = arrival.by_clock_of(&app.house, &key.caller.holder);
    in_window(timestamp, arrived, app.settings.binance_pay.time_window)?;
    let nonce = nonce(&parts.headers)?;
    if let Err(fault) = signed(&key, timestamp, &nonce, &body, &parts.headers) {
        captured.refused_key = Some(RefusedKey::BinancePay(key));
        return Err(fault.into());
    }
    captured.held = None;
    // Only requests with a valid signature count against the key's limit, though an eavesdropper may repeat them while
    // their timestamp is valid. A nonce of a refused request stays unused.
    if !key.try_acquire() {
        return Err(Refusal::too_many());
    }
    let fresh = app.replay.claim(&app.house, &key.key, nonce, arrival.at).await;
    match fresh.map_err(|failure| failed(&failure))? {
        Claim::Fresh => {}
        Claim::Used => return Err(NONCE.broken("was used before within the time window").into()),
        Claim::TooLate => return Err(Refusal::busy()),
    }
    drop(in_flight);
    key.note_use(app.house.server_now());
    Ok(Admitted { key, body })
}

fn method(method: &Method) -> Result<(), Fault> {
    if *method == Method::POST {
        return Ok(());
    }
    Err(Fault::new(&codes::BAD_HTTP_METHOD).because("every endpoint is called with POST"))
}

/// Checks for `application/json`, alone or with a UTF-8 charset. A request without a body may omit its type.
fn media_type(headers: &HeaderMap, body: &Body) -> Result<(), Fault> {
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let fits = match (values.next(), values.next()) {
        (None, _) => body.is_end_stream(),
        (Some(_), Some(_)) => false,
        // The most common value is compared first, without parsing.
        (Some(value), None) if value == "application/json" => true,
        (Some(value), None) => value.to_str().is_ok_and(is_json),
    };
    if fits {
        return Ok(());
    }
    Err(Fault::new(&codes::MEDIA_TYPE_NOT_SUPPORTED).because("Content-Type must be application/json"))
}

/// Refuses content codings: the signature is over the body's bytes as sent.
fn not_coded(headers: &HeaderMap) -> Result<(), Fault> {
    let Some(coding) = body::coding(headers) else { return Ok(()) };
    Err(Fault::new(&codes::MEDIA_TYPE_NOT_SUPPORTED).because(format_args!(
        "Content-Encoding {coding} is not supported: send and sign the body as it is, without a coding"
    )))
}

fn is_json(value: &str) -> bool {
    let (essence, parameters) = value.split_once(';').unwrap_or((value, ""));
    let charset_fits =
        parameters.split(';').filter_map(|parameter| parameter.split_once('=')).all(|(name, value)| {
            !name.trim().eq_ignore_ascii_case("charset")
                || matches!(value.trim().trim_matches('"').to_ascii_lowercase().as_str(), "utf-8" | "utf8")
        });
    essence.trim().eq_ignore_ascii_case("application/json") && charset_fits
}

fn unread(unread: Unread) -> Refusal {
    let fault = match unread {
        Unread::OverBudget => return Refusal::busy(),
        Unread::TooLarge => Fault::new(&codes::INVALID_REQUEST_TOO_LARGE)
            .because(format_args!("the body must have at most {BODY_MAX} bytes")),
        Unread::Late => Fault::new(&codes::INVALID_REQUEST).because("the body did not arrive in time"),
        Unread::Broken => Fault::new(&codes::INVALID_REQUEST).because("the body ended before its length"),
    };
    fault.into()
}

/// The API key that a request names, if it has the shape of one. Any other value is not shown: it may contain control
/// characters for a terminal.
pub(crate) fn named_key(headers: &HeaderMap) -> Option<&str> {
    shaped(API_KEY.value(headers).ok()?)
}

/// The text of an API key, if it has the shape of one.
fn shaped(key: &[u8]) -> Option<&str> {
    let in_key = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-' || *byte == b'_';
    let key = Some(key).filter(|key| (16..=128).contains(&key.len()) && key.iter().all(in_key))?;
    std::str::from_utf8(key).ok()
}

/// The key, if it is known, in force and used from an allowed address.
async fn known_key(app: &App, parts: &Parts) -> Result<Arc<KnownKey>, Fault> {
    let text = API_KEY.value(&parts.headers)?;
    let text =
        shaped(text).ok_or_else(|| API_KEY.broken("must be 16 to 128 characters of A-Z a-z 0-9 - _"))?;
    let refused = |why: &str| {
        Fault::new(&codes::INVALID_API_KEY_OR_IP)
            .because(format_args!("the API key of {} {why}", display::CERTIFICATE_SN))
    };
    let known = app.keys.find(&app.house, text).await.map_err(|failure| failed(&failure))?;
    let key = known.ok_or_else(|| refused("is not known"))?;
    if key.revoked_at.is_some() {
        return Err(refused("was revoked"));
    }
    if key.expires_at.is_some_and(|end| app.house.now(&key.caller.holder) >= end) {
        return Err(refused("has expired"));
    }
    if !key.allow.is_open() {
        let caller = caller(app, parts);
        if !key.allow.allows(caller) {
            return Err(refused(&format!("may not be used from {caller}")));
        }
    }
    Ok(key)
}

/// The caller's address. A request without a connection was made in this process.
pub(super) fn caller(app: &App, parts: &Parts) -> IpAddr {
    address::client(Arrival::peer(parts), &parts.headers, &app.settings.trusted_proxies)
}

fn in_window(timestamp: &[u8], arrived: Millis, window: Duration) -> Result<(), Fault> {
    let digits = !timestamp.is_empty() && timestamp.iter().all(u8::is_ascii_digit);
    let text = std::str::from_utf8(timestamp).ok().filter(|_| digits);
    let Some(sent) = text.and_then(|text| text.parse::<i64>().ok()) else {
        return Err(TIMESTAMP.broken("must be Unix time in milliseconds, digits only"));
    };
    let behind = arrived.get().saturating_sub(sent);
    let window = i64::try_from(window.as_millis()).unwrap_or(i64::MAX);
    if behind.saturating_abs() <= window {
        return Ok(());
    }
    if let Some(unit) = other_unit(timestamp) {
        let digits = timestamp.len();
        let rule = format!("is in {unit} ({digits} digits); Unix time must be in milliseconds (13 digits)");
        return Err(TIMESTAMP.broken(&rule));
    }
    let (distance, side) = (behind.saturating_abs(), if behind > 0 { "behind" } else { "ahead of" });
    Err(TIMESTAMP.broken(&format!("is {distance} ms {side} this server's clock; {window} ms are allowed")))
}

fn nonce(headers: &HeaderMap) -> Result<[u8; NONCE_LEN], Fault> {
    let nonce: Option<[u8; NONCE_LEN]> = NONCE.value(headers)?.try_into().ok();
    nonce
        .filter(|nonce| nonce.iter().all(|byte| matches!(byte, b' '..=b'~')))
        .ok_or_else(|| NONCE.broken("must be exactly 32 printable ASCII characters"))
}

fn signed(
    key: &KnownKey,
    timestamp: &[u8],
    nonce: &[u8],
    body: &[u8],
    headers: &HeaderMap,
) -> Result<(), Fault> {
    let signature = SIGNATURE.value(headers)?;
    if key.secret.verify(timestamp, nonce, body, signature) {
        return Ok(());
    }
    let hex = signature.len() == SIGNATURE_LENGTH && signature.iter().all(u8::is_ascii_hexdigit);
    Err(if !hex {
        SIGNATURE.broken("must be 128 hexadecimal digits in upper case")
    } else if signature.iter().any(u8::is_ascii_lowercase) {
        SIGNATURE.broken("must be in upper case")
    } else {
        SIGNATURE.broken(
            "is not the HMAC-SHA512 of timestamp, nonce and the body's bytes, each followed by a line feed, \
             under this key's secret",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn content_type(values: &[&str], body: &'static str) -> Option<String> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::CONTENT_TYPE, HeaderValue::from_str(value).unwrap());
        }
        let body = if body.is_empty() { Body::empty() } else { Body::from(body) };
        media_type(&headers, &body).err().map(|fault| fault.code.to_string())
    }

    #[test]
    fn media_types() {
        for good in [
            "application/json",
            "application/json;charset=utf-8",
            "Application/JSON; charset=UTF-8",
            "application/json; charset=\"utf-8\"",
            "application/json; profile=x",
        ] {
            assert_eq!(content_type(&[good], "{}"), None, "{good}");
        }
        for bad in ["text/plain", "application/json; charset=latin1", "application/jsonp", ""] {
            assert_eq!(content_type(&[bad], "{}").as_deref(), Some("400007"), "{bad}");
        }
        assert_eq!(content_type(&[], "{}").as_deref(), Some("400007"));
        assert_eq!(content_type(&[], ""), None);
        assert_eq!(content_type(&["application/json", "text/plain"], "{}").as_deref(), Some("400007"));
    }

    #[test]
    fn the_window_is_open_to_both_sides_and_closed_beyond() {
        let second = Duration::from_secs(1);
        let now = Millis::new(1_700_000_000_000);
        for good in ["1699999999000", "1700000000000", "1700000001000"] {
            assert!(in_window(good.as_bytes(), now, second).is_ok(), "{good}");
        }
        let late = in_window(b"1699999998999", now, second).unwrap_err();
        assert!(late.message().contains("1001 ms behind"), "{late}");
        let early = in_window(b"1700000001001", now, second).unwrap_err();
        assert!(early.message().contains("1001 ms ahead"), "{early}");
        for (sent, unit) in [
            ("1700000000", "seconds (10 digits)"),
            ("1700000000000000", "microseconds (16 digits)"),
            ("1700000000000000000", "nanoseconds (19 digits)"),
        ] {
            let fault = in_window(sent.as_bytes(), now, second).unwrap_err();
            assert!(fault.is(&codes::INVALID_TIMESTAMP));
            let rule = format!("is in {unit}; Unix time must be in milliseconds (13 digits)");
            assert!(fault.message().contains(&rule), "{fault}");
        }
        for bad in ["", "now", "1.7e12", "+1700000000000", "-1", "1700000000000 ", "99999999999999999999"] {
            let fault = in_window(bad.as_bytes(), now, second).unwrap_err();
            assert!(fault.is(&codes::INVALID_TIMESTAMP) && fault.message().contains("Unix time"), "{bad}");
        }
    }

    #[test]
    fn a_key_is_named_by_what_may_be_one() {
        let named = |value: &[u8]| {
            let mut headers = HeaderMap::new();
            headers.insert(&API_KEY.name, HeaderValue::from_bytes(value).unwrap());
            named_key(&headers).map(str::to_owned)
        };
        assert_eq!(named(b"shop-key_0123456789").as_deref(), Some("shop-key_0123456789"));
        // Terminals interpret the second as a command: U+009B.
        for bad in
            ["too-short", "shop-key-\u{9b}31m0123456789", "shop key 0123456789", "shop-key-é0123456789"]
        {
            assert_eq!(named(bad.as_bytes()), None, "{bad}");
        }
        assert_eq!(named(b"shop-key-\xff0123456789"), None);
        assert_eq!(named(&[b'x'; 129]), None);
    }

    #[test]
    fn a_header_is_there_once() {
        let mut headers = HeaderMap::new();
        assert!(nonce(&headers).unwrap_err().message().contains("is missing"));
        let value = HeaderValue::from_static("5RhaTrZPhknNv0kDSA2UQ67cPMVNS4sA");
        headers.append(&NONCE.name, value.clone());
        assert_eq!(nonce(&headers).unwrap(), *b"5RhaTrZPhknNv0kDSA2UQ67cPMVNS4sA");
        headers.append(&NONCE.name, value);
        assert!(nonce(&headers).unwrap_err().message().contains("more than once"));
        for bad in ["5RhaTrZPhknNv0kDSA2UQ67cPMVNS4s", "5RhaTrZPhknNv0kDSA2UQ67cPMVNS4sA5", ""] {
            headers.insert(&NONCE.name, HeaderValue::from_static(bad));
            assert!(nonce(&headers).unwrap_err().is(&codes::INVALID_REQUEST), "{bad}");
        }
        headers.insert(&NONCE.name, HeaderValue::from_bytes(&[0xe4; 32]).unwrap());
        assert!(nonce(&headers).is_err());
    }
}
