//! A typed client of the APIs that this project speaks: sign, send, read, and one error with predicates.
//!
//! [`BinancePay`] and [`WorldFirst`] call any endpoint of their dialect in [`wire`], on the provider's own host or on
//! a Countinghouse; [`Native`] calls the operator's API of a Countinghouse. [`webhook`] verifies the providers'
//! notifications. With the feature `blocking`, `blocking` has the same for programs without an asynchronous runtime.
//!
//! ```no_run
//! # async fn example() -> Result<(), countinghouse_client::Error> {
//! use wire::binance_pay::profit_sharing::query_split::QuerySplit;
//!
//! let pay = countinghouse_client::BinancePay::new("http://127.0.0.1:7878", "the-key-of-16-or-more", "its secret")?;
//! let query = QuerySplit { merchant_request_id: "split1".into(), prepay_order_id: "29383937493038367".into() };
//! match pay.send(&query).await {
//!     Ok(split) => println!("{} receivers", split.receiver_order_details.len()),
//!     Err(error) if error.code() == Some("400209") => println!("no such order: {error}"),
//!     Err(error) => return Err(error),
//! }
//! # Ok(()) }
//! ```
#![deny(missing_docs)]

mod ambient;
mod binance_pay;
#[cfg(feature = "blocking")]
pub mod blocking;
mod builder;
mod call;
mod caller;
mod certificates;
mod error;
mod native;
mod observe;
mod poll;
mod redact;
mod retry;
mod signed;
mod tls;
mod transport;
pub mod webhook;
mod world_first;

pub use ambient::{Clock, Entropy, SystemClock, SystemEntropy, nonce};
pub use binance_pay::{BINANCE_PAY_URL, BinancePay, BinancePayBuilder, Merchant};
pub use builder::Builder;
pub use call::Answer;
pub use error::Error;
pub use native::{AuthorizationFilter, Download, Native, OrderFilter, RequestFilter};
pub use observe::{Exchange, Observer};
pub use poll::{Schedule, poll_until_final};
pub use retry::Retry;
pub use signed::{Credentials, SignedRequest};
pub use world_first::{
    WORLD_FIRST_EU_URL, WORLD_FIRST_NA_URL, WORLD_FIRST_SEA_URL, WorldFirst, WorldFirstBuilder,
    WorldFirstSettings,
};
