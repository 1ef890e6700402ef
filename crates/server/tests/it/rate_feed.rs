//! Prices over HTTP, from a host that cannot be relied on.

mod host;

use crate::logs::Written;
use countinghouse_server::settings::{Convert, Feed};
use host::{Host, Manner};
use serde_json::{Value, json};
use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};
use testkit::http::Served;

/// For anything that takes a moment on an idle machine; generous, since tests share it with others.
const PATIENCE: Duration = Duration::from_secs(60);
/// A rate of a feed is too old after a minute.
const MINUTE: i64 = 60_000;

/// A feed of two pairs, in a hurry.
fn feed(at: SocketAddr) -> Feed {
    let text = format!(
        r#"
        [feed]
        url = "http://{at}/tickers?key=hush-hush"
        pair = "/symbol"
        bid = "/bidPrice"
        ask = "/askPrice"
        max_bytes = 4096
        pairs = {{ BNBUSDT = "BNB/USDT", BTCUSDT = "BTC/USDT" }}
        "#
    );
    let feed = toml::from_str::<Convert>(&text).unwrap().feed.unwrap();
    Feed { interval: Duration::from_millis(20), timeout: PATIENCE, ..feed }
}

fn row(symbol: &str, bid: impl Into<Value>, ask: impl Into<Value>) -> Value {
    json!({ "symbol": symbol, "bidPrice": bid.into(), "bidQty": "1", "askPrice": ask.into() })
}

/// Both pairs with good prices, and one that nobody asked for.
fn good(bnb_bid: &str) -> Manner {
    Manner::says(json!([
        row("BNBUSDT", bnb_bid, "700"),
        row("DOGEBTC", "x", "y"),
        row("BTCUSDT", "60000", "60001")
    ]))
}

async fn started(host: &Host) -> Served {
    let feed = feed(host.address());
    Served::start(|settings| settings.convert.feed = Some(feed)).await
}

/// What the server says of a pair's rate.
async fn rate(server: &Served, pair: &str) -> Value {
    let rates = server.native("GET", "/v1/rates").await.json();
    let mut rates = rates["rates"].as_array().unwrap().iter();
    rates.find(|rate| rate["pair"] == pair).cloned().unwrap_or(Value::Null)
}

/// The assets that can be had for USDT.
async fn offered(server: &Served) -> Vec<String> {
    let pairs = house::convert::pairs(&server.service().app().house, "USDT").await.unwrap();
    pairs.iter().map(|pair| pair.coin.to_string()).collect()
}

/// How many fetches ended so.
async fn fetches(server: &Served, outcome: &str) -> u64 {
    let name = format!("countinghouse_rate_feed_fetches_total{{outcome=\"{outcome}\"}} ");
    let metrics = server.native("GET", "/metrics").await.text;
    let value = metrics.lines().find_map(|line| line.strip_prefix(&name));
    // Nothing is shown until the worker has begun.
    value.map_or(0, |value| value.parse().unwrap())
}

/// Waits until a fetch that began after this call has ended so.
async fn one_more(server: &Served, outcome: &str) {
    // One may be under way that began before.
    let least = fetches(server, outcome).await + 2;
    let begun = Instant::now();
    while fetches(server, outcome).await < least {
        assert!(begun.elapsed() < PATIENCE, "no fetch ends with {outcome}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn prices_come_digit_for_digit_and_are_renewed() {
    let host = Host::start(good("600.123456789012345")).await;
    let server = started(&host).await;
    one_more(&server, "ok").await;
    let first = rate(&server, "BNB/USDT").await;
    assert_eq!(
        first,
        json!({
            "pair": "BNB/USDT", "bid": "600.123456789012345", "ask": "700", "source": "feed",
            "at": "2026-01-05T08:00:00.000Z", "quoted": true,
        })
    );
    assert_eq!(offered(&server).await, ["BNB", "BTC", "EUR"]);

    // A bare number is read as it is written, not as a float would have it; limits are the operator's.
    let limits = json!({ "bid": "1", "ask": "2", "limits": { "base_max": "35.1" } });
    let set = server.native("PUT", "/v1/rates/BNB/USDT").json(limits).await;
    assert_eq!(set.status, 200, "{set}");
    server.clock().advance(59_000);
    host.now(Manner::says(
        r#"[{"symbol":"BNBUSDT","bidPrice":0.10000000000000001,"askPrice":1e1},{"symbol":"BTCUSDT","bidPrice":"6E4","askPrice":60001}]"#,
    ));
    one_more(&server, "ok").await;
    let second = rate(&server, "BNB/USDT").await;
    assert_eq!((&second["bid"], &second["ask"]), (&json!("0.10000000000000001"), &json!("10")));
    assert_eq!((&second["source"], &second["limits"]), (&json!("feed"), &json!({ "base_max": "35.1" })));
    assert_eq!(second["at"], "2026-01-05T08:00:59.000Z");
    assert_eq!(rate(&server, "BTC/USDT").await["bid"], "60000");
    server.clock().advance(2_000);
    one_more(&server, "ok").await;
    let metrics = server.native("GET", "/metrics").await.text;
    assert!(metrics.contains("countinghouse_rate_feed_age_seconds{} 0\n"), "{metrics}");
    server.stop().await;
}

#[tokio::test]
async fn a_younger_price_stays() {
    let host = Host::start(good("600")).await;
    let server = started(&host).await;
    server.clock().advance(5_000);
    let rate_of = |pair: &str| json!({ "pair": pair, "bid": "1", "ask": "2" });
    let both = json!({ "rates": [rate_of("BNB/USDT"), rate_of("BTC/USDT")] });
    host.now(Manner::HangsUp);
    one_more(&server, "broken").await;
    assert_eq!(server.native("POST", "/v1/rates").json(both).await.status, 200);
    // As if this server had asked before another one did, and was answered after it.
    server.clock().advance(-5_000);
    host.now(good("600"));
    one_more(&server, "ok").await;
    assert_eq!(rate(&server, "BNB/USDT").await["bid"], "1", "it is no failure, and changes nothing");
    server.clock().advance(5_001);
    one_more(&server, "ok").await;
    assert_eq!(rate(&server, "BNB/USDT").await["bid"], "600");
    server.stop().await;
}

#[tokio::test]
async fn whatever_it_answers_instead_rates_stay_until_they_are_too_old() {
    let mut host = Host::start(good("600")).await;
    let feed = Feed { timeout: Duration::from_secs(1), ..feed(host.address()) };
    let server = Served::start(|settings| settings.convert.feed = Some(feed)).await;
    one_more(&server, "ok").await;
    let crossed = json!([row("BNBUSDT", "701", "700"), row("BTCUSDT", "2", "1")]);
    let typed = json!([row("BNBUSDT", true, "700"), row("BTCUSDT", json!({}), json!([1]))]);
    let zero = json!([row("BNBUSDT", "0", "0"), row("BTCUSDT", "-2", "-1")]);
    let late = Manner::Says(json!([row("BNBUSDT", "9", "9")]).to_string(), Duration::from_secs(5));
    let open = "HTTP/1.1 200 OK\r\n\r\n[{\"symbol\":\"BNBUSDT\",\"bidPrice\":9,\"askPrice\":9}";
    let lies = [
        ("malformed", Manner::says("<!doctype html><title>Prices</title>")),
        ("malformed", Manner::says("")),
        ("malformed", Manner::says("null")),
        ("malformed", Manner::says("\"prices\"")),
        ("malformed", Manner::says("[1,2")),
        // Rows without end that were good so far.
        ("malformed", Manner::Raw(open.to_owned())),
        ("malformed", Manner::says("[".repeat(4_000))),
        ("useless", Manner::says("[]")),
        ("useless", Manner::says("{}")),
        ("useless", Manner::says(json!({ "code": -1003, "msg": "Too many requests" }))),
        ("useless", Manner::says("[1,\"BNBUSDT\",null,[]]")),
        ("useless", Manner::says(crossed)),
        ("useless", Manner::says(typed)),
        ("useless", Manner::says(zero)),
        ("status", Manner::status("500 Internal Server Error", "")),
        ("status", Manner::status("204 No Content", "")),
        ("status", Manner::status("429 Too Many Requests", "retry-after: 1\r\n")),
        ("status", Manner::Redirects),
        ("too_long", Manner::says(format!("[{}]", " ".repeat(4_096)))),
        ("too_long", Manner::Huge),
        ("too_long", Manner::Endless),
        ("broken", Manner::CutsShort),
        ("broken", Manner::HangsUp),
        ("broken", Manner::Raw("prices? what prices?\r\n\r\n".to_owned())),
        ("late", Manner::Silent),
        ("late", late),
    ];
    for (outcome, manner) in lies {
        let before = rate(&server, "BNB/USDT").await;
        assert_eq!((&before["bid"], &before["quoted"]), (&json!("600"), &json!(true)), "{manner:?}");
        host.now(manner.clone());
        one_more(&server, outcome).await;
        assert_eq!(rate(&server, "BNB/USDT").await, before, "{manner:?}");
        server.clock().advance(MINUTE + 1);
        let old = rate(&server, "BNB/USDT").await;
        assert_eq!((&old["bid"], &old["quoted"]), (&json!("600"), &json!(false)), "{manner:?}");
        assert_eq!(offered(&server).await, ["EUR"], "{manner:?}");
        host.now(good("600"));
        one_more(&server, "ok").await;
        assert_eq!(offered(&server).await, ["BNB", "BTC", "EUR"], "{manner:?}");
    }

    host.die();
    one_more(&server, "connect").await;
    server.clock().advance(MINUTE + 1);
    assert_eq!(offered(&server).await, ["EUR"]);
    host.live().await;
    one_more(&server, "ok").await;
    assert_eq!(rate(&server, "BNB/USDT").await["quoted"], true);
    server.stop().await;
}

#[tokio::test]
async fn a_bad_row_keeps_no_other_back_and_is_told_once() {
    let (log, _guard) = Written::on_this_thread();
    let host = Host::start(good("600")).await;
    let server = started(&host).await;
    one_more(&server, "ok").await;
    let bad = [
        row("BTCUSDT", "2", "1"),
        row("BTCUSDT", "0", "1"),
        row("BTCUSDT", "1", Value::Null),
        row("BTCUSDT", "1e400", "1e400"),
        row("BTCUSDT", "1.0000000000000000001", "2"),
        json!({ "symbol": "BTCUSDT", "bidPrice": "1" }),
        json!({}),
    ];
    for (place, bad) in bad.into_iter().enumerate() {
        let bid = (601 + place).to_string();
        host.now(Manner::says(json!([bad, row("BNBUSDT", bid.as_str(), "700")])));
        one_more(&server, "ok").await;
        assert_eq!(rate(&server, "BNB/USDT").await["bid"], bid);
        assert_eq!(rate(&server, "BTC/USDT").await["bid"], "60000");
    }
    // Which of two prices to believe nobody can tell.
    host.now(Manner::says(json!([
        row("BTCUSDT", "1", "1"),
        row("BNBUSDT", "1", "1"),
        row("BTCUSDT", "2", "2")
    ])));
    one_more(&server, "ok").await;
    assert_eq!(rate(&server, "BTC/USDT").await["bid"], "60000");
    let text = log.text();
    assert_eq!(
        text.matches("price of a pair is not taken").count(),
        2,
        "BTC/USDT, and rows that say nothing: {text}"
    );
    assert!(text.contains("BTC/USDT"), "{text}");

    host.now(good("600"));
    one_more(&server, "ok").await;
    assert_eq!(rate(&server, "BTC/USDT").await["bid"], "60000");
    assert!(log.text().matches("is no longer refused").count() >= 1, "{}", log.text());
    host.now(Manner::Redirects);
    one_more(&server, "status").await;
    one_more(&server, "status").await;
    host.now(good("600"));
    one_more(&server, "ok").await;
    one_more(&server, "ok").await;
    server.stop().await;
    let told = log.text();
    let lines: Vec<&str> = told.lines().filter(|line| line.contains("rate_feed::")).collect();
    let text = lines.join("\n");
    assert_eq!(text.matches("the rate feed fails").count(), 1, "{text}");
    assert_eq!(text.matches("the rate feed works again").count(), 1, "{text}");
    assert!(text.contains("HTTP 302"), "{text}");
    assert!(!told.contains("hush-hush"), "the URL's key is in the log: {told}");
}

#[tokio::test]
async fn a_redirect_is_asked_once_and_a_failing_host_less_and_less_often() {
    let host = Host::start(Manner::Redirects).await;
    let server = started(&host).await;
    let begun = Instant::now();
    while fetches(&server, "status").await < 6 {
        assert!(begun.elapsed() < PATIENCE);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // 20, 40, 80, 160 and 320 ms lie between the six.
    assert!(begun.elapsed() >= Duration::from_millis(620), "{:?}", begun.elapsed());
    let (asked, ended) = (host.requests(), fetches(&server, "status").await);
    assert!(asked <= ended + 1, "asked {asked} times for {ended} fetches");
    host.now(good("600"));
    one_more(&server, "ok").await;
    server.stop().await;
}

#[tokio::test]
async fn a_host_that_says_nothing_does_not_keep_the_server_from_stopping() {
    let host = Host::start(Manner::Silent).await;
    let server = started(&host).await;
    let begun = Instant::now();
    while host.requests() == 0 {
        assert!(begun.elapsed() < PATIENCE);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let begun = Instant::now();
    server.stop().await;
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
}
