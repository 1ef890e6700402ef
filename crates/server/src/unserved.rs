//! Paths without a route: the provider's own answer and, in a twin, a hint at the path that is probably meant.

use crate::{
    app::App,
    binance_pay, native,
    requests::{self, Unserved},
    settings::Mode,
    world_first,
};
use axum::{
    body::Body,
    extract::{Request, State},
};
use http::{HeaderName, HeaderValue, Response, StatusCode, header, request::Parts};
use std::{sync::Arc, time::Duration};
use wire::{Dialect, binance_pay::BinancePay, unserved, world_first::WorldFirst};

/// The header with the path that is probably meant; in a twin only.
pub(crate) const HINT: HeaderName = HeaderName::from_static("x-countinghouse-hint");

/// Maximum time that a caller of an unknown path may go on sending.
const DISCARD_TIME: Duration = Duration::from_secs(5);

/// The API of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Api {
    BinancePay,
    WorldFirst,
    Native,
}

/// The API, by the path's prefix. Leading slashes count as one: a base URL that ends in a slash doubles the first.
pub(crate) fn api_of(path: &str) -> Api {
    let path = path.trim_start_matches('/');
    if path.starts_with("binancepay") {
        Api::BinancePay
    } else if path.starts_with("amsin") {
        Api::WorldFirst
    } else {
        Api::Native
    }
}

/// Answers a path without a route.
pub(crate) async fn answer(State(app): State<Arc<App>>, request: Request) -> Response<Body> {
    let path = request.uri().path();
    let (api, hint) =
        (api_of(path), (app.settings.mode == Mode::Twin).then(|| unserved::hint(path)).flatten());
    if let Some(hint) = &hint {
        tracing::info!(hint, "the path is not served");
    }
    let (parts, body) = request.into_parts();
    let mut response = match api {
        Api::Native => native::not_found(),
        Api::BinancePay | Api::WorldFirst => of_dialect(&app, api, &parts, body, hint.as_deref()).await,
    };
    if let Some(hint) = hint.and_then(|hint| HeaderValue::try_from(hint).ok()) {
        response.headers_mut().insert(HINT, hint);
    }
    response
}

/// Answers a path of a provider's API, and records the request: a later signature may be of this one.
async fn of_dialect(app: &App, api: Api, parts: &Parts, body: Body, hint: Option<&str>) -> Response<Body> {
    let body = requests::body_of_unserved(app, &parts.headers, body, DISCARD_TIME).await;
    if api == Api::WorldFirst {
        let (response, reply, client) = world_first::unknown_path(app, parts).await;
        let unserved = Unserved {
            api: WorldFirst::NAME,
            parts,
            body,
            caller: client.as_ref().map(|client| client.client.client_id.as_str()),
            code: wire::world_first::codes::INVALID_API.code,
            hint,
            http_status: response.status(),
            reply: &reply,
        };
        requests::record_unserved(app, unserved);
        return response;
    }
    let http_status = StatusCode::FORBIDDEN;
    let unserved = Unserved {
        api: BinancePay::NAME,
        parts,
        body,
        caller: binance_pay::named_key(&parts.headers),
        code: http_status.as_str(),
        hint,
        http_status,
        reply: FORBIDDEN.as_bytes(),
    };
    requests::record_unserved(app, unserved);
    let mut response = Response::new(Body::from(FORBIDDEN));
    *response.status_mut() = http_status;
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, html);
    response
}

/// The provider answers an unknown path of its API with 403 and a page, never with JSON.
const FORBIDDEN: &str =
    "<!doctype html><title>403 Forbidden</title><h1>403 Forbidden</h1><p>This path is not served.</p>\n";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_belongs_to_an_api() {
        for (path, api) in [
            ("/binancepay/openapi/order", Api::BinancePay),
            ("//binancepay/openapi/order", Api::BinancePay),
            ("///amsin/api/v1/x", Api::WorldFirst),
            ("/amsin", Api::WorldFirst),
            ("/v1/binancepay", Api::Native),
            ("/", Api::Native),
            ("", Api::Native),
        ] {
            assert_eq!(api_of(path), api, "{path}");
        }
    }
}
