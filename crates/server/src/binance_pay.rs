//! The Binance Pay dialect: its gate, its routes, and one handler per endpoint.
//!
//! A request passes the gate (caller and signature), is decoded and checked by `wire`, and reaches its handler; the
//! handler's answer leaves through one place that knows the codes of its page.

pub mod balance_report;
pub mod convert;
mod delegation;
mod gate;
pub mod key_cache;
mod links;
pub mod order;
mod outcome;
pub mod profit_sharing;
pub mod replay;
mod serve;
pub mod service_provider;
pub mod webhook;

pub use gate::BODY_MAX;
pub(crate) use gate::named_key;
pub(crate) use serve::busy;
pub use serve::{Call, Serve};

use crate::{routes::Routes, telemetry::Metrics};
use std::sync::Arc;

/// Every endpoint of the dialect, served by the function of its path below this module.
pub fn routes(metrics: &Arc<Metrics>) -> Routes {
    macro_rules! served {
        (binance_pay { $($family:ident::$endpoint:ident::$Request:ident,)* } $($others:tt)*) => {
            Routes::new(Arc::clone(metrics))
                $(.serve::<wire::binance_pay::$family::$endpoint::$Request, _>($family::$endpoint))*
        };
    }
    wire::endpoints!(served)
}
