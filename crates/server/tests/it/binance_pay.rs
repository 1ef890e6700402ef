//! The Binance Pay dialect: what its endpoints share, and one file for each of them.

pub(crate) mod cases;
mod coverage;
mod gate;
mod keys;
mod order;
mod precedence;
mod profit_sharing;
