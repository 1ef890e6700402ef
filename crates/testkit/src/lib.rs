//! Tools for tests: throw-away databases of both engines, a fixed clock, counted randomness, and a house under test
//! that verifies its books at the end.
//!
//! Only integration tests link this crate (`tests/it`): a library's own unit tests would see a second copy
//! of the library through it.
#![warn(missing_docs)]

mod cases;
mod database;
mod engine;
mod patience;
mod pgbouncer;
mod postgres;
mod script;

#[cfg(feature = "house")]
pub mod house;
#[cfg(feature = "http")]
pub mod http;

pub use cases::{for_each_engine, for_engine};
pub use database::Database;
pub use engine::Engine;
pub use patience::within_turns;
pub use pgbouncer::{PgBouncer, with_pgbouncer};
