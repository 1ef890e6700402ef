//! The WorldFirst dialect: what its endpoints share, and one file for each of them.

mod account;
mod coverage;
mod fund;
mod gate;
mod hostile;
mod oauth;
mod precedence;
mod traffic;
