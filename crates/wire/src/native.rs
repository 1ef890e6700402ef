//! The native API under `/v1`, for operators, scripts and tests: its types, its routes and its OpenAPI document.
//!
//! Amounts are decimals in strings, times are RFC 3339 strings, errors are [`Problem`]s. Requests refuse unknown
//! fields. Lists come in pages: pass [`Page::next`] as `after` to get the next page.

pub mod api_key;
pub mod asset;
pub mod authorization;
pub mod deposit;
pub mod event;
pub mod fixtures;
pub mod holder;
pub mod job;
mod openapi;
pub mod order;
pub mod position;
pub mod problem;
pub mod query;
pub mod rate;
pub mod report;
pub mod request;
mod routes;
pub mod rule;
pub mod server_key;
pub mod strict;
pub mod value;
pub mod world_first;

pub use api_key::{ApiKey, IssueApiKey, IssuedApiKey};
pub use asset::{Asset, AssetKind, Assets};
pub use authorization::{
    AgreeAuthorization, Authorization, AuthorizationStatus, ChangeAuthorization, ServiceProvider,
};
pub use deposit::{Deposit, PostDeposit};
pub use event::{Event, Events};
pub use fixtures::{Applied, Fixtures};
pub use holder::{
    Balance, Balances, CreateMerchant, CreatePayer, HolderBalance, Merchant, Payer, Posting, SetStatus,
    Status,
};
pub use job::{Job, JobState, RetryJob};
pub use openapi::openapi;
pub use order::{Order, OrderStatus, PayOrder, ReleasedReserve};
pub use position::{Position, Positions};
pub use problem::Problem;
pub use rate::{NewRate, Rate, RateLimits, RateSource, Rates, RatesSet, SetRate, SetRates};
pub use report::{Report, ReportFormat, ReportStatus, RequestReport};
pub use request::{Excerpt, MisspeltField, RefusedSignature, Request, RequestHeader, SignatureCause};
pub use routes::{Method, ROUTES, Route};
pub use server_key::{RotateServerKey, ServerKey, ServerKeys};
pub use value::{Day, Decimal, Time};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Default number of entries of a page.
pub const LIMIT_DEFAULT: u32 = 100;
/// Maximum number of entries of a page.
pub const LIMIT_MAX: i64 = 1_000;
/// Maximum wait of `GET /v1/events`, in seconds.
pub const WAIT_MAX_SECONDS: u64 = 60;
/// The value of `after` in `GET /v1/events` for the position behind the latest event.
pub const EVENTS_END: &str = "end";

/// Some entries of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "{T}Page")]
pub struct Page<T> {
    /// The entries.
    pub items: Vec<T>,
    /// The value of `after` for the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}
