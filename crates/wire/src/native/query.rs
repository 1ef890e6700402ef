//! What may stand in the query strings of the native API. The document states it, and the server reads it, by these types.

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

/// A query of a list that comes page by page.
macro_rules! paged {
    ($(#[$doc:meta])* pub struct $name:ident { $($fields:tt)* }) => {
        $(#[$doc])*
        #[derive(Debug, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($fields)*
            /// `next` of the page before; absent for the first.
            #[serde(default, with = "Maybe::<Cursor>")]
            pub after: Option<String>,
            /// How many entries at most; 100 if absent.
            #[serde(default, with = "MaybeBetween::<1, LIMIT_MAX>")]
            pub limit: Option<u32>,
        }
    };
}

paged! {
    /// Where a page begins and how long it is.
    pub struct PageQuery {}
}

paged! {
    /// Which authorizations.
    pub struct AuthorizationQuery {
        /// Only what this provider asked for.
        #[serde(default, with = "Maybe::<HolderId>")]
        pub provider: Option<String>,
        /// Only what this merchant was asked for.
        #[serde(default, with = "Maybe::<HolderId>")]
        pub merchant: Option<String>,
    }
}

/// When.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BalanceQuery {
    /// When, as `2026-11-21T20:30:00Z`, after everything that took effect then; now if absent.
    pub at: Option<Time>,
}

/// Which part of whose history, and written in what.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StatementQuery {
    /// Where the period begins: a day, as `2026-11-01`, or a time, as `2026-11-01T08:00:00Z`.
    #[serde(with = "Is::<Moment>")]
    pub from: String,
    /// Where it ends: a day, which is part of it, or a time, which is not.
    #[serde(with = "Is::<Moment>")]
    pub to: String,
    /// Only this wallet.
    #[serde(default, with = "Maybe::<Wallet>")]
    pub wallet: Option<String>,
    /// What `Accept` wants if absent, and `csv` if that wants nothing.
    pub format: Option<ReportFormat>,
}

paged! {
    /// Which orders.
    pub struct OrderQuery {
        /// Only this merchant's.
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
    /// Which reports.
    pub struct ReportQuery {
        /// Only what is this holder's.
        #[serde(default, with = "Maybe::<HolderId>")]
        pub holder: Option<String>,
    }
}

paged! {
    /// Which requests.
    pub struct RequestQuery {
        /// Only what is this holder's.
        #[serde(default, with = "Maybe::<HolderId>")]
        pub holder: Option<String>,
        /// Only what this API key or client asked for.
        #[serde(default, with = "Maybe::<Wanted>")]
        pub caller: Option<String>,
        /// Filter by result code.
        #[serde(default, with = "Maybe::<Wanted>")]
        pub code: Option<String>,
        /// Only of this endpoint, as `order/query`.
        #[serde(default, with = "Maybe::<Wanted>")]
        pub endpoint: Option<String>,
        /// `true` for only what was refused.
        pub refused: Option<bool>,
        /// Only what was answered after the request of this id; all that is remembered if that is not.
        #[serde(default, with = "Maybe::<Wanted>")]
        pub since: Option<String>,
    }
}

paged! {
    /// Which jobs.
    pub struct JobQuery {
        /// `dead` for only those that were given up.
        #[serde(default, with = "Maybe::<Dead>")]
        pub state: Option<String>,
    }
}

/// Which events, and for how long to wait for the first.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EventQuery {
    /// Only what is this holder's.
    #[serde(default, with = "Maybe::<HolderId>")]
    pub holder: Option<String>,
    /// `next` of an earlier answer, or `end` for the place behind the latest event; absent for the first event of all.
    #[serde(default, with = "Maybe::<Cursor>")]
    pub after: Option<String>,
    /// How many events at most; 100 if absent.
    #[serde(default, with = "MaybeBetween::<1, LIMIT_MAX>")]
    pub limit: Option<u32>,
    /// For how many seconds to wait for the first event; 0 if absent.
    #[serde(default, with = "MaybeBetween::<0, WAIT_MAX>")]
    pub wait: Option<u64>,
}

/// Which version of the server's key.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyQuery {
    /// Of this version of the key; of the one that signs now if absent.
    #[serde(default, with = "MaybeBetween::<0, 999_999_999>")]
    pub version: Option<i64>,
}
