//! The WorldFirst dialect: its gate, its routes, and one handler per endpoint.
//!
//! A request passes the gate (which client calls, with which bytes), is read and checked by `wire`, and reaches
//! its handler; the reply leaves through one place that knows which codes its page allows, and signs it.

pub mod account;
pub mod clients;
pub mod fund;
mod gate;
pub mod oauth;
mod outcome;
mod response_id;
mod serve;
pub mod server_key;
mod whose;

pub use gate::BODY_MAX;
pub use serve::{Call, Serve};
pub(crate) use serve::{broken, busy, unknown_path};
pub use server_key::WorldFirstKeys;

use crate::{routes::Routes, telemetry::Metrics};
use std::sync::Arc;

/// Every endpoint that is served.
pub fn routes(metrics: &Arc<Metrics>) -> Routes {
    Routes::new(Arc::clone(metrics))
        .serve(account::inquiry_balance)
        .serve(account::inquiry_account)
        .serve(account::inquiry_statement_list)
        .serve(account::inquiry_statement_detail)
        .serve(fund::consult_transfer)
        .serve(fund::create_transfer)
        .serve(fund::inquiry_transfer)
        .serve(fund::create_quote)
        .serve(fund::create_exchange)
        .serve(fund::inquiry_exchange)
        .serve(oauth::apply_token)
        .serve(oauth::revoke_token)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::{endpoints, world_first::WorldFirst};

    #[test]
    fn every_endpoint_is_served_once() {
        let routes = routes(&Arc::new(Metrics::default()));
        let served: Vec<&str> = routes.served().iter().map(|spec| spec.name).collect();
        let mut expected: Vec<&str> = endpoints::<WorldFirst>().map(|spec| spec.name).collect();
        expected.sort_by_key(|name| served.iter().position(|served| served == name));
        assert_eq!(served, expected);
    }
}
