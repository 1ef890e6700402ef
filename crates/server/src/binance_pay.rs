//! The Binance Pay dialect: its gate, its routes, and one handler per endpoint.
//!
//! A request passes the gate (who calls, with which bytes), is read and checked by `wire`, and reaches its
//! handler; the handler's answer leaves through one place that knows which codes its page allows.

mod acting;
pub mod balance_report;
pub mod convert;
mod gate;
pub mod key_cache;
mod links;
pub mod order;
mod outcome;
pub mod profit_sharing;
pub mod replay;
mod serve;
pub mod service_provider;

pub use gate::BODY_MAX;
pub(crate) use gate::named_key;
pub(crate) use serve::busy;
pub use serve::{Call, Serve};

use crate::{routes::Routes, telemetry::Metrics};
use std::sync::Arc;

/// Every endpoint that is served.
pub fn routes(metrics: &Arc<Metrics>) -> Routes {
    Routes::new(Arc::clone(metrics))
        .serve(order::create_v1)
        .serve(order::create_v2)
        .serve(order::create_v3)
        .serve(order::query)
        .serve(order::query_v2)
        .serve(order::close)
        .serve(profit_sharing::add_receiver)
        .serve(profit_sharing::query_receiver)
        .serve(profit_sharing::del_receiver)
        .serve(profit_sharing::submit_split)
        .serve(profit_sharing::query_split)
        .serve(profit_sharing::return_split)
        .serve(convert::get_to_selector)
        .serve(convert::get_quote)
        .serve(convert::execute_quote)
        .serve(convert::query_trade_order)
        .serve(service_provider::query_config)
        .serve(service_provider::create)
        .serve(service_provider::get_record)
        .serve(service_provider::record)
        .serve(balance_report::apply)
        .serve(balance_report::query)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::{binance_pay::BinancePay, endpoints};

    #[test]
    fn every_endpoint_is_served_once() {
        let routes = routes(&Arc::new(Metrics::default()));
        let names = |specs: Vec<&'static wire::Spec>| {
            let mut names: Vec<&str> = specs.iter().map(|spec| spec.name).collect();
            names.sort_unstable();
            names
        };
        let listed = endpoints::<BinancePay>().collect();
        assert_eq!(names(routes.served().to_vec()), names(listed));
    }
}
