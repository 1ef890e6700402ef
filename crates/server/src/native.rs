//! The native API under `/v1`: for operators, scripts and tests.
//!
//! Every route except the OpenAPI document and the server's public key requires the admin token. Test controls are
//! mounted in a twin only: in live mode their paths do not exist.

mod api_keys;
mod assets;
mod authorizations;
mod cursor;
mod deposits;
mod events;
mod extract;
mod fixtures;
mod guard;
mod holders;
mod jobs;
mod merchants;
mod orders;
mod parties;
mod payers;
mod position;
mod rates;
mod refused;
mod reports;
mod requests;
mod server_keys;
mod service_providers;
mod statement;
mod world_first;

pub(crate) use holders::status_of;
pub(crate) use merchants::check_id;

use crate::app::App;
use axum::{
    Json, Router,
    body::Body,
    extract::State,
    response::IntoResponse as _,
    routing::{MethodRouter, delete, get, post, put},
};
use guard::Guard;
use house::{Mode, server_key::Signs};
use http::{Response, StatusCode};
pub(crate) use refused::Refused;
use std::{sync::Arc, time::Duration};
use wire::native::{Merchant, Payer, WAIT_MAX_SECONDS, openapi};

/// The routes of an app; test controls only if it is a twin.
pub(crate) fn routes(app: &Arc<App>) -> Router<Arc<App>> {
    let mut router = Router::new();
    for (path, handlers) in handlers(app.house.mode()) {
        router = router.route(path, handlers.layer(Guard::token(app, path, Duration::ZERO).layer()));
    }
    let wait = Duration::from_secs(WAIT_MAX_SECONDS);
    let events = get(events::read).layer(Guard::token(app, EVENTS, wait).layer());
    let document = get(document).layer(Guard::open(app, DOCUMENT).layer());
    let public_key = get(server_keys::public);
    let public_key = public_key.layer(Guard::open(app, world_first::PUBLIC_KEY).layer());
    router.route(EVENTS, events).route(DOCUMENT, document).route(world_first::PUBLIC_KEY, public_key)
}

const EVENTS: &str = "/v1/events";
const DOCUMENT: &str = "/v1/openapi.json";

/// The routes that require the token and have no extra time.
fn handlers(mode: Mode) -> Vec<(&'static str, MethodRouter<Arc<App>>)> {
    let mut handlers = vec![
        ("/v1/merchants", get(parties::list::<Merchant>).post(parties::create::<Merchant>)),
        ("/v1/merchants/{id}", get(parties::read::<Merchant>).patch(parties::set_status::<Merchant>)),
        ("/v1/merchants/{id}/api-keys", get(api_keys::list).post(api_keys::issue)),
        ("/v1/merchants/{id}/api-keys/{key}", delete(api_keys::revoke)),
        ("/v1/merchants/{id}/service-provider", get(service_providers::read).put(service_providers::set)),
        ("/v1/authorizations", get(authorizations::list)),
        ("/v1/authorizations/{id}", get(authorizations::read)),
        ("/v1/authorizations/{id}/agree", post(authorizations::agree)),
        ("/v1/authorizations/{id}/reject", post(authorizations::reject)),
        ("/v1/authorizations/{id}/change", post(authorizations::change)),
        ("/v1/authorizations/{id}/disable", post(authorizations::disable)),
        ("/v1/payers", get(parties::list::<Payer>).post(parties::create::<Payer>)),
        ("/v1/payers/{binance_id}", get(parties::read::<Payer>).patch(parties::set_status::<Payer>)),
        ("/v1/balances", get(holders::all_balances)),
        ("/v1/holders/{id}/balances", get(holders::balances)),
        ("/v1/holders/{id}/journal", get(holders::journal)),
        ("/v1/orders", get(orders::list)),
        ("/v1/orders/{prepay_id}", get(orders::read)),
        ("/v1/orders/{prepay_id}/release-reserve", post(orders::release_reserve)),
        ("/v1/holders/{id}/statement", get(statement::read)),
        ("/v1/reports", get(reports::list).post(reports::request)),
        ("/v1/reports/{id}", get(reports::read)),
        ("/v1/reports/{id}/cancel", post(reports::cancel)),
        ("/v1/reports/{id}/file", get(reports::file)),
        ("/v1/requests", get(requests::list)),
        ("/v1/requests/{id}", get(requests::read)),
        ("/v1/jobs", get(jobs::list)),
        ("/v1/jobs/retry", post(jobs::retry)),
        ("/v1/fixtures", post(fixtures::apply)),
        ("/v1/assets", get(assets::list)),
        ("/v1/rates", get(rates::list).post(rates::set_many)),
        ("/v1/rates/{base}/{quote}", put(rates::set).delete(rates::remove)),
        ("/v1/rates/{base}/{quote}/limits", delete(rates::clear_limits)),
        ("/v1/house/position", get(position::read)),
    ];
    for (path, signs) in [
        ("/v1/world-first/server-keys", Signs::WorldFirst),
        ("/v1/binance-pay/certificates", Signs::BinancePay),
    ] {
        let list = move |app| server_keys::list(app, signs);
        let rotate = move |app, body| server_keys::rotate(app, signs, body);
        handlers.push((path, get(list).post(rotate)));
    }
    handlers.extend(world_first::handlers());
    if mode == Mode::Twin {
        handlers.push(("/v1/deposits", post(deposits::post)));
        handlers.push(("/v1/orders/{prepay_id}/pay", post(orders::pay)));
    }
    handlers
}

/// The OpenAPI document.
async fn document(State(app): State<Arc<App>>) -> Json<serde_json::Value> {
    Json(openapi(app.house.mode() == Mode::Twin, env!("CARGO_PKG_VERSION")))
}

/// The answer to a path that does not exist.
pub(crate) fn not_found() -> Response<Body> {
    Refused::new(StatusCode::NOT_FOUND, "not-found", "There is no such path").into_response()
}

/// The answer when no permit is free.
pub(crate) fn busy() -> Response<Body> {
    Refused::busy().into_response()
}

/// The answer to an internal error.
pub(crate) fn internal_error() -> Response<Body> {
    Refused::internal().into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use wire::native::ROUTES;

    #[test]
    fn every_route_is_mounted_where_it_exists() {
        for mode in [Mode::Twin, Mode::Live] {
            let mounted = handlers(mode).into_iter().map(|(path, _)| path).chain([
                EVENTS,
                DOCUMENT,
                world_first::PUBLIC_KEY,
            ]);
            let listed = ROUTES.iter().filter(|route| mode == Mode::Twin || !route.twin_only);
            assert_eq!(
                mounted.collect::<BTreeSet<_>>(),
                listed.map(|route| route.path).collect::<BTreeSet<_>>(),
                "{mode:?}"
            );
        }
    }
}
