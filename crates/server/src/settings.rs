//! What an operator can set: one resolved [`Settings`], built from a file, the environment and flags.
//!
//! Three layers, weakest first: the defaults in [`defaults`], the TOML file, then environment and flags.
//! Each of the last two is a [`FileSettings`]; [`FileSettings::overlay`] lays one over the other and
//! [`FileSettings::resolve`] fills the rest with defaults.
//!
//! Values are checked while they are read, so that a refusal names the line of the file and what would do.

mod choice;
mod convert;
pub mod defaults;
mod effective;
mod file;
mod ledger;
mod rate_limit;
mod reports;
mod requests;
mod text;
mod world_first;

pub use choice::{HttpStatus, LogFormat, Mode, ReplayGuard};
pub use convert::{
    Convert, Feed, FeedUrl, FileConvert, Pair, Pointer, QuoteSeconds, RateSeconds, SpreadBps, Symbol,
};
pub use file::{
    FileBinancePay, FileLimits, FileLog, FileOrder, FileProfitSharing, FileSettings, OrderSeconds,
};
pub use ledger::{FileLedger, LeadSeconds, Ledger};
pub use rate_limit::{Rate, RateLimit};
pub use reports::{
    AccessKey, Bucket, Builds, Downloads, FileReports, KeepHours, Prefix, Region, ReportStore, Reports, S3,
    SecretKey,
};
pub use requests::{FileRequests, KeepMinutes, KeepRequests, Requests};
pub use text::{Bounded, Bytes, DatabaseUrl, Days, ListenAddress, LogFilter, Milliseconds, PublicUrl, Size};
pub use world_first::{FileWorldFirst, WindowSeconds, WorldFirst};

use crate::address::Network;
use std::{path::PathBuf, time::Duration};

/// Every setting, resolved. [`Settings::default`] is what an empty configuration means.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The data folder: keys, tokens and the embedded database. Made on first start.
    pub data: PathBuf,
    /// PostgreSQL instead of the embedded database.
    pub database: Option<DatabaseUrl>,
    /// Where to listen, `HOST:PORT`; port 0 takes a free one.
    pub listen: ListenAddress,
    /// Where to listen for TLS besides; needs certificate and key.
    pub listen_tls: Option<ListenAddress>,
    /// The certificate chain for TLS, PEM, the server's own certificate first.
    pub tls_certificate: Option<PathBuf>,
    /// The certificate's private key, PEM.
    pub tls_key: Option<PathBuf>,
    /// What the database is stamped with: a twin of the provider, or live money.
    pub mode: Mode,
    /// A fixtures file that is applied at every start.
    pub fixtures: Option<PathBuf>,
    /// How callers reach this server from outside; without it, the address that it listens on.
    pub public_url: Option<PublicUrl>,
    /// Which HTTP status an answered API call has.
    pub http_status: HttpStatus,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// What is logged, and how.
    pub log: Log,
    /// The Binance Pay dialect.
    pub binance_pay: BinancePay,
    /// The WorldFirst dialect.
    pub world_first: WorldFirst,
    /// Orders.
    pub order: Order,
    /// Profit sharing.
    pub profit_sharing: ProfitSharing,
    /// The ledger.
    pub ledger: Ledger,
    /// Convert.
    pub convert: Convert,
    /// Reports.
    pub reports: Reports,
    /// The journal of requests.
    pub requests: Requests,
    /// Limits on connections and requests.
    pub limits: Limits,
}

/// What is logged, and how.
#[derive(Debug, Clone)]
pub struct Log {
    /// How a line looks.
    pub format: LogFormat,
    /// Which lines are written.
    pub filter: LogFilter,
}

/// Settings of the Binance Pay dialect.
#[derive(Debug, Clone)]
pub struct BinancePay {
    /// How far a request's timestamp may be from its arrival, to either side.
    pub time_window: Duration,
    /// Where used nonces are kept.
    pub replay_guard: ReplayGuard,
    /// How long an API key read from the database is believed; the time within which another server's
    /// revocation takes effect here.
    pub key_cache: Duration,
    /// Whether the answer of a balance report's query is wrapped in the envelope like every other; its page
    /// shows it bare.
    pub report_query_envelope: bool,
    /// How much may be asked for with one API key; `None` is without limit.
    pub rate_limit: Option<RateLimit>,
}

/// Settings of orders.
#[derive(Debug, Clone)]
pub struct Order {
    /// The longest that an order may be open, from when it is made.
    pub max_ttl: Duration,
}

/// Settings of profit sharing.
#[derive(Debug, Clone)]
pub struct ProfitSharing {
    /// Days after payment when what is left of an order's split reserve is released.
    pub release_after_days: u32,
}

/// Limits on connections and requests.
#[derive(Debug, Clone)]
pub struct Limits {
    /// How long a new connection may take to send its first request head whole, an agreement on keys not included.
    pub first_header_timeout: Duration,
    /// How long a connection may take to send a later request head whole, waiting between requests included.
    pub header_timeout: Duration,
    /// How long a request's body may take to arrive.
    pub body_timeout: Duration,
    /// How long a request may take to be answered once its body is there.
    pub request_timeout: Duration,
    /// Connections served at once.
    pub max_connections: usize,
    /// Bytes of bodies that are held for callers who are not known yet, of all connections together.
    pub unknown_body_bytes: usize,
    /// Commands that may wait for the database's writer; more are refused.
    pub queue: usize,
    /// Worker threads of the runtime; `None` is one per core.
    pub workers: Option<usize>,
}

impl Settings {
    /// What of them the house keeps to.
    pub fn rules(&self) -> house::Rules {
        let millis = |duration: Duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        house::Rules {
            release_after_days: self.profit_sharing.release_after_days,
            max_clock_lead_ms: millis(self.ledger.max_clock_lead),
            order_max_ttl_ms: millis(self.order.max_ttl),
            spread_bps: self.convert.spread_bps,
            quote_ttl_ms: millis(self.convert.quote_ttl),
            max_rate_age_ms: millis(self.convert.max_rate_age),
            max_feed_rate_age_ms: millis(self.convert.max_feed_rate_age),
            report_ttl_ms: millis(self.reports.keep),
            reports_at_once: self.reports.max_builds,
            ..house::Rules::default()
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        FileSettings::default().resolve()
    }
}

/// Why settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("cannot read the configuration file {path}: {source}", path = path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file says something that is not understood; the text names line, column and the choices.
    #[error("in the configuration file {path}: {message}", path = path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// Line, column, and what is wrong.
        message: String,
    },
}
