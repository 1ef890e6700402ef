//! Reads what native requests carry, and answers with a problem when it cannot.

use super::refused::Refused;
use crate::{
    app::App,
    body::{self, Unread},
};
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header, request::Parts};
use serde::{Deserialize, de::DeserializeOwned};
use std::sync::Arc;
use wire::{
    native::{LIMIT_DEFAULT, LIMIT_MAX},
    text::{NO_NUL, spells_nul},
};

/// The largest body of a native request: a large fixtures file.
const BODY_MAX: usize = 4 * 1_024 * 1_024;

/// The query string.
pub(super) struct Params<T>(pub(super) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refused> {
        let query = Query::<T>::try_from_uri(&parts.uri);
        query.map(|Query(params)| Self(params)).map_err(|error| Refused::malformed(error.body_text()))
    }
}

/// Where a page begins and how long it is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PageQuery {
    pub(super) after: Option<String>,
    limit: Option<i64>,
}

impl PageQuery {
    pub(super) fn limit(&self) -> Result<u32, Refused> {
        limit(self.limit)
    }
}

/// How many entries were asked for.
pub(super) fn limit(asked: Option<i64>) -> Result<u32, Refused> {
    let asked = asked.unwrap_or(LIMIT_DEFAULT);
    let fits = u32::try_from(asked).ok().filter(|_| (1..=LIMIT_MAX).contains(&asked));
    fits.ok_or_else(|| Refused::invalid(format!("limit must be 1 to {LIMIT_MAX}")))
}

/// A body in JSON.
pub(super) struct Asked<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Arc<App>> for Asked<T> {
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
pub(super) struct AskedFile<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Arc<App>> for AskedFile<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Refused> {
        let (headers, bytes) = read(request, app).await?;
        match media_type(&headers) {
            Some("application/json") => json(&bytes).map(Self),
            Some("application/toml") => toml::from_str(text(&bytes)?).map(Self).map_err(Refused::malformed),
            _ => Err(unsupported("application/json or application/toml")),
        }
    }
}

fn json<T: DeserializeOwned>(bytes: &Bytes) -> Result<T, Refused> {
    serde_json::from_str(text(bytes)?).map_err(Refused::malformed)
}

/// A body as text, in which no text has U+0000: not every engine can keep it.
fn text(bytes: &Bytes) -> Result<&str, Refused> {
    let text = std::str::from_utf8(bytes).map_err(Refused::malformed)?;
    if spells_nul(text) { Err(Refused::invalid(NO_NUL)) } else { Ok(text) }
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
        // Whoever has the token is known: what he sends does not count.
        Unread::OverBudget => Refused::busy(),
        Unread::Broken => Refused::malformed("the body ended before its length"),
    })?;
    Ok((parts.headers, bytes))
}
