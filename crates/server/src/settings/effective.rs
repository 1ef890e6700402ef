//! The settings that are in force, written as a configuration file: what is set, and the defaults of the rest. Secrets are
//! masked.

use super::{
    Feed, HttpStatus, LogFormat, PublicUrl, RateLimit, ReplayGuard, ReportStore, Reports, Settings, Symbol,
};
use std::{fmt::Write as _, path::Path, time::Duration};
use toml::Value;

/// What stands in place of a secret.
const MASK: &str = "***";

impl Settings {
    /// The settings as TOML that a server takes, but for the secrets: these are masked, and a URL shows neither a
    /// password nor a query. A key without a value is a comment.
    pub fn effective(&self) -> String {
        let mut page = Page(String::new());
        self.top(&mut page);
        page.section("log");
        page.set("format", word(self.log.format));
        page.set("level", self.log.filter.as_str());
        self.dialects(&mut page);
        page.section("order");
        page.set("max_ttl_s", seconds(self.order.max_ttl));
        page.section("profit_sharing");
        page.set("release_after_days", i64::from(self.profit_sharing.release_after_days));
        page.section("ledger");
        page.set("max_clock_lead_s", seconds(self.ledger.max_clock_lead));
        page.section("convert");
        page.set("spread_bps", i64::from(self.convert.spread_bps));
        page.set("quote_ttl_s", seconds(self.convert.quote_ttl));
        page.set("max_rate_age_s", seconds(self.convert.max_rate_age));
        if self.convert.feed.is_none() {
            page.unset("feed");
        }
        reports(&mut page, &self.reports);
        page.section("requests");
        page.set("keep", count(self.requests.keep));
        page.set("keep_minutes", seconds(self.requests.keep_for) / 60);
        page.set("bodies", self.requests.bodies);
        self.limits(&mut page);
        if let Some(source) = &self.convert.feed {
            feed(&mut page, source);
        }
        page.0
    }

    fn top(&self, page: &mut Page) {
        page.set("data", path(&self.data));
        page.maybe("database", self.database.as_ref().map(|url| masked(url.expose())));
        page.set("listen", self.listen.as_str());
        page.maybe("listen_tls", self.listen_tls.as_ref().map(|listen| listen.as_str().to_owned()));
        page.maybe("tls_certificate", self.tls_certificate.as_deref().map(path));
        page.maybe("tls_key", self.tls_key.as_deref().map(path));
        page.set("mode", self.mode.to_string());
        page.maybe("fixtures", self.fixtures.as_deref().map(path));
        page.maybe("public_url", self.public_url.as_ref().map(shown));
        page.set(
            "http_status",
            match self.http_status {
                HttpStatus::AsDocumented => "as_documented",
                HttpStatus::Mapped => "mapped",
            },
        );
        page.set("trusted_proxies", self.trusted_proxies.iter().map(ToString::to_string).collect::<Vec<_>>());
    }

    fn dialects(&self, page: &mut Page) {
        page.section("binance_pay");
        page.set("time_window_ms", millis(self.binance_pay.time_window));
        page.set(
            "replay_guard",
            match self.binance_pay.replay_guard {
                ReplayGuard::Memory => "memory",
                ReplayGuard::Database => "database",
            },
        );
        page.set("key_cache_ms", millis(self.binance_pay.key_cache));
        page.set("report_query_envelope", self.binance_pay.report_query_envelope);
        rate_limit(page, self.binance_pay.rate_limit);
        page.section("worldfirst");
        page.set("time_window_s", seconds(self.world_first.time_window));
        page.set("balance_types_array", self.world_first.balance_types_array);
        page.set("client_cache_ms", millis(self.world_first.client_cache));
        page.set("key_overlap_s", seconds(self.world_first.key_overlap));
        rate_limit(page, self.world_first.rate_limit);
    }

    fn limits(&self, page: &mut Page) {
        page.section("limits");
        page.set("first_header_timeout_ms", millis(self.limits.first_header_timeout));
        page.set("header_timeout_ms", millis(self.limits.header_timeout));
        page.set("body_timeout_ms", millis(self.limits.body_timeout));
        page.set("request_timeout_ms", millis(self.limits.request_timeout));
        page.set("max_connections", count(self.limits.max_connections));
        page.set("unknown_body_bytes", count(self.limits.unknown_body_bytes));
        page.set("queue", count(self.limits.queue));
        page.maybe("workers", self.limits.workers.map(count));
    }
}

fn rate_limit(page: &mut Page, limit: Option<RateLimit>) {
    page.set("rate_limit_per_s", limit.map_or(0, |limit| i64::from(limit.per_second.get())));
    page.maybe("rate_limit_burst", limit.map(|limit| i64::from(limit.burst.get())));
}

fn reports(page: &mut Page, reports: &Reports) {
    page.section("reports");
    page.set(
        "store",
        match reports.store {
            ReportStore::Local => "local",
            ReportStore::S3 => "s3",
        },
    );
    page.maybe("folder", reports.folder.as_deref().map(path));
    let s3 = &reports.s3;
    page.maybe("bucket", s3.bucket.as_ref().map(|bucket| bucket.as_str().to_owned()));
    page.maybe("region", s3.region.as_ref().map(|region| region.as_str().to_owned()));
    page.maybe("endpoint", s3.endpoint.as_ref().map(shown));
    page.maybe("prefix", s3.prefix.as_ref().map(|prefix| prefix.as_str().to_owned()));
    page.set("allow_http", s3.allow_http);
    page.maybe("access_key", s3.access_key.as_ref().map(|key| key.as_str().to_owned()));
    page.maybe("secret_key", s3.secret_key.as_ref().map(|_| MASK.to_owned()));
    page.set("keep_hours", seconds(reports.keep) / 3_600);
    page.set("max_builds", count(reports.max_builds));
    page.set("max_downloads", count(reports.max_downloads));
}

fn feed(page: &mut Page, feed: &Feed) {
    page.section("convert.feed");
    page.set("url", masked(feed.url.expose().as_str()));
    page.set("interval_s", seconds(feed.interval));
    page.set("timeout_s", seconds(feed.timeout));
    page.set("max_bytes", count(feed.max_bytes));
    page.set("max_rate_age_s", seconds(feed.max_rate_age));
    page.set("rows", feed.rows.to_string());
    match &feed.symbol {
        Symbol::Name => {}
        Symbol::At(pair) => page.set("pair", pair.to_string()),
        Symbol::Parts { base, quote } => {
            page.set("base", base.to_string());
            page.set("quote", quote.to_string());
        }
    }
    page.set("bid", feed.bid.to_string());
    page.set("ask", feed.ask.to_string());
    if let Some(pairs) = &feed.pairs {
        page.section("convert.feed.pairs");
        for (symbol, pair) in pairs {
            page.set(&Value::from(symbol.as_str()).to_string(), pair.to_string());
        }
    }
}

/// The file that is being written.
struct Page(String);

impl Page {
    fn section(&mut self, name: &str) {
        let _ = writeln!(self.0, "\n[{name}]");
    }

    fn set(&mut self, key: &str, value: impl Into<Value>) {
        let _ = writeln!(self.0, "{key} = {}", value.into());
    }

    fn maybe(&mut self, key: &str, value: Option<impl Into<Value>>) {
        match value {
            Some(value) => self.set(key, value),
            None => self.unset(key),
        }
    }

    fn unset(&mut self, key: &str) {
        let _ = writeln!(self.0, "# {key} is not set");
    }
}

fn word(format: LogFormat) -> &'static str {
    match format {
        LogFormat::Auto => "auto",
        LogFormat::Pretty => "pretty",
        LogFormat::Json => "json",
    }
}

fn path(path: &Path) -> String {
    path.display().to_string()
}

fn shown(url: &PublicUrl) -> String {
    masked(url.as_str())
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

fn seconds(time: Duration) -> i64 {
    i64::try_from(time.as_secs()).unwrap_or(i64::MAX)
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A URL without the password before its host and without the values of its query, any of which may be one.
fn masked(url: &str) -> String {
    let (base, query) = url.split_once('?').map_or((url, None), |(base, query)| (base, Some(query)));
    let mut text = match base.split_once("://") {
        Some((scheme, rest)) => {
            let host = rest.find('/').unwrap_or(rest.len());
            // A password that was not escaped may hold a slash or an @ itself.
            let at = rest.rfind('@').filter(|at| *at < host || rest[..*at].contains(':'));
            match at.map(|at| (&rest[..at], &rest[at + 1..])) {
                Some((user, rest)) => match user.split_once(':') {
                    Some((user, _)) => format!("{scheme}://{user}:{MASK}@{rest}"),
                    None => format!("{scheme}://{user}@{rest}"),
                },
                None => base.to_owned(),
            }
        }
        None => base.to_owned(),
    };
    for (place, pair) in query.into_iter().flat_map(|query| query.split('&')).enumerate() {
        let sign = if place == 0 { '?' } else { '&' };
        let name = pair.split('=').next().unwrap_or_default();
        let _ = write!(text, "{sign}{name}={MASK}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FileSettings;

    const FULL: &str = r#"
        data = "/srv/\"house\""
        database = "postgres://pay:hush@db.example.com:5432/house?sslpassword=hush"
        listen_tls = "[::]:8443"
        tls_certificate = "c.pem"
        tls_key = "k.pem"
        mode = "live"
        fixtures = "shop.toml"
        public_url = "https://pay.example.com"
        http_status = "mapped"
        trusted_proxies = ["10.0.0.0/8", "::1"]
        [log]
        format = "json"
        [binance_pay]
        rate_limit_per_s = 3
        replay_guard = "database"
        [reports]
        store = "s3"
        bucket = "my-reports"
        region = "eu-central-1"
        endpoint = "https://s3.example.com"
        prefix = "a/b"
        access_key = "who"
        secret_key = "hush"
        [limits]
        workers = 3
        [convert.feed]
        url = "https://prices.example.com/tickers?key=hush"
        pair = "/symbol"
        bid = "/bid"
        ask = "/ask"
        pairs = { "BNB\"USDT" = "BNB/USDT" }
    "#;

    fn effective(text: &str) -> String {
        toml::from_str::<FileSettings>(text).unwrap().resolve().effective()
    }

    #[test]
    fn what_is_written_means_the_same_again() {
        for text in ["", FULL, "mode = \"live\"\n"] {
            let once = effective(text);
            assert_eq!(effective(&once), once);
        }
    }

    #[test]
    fn no_secret_is_written() {
        let text = effective(FULL);
        assert!(!text.contains("hush"), "{text}");
        for part in [
            "postgres://pay:***@db.example.com:5432/house?sslpassword=***",
            "secret_key = \"***\"",
            "tickers?key=***",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert_eq!(masked("postgres://pay:a/b@c@h/d"), "postgres://pay:***@h/d");
        assert_eq!(masked("postgres://pay@h/d"), "postgres://pay@h/d");
        assert_eq!(masked("https://h/a@b"), "https://h/a@b");
    }

    /// The keys that the file's reader knows in a section: what it expects in place of an unknown one.
    fn known_keys(section: &str) -> Vec<String> {
        let text = if section.is_empty() { "zzz = 1".to_owned() } else { format!("[{section}]\nzzz = 1") };
        let error = toml::from_str::<FileSettings>(&text).unwrap_err().message().to_owned();
        let expected = error.split_once("expected").unwrap().1;
        expected.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    }

    #[test]
    fn every_key_of_the_file_is_written() {
        let text = effective("");
        let sections = known_keys("").into_iter().filter(|key| text.contains(&format!("\n[{key}]\n")));
        let sections: Vec<String> = [String::new()].into_iter().chain(sections).collect();
        assert!(sections.len() >= 9, "{sections:?}");
        for section in &sections {
            let start =
                if section.is_empty() { 0 } else { text.find(&format!("\n[{section}]\n")).unwrap() + 2 };
            let written = text[start..].split("\n[").next().unwrap();
            for key in known_keys(section).iter().filter(|key| !sections.contains(key)) {
                let has = |line: &str| {
                    line.starts_with(&format!("{key} = ")) || line == format!("# {key} is not set")
                };
                assert!(written.lines().any(has), "[{section}] {key}: {written}");
            }
        }
    }
}
