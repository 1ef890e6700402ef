//! A typed client of the APIs that this project speaks: sign, send, read, and one error with predicates.
//!
//! [`BinancePay`] calls any endpoint of that dialect in [`wire`], on the provider's own host as on a
//! Countinghouse; [`Native`] calls the operator's API of a Countinghouse.
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
#![warn(missing_docs)]

mod ambient;
mod binance_pay;
mod error;
mod native;
mod signed;
mod transport;

pub use ambient::{Clock, Entropy, SystemClock, SystemEntropy, nonce};
pub use binance_pay::{BINANCE_PAY_URL, BinancePay, BinancePayBuilder};
pub use error::Error;
pub use native::{AuthorizationFilter, Download, Native};
pub use signed::{Credentials, SignedRequest};
