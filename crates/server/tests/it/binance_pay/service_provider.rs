//! Technical service providers: one file per endpoint.

mod create;
mod get_record;
mod query_config;
mod record;
