//! The query strings of the native API. The document states their rules and the server reads them with these types.

use super::{
    LIMIT_MAX, WAIT_MAX_SECONDS,
    order::OrderStatus,
    report::ReportFormat,
    rule::{Cursor, Dead, HolderId, Is, Maybe, MaybeBetween, Moment, Wallet, Wanted},
    value::Time,
};
use schemars::JsonSchema;
use serde::Deserialize;

const WAIT_MAX: i64 = WAIT_MAX_SECONDS.cast_signed();

/// A query of a list in pages.
macro_rules! paged {
    ($(#[$doc:meta])* pub struct $name:ident { $($fields:tt)* }) => {
        $(#[$doc])*
        #[derive(Debug, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($fields)*
            /// `next` of the previous page; absent for the first.
            #[serde(default, with = "Maybe::<Cursor>")]
            pub after: Option<String>,
            /// Maximum number of entries; 100 if absent.
            #[serde(default, with = "MaybeBetween::<1, LIMIT_MAX>")]
            pub limit: Option<u32>,
        }
    };
}

paged! {
    /// Start and length of a page.
    pub struct PageQuery {}
}

paged! {
    /// Filter of authorizations.
    pub struct AuthorizationQuery {
        /// Filter by provider.
        #[serde(default, with = "Maybe::<HolderId>")]
        pub provider: Option<String>,
        /// Filter by merchant.
        #[serde(default, with = "Maybe::<HolderId>")]
        pub merchant: Option<String>,
    }
}

/// The time of balances.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BalanceQuery {
    /// A time, as `2026-11-21T20:30:00Z`; everything that took effect then is included. Now if absent.
    pub at: Option<Time>,
}

/// Period, filter and format of a statement.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StatementQuery {
    /// Start of the period: a day, as `2026-11-01`, or a time, as `2026-11-01T08:00:00Z`.
    #[serde(with = "Is::<Moment>")]
    pub from: String,
    /// End of the period: a day, inclusive, or a time, exclusive.
    #[serde(with = "Is::<Moment>")]
    pub to: String,
    /// Filter by wallet.
    #[serde(default, with = "Maybe::<Wallet>")]
    pub wallet: Option<String>,
    /// By the header `Accept` if absent, and `csv` if that names none.
    pub format: Option<ReportFormat>,
}

paged! {
    /// Filter of orders.
    pub struct OrderQuery {
        /// Filter by merchant.
        #[serde(default, with = "Maybe::<HolderId>")]
        pub merchant: Option<String>,
        /// Filter by status.
        pub status: Option<OrderStatus>,
        /// Filter by merchantTradeNo.
        #[serde(default, rename = "merchantTradeNo", with = "Maybe::<Wanted>")]
        pub merchant_trade_no: Option<String>,
    }
}

paged! {
    /// Filter of reports.
    pub struct ReportQuery {
        /// Filter by holder.
        #[serde(default, with = "Maybe::<HolderId>")]
        pub holder: Option<String>,
    }
}

paged! {
    /// Filter of requests.
    pub struct RequestQuery {
        /// Filter by holder.
        #[serde(default, with = "Maybe::<HolderId>")]
        pub holder: Option<String>,
        /// Filter by API key or client.
        #[serde(default, with = "Maybe::<Wanted>")]
        pub caller: Option<String>,
        /// Filter by result code.
        #[serde(default, with = "Maybe::<Wanted>")]
        pub code: Option<String>,
        /// Filter by endpoint, as `order/query`.
        #[serde(default, with = "Maybe::<Wanted>")]
        pub endpoint: Option<String>,
        /// `true` for refused requests only.
        pub refused: Option<bool>,
        /// Only requests answered after the request with this id; all remembered ones if it is unknown.
        #[serde(default, with = "Maybe::<Wanted>")]
        pub since: Option<String>,
    }
}

paged! {
    /// Filter of jobs.
    pub struct JobQuery {
        /// `dead` for jobs that were given up only.
        #[serde(default, with = "Maybe::<Dead>")]
        pub state: Option<String>,
    }
}

/// Filter of events, and the wait for the first.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EventQuery {
    /// Filter by holder.
    #[serde(default, with = "Maybe::<HolderId>")]
    pub holder: Option<String>,
    /// `next` of an earlier answer, or `end` for the position behind the latest event; absent for the very first
    /// event.
    #[serde(default, with = "Maybe::<Cursor>")]
    pub after: Option<String>,
    /// Maximum number of events; 100 if absent.
    #[serde(default, with = "MaybeBetween::<1, LIMIT_MAX>")]
    pub limit: Option<u32>,
    /// Seconds to wait for the first event; 0 if absent.
    #[serde(default, with = "MaybeBetween::<0, WAIT_MAX>")]
    pub wait: Option<u64>,
}

/// Version of the server's key.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyQuery {
    /// Version of the key; the one that signs now if absent.
    #[serde(default, with = "MaybeBetween::<0, 999_999_999>")]
    pub version: Option<i64>,
}
