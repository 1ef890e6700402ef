//! The HTTP server: dialect seams, handlers, jobs, native API, configuration, telemetry.
//!
//! [`start`] opens everything that [`Settings`] name and serves it; [`router`] is the same without a socket,
//! for tests that call in process.
#![warn(missing_docs)]

pub mod address;
pub mod binance_pay;
pub mod data_folder;
pub mod request_id;
pub mod settings;
pub mod telemetry;

pub use settings::{FileSettings, Settings};
