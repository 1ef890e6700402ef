//! Exchanges and transfers of a customer's money.

mod consult_transfer;
mod create_exchange;
mod create_quote;
mod create_transfer;
mod exchange;
mod inquiry_exchange;
mod inquiry_transfer;
pub(super) mod transfer;

pub use consult_transfer::consult_transfer;
pub use create_exchange::create_exchange;
pub use create_quote::create_quote;
pub use create_transfer::create_transfer;
pub use inquiry_exchange::inquiry_exchange;
pub use inquiry_transfer::inquiry_transfer;
