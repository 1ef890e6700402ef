//! The Binance Pay dialect: what its endpoints share, and one file for each of them.

pub(crate) mod balance_report;
pub(crate) mod cases;
mod convert;
mod coverage;
mod delegation;
mod gate;
mod keys;
mod order;
mod precedence;
mod profit_sharing;
pub(crate) mod providers;
mod service_provider;
mod traffic;
mod webhook;
