//! Conversion: a merchant exchanges one asset for another at the house's price.
//!
//! A quote binds the house for a short time. Executing it freezes the sold amount, and a job settles it: the
//! sold amount goes into the house's position, and the bought amount comes out of it, less the spread, which
//! is a leg of its own.

mod execute;
mod order;
mod pairs;
mod position;
pub(crate) mod quote;
pub(crate) mod settle;
mod sweep;
mod trade;

pub use execute::{ExecuteRefusal, execute};
pub use order::{ConvertOrder, find};
pub use pairs::{Pair, pairs};
pub use position::{AssetPosition, position};
pub use quote::{Given, NewQuote, Quote, QuoteRefusal, Side, quote};
pub use store::convert::{ConvertRow, ConvertStatus};
pub use sweep::sweep;
