//! The HTTP server: dialect seams, handlers, jobs, native API, configuration, telemetry.
//!
//! [`start`] starts a server with its [`Settings`]; [`router`] is the same without a socket, for callers in this
//! process.
#![warn(missing_docs)]

pub mod address;
pub mod app;
mod arrival;
mod background;
mod background_tasks;
pub mod binance_pay;
mod body;
mod body_budget;
mod check;
mod connection;
pub mod data_folder;
mod download;
pub mod fixtures;
mod health;
mod lent;
mod linger;
mod listen;
mod log_throttle;
pub mod maintenance;
mod native;
mod open_files;
mod places;
mod rate_feed;
mod rate_limiter;
pub mod report_files;
pub mod request_id;
pub mod requests;
pub mod routes;
pub mod server_keys;
mod service;
pub mod settings;
mod start;
mod stopping;
pub mod system;
pub mod telemetry;
mod tls;
mod ttl_cache;
mod unserved;
pub mod world_first;

pub use app::{App, Parts};
pub use check::check;
pub use service::{HttpService, router};
pub use settings::Settings;
pub use start::{Reload, Running, StartError, Stop, Tools, start};
pub use tls::TlsError;
