//! WorldFirst: customers and their accounts, clients and their keys, the server's keys, authorizations.

pub mod account;
pub mod authorization;
pub mod client;
pub mod customer;
pub mod deposit;
pub mod server_key;
