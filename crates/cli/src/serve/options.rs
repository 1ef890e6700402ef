//! The options of `serve`. Each is also an environment variable and a key of the configuration file; an
//! option on the command line wins over the environment, and that over the file.

#[cfg(test)]
mod reference;
mod reports;
mod requests;

use clap::Args;
use server::{
    address::Network,
    settings::{
        Bounded, Bytes, Days, FileBinancePay, FileConvert, FileLedger, FileLimits, FileLog, FileOrder,
        FileProfitSharing, FileSettings, FileWorldFirst, HttpStatus, LeadSeconds, ListenAddress, LogFilter,
        LogFormat, Milliseconds, Mode, OrderSeconds, PublicUrl, QuoteSeconds, Rate, RateSeconds, ReplayGuard,
        Size, SpreadBps, WindowSeconds,
    },
};
use std::path::PathBuf;

use crate::exit::Failure;
use reports::Reports;
use requests::Requests;

/// What can be set. Defaults are named here for the reader; they are applied where all layers meet.
#[derive(Args)]
pub(crate) struct Options {
    /// Folder of the database, the master key and the admin token; made on first start
    /// [default: ./countinghouse-data]
    #[arg(long, value_name = "DIR", env = "COUNTINGHOUSE_DATA")]
    data: Option<PathBuf>,
    /// PostgreSQL instead of the embedded database: postgres://USER:PASSWORD@HOST/NAME
    // A text here: the parser repeats a value that it refuses, and this one may hold a password.
    #[arg(long, value_name = "URL", env = "COUNTINGHOUSE_DATABASE", hide_env_values = true)]
    database: Option<String>,
    /// Where to listen; port 0 takes a free one [default: 127.0.0.1:7878]
    #[arg(long, value_name = "HOST:PORT", env = "COUNTINGHOUSE_LISTEN")]
    listen: Option<ListenAddress>,
    /// Where to listen for TLS besides; port 0 takes a free one
    #[arg(long, value_name = "HOST:PORT", env = "COUNTINGHOUSE_LISTEN_TLS")]
    listen_tls: Option<ListenAddress>,
    /// The certificate chain for TLS (PEM, the server's own first); read again at SIGHUP
    #[arg(long, value_name = "FILE", env = "COUNTINGHOUSE_TLS_CERTIFICATE")]
    tls_certificate: Option<PathBuf>,
    /// The certificate's private key (PEM)
    #[arg(long, value_name = "FILE", env = "COUNTINGHOUSE_TLS_KEY")]
    tls_key: Option<PathBuf>,
    /// What the database is for: twin (test controls exist) or live (they do not) [default: twin]
    #[arg(long, value_name = "MODE", env = "COUNTINGHOUSE_MODE")]
    mode: Option<Mode>,
    /// Fixtures to apply before the server is ready, at every start
    #[arg(long, value_name = "FILE", env = "COUNTINGHOUSE_FIXTURES")]
    fixtures: Option<PathBuf>,
    /// Configuration file (TOML)
    #[arg(long, value_name = "FILE", env = "COUNTINGHOUSE_CONFIG")]
    pub(super) config: Option<PathBuf>,
    /// How callers reach this server from outside [default: the address that it listens on]
    #[arg(long, value_name = "URL", env = "COUNTINGHOUSE_PUBLIC_URL")]
    public_url: Option<PublicUrl>,
    /// HTTP status of answered API calls: as_documented (200) or mapped (400, 401, 403 …)
    /// [default: as_documented]
    #[arg(long, value_name = "CHOICE", env = "COUNTINGHOUSE_HTTP_STATUS")]
    http_status: Option<HttpStatus>,
    /// Proxies whose X-Forwarded-For is trusted: addresses and CIDR ranges, separated by commas
    #[arg(long, value_name = "LIST", env = "COUNTINGHOUSE_TRUSTED_PROXIES", value_delimiter = ',')]
    trusted_proxies: Option<Vec<Network>>,
    #[command(flatten, next_help_heading = "Logging")]
    log: Log,
    #[command(flatten, next_help_heading = "API")]
    api: Api,
    #[command(flatten, next_help_heading = "Reports")]
    reports: Reports,
    #[command(flatten, next_help_heading = "Journal of requests")]
    requests: Requests,
    #[command(flatten, next_help_heading = "Limits")]
    limits: Limits,
}

#[derive(Args)]
struct Log {
    /// Look of a log line: auto (pretty on a terminal, else json), pretty or json [default: auto]
    #[arg(long, value_name = "CHOICE", env = "COUNTINGHOUSE_LOG_FORMAT")]
    log_format: Option<LogFormat>,
    /// Which lines are written: off, error, warn, info, debug, trace, or a filter such as
    /// info,countinghouse_store=debug [default: info]
    #[arg(long, value_name = "FILTER", env = "COUNTINGHOUSE_LOG_LEVEL")]
    log_level: Option<LogFilter>,
}

#[derive(Args)]
struct Api {
    /// How far a request's timestamp may be from its arrival [default: 1000]
    #[arg(long, value_name = "MS", env = "COUNTINGHOUSE_BINANCE_PAY_TIME_WINDOW_MS")]
    binance_pay_time_window_ms: Option<Milliseconds>,
    /// Where used nonces are kept: memory, or database when several servers share it
    /// [default: memory]
    #[arg(long, value_name = "CHOICE", env = "COUNTINGHOUSE_BINANCE_PAY_REPLAY_GUARD")]
    binance_pay_replay_guard: Option<ReplayGuard>,
    /// How long an API key read from the database is cached; 0 reads it every time
    /// [default: 2000]
    #[arg(long, value_name = "MS", env = "COUNTINGHOUSE_BINANCE_PAY_KEY_CACHE_MS")]
    binance_pay_key_cache_ms: Option<Bounded<0, 600_000>>,
    /// Requests that may be made with an API key per second; 0 is without limit
    /// [default: 200, in a twin 0]
    #[arg(long, value_name = "COUNT", env = "COUNTINGHOUSE_BINANCE_PAY_RATE_LIMIT_PER_S")]
    binance_pay_rate_limit_per_s: Option<Rate>,
    /// Requests that may be made with an API key at once [default: twice those per second]
    #[arg(long, value_name = "COUNT", env = "COUNTINGHOUSE_BINANCE_PAY_RATE_LIMIT_BURST")]
    binance_pay_rate_limit_burst: Option<Size>,
    /// How far the time of a WorldFirst request may be from its arrival [default: 300]
    #[arg(long, value_name = "SECONDS", env = "COUNTINGHOUSE_WORLDFIRST_TIME_WINDOW_S")]
    worldfirst_time_window_s: Option<WindowSeconds>,
    /// Whether a WorldFirst balance names its type in an array [default: false]
    #[arg(long, value_name = "BOOL", env = "COUNTINGHOUSE_WORLDFIRST_BALANCE_TYPES_ARRAY")]
    worldfirst_balance_types_array: Option<bool>,
    /// How long a WorldFirst client read from the database is cached; 0 reads it every time
    /// [default: 2000]
    #[arg(long, value_name = "MS", env = "COUNTINGHOUSE_WORLDFIRST_CLIENT_CACHE_MS")]
    worldfirst_client_cache_ms: Option<Bounded<0, 600_000>>,
    /// How long the earlier key signs on after a rotation [default: 604800]
    #[arg(long, value_name = "SECONDS", env = "COUNTINGHOUSE_WORLDFIRST_KEY_OVERLAP_S")]
    worldfirst_key_overlap_s: Option<Bounded<0, 31_536_000>>,
    /// Requests that a WorldFirst client may make per second; 0 is without limit
    /// [default: 200, in a twin 0]
    #[arg(long, value_name = "COUNT", env = "COUNTINGHOUSE_WORLDFIRST_RATE_LIMIT_PER_S")]
    worldfirst_rate_limit_per_s: Option<Rate>,
    /// Requests that a WorldFirst client may make at once [default: twice those per second]
    #[arg(long, value_name = "COUNT", env = "COUNTINGHOUSE_WORLDFIRST_RATE_LIMIT_BURST")]
    worldfirst_rate_limit_burst: Option<Size>,
    /// Whether a balance report's query answers in the envelope; its page shows it bare
    /// [default: false]
    #[arg(long, value_name = "BOOL", env = "COUNTINGHOUSE_BINANCE_PAY_REPORT_QUERY_ENVELOPE")]
    binance_pay_report_query_envelope: Option<bool>,
    /// The longest that an order may be open [default: 1296000]
    #[arg(long, value_name = "SECONDS", env = "COUNTINGHOUSE_ORDER_MAX_TTL_S")]
    order_max_ttl_s: Option<OrderSeconds>,
    /// Days after payment when what is left of a split reserve is released [default: 30]
    #[arg(long, value_name = "DAYS", env = "COUNTINGHOUSE_PROFIT_SHARING_RELEASE_AFTER_DAYS")]
    profit_sharing_release_after_days: Option<Days>,
    /// By how much an account's latest time may be ahead of the clock for it to be posted to [default: 5]
    #[arg(long, value_name = "SECONDS", env = "COUNTINGHOUSE_LEDGER_MAX_CLOCK_LEAD_S")]
    ledger_max_clock_lead_s: Option<LeadSeconds>,
    /// What the house earns by a conversion, in hundredths of a percent [default: 10]
    #[arg(long, value_name = "BPS", env = "COUNTINGHOUSE_CONVERT_SPREAD_BPS")]
    convert_spread_bps: Option<SpreadBps>,
    /// How long a quote binds [default: 10]
    #[arg(long, value_name = "SECONDS", env = "COUNTINGHOUSE_CONVERT_QUOTE_TTL_S")]
    convert_quote_ttl_s: Option<QuoteSeconds>,
    /// How old a rate may be that a person or a file brought [default: 86400]
    #[arg(long, value_name = "SECONDS", env = "COUNTINGHOUSE_CONVERT_MAX_RATE_AGE_S")]
    convert_max_rate_age_s: Option<RateSeconds>,
}

#[derive(Args)]
struct Limits {
    /// For the first request's head on a new connection [default: 10000]
    #[arg(long, value_name = "MS", env = "COUNTINGHOUSE_LIMITS_FIRST_HEADER_TIMEOUT_MS")]
    limits_first_header_timeout_ms: Option<Milliseconds>,
    /// For a later request's head, waiting between requests included [default: 60000]
    #[arg(long, value_name = "MS", env = "COUNTINGHOUSE_LIMITS_HEADER_TIMEOUT_MS")]
    limits_header_timeout_ms: Option<Milliseconds>,
    /// For a request's body to arrive [default: 10000]
    #[arg(long, value_name = "MS", env = "COUNTINGHOUSE_LIMITS_BODY_TIMEOUT_MS")]
    limits_body_timeout_ms: Option<Milliseconds>,
    /// For a request to be answered once its body is there [default: 30000]
    #[arg(long, value_name = "MS", env = "COUNTINGHOUSE_LIMITS_REQUEST_TIMEOUT_MS")]
    limits_request_timeout_ms: Option<Milliseconds>,
    /// Connections served at once; more are told that the server is busy [default: 8192]
    #[arg(long, value_name = "COUNT", env = "COUNTINGHOUSE_LIMITS_MAX_CONNECTIONS")]
    limits_max_connections: Option<Size>,
    /// Bodies held for callers who are not known yet, of all together [default: 67108864]
    #[arg(long, value_name = "BYTES", env = "COUNTINGHOUSE_LIMITS_UNKNOWN_BODY_BYTES")]
    limits_unknown_body_bytes: Option<Bytes>,
    /// Writes that may wait for the database; more are refused [default: 4096]
    #[arg(long, value_name = "COUNT", env = "COUNTINGHOUSE_LIMITS_QUEUE")]
    limits_queue: Option<Size>,
    /// Worker threads [default: one per core]
    #[arg(long, value_name = "COUNT", env = "COUNTINGHOUSE_LIMITS_WORKERS")]
    limits_workers: Option<Bounded<1, 1_024>>,
}

impl Options {
    /// The options as the layer over the configuration file.
    pub(super) fn into_settings(self) -> Result<FileSettings, Failure> {
        let database = self.database.map(|url| url.parse()).transpose();
        let database = database.map_err(|error| Failure::usage(format!("--database: {error}")))?;
        Ok(FileSettings {
            data: self.data,
            database,
            listen: self.listen,
            listen_tls: self.listen_tls,
            tls_certificate: self.tls_certificate,
            tls_key: self.tls_key,
            mode: self.mode,
            fixtures: self.fixtures,
            public_url: self.public_url,
            http_status: self.http_status,
            trusted_proxies: self.trusted_proxies,
            log: FileLog { format: self.log.log_format, level: self.log.log_level },
            binance_pay: FileBinancePay {
                time_window_ms: self.api.binance_pay_time_window_ms,
                replay_guard: self.api.binance_pay_replay_guard,
                key_cache_ms: self.api.binance_pay_key_cache_ms,
                report_query_envelope: self.api.binance_pay_report_query_envelope,
                rate_limit_per_s: self.api.binance_pay_rate_limit_per_s,
                rate_limit_burst: self.api.binance_pay_rate_limit_burst,
            },
            world_first: FileWorldFirst {
                time_window_s: self.api.worldfirst_time_window_s,
                balance_types_array: self.api.worldfirst_balance_types_array,
                client_cache_ms: self.api.worldfirst_client_cache_ms,
                key_overlap_s: self.api.worldfirst_key_overlap_s,
                rate_limit_per_s: self.api.worldfirst_rate_limit_per_s,
                rate_limit_burst: self.api.worldfirst_rate_limit_burst,
            },
            order: FileOrder { max_ttl_s: self.api.order_max_ttl_s },
            profit_sharing: FileProfitSharing {
                release_after_days: self.api.profit_sharing_release_after_days,
            },
            ledger: FileLedger { max_clock_lead_s: self.api.ledger_max_clock_lead_s },
            convert: FileConvert {
                spread_bps: self.api.convert_spread_bps,
                quote_ttl_s: self.api.convert_quote_ttl_s,
                max_rate_age_s: self.api.convert_max_rate_age_s,
                feed: None,
            },
            reports: self.reports.into_settings()?,
            requests: self.requests.into_settings(),
            limits: FileLimits {
                first_header_timeout_ms: self.limits.limits_first_header_timeout_ms,
                header_timeout_ms: self.limits.limits_header_timeout_ms,
                body_timeout_ms: self.limits.limits_body_timeout_ms,
                request_timeout_ms: self.limits.limits_request_timeout_ms,
                max_connections: self.limits.limits_max_connections,
                unknown_body_bytes: self.limits.limits_unknown_body_bytes,
                queue: self.limits.limits_queue,
                workers: self.limits.limits_workers,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{CommandFactory as _, Parser};

    #[derive(Parser)]
    struct Only {
        #[command(flatten)]
        options: Options,
    }

    /// The sections of the configuration file.
    const SECTIONS: [&str; 10] = [
        "log",
        "binance_pay",
        "worldfirst",
        "order",
        "profit_sharing",
        "ledger",
        "convert",
        "reports",
        "requests",
        "limits",
    ];

    /// The section and the key of an option in the configuration file: its words, the section first.
    pub(super) fn sectioned(id: &str) -> (Option<&'static str>, &str) {
        let found = SECTIONS
            .into_iter()
            .find_map(|section| Some((section, id.strip_prefix(section)?.strip_prefix('_')?)));
        found.map_or((None, id), |(section, key)| (Some(section), key))
    }

    #[test]
    fn every_option_is_an_environment_variable_and_a_key_of_the_file() {
        Only::command().debug_assert();
        for option in Only::command().get_arguments().filter(|option| option.get_id() != "help") {
            let id = option.get_id().as_str();
            let variable = option.get_env().and_then(|name| name.to_str());
            assert_eq!(variable, Some(format!("COUNTINGHOUSE_{}", id.to_uppercase()).as_str()));
            if id == "config" {
                continue;
            }
            // A table is a wrong value for every one of them, so the file's own reader tells whether it knows the key.
            let file = match sectioned(id) {
                (Some(section), key) => format!("[{section}]\n{key} = {{}}"),
                (None, key) => format!("{key} = {{}}"),
            };
            let error = toml::from_str::<FileSettings>(&file).unwrap_err().to_string();
            assert!(!error.contains("unknown field"), "{id}: {error}");
        }
    }

    #[test]
    fn a_bad_database_url_is_not_repeated() {
        let only = Only::try_parse_from(["serve", "--database", "mysql://u:hush@h/d"]).ok().unwrap();
        let error = only.options.into_settings().err().unwrap();
        let text = error.to_string();
        assert!(text.contains("postgres://") && !text.contains("hush"), "{text}");
    }

    #[test]
    fn a_bad_value_is_refused_with_the_choices() {
        let error = Only::try_parse_from(["serve", "--mode", "prod"]).err().unwrap().to_string();
        assert!(error.contains("`twin` or `live`"), "{error}");
        let error = Only::try_parse_from(["serve", "--trusted-proxies", "10.0.0.0/8,x"]).err().unwrap();
        assert!(error.to_string().contains("CIDR"), "{error}");
    }
}
