//! Profit sharing: one file per endpoint, and the whole of a sale.

mod add_receiver;
mod del_receiver;
mod query_receiver;
mod query_split;
mod return_split;
mod sale;
mod submit_split;
