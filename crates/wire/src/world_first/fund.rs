//! Movements of a customer's money: transfers to other customers, and currency exchanges.

pub mod consult_transfer;
pub mod create_exchange;
pub mod create_quote;
pub mod create_transfer;
pub mod exchange;
pub mod inquiry_exchange;
pub mod inquiry_transfer;
pub mod transfer;
pub mod transferred;
