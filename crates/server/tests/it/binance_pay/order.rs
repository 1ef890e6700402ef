//! Orders: one file per endpoint.

mod close;
mod create_v1;
mod create_v2;
mod create_v3;
mod query;
mod query_v2;
