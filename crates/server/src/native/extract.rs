//! Extractors of native requests; an invalid request is answered with a problem.

use super::refused::Refused;
use crate::{
    app::App,
    body::{self, Unread},
};
use axum::extract::{FromRequest, FromRequestParts, Request};
use bytes::Bytes;
use http::{HeaderMap, StatusCode, Uri, header, request::Parts, uri::PathAndQuery};
use serde::de::DeserializeOwned;
use std::sync::Arc;
use wire::{
    native::{
        LIMIT_DEFAULT,
        strict::{self, RULE},
    },
    text::{PLAIN, is_plain_target},
};

/// The largest body of a native request: a large fixtures file.
const BODY_MAX: usize = 4 * 1_024 * 1_024;

/// The query string.
pub(super) struct Params<T>(pub(super) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refused> {
        let query = parts.uri.query().unwrap_or_default();
        let pairs = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
        strict::read(pairs).map(Self).map_err(|error| unread(error.path(), &error.inner().to_string()))
    }
}

/// The requested number of entries, or the default.
pub(super) fn limit(asked: Option<u32>) -> u32 {
    asked.unwrap_or(LIMIT_DEFAULT)
}

/// Refuses a target with bytes that are not text, or characters that texts may not have.
pub(super) fn check_target(uri: &Uri) -> Result<(), Refused> {
    let target = uri.path_and_query().map_or("", PathAndQuery::as_str);
    if !is_plain_target(target) {
        return Err(Refused::invalid(format_args!("path and query {PLAIN}")));
    }
    let path = percent_encoding::percent_decode_str(uri.path()).decode_utf8();
    path.map(drop).map_err(|_| Refused::malformed("the path is not UTF-8"))
}

/// A body in JSON.
pub(super) struct JsonBody<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Arc<App>> for JsonBody<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Refused> {
        let (headers, bytes) = read(request, app).await?;
        if media_type(&headers) != Some("application/json") {
            return Err(unsupported("application/json"));
        }
        json(&bytes).map(Self)
    }
}

/// A body in JSON or TOML.
pub(super) struct JsonOrToml<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Arc<App>> for JsonOrToml<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Refused> {
        let (headers, bytes) = read(request, app).await?;
        match media_type(&headers) {
            Some("application/json") => json(&bytes).map(Self),
            Some("application/toml") => {
                let text = std::str::from_utf8(&bytes).map_err(Refused::malformed)?;
                let file = toml::Deserializer::parse(text).map_err(Refused::malformed)?;
                let read = strict::read(file).map(Self);
                read.map_err(|error| match is_rule(error.inner().message()) {
                    true => unread(error.path(), error.inner().message()),
                    // The message quotes the line of the mistake.
                    false => unread(error.path(), &error.inner().to_string()),
                })
            }
            _ => Err(unsupported("application/json or application/toml")),
        }
    }
}

fn json<T: DeserializeOwned>(bytes: &Bytes) -> Result<T, Refused> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let read = strict::read(&mut json).map_err(|error| {
        let message = error.inner().to_string();
        match message.rsplit_once(" at line ").filter(|(message, _)| is_rule(message)) {
            Some((rule, _)) => unread(error.path(), rule),
            None => unread(error.path(), &message),
        }
    })?;
    json.end().map_err(Refused::malformed)?;
    Ok(read)
}

/// Whether a message is about a broken rule: one of this program's, or a number out of its type's range.
fn is_rule(message: &str) -> bool {
    message.starts_with(RULE) || message.starts_with("invalid value")
}

/// The problem of a part of a request that was not read.
fn unread(path: &serde_path_to_error::Path, message: &str) -> Refused {
    let field = path.to_string();
    let refused = match is_rule(message) {
        true => Refused::invalid(format_args!("{field} {message}")),
        false => Refused::malformed(message),
    };
    // A single dot is the path of the whole body.
    if field == "." { refused } else { refused.at(field) }
}

fn media_type(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    Some(value.split(';').next().unwrap_or(value).trim())
}

fn unsupported(expected: &str) -> Refused {
    let title = "The body has another type";
    Refused::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", title)
        .because(format!("Content-Type must be {expected}"))
}

async fn read(request: Request, app: &App) -> Result<(HeaderMap, Bytes), Refused> {
    let (parts, body) = request.into_parts();
    if let Some(coding) = body::coding(&parts.headers) {
        body::discard(&parts.headers, body, app.settings.limits.body_timeout).await;
        let title = "The body has a content coding";
        return Err(Refused::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "content-encoding", title)
            .because(format!("Content-Encoding {coding} is not supported: send the body as it is")));
    }
    let time = app.settings.limits.body_timeout;
    let bytes = body::read(&parts.headers, body, BODY_MAX, time).await.map_err(|unread| match unread {
        Unread::TooLarge => Refused::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "The body is too large")
            .because(format!("at most {BODY_MAX} bytes")),
        Unread::Late => {
            Refused::new(StatusCode::REQUEST_TIMEOUT, "late-body", "The body did not arrive in time")
        }
        // A caller with the token is authenticated, so its bytes do not count.
        Unread::OverBudget => Refused::busy(),
        Unread::Broken => Refused::malformed("the body ended before its length"),
    })?;
    Ok((parts.headers, bytes))
}
