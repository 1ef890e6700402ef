//! What an operator can set: [`Settings`], read from a file, the environment and options.
//!
//! Each setting stands here once: its help, its field, how it is written, its key in the file, what its value is called
//! in the help, and its default if it has one. The file's reader, the option of `serve`, its variable and what
//! `serve --check` prints come of that. Help is written for the list of options: without a full stop.
//!
//! Values are checked while they are read, so that a refusal names the line of the file and what would do.

mod choice;
mod declare;
mod effective;
mod feed;
mod file;
mod masked;
mod number;
mod rate_limit;
mod reports;
mod text;

pub use choice::{HttpStatus, LogFormat, Mode, ReplayGuard, ReportStore};
pub use declare::{Section, Setting, Takes, Written};
pub use feed::{Feed, FeedUrl, Pair, Pointer, Symbol};
pub use file::SettingsError;
pub use number::{Bounded, Hours, Millis, Minutes, Seconds, Time, Unit};
pub use rate_limit::RateLimit;
pub use text::{
    AccessKey, Bucket, DatabaseUrl, ListenAddress, LogFilter, Prefix, PublicUrl, Region, SecretKey,
};

use crate::address::Network;
use declare::settings;
use std::{path::PathBuf, time::Duration};

/// The data folder unless it is set, relative to where the program starts.
pub const DATA: &str = "./countinghouse-data";

/// A time in milliseconds, up to ten minutes.
type Timeout = Bounded<Millis, 1, 600_000>;
/// How long something read from the database is believed; 0 has it read every time.
type Cached = Bounded<Millis, 0, 600_000>;
/// How many of something, up to a million.
type Size = Bounded<usize, 1, 1_000_000>;
/// Seconds of up to a day.
type OfADay = Bounded<Seconds, 1, 86_400>;
/// A number of bytes, from one of the largest bodies to 64 GiB; a 32-bit machine has less anyway.
type Bytes = Bounded<usize, 1_048_576, { if usize::BITS < 64 { 1 << 31 } else { 1 << 36 } }>;

settings! {
    /// Every setting. [`Settings::default`] is what an empty configuration means.
    pub struct Settings {
        /// Folder of the database, the master key and the admin token; made on first start
        data: PathBuf = ("data", "DIR", DATA);
        /// PostgreSQL instead of the embedded database: postgres://USER:PASSWORD@HOST/NAME
        database: Option<DatabaseUrl> = ("database", "URL");
        /// Where to listen; port 0 takes a free one
        listen: ListenAddress = ("listen", "HOST:PORT", "127.0.0.1:7878");
        /// Where to listen for TLS besides; port 0 takes a free one
        listen_tls: Option<ListenAddress> = ("listen_tls", "HOST:PORT");
        /// The certificate chain for TLS (PEM, the server's own first); read again at SIGHUP
        tls_certificate: Option<PathBuf> = ("tls_certificate", "FILE");
        /// The certificate's private key (PEM)
        tls_key: Option<PathBuf> = ("tls_key", "FILE");
        /// What the database is for: twin (test controls exist) or live (they do not)
        mode: Mode = ("mode", "MODE", "twin");
        /// Fixtures to apply before the server is ready, at every start
        fixtures: Option<PathBuf> = ("fixtures", "FILE");
        /// How callers reach this server from outside [default: the address that it listens on]
        public_url: Option<PublicUrl> = ("public_url", "URL");
        /// HTTP status of answered API calls: as_documented (200) or mapped (400, 401, 403 …)
        http_status: HttpStatus = ("http_status", "CHOICE", "as_documented");
        /// Proxies whose X-Forwarded-For is trusted: addresses and CIDR ranges, separated by commas
        trusted_proxies: Vec<Network> = ("trusted_proxies", "LIST");
        section log: Log = ("log", "Logging");
        section binance_pay: BinancePay = ("binance_pay", "API");
        section world_first: WorldFirst = ("worldfirst", "API");
        section webhooks: Webhooks = ("webhooks", "API");
        section order: Order = ("order", "API");
        section profit_sharing: ProfitSharing = ("profit_sharing", "API");
        section ledger: Ledger = ("ledger", "API");
        section convert: Convert = ("convert", "API");
        section reports: Reports = ("reports", "Reports");
        section requests: Requests = ("requests", "Journal of requests");
        section limits: Limits = ("limits", "Limits");
    }
}

settings! {
    /// What is logged, and how.
    pub struct Log {
        /// Look of a log line: auto (pretty on a terminal, else json), pretty or json
        format: LogFormat = ("format", "CHOICE", "auto");
        /// Which lines are written: off, error, warn, info, debug, trace, or a filter such as
        /// info,countinghouse_store=debug
        filter: LogFilter = ("level", "FILTER", "info");
    }
}

settings! {
    /// Settings of the Binance Pay dialect.
    pub struct BinancePay {
        /// How far a request's timestamp may be from its arrival
        // The provider handles only requests "within 1 s".
        time_window: Timeout = ("time_window_ms", "MS", "1000");
        /// Where used nonces are kept: memory, or database when several servers share it
        replay_guard: ReplayGuard = ("replay_guard", "CHOICE", "memory");
        /// How long an API key read from the database is cached; 0 reads it every time
        // A revocation on another server takes effect here within this time.
        key_cache: Cached = ("key_cache_ms", "MS", "2000");
        /// Whether a balance report's query answers in the envelope; its page shows it bare
        report_query_envelope: bool = ("report_query_envelope", "BOOL", "false");
        /// Requests that may be made with an API key per second; 0 is without limit
        /// [default: 200, in a twin 0]
        rate_limit_per_s: Option<Bounded<u32, 0, 1_000_000>> = ("rate_limit_per_s", "COUNT");
        /// Requests that may be made with an API key at once [default: twice those per second]
        rate_limit_burst: Option<Bounded<u32, 1, 1_000_000>> = ("rate_limit_burst", "COUNT");
    }
}

settings! {
    /// Settings of the WorldFirst dialect.
    pub struct WorldFirst {
        /// How far the time of a WorldFirst request may be from its arrival
        // More than the known clock offsets of the provider's own clients.
        time_window: OfADay = ("time_window_s", "SECONDS", "300");
        /// Whether a WorldFirst balance names its type in an array
        balance_types_array: bool = ("balance_types_array", "BOOL", "false");
        /// How long a WorldFirst client read from the database is cached; 0 reads it every time
        // A change through another server takes effect here within this time.
        client_cache: Cached = ("client_cache_ms", "MS", "2000");
        /// How long the earlier key signs on after a rotation
        // A week to fetch the new public key.
        key_overlap: Bounded<Seconds, 0, 31_536_000> = ("key_overlap_s", "SECONDS", "604800");
        /// Requests that a WorldFirst client may make per second; 0 is without limit
        /// [default: 200, in a twin 0]
        rate_limit_per_s: Option<Bounded<u32, 0, 1_000_000>> = ("rate_limit_per_s", "COUNT");
        /// Requests that a WorldFirst client may make at once [default: twice those per second]
        rate_limit_burst: Option<Bounded<u32, 1, 1_000_000>> = ("rate_limit_burst", "COUNT");
    }
}

settings! {
    /// Settings of the Binance Pay dialect's webhooks.
    pub struct Webhooks {
        /// How long the earlier key stays listed after a rotation
        // A week, as for WorldFirst.
        key_overlap: Bounded<Seconds, 0, 31_536_000> = ("key_overlap_s", "SECONDS", "604800");
    }
}

settings! {
    /// Settings of orders.
    pub struct Order {
        /// The longest that an order may be open
        max_ttl: Bounded<Seconds, 60, 31_536_000> = ("max_ttl_s", "SECONDS", "1296000");
    }
}

settings! {
    /// Settings of profit sharing.
    pub struct ProfitSharing {
        /// Days after payment when what is left of a split reserve is released
        release_after_days: Bounded<u32, 1, 3_650> = ("release_after_days", "DAYS", "30");
    }
}

settings! {
    /// Settings of the ledger.
    pub struct Ledger {
        /// By how much an account's latest time may be ahead of the clock for it to be posted to
        // The clocks of servers on one database may differ by this much; those kept by NTP never do.
        max_clock_lead: OfADay = ("max_clock_lead_s", "SECONDS", "5");
    }
}

settings! {
    /// Settings of convert.
    pub struct Convert {
        /// What the house earns by a conversion, in hundredths of a percent
        spread_bps: Bounded<u32, 0, 5_000> = ("spread_bps", "BPS", "10");
        /// How long a quote binds
        // Long enough to press a button, short enough for the price to hold.
        quote_ttl: Bounded<Seconds, 1, 3_600> = ("quote_ttl_s", "SECONDS", "10");
        /// How old a rate may be that a person or a file brought
        max_rate_age: Bounded<Seconds, 1, 31_536_000> = ("max_rate_age_s", "SECONDS", "86400");
        /// Where this server fetches prices
        feed: Option<Feed> = ("feed", "");
    }
}

settings! {
    /// Settings of reports.
    pub struct Reports {
        /// Where report files are: local (a folder) or s3 (a bucket)
        store: ReportStore = ("store", "CHOICE", "local");
        /// Folder in which the files are, below reports [default: the data folder]
        folder: Option<PathBuf> = ("folder", "DIR");
        /// The bucket of an S3-compatible store
        bucket: Option<Bucket> = ("bucket", "NAME");
        /// The region that its requests are signed for [default: us-east-1]
        region: Option<Region> = ("region", "NAME");
        /// The store's URL [default: the provider's own in that region]
        endpoint: Option<PublicUrl> = ("endpoint", "URL");
        /// What names in the bucket begin with
        prefix: Option<Prefix> = ("prefix", "PATH");
        /// Whether that URL may be without TLS: true or false
        allow_http: bool = ("allow_http", "CHOICE", "false");
        /// The name of the store's key
        access_key: Option<AccessKey> = ("access_key", "NAME");
        /// The key; other users of this machine see options, but not the environment
        secret_key: Option<SecretKey> = ("secret_key", "KEY");
        /// How long a finished report can be fetched
        keep: Bounded<Hours, 1, 8_760> = ("keep_hours", "HOURS", "24");
        /// Reports built at once
        // Each keeps a core busy.
        max_builds: Bounded<usize, 1, 64> = ("max_builds", "COUNT", "2");
        /// Files downloaded at once; more are told to come back
        // Each holds a connection and a piece of a file.
        max_downloads: Bounded<usize, 1, 10_000> = ("max_downloads", "COUNT", "16");
    }
}

settings! {
    /// Settings of the journal of requests.
    pub struct Requests {
        /// How many of the latest requests are remembered; 0 is none
        keep: Bounded<usize, 0, 100_000> = ("keep", "COUNT", "1000");
        /// For how long
        keep_for: Bounded<Minutes, 1, 10_080> = ("keep_minutes", "MINUTES", "60");
        /// Whether headers, bodies and replies are remembered too: true or false [default: true, live false]
        bodies: Option<bool> = ("bodies", "CHOICE");
    }
}

settings! {
    /// Limits on connections and requests.
    pub struct Limits {
        /// For the first request's head on a new connection
        // A new connection exists for a request; a silent one occupies a permit.
        first_header_timeout: Timeout = ("first_header_timeout_ms", "MS", "10000");
        /// For a later request's head, waiting between requests included
        // The time for which common clients keep a connection.
        header_timeout: Timeout = ("header_timeout_ms", "MS", "60000");
        /// For a request's body to arrive
        // A body is at most 1 MiB; this is 100 KiB/s.
        body_timeout: Timeout = ("body_timeout_ms", "MS", "10000");
        /// For a request to be answered once its body is there
        // Far beyond any request's work; it bounds what a stuck database can hold.
        request_timeout: Timeout = ("request_timeout_ms", "MS", "30000");
        /// Connections served at once; more are told that the server is busy
        // Far more than one machine's callers need; held against the limit of open files at start.
        max_connections: Size = ("max_connections", "COUNT", "8192");
        /// Bodies held for callers who are not known yet, of all together
        // 64 of the largest bodies; ordinary ones do not count.
        unknown_body_bytes: Bytes = ("unknown_body_bytes", "BYTES", "67108864");
        /// Writes that may wait for the database; more are refused
        // A few commit batches; a longer queue only makes callers wait for a time-out.
        queue: Size = ("queue", "COUNT", "4096");
        /// Worker threads [default: one per core]
        workers: Option<Bounded<usize, 1, 1_024>> = ("workers", "COUNT");
    }
}

impl Settings {
    /// Fills in what depends on other settings, once all of them are there.
    #[must_use]
    pub fn settled(mut self) -> Self {
        let BinancePay { rate_limit_per_s, rate_limit_burst, .. } = &mut self.binance_pay;
        rate_limit::settle(rate_limit_per_s, rate_limit_burst, self.mode);
        let WorldFirst { rate_limit_per_s, rate_limit_burst, .. } = &mut self.world_first;
        rate_limit::settle(rate_limit_per_s, rate_limit_burst, self.mode);
        self.requests.bodies.get_or_insert(self.mode == Mode::Twin);
        self
    }

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
            max_feed_rate_age_ms: millis(self.convert.max_feed_rate_age()),
            report_ttl_ms: millis(self.reports.keep),
            reports_at_once: self.reports.max_builds,
            ..house::Rules::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The settings that a file alone makes.
    pub(super) fn read(text: &str) -> Result<Settings, String> {
        toml::from_str::<Settings>(text).map(Settings::settled).map_err(|error| error.to_string())
    }

    fn limits(limit: Option<RateLimit>) -> Option<(u32, u32)> {
        limit.map(|limit| (limit.per_second.get(), limit.burst.get()))
    }

    #[test]
    fn an_empty_file_means_the_defaults() {
        let settings = read("").unwrap();
        assert_eq!(settings.listen.as_str(), "127.0.0.1:7878");
        assert_eq!(settings.mode, Mode::Twin);
        assert_eq!(settings.binance_pay.time_window, Duration::from_secs(1));
        assert!(!settings.binance_pay.report_query_envelope);
        assert_eq!(settings.binance_pay.rate_limit(), None);
        assert_eq!(settings.profit_sharing.release_after_days, 30);
        assert!(settings.limits.workers.is_none());
    }

    #[test]
    fn an_option_wins_over_the_file() {
        let file = "mode = \"live\"\ntrusted_proxies = [\"10.0.0.0/8\"]\n[limits]\nqueue = 7\nworkers = 3\n";
        let mut settings = toml::from_str::<Settings>(file).unwrap();
        settings.set("listen", "[::1]:0".as_ref()).unwrap();
        settings.set("limits.queue", "9".as_ref()).unwrap();
        let settings = settings.settled();
        assert_eq!(settings.mode, Mode::Live);
        assert_eq!(settings.listen.as_str(), "[::1]:0");
        assert_eq!((settings.limits.queue, settings.limits.workers), (9, Some(3)));
        assert_eq!(settings.trusted_proxies.len(), 1);
    }

    #[test]
    fn api_keys_have_a_limit_in_live_and_where_it_is_set() {
        let limit = |text| limits(read(text).unwrap().binance_pay.rate_limit());
        assert_eq!(limit("mode = \"live\"\n"), Some((200, 400)));
        assert_eq!(limit("[binance_pay]\nrate_limit_per_s = 3\nrate_limit_burst = 4\n"), Some((3, 4)));
        assert_eq!(limit("mode = \"live\"\n[binance_pay]\nrate_limit_per_s = 0\n"), None);
    }

    #[test]
    fn a_twin_has_no_limit_and_live_has_one() {
        let limit = |text| limits(read(text).unwrap().world_first.rate_limit());
        assert_eq!(limit(""), None);
        assert_eq!(limit("mode = \"live\"\n"), Some((200, 400)));
        assert_eq!(limit("[worldfirst]\nrate_limit_per_s = 3\n"), Some((3, 6)));
        assert_eq!(limit("[worldfirst]\nrate_limit_per_s = 3\nrate_limit_burst = 4\n"), Some((3, 4)));
        assert_eq!(limit("mode = \"live\"\n[worldfirst]\nrate_limit_per_s = 0\n"), None);
        assert_eq!(limit("[worldfirst]\nrate_limit_burst = 5\n"), None);
        assert_eq!(limit("[worldfirst]\nrate_limit_per_s = 1000000\n"), Some((1_000_000, 2_000_000)));
    }

    #[test]
    fn a_refusal_names_the_line_and_the_choices() {
        for (text, line, part) in [
            (
                "mode = \"twin\"\n\n[binance_pay]\nreplay_guard = \"disk\"\n",
                "line 4",
                "`memory` or `database`",
            ),
            ("listn = \"127.0.0.1:1\"\n", "line 1", "`listen`"),
            ("[limits]\nqueue = 0\n", "line 2", "from 1 to 1000000"),
            ("trusted_proxies = [\"10.0.0.0/40\"]\n", "line 1", "CIDR"),
            ("[worldfirst]\ntime_window_s = 0\n", "line 2", "from 1 to 86400"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(line) && error.contains(part), "{error}");
        }
    }

    #[test]
    fn the_house_keeps_to_what_is_set() {
        let lead = |text| read(text).unwrap().rules().max_clock_lead_ms;
        assert_eq!(lead(""), 5_000);
        assert_eq!(lead("[ledger]\nmax_clock_lead_s = 60\n"), 60_000);
        assert!(read("[ledger]\nmax_clock_lead_s = 0\n").is_err());
    }

    #[test]
    fn bodies_are_remembered_in_a_twin_unless_set_otherwise() {
        let requests = |text| read(text).unwrap().requests;
        let bodies = |text| requests(text).bodies == Some(true);
        assert!(bodies("") && !bodies("mode = \"live\"\n"));
        assert!(bodies("mode = \"live\"\n[requests]\nbodies = true\n"));
        let set = requests("[requests]\nkeep = 0\nkeep_minutes = 5\nbodies = false\n");
        assert_eq!((set.keep, set.keep_for, set.bodies), (0, Duration::from_secs(300), Some(false)));
        let unset = requests("");
        assert_eq!((unset.keep, unset.keep_for), (1_000, Duration::from_secs(3_600)));
    }

    #[test]
    fn what_is_not_set_is_as_documented() {
        let settings = read("").unwrap().world_first;
        assert_eq!(settings.time_window, Duration::from_secs(300));
        assert_eq!(settings.client_cache, Duration::from_secs(2));
        assert_eq!(settings.key_overlap, Duration::from_secs(604_800));
        assert!(!settings.balance_types_array);
    }
}
