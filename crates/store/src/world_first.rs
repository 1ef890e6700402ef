//! WorldFirst: customers and their accounts, clients and their keys, authorizations, transfers, exchanges.

pub mod account;
pub mod authorization;
pub mod client;
pub mod customer;
pub mod deposit;
pub mod exchange;
pub mod statement;
pub mod transfer;
