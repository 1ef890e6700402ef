//! `/v1/holders/{id}/statement`: any period, streamed. And balances as they were at a time.

use super::{detail, reports::WALLETS};
use money::Decimal;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use testkit::http::{BUYER, Reply, SHOP, TestApp, with_shop, with_shop_on_each_engine};

/// Two sales, a minute apart: at 08:00 and 08:01 of 5 January.
async fn sales(app: &TestApp) {
    app.paid("Trade1", "100").await;
    app.advance(60_000).await;
    app.paid("Trade2", "2.5").await;
}

async fn statement(app: &TestApp, holder: &str, query: &str) -> Reply {
    let reply = app.native("GET", &format!("/v1/holders/{holder}/statement?{query}")).await;
    assert_eq!(reply.status, 200, "{reply}");
    reply
}

/// The lines of a statement in JSON.
async fn lines(app: &TestApp, holder: &str, query: &str) -> Vec<Value> {
    let reply = statement(app, holder, &format!("{query}&format=jsonl")).await;
    reply.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

async fn balances(app: &TestApp, holder: &str, query: &str) -> Value {
    app.native("GET", &format!("/v1/holders/{holder}/balances{query}")).await.json()["balances"].take()
}

/// An amount in units of 10⁻⁸; nothing is zero.
fn units(value: &Value, field: &str) -> i128 {
    let text = value[field].as_str().unwrap();
    let decimal = if text.is_empty() { Decimal::ZERO } else { Decimal::parse(text).unwrap() };
    decimal.mantissa() * 10_i128.pow(8 - u32::from(decimal.scale()))
}

/// Asserts that in every account opening and changes make the closing, which is what the ledger says of the
/// ends; the number of changes.
async fn assert_ties(app: &TestApp, holder: &str, from: &str, to: &str) -> usize {
    let mut sums: BTreeMap<String, [i128; 3]> = BTreeMap::new();
    let lines = lines(app, holder, &format!("from={from}&to={to}")).await;
    for line in &lines {
        let account = ["wallet", "asset", "bucket"].map(|field| line[field].as_str().unwrap()).join(" ");
        let sums = sums.entry(account).or_default();
        match line["type"].as_str().unwrap() {
            "opening" => sums[0] += units(line, "balance"),
            "closing" => sums[2] += units(line, "balance"),
            _ => sums[1] += units(line, "change"),
        }
    }
    for (account, [opening, changes, closing]) in &sums {
        assert_eq!(opening + changes, *closing, "{account} from {from} to {to}");
    }
    // What took effect at an end belongs to what follows it.
    for (end, place) in [(from, 0), (to, 2)] {
        let before = millis_before(end);
        for balance in balances(app, holder, &format!("?at={before}")).await.as_array().unwrap() {
            for bucket in ["available", "frozen"] {
                let parts = ["wallet", "asset"].map(|field| balance[field].as_str().unwrap());
                let sums = sums.get(&format!("{} {} {bucket}", parts[0], parts[1]));
                let written = sums.map_or(0, |sums| sums[place]);
                assert_eq!(written, units(balance, bucket), "{balance} {bucket} before {end}");
            }
        }
    }
    lines.len() - 2 * sums.len()
}

/// The millisecond before a time.
fn millis_before(time: &str) -> String {
    let time: wire::native::Time = time.parse().unwrap();
    wire::native::Time::from_millis(time.millis() - 1).to_string()
}

#[test]
fn a_statement_ties_to_the_ledger_at_its_ends() {
    with_shop_on_each_engine(async |app| {
        sales(app).await;
        let times = [
            "2026-01-05T07:59:59.999Z",
            "2026-01-05T08:00:00.000Z",
            "2026-01-05T08:00:00.001Z",
            "2026-01-05T08:01:00.000Z",
            "2026-01-05T08:01:00.001Z",
            "2026-01-06T00:00:00.000Z",
        ];
        for (place, from) in times.iter().enumerate() {
            let mut most = 0;
            for to in &times[place + 1..] {
                let changes = assert_ties(app, SHOP, from, to).await;
                assert!(changes >= most, "a longer period has no fewer changes: {from} to {to}");
                most = changes;
            }
        }
        assert_eq!(
            assert_ties(app, BUYER, times[0], times[5]).await,
            3,
            "the opening deposit and two payments"
        );
        assert_eq!(
            assert_ties(app, BUYER, times[1], times[3]).await,
            2,
            "an end's own millisecond is not in it"
        );
        assert_eq!(assert_ties(app, BUYER, times[3], times[4]).await, 1, "a beginning's own millisecond is");
    });
}

#[test]
fn it_is_the_file_of_a_report_of_the_same_days() {
    with_shop_on_each_engine(async |app| {
        sales(app).await;
        let direct = statement(app, BUYER, "from=2026-01-05&to=2026-01-05").await;
        assert_eq!(direct.header("content-type"), Some("text/csv; charset=utf-8; header=present"));
        let name = format!("attachment; filename=\"statement-{BUYER}.csv\"");
        assert_eq!(direct.header("content-disposition"), Some(name.as_str()));
        assert!(direct.text.starts_with("time,wallet,bucket,asset,type,reference,change,balance\r\n"));
        let as_times = "from=2026-01-04T16:00:00-08:00&to=2026-01-06T08:00:00%2B08:00";
        assert_eq!(statement(app, BUYER, as_times).await.text, direct.text);
        let wider = statement(app, BUYER, "from=2026-01-04&to=2026-01-05").await;
        app.advance(2 * 86_400_000).await;
        let asked = json!({ "holder": BUYER, "from": "2026-01-04", "to": "2026-01-05" });
        let asked = app.native("POST", "/v1/reports").json(asked).await.json();
        app.run_jobs().await;
        let file = app.native("GET", &format!("/v1/reports/{}/file", asked["id"].as_str().unwrap())).await;
        assert_eq!(file.text, wider.text);
    });
}

#[test]
fn the_format_is_asked_for_by_name_or_by_header() {
    with_shop(async |app| {
        sales(app).await;
        let target = format!("/v1/holders/{BUYER}/statement?from=2026-01-05&to=2026-01-05");
        let accept = |value: &str| app.native("GET", &target).header("accept", value);
        let csv = statement(app, BUYER, "from=2026-01-05&to=2026-01-05&format=csv").await.text;
        let jsonl = statement(app, BUYER, "from=2026-01-05&to=2026-01-05&format=jsonl").await;
        assert_eq!(jsonl.header("content-type"), Some("application/jsonl; charset=utf-8"));
        assert_eq!(accept("text/csv").await.text, csv);
        assert_eq!(accept("*/*").await.text, csv);
        assert_eq!(accept("application/jsonl").await.text, jsonl.text);
        assert_eq!(accept("text/csv;q=0.1, application/x-ndjson").await.text, jsonl.text);
        assert_eq!(accept("application/pdf").await.problem(), "406 not-acceptable");
        // What the query says is what counts.
        let both =
            app.native("GET", &format!("{target}&format=csv")).header("accept", "application/pdf").await;
        assert_eq!(both.text, csv);
    });
}

#[test]
fn what_is_not_understood_is_refused() {
    with_shop(async |app| {
        let get = |query: &str| app.native("GET", &format!("/v1/holders/{SHOP}/statement?{query}"));
        for (query, why) in [
            ("from=2026-01-05&to=2026-01-04", "to must be after from"),
            (
                "from=yesterday&to=2026-01-04",
                "from must be a day, as 2026-11-21, or a time, as 2026-11-21T20:30:00Z",
            ),
            (
                "from=2026-01-04&to=2026-02-30",
                "to must be a day, as 2026-11-21, or a time, as 2026-11-21T20:30:00Z",
            ),
            ("from=2026-01-04&to=2026-01-04&wallet=X", WALLETS),
        ] {
            assert_eq!(detail(&get(query).await), format!("422 invalid: {why}"), "{query}");
        }
        for query in [
            "",
            "from=2026-01-04",
            "from=2026-01-04&to=2026-01-04&format=pdf",
            "from=2026-01-04&to=2026-01-04&x=1",
        ] {
            assert_eq!(get(query).await.problem(), "400 malformed", "{query}");
        }
        let reply = app.native("GET", "/v1/holders/nobody/statement?from=2026-01-04&to=2026-01-04").await;
        assert_eq!(reply.problem(), "404 unknown-holder");
    });
}

#[test]
fn balances_are_told_as_they_were() {
    with_shop_on_each_engine(async |app| {
        sales(app).await;
        let at = async |time: &str| {
            let balances = balances(app, BUYER, &format!("?at={time}")).await;
            balances.as_array().unwrap().iter().find(|balance| balance["asset"] == "USDT").map_or_else(
                || "none".to_owned(),
                |balance| balance["available"].as_str().unwrap().to_owned(),
            )
        };
        assert_eq!(at("2026-01-05T07:59:59.999Z").await, "0");
        assert_eq!(at("2026-01-05T08:00:00Z").await, "9900");
        assert_eq!(at("2026-01-05T09:00:59.999%2B01:00").await, "9900");
        assert_eq!(at("2026-01-05T08:01:00Z").await, "9897.5");
        assert_eq!(balances(app, BUYER, "?at=2027-01-01T00:00:00Z").await, balances(app, BUYER, "").await);
        for bad in ["at=2026-01-05", "at=now", "on=2026-01-05T08:01:00Z"] {
            let reply = app.native("GET", &format!("/v1/holders/{BUYER}/balances?{bad}")).await;
            assert_eq!(reply.problem(), "400 malformed", "{bad}");
        }
    });
}
