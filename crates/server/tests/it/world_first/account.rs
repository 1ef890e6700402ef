//! What a customer has, and how it changed.

mod authorize;
mod history;
mod inquiry_account;
mod inquiry_balance;
mod inquiry_statement_detail;
mod inquiry_statement_list;
