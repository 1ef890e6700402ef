//! The settings that are in force, written as a configuration file: what is set, and the defaults of the rest. Secrets are
//! masked.

use super::{
    Feed, Settings, Symbol,
    masked::masked,
    number::{Seconds, shown},
};
use std::fmt::Write as _;
use toml::Value;

impl Settings {
    /// The settings as TOML that a server takes, but for the secrets: these are masked, and a URL shows neither a
    /// password nor a query. A key without a value is a comment.
    pub fn effective(&self) -> String {
        let mut page = Page(String::new());
        for section in Self::SECTIONS {
            if !section.name.is_empty() {
                page.section(section.name);
            }
            for setting in section.settings {
                match self.shown(&section.key(setting)) {
                    Some(value) => page.set(setting.key, value),
                    // It is written as a separate section, at the end.
                    None if setting.key == "feed" && self.convert.feed.is_some() => {}
                    None => drop(writeln!(page.0, "# {} is not set", setting.key)),
                }
            }
        }
        if let Some(source) = &self.convert.feed {
            feed(&mut page, source);
        }
        page.0
    }
}

fn feed(page: &mut Page, feed: &Feed) {
    page.section("convert.feed");
    page.set("url", masked(feed.url.expose().as_str()));
    page.set("interval_s", shown::<Seconds>(&feed.interval));
    page.set("timeout_s", shown::<Seconds>(&feed.timeout));
    page.set("max_bytes", shown::<usize>(&feed.max_bytes));
    page.set("max_rate_age_s", shown::<Seconds>(&feed.max_rate_age));
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::tests::read;

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
        read(text).unwrap().effective()
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
    }

    /// The keys that the file's reader knows in a section: what it expects in place of an unknown one.
    fn known_keys(section: &str) -> Vec<String> {
        let text = if section.is_empty() { "zzz = 1".to_owned() } else { format!("[{section}]\nzzz = 1") };
        let error = toml::from_str::<Settings>(&text).unwrap_err().message().to_owned();
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
