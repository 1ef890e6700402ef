//! The WorldFirst dialect: its gate, its routes, and one handler per endpoint.
//!
//! A request passes the gate (client and signature), is decoded and checked by `wire`, and reaches its handler; the
//! reply leaves through one place that knows the codes of its page, and signs it.

pub mod account;
mod authorize;
pub mod clients;
pub mod fund;
mod gate;
pub mod oauth;
mod outcome;
mod response_id;
mod serve;

pub use gate::BODY_MAX;
pub use serve::{Call, Serve};
pub(crate) use serve::{broken, busy, unknown_path};

use crate::{routes::Routes, telemetry::Metrics};
use std::sync::Arc;

/// Every endpoint of the dialect, served by the function of its path below this module.
pub fn routes(metrics: &Arc<Metrics>) -> Routes {
    macro_rules! served {
        (binance_pay $others:tt world_first { $($family:ident::$endpoint:ident::$Request:ident,)* }) => {
            Routes::new(Arc::clone(metrics))
                $(.serve::<wire::world_first::$family::$endpoint::$Request, _>($family::$endpoint))*
        };
    }
    wire::endpoints!(served)
}
