//! The default of every setting, in one place.

use super::{HttpStatus, LogFormat, Mode, ReplayGuard, ReportStore};

/// The data folder, relative to where the program starts.
pub const DATA: &str = "./countinghouse-data";
/// Only this machine can reach the server until an operator says otherwise.
pub const LISTEN: &str = "127.0.0.1:7878";
/// A twin: test controls exist, and no real money is meant.
pub const MODE: Mode = Mode::Twin;
/// The status that every client in use can read.
pub const HTTP_STATUS: HttpStatus = HttpStatus::AsDocumented;
/// Pretty on a terminal, JSON otherwise.
pub const LOG_FORMAT: LogFormat = LogFormat::Auto;
/// One line per start, stop, refusal worth an operator's eye, and failure.
pub const LOG_FILTER: &str = "info";
/// The provider handles only requests "within 1 s".
pub const TIME_WINDOW_MS: u64 = 1_000;
/// Enough while one server serves the database.
pub const REPLAY_GUARD: ReplayGuard = ReplayGuard::Memory;
/// A revocation on another server takes effect here within this time.
pub const KEY_CACHE_MS: u64 = 2_000;
/// What the provider's own clients are known to be off by, and then some.
pub const WORLD_FIRST_TIME_WINDOW_S: u64 = 300;
/// A week to fetch the new public key.
pub const KEY_OVERLAP_S: u64 = 604_800;
/// For a live server; a twin has no limit unless it is set.
pub const RATE_LIMIT_PER_S: u64 = 200;
/// The page shows the answer bare.
pub const REPORT_QUERY_ENVELOPE: bool = false;
/// The longest that an order may be open: 15 days.
pub const ORDER_MAX_TTL_S: u64 = 1_296_000;
/// What is left of a split reserve goes back to the merchant after this many days.
pub const RELEASE_AFTER_DAYS: u64 = 30;
/// What clocks that are kept by NTP never differ by.
pub const MAX_CLOCK_LEAD_S: u64 = 5;
/// A tenth of a percent.
pub const SPREAD_BPS: u64 = 10;
/// Long enough to press a button, short enough for the price to hold.
pub const QUOTE_TTL_S: u64 = 10;
/// A price that a person or a file brought holds for a day.
pub const MAX_RATE_AGE_S: u64 = 86_400;
/// A feed that has brought nothing new for a minute is out of order.
pub const FEED_MAX_RATE_AGE_S: u64 = 60;
/// Six chances before a rate is too old.
pub const FEED_INTERVAL_S: u64 = 10;
/// Half an interval.
pub const FEED_TIMEOUT_S: u64 = 5;
/// Several thousand pairs.
pub const FEED_MAX_BYTES: u64 = 1_048_576;
/// Works without anything else, for one server.
pub const REPORT_STORE: ReportStore = ReportStore::Local;
/// The region that stores without any answer to.
pub const REPORT_REGION: &str = "us-east-1";
/// The provider's links live for a day.
pub const REPORT_KEEP_HOURS: u64 = 24;
/// Each keeps a core busy.
pub const REPORT_BUILDS: u64 = 2;
/// Enough for people; each holds a connection and a piece of a file.
pub const REPORT_DOWNLOADS: u64 = 16;
/// What happened lately, in a few megabytes.
pub const KEEP_REQUESTS: u64 = 1_000;
/// An hour to ask why.
pub const KEEP_REQUESTS_MINUTES: u64 = 60;
/// A new connection is there to ask; whoever says nothing holds a place.
pub const FIRST_HEADER_TIMEOUT_MS: u64 = 10_000;
/// Covers idle time between requests too, so it is as long as common clients keep a connection.
pub const HEADER_TIMEOUT_MS: u64 = 60_000;
/// A body is at most 1 MiB; 10 s is 100 KiB/s.
pub const BODY_TIMEOUT_MS: u64 = 10_000;
/// Far beyond any request's work; it bounds what a stuck database can hold.
pub const REQUEST_TIMEOUT_MS: u64 = 30_000;
/// Far more than one machine's callers need; held against the limit of open files at start.
pub const MAX_CONNECTIONS: u64 = 8_192;
/// 64 of the largest bodies; ordinary ones do not count.
pub const UNKNOWN_BODY_BYTES: u64 = 64 * 1_024 * 1_024;
/// A few commit batches; a longer queue only makes callers wait for a time-out.
pub const QUEUE: u64 = 4_096;
