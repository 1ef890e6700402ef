//! What a customer has.

mod inquiry_account;
mod inquiry_balance;
mod whose;
