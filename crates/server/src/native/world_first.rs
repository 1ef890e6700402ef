//! `/v1/world-first`: customers and their transfers, the clients that act for them, and keys.

pub(super) mod clients;
pub(super) mod customers;
pub(super) mod transfers;

use crate::app::App;
use axum::routing::{MethodRouter, get, post, put};
use std::sync::Arc;

/// The open path of the server's public key.
pub(super) const PUBLIC_KEY: &str = "/v1/world-first/public-key";

/// The routes that require the token.
pub(super) fn handlers() -> [(&'static str, MethodRouter<Arc<App>>); 10] {
    [
        ("/v1/world-first/customers", get(customers::list).post(customers::create)),
        ("/v1/world-first/customers/{id}", get(customers::read).patch(customers::set_contract)),
        ("/v1/world-first/customers/{id}/accounts", get(customers::accounts).post(customers::open_account)),
        ("/v1/world-first/transfers/{id}", get(transfers::read)),
        ("/v1/world-first/clients", get(clients::list).post(clients::create)),
        ("/v1/world-first/clients/{id}", get(clients::read)),
        ("/v1/world-first/clients/{id}/keys", post(clients::add_key)),
        ("/v1/world-first/clients/{id}/products", put(clients::set_products)),
        (
            "/v1/world-first/clients/{id}/connected/{customer}",
            put(clients::connect).delete(clients::disconnect),
        ),
        ("/v1/world-first/grants", post(clients::grant)),
    ]
}
