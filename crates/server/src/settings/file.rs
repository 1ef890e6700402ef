//! Settings as a file, the environment or flags give them: every one may be left out.

use super::{
    BinancePay, Bounded, Bytes, DatabaseUrl, Days, FileConvert, FileLedger, FileReports, FileRequests,
    FileWorldFirst, HttpStatus, Limits, ListenAddress, Log, LogFilter, LogFormat, Milliseconds, Mode, Order,
    ProfitSharing, PublicUrl, Rate, RateLimit, ReplayGuard, Settings, SettingsError, Size, defaults,
};
use crate::address::Network;
use serde::Deserialize;
use std::{
    path::{Path, PathBuf},
    time::Duration,
};

/// One layer of settings. Field meanings are those of [`Settings`]; durations are in milliseconds.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileSettings {
    /// See [`Settings::data`]. A relative path in a file is relative to the working folder.
    pub data: Option<PathBuf>,
    /// See [`Settings::database`].
    pub database: Option<DatabaseUrl>,
    /// See [`Settings::listen`].
    pub listen: Option<ListenAddress>,
    /// See [`Settings::listen_tls`].
    pub listen_tls: Option<ListenAddress>,
    /// See [`Settings::tls_certificate`].
    pub tls_certificate: Option<PathBuf>,
    /// See [`Settings::tls_key`].
    pub tls_key: Option<PathBuf>,
    /// See [`Settings::mode`].
    pub mode: Option<Mode>,
    /// See [`Settings::fixtures`].
    pub fixtures: Option<PathBuf>,
    /// See [`Settings::public_url`].
    pub public_url: Option<PublicUrl>,
    /// See [`Settings::http_status`].
    pub http_status: Option<HttpStatus>,
    /// See [`Settings::trusted_proxies`]. A later layer replaces the whole list.
    pub trusted_proxies: Option<Vec<Network>>,
    /// `[log]`
    #[serde(default)]
    pub log: FileLog,
    /// `[binance_pay]`
    #[serde(default)]
    pub binance_pay: FileBinancePay,
    /// `[worldfirst]`
    #[serde(default, rename = "worldfirst")]
    pub world_first: FileWorldFirst,
    /// `[order]`
    #[serde(default)]
    pub order: FileOrder,
    /// `[profit_sharing]`
    #[serde(default)]
    pub profit_sharing: FileProfitSharing,
    /// `[ledger]`
    #[serde(default)]
    pub ledger: FileLedger,
    /// `[convert]`
    #[serde(default)]
    pub convert: FileConvert,
    /// `[reports]`
    #[serde(default)]
    pub reports: FileReports,
    /// `[requests]`
    #[serde(default)]
    pub requests: FileRequests,
    /// `[limits]`
    #[serde(default)]
    pub limits: FileLimits,
}

/// `[log]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileLog {
    /// See [`Log::format`].
    pub format: Option<LogFormat>,
    /// See [`Log::filter`].
    pub level: Option<LogFilter>,
}

/// `[binance_pay]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileBinancePay {
    /// See [`BinancePay::time_window`].
    pub time_window_ms: Option<Milliseconds>,
    /// See [`BinancePay::replay_guard`].
    pub replay_guard: Option<ReplayGuard>,
    /// See [`BinancePay::key_cache`]; 0 reads the key from the database for every request.
    pub key_cache_ms: Option<Bounded<0, 600_000>>,
    /// See [`BinancePay::report_query_envelope`].
    pub report_query_envelope: Option<bool>,
    /// See [`RateLimit::per_second`]. Unset: no limit in a twin.
    pub rate_limit_per_s: Option<Rate>,
    /// See [`RateLimit::burst`]. Unset: twice what a second allows.
    pub rate_limit_burst: Option<Size>,
}

/// How long an order may be open: a minute to a year.
pub type OrderSeconds = Bounded<60, 31_536_000>;

/// `[order]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileOrder {
    /// See [`Order::max_ttl`].
    pub max_ttl_s: Option<OrderSeconds>,
}

/// `[profit_sharing]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileProfitSharing {
    /// See [`ProfitSharing::release_after_days`].
    pub release_after_days: Option<Days>,
}

/// `[limits]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileLimits {
    /// See [`Limits::first_header_timeout`].
    pub first_header_timeout_ms: Option<Milliseconds>,
    /// See [`Limits::header_timeout`].
    pub header_timeout_ms: Option<Milliseconds>,
    /// See [`Limits::body_timeout`].
    pub body_timeout_ms: Option<Milliseconds>,
    /// See [`Limits::request_timeout`].
    pub request_timeout_ms: Option<Milliseconds>,
    /// See [`Limits::max_connections`].
    pub max_connections: Option<Size>,
    /// See [`Limits::unknown_body_bytes`].
    pub unknown_body_bytes: Option<Bytes>,
    /// See [`Limits::queue`].
    pub queue: Option<Size>,
    /// See [`Limits::workers`].
    pub workers: Option<Bounded<1, 1_024>>,
}

impl FileSettings {
    /// Reads a TOML file.
    ///
    /// # Errors
    /// When the file cannot be read, or holds an unknown key or a bad value; the text then names file,
    /// line, column and the valid choices.
    pub fn read(path: &Path) -> Result<Self, SettingsError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| SettingsError::Unreadable { path: path.to_owned(), source })?;
        toml::from_str(&text).map_err(|error| SettingsError::Invalid {
            path: path.to_owned(),
            message: explained(&text, &error),
        })
    }

    /// Lays `over` on top: what it sets wins.
    #[must_use]
    pub fn overlay(self, over: FileSettings) -> FileSettings {
        FileSettings {
            data: over.data.or(self.data),
            database: over.database.or(self.database),
            listen: over.listen.or(self.listen),
            listen_tls: over.listen_tls.or(self.listen_tls),
            tls_certificate: over.tls_certificate.or(self.tls_certificate),
            tls_key: over.tls_key.or(self.tls_key),
            mode: over.mode.or(self.mode),
            fixtures: over.fixtures.or(self.fixtures),
            public_url: over.public_url.or(self.public_url),
            http_status: over.http_status.or(self.http_status),
            trusted_proxies: over.trusted_proxies.or(self.trusted_proxies),
            log: FileLog {
                format: over.log.format.or(self.log.format),
                level: over.log.level.or(self.log.level),
            },
            binance_pay: self.binance_pay.overlay(over.binance_pay),
            world_first: self.world_first.overlay(over.world_first),
            order: FileOrder { max_ttl_s: over.order.max_ttl_s.or(self.order.max_ttl_s) },
            profit_sharing: FileProfitSharing {
                release_after_days: over
                    .profit_sharing
                    .release_after_days
                    .or(self.profit_sharing.release_after_days),
            },
            ledger: self.ledger.overlay(over.ledger),
            convert: self.convert.overlay(over.convert),
            reports: self.reports.overlay(over.reports),
            requests: self.requests.overlay(over.requests),
            limits: self.limits.overlay(over.limits),
        }
    }

    /// Fills what is not set with the defaults.
    #[must_use]
    pub fn resolve(self) -> Settings {
        Settings {
            data: self.data.unwrap_or_else(|| defaults::DATA.into()),
            database: self.database,
            listen: self.listen.unwrap_or_else(|| known(defaults::LISTEN.parse())),
            listen_tls: self.listen_tls,
            tls_certificate: self.tls_certificate,
            tls_key: self.tls_key,
            mode: self.mode.unwrap_or(defaults::MODE),
            fixtures: self.fixtures,
            public_url: self.public_url,
            http_status: self.http_status.unwrap_or(defaults::HTTP_STATUS),
            trusted_proxies: self.trusted_proxies.unwrap_or_default(),
            log: Log {
                format: self.log.format.unwrap_or(defaults::LOG_FORMAT),
                filter: self.log.level.unwrap_or_else(|| known(defaults::LOG_FILTER.parse())),
            },
            binance_pay: self.binance_pay.resolve(self.mode.unwrap_or(defaults::MODE)),
            world_first: self.world_first.resolve(self.mode.unwrap_or(defaults::MODE)),
            order: Order {
                max_ttl: Duration::from_secs(
                    self.order.max_ttl_s.map_or(defaults::ORDER_MAX_TTL_S, Bounded::get),
                ),
            },
            profit_sharing: ProfitSharing {
                release_after_days: small(
                    self.profit_sharing.release_after_days.map_or(defaults::RELEASE_AFTER_DAYS, Bounded::get),
                ),
            },
            ledger: self.ledger.resolve(),
            convert: self.convert.resolve(),
            reports: self.reports.resolve(),
            requests: self.requests.resolve(self.mode.unwrap_or(defaults::MODE)),
            limits: self.limits.resolve(),
        }
    }
}

impl FileBinancePay {
    fn overlay(self, over: Self) -> Self {
        Self {
            time_window_ms: over.time_window_ms.or(self.time_window_ms),
            replay_guard: over.replay_guard.or(self.replay_guard),
            key_cache_ms: over.key_cache_ms.or(self.key_cache_ms),
            report_query_envelope: over.report_query_envelope.or(self.report_query_envelope),
            rate_limit_per_s: over.rate_limit_per_s.or(self.rate_limit_per_s),
            rate_limit_burst: over.rate_limit_burst.or(self.rate_limit_burst),
        }
    }

    fn resolve(self, mode: Mode) -> BinancePay {
        BinancePay {
            time_window: millis(self.time_window_ms, defaults::TIME_WINDOW_MS),
            replay_guard: self.replay_guard.unwrap_or(defaults::REPLAY_GUARD),
            key_cache: millis(self.key_cache_ms, defaults::KEY_CACHE_MS),
            report_query_envelope: self.report_query_envelope.unwrap_or(defaults::REPORT_QUERY_ENVELOPE),
            rate_limit: RateLimit::resolve(self.rate_limit_per_s, self.rate_limit_burst, mode),
        }
    }
}

impl FileLimits {
    fn overlay(self, over: Self) -> Self {
        Self {
            first_header_timeout_ms: over.first_header_timeout_ms.or(self.first_header_timeout_ms),
            header_timeout_ms: over.header_timeout_ms.or(self.header_timeout_ms),
            body_timeout_ms: over.body_timeout_ms.or(self.body_timeout_ms),
            request_timeout_ms: over.request_timeout_ms.or(self.request_timeout_ms),
            max_connections: over.max_connections.or(self.max_connections),
            unknown_body_bytes: over.unknown_body_bytes.or(self.unknown_body_bytes),
            queue: over.queue.or(self.queue),
            workers: over.workers.or(self.workers),
        }
    }

    fn resolve(self) -> Limits {
        Limits {
            first_header_timeout: millis(self.first_header_timeout_ms, defaults::FIRST_HEADER_TIMEOUT_MS),
            header_timeout: millis(self.header_timeout_ms, defaults::HEADER_TIMEOUT_MS),
            body_timeout: millis(self.body_timeout_ms, defaults::BODY_TIMEOUT_MS),
            request_timeout: millis(self.request_timeout_ms, defaults::REQUEST_TIMEOUT_MS),
            max_connections: count(self.max_connections.map_or(defaults::MAX_CONNECTIONS, Bounded::get)),
            unknown_body_bytes: count(
                self.unknown_body_bytes.map_or(defaults::UNKNOWN_BODY_BYTES, Bounded::get),
            ),
            queue: count(self.queue.map_or(defaults::QUEUE, Bounded::get)),
            workers: self.workers.map(|workers| count(workers.get())),
        }
    }
}

/// Keys whose values are nobody's business.
const SECRETS: [&str; 2] = ["secret_key", "database"];

/// What is wrong and in which line. The parser shows that line; one that may hold a secret is not shown.
fn explained(text: &str, error: &toml::de::Error) -> String {
    let before = error.span().and_then(|span| text.get(..span.start));
    let place = before.map_or(0, |before| before.matches('\n').count());
    let is_secret = |line: &str| SECRETS.iter().any(|key| line.trim_start().starts_with(key));
    if !text.lines().nth(place).is_some_and(is_secret) {
        return error.to_string();
    }
    let message = error.message();
    let message = if message.contains("invalid type") { "expected a text in quotes" } else { message };
    format!("line {}, which is not shown: {message}", place + 1)
}

fn millis<const MIN: u64, const MAX: u64>(set: Option<Bounded<MIN, MAX>>, default: u64) -> Duration {
    set.map_or(Duration::from_millis(default), Bounded::millis)
}

/// The defaults are constants that a test reads, so they are valid.
fn known<T, E: std::fmt::Debug>(default: Result<T, E>) -> T {
    default.expect("a default is a valid setting")
}

fn count(number: u64) -> usize {
    usize::try_from(number).expect("bounded by the setting's type")
}

fn small(number: u64) -> u32 {
    u32::try_from(number).expect("bounded by ten years of days")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<FileSettings, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn an_empty_file_means_the_defaults() {
        let settings = parse("").unwrap().resolve();
        assert_eq!(settings.listen.as_str(), "127.0.0.1:7878");
        assert_eq!(settings.mode, Mode::Twin);
        assert_eq!(settings.binance_pay.time_window, Duration::from_secs(1));
        assert!(!settings.binance_pay.report_query_envelope);
        assert_eq!(settings.binance_pay.rate_limit, None);
        assert_eq!(settings.profit_sharing.release_after_days, 30);
        assert!(settings.limits.workers.is_none());
    }

    #[test]
    fn a_later_layer_wins_field_by_field() {
        let file =
            parse("mode = \"live\"\ntrusted_proxies = [\"10.0.0.0/8\"]\n[limits]\nqueue = 7\nworkers = 3\n");
        let flags = parse("listen = \"[::1]:0\"\n[limits]\nqueue = 9\n");
        let settings = file.unwrap().overlay(flags.unwrap()).resolve();
        assert_eq!(settings.mode, Mode::Live);
        assert_eq!(settings.listen.as_str(), "[::1]:0");
        assert_eq!((settings.limits.queue, settings.limits.workers), (9, Some(3)));
        assert_eq!(settings.trusted_proxies.len(), 1);
    }

    #[test]
    fn api_keys_have_a_limit_in_live_and_where_it_is_set() {
        let limit = |text| {
            let limit = parse(text).unwrap().resolve().binance_pay.rate_limit;
            limit.map(|limit| (limit.per_second.get(), limit.burst.get()))
        };
        assert_eq!(limit("mode = \"live\"\n"), Some((200, 400)));
        assert_eq!(limit("[binance_pay]\nrate_limit_per_s = 3\nrate_limit_burst = 4\n"), Some((3, 4)));
        assert_eq!(limit("mode = \"live\"\n[binance_pay]\nrate_limit_per_s = 0\n"), None);
    }

    #[test]
    fn a_refusal_names_the_line_and_the_choices() {
        let error = parse("mode = \"twin\"\n\n[binance_pay]\nreplay_guard = \"disk\"\n").unwrap_err();
        assert!(error.contains("line 4") && error.contains("`memory` or `database`"), "{error}");
        let error = parse("listn = \"127.0.0.1:1\"\n").unwrap_err();
        assert!(error.contains("line 1") && error.contains("`listen`"), "{error}");
        let error = parse("[limits]\nqueue = 0\n").unwrap_err();
        assert!(error.contains("line 2") && error.contains("from 1 to 1000000"), "{error}");
        let error = parse("trusted_proxies = [\"10.0.0.0/40\"]\n").unwrap_err();
        assert!(error.contains("line 1") && error.contains("CIDR"), "{error}");
    }

    #[test]
    fn a_line_with_a_secret_is_not_shown() {
        for (text, part) in [
            ("\ndatabase = \"mysql://u:hush@h/d\"\n", "postgres://"),
            ("[reports]\nsecret_key = \"hush hush\"\n", "printable"),
            ("[reports]\nsecret_key = hush\n", "line 2"),
            ("[reports]\n  secret_key = \"hush\n", "line 2"),
            ("[reports]\nsecret_key = [\"hush\"]\n", "in quotes"),
        ] {
            let error = toml::from_str::<FileSettings>(text).map_err(|error| explained(text, &error));
            let error = error.unwrap_err();
            assert!(error.contains("line 2") && error.contains(part), "{error}");
            assert!(!error.contains("hush"), "{error}");
        }
    }

    #[test]
    fn an_unreadable_file_is_named() {
        let error = FileSettings::read(Path::new("/nowhere/countinghouse.toml")).unwrap_err().to_string();
        assert!(error.contains("/nowhere/countinghouse.toml"), "{error}");
    }
}
