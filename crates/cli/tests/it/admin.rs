//! `countinghouse admin`: tables for people, JSON for programs, and words that say what is wrong.

use crate::{
    process::{Ran, Server, countinghouse, finish},
    shop,
};
use client::BinancePay;
use std::fs;
use tempfile::TempDir;
use wire::{
    binance_pay::service_provider::create::CreateAuthorization,
    native::{Authorization, AuthorizationStatus, Page, Positions, Rate, Rates, RatesSet},
};

const PROVIDER: &str = "1000135330001";

/// A provider beside the shop.
const FIXTURES: &str = r#"
[[merchants]]
id = "1000135330001"
name = "Plugin Works"
api_keys = [{ key = "plugin-works-key-0001", secret = "a-secret-of-the-plugin-works" }]
service_provider = { allow_scopes = ["CHECKOUT", "CONVERT", "BALANCE"] }
"#;

/// Runs a command of an operator.
pub(crate) fn admin(server: &Server, words: &[&str]) -> Ran {
    let mut command = countinghouse();
    finish(command.arg("admin").args(words).args(["--server", &server.url, "--token", &server.token]))
}

/// Runs one that must go well; what it says.
pub(crate) fn done(server: &Server, words: &[&str]) -> String {
    let ran = admin(server, words);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{words:?}: {}", ran.stdout);
    ran.stdout
}

/// Runs one that must be refused; why.
pub(crate) fn refused(server: &Server, words: &[&str]) -> String {
    let ran = admin(server, words);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{words:?}: {}", ran.stderr);
    ran.stderr
}

/// The words of a table, line by line.
pub(crate) fn table(text: &str) -> Vec<Vec<&str>> {
    text.lines().map(|line| line.split_whitespace().collect()).collect()
}

fn rates(server: &Server) -> Vec<Rate> {
    serde_json::from_str::<Rates>(&done(server, &["rates", "list", "--json"])).unwrap().rates
}

#[test]
fn rates_are_set_listed_and_removed() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(&folder.path().join("data"), &[]);
    assert_eq!(done(&server, &["rates", "list"]), "no rates\n");
    let set = [
        "rates",
        "set",
        "BNB/USDT",
        "--bid",
        "600.10",
        "--ask",
        "601",
        "--base-min",
        "0.01",
        "--quote-max",
        "1e5",
    ];
    assert_eq!(done(&server, &set), "BNB/USDT: bid 600.1, ask 601\n");
    let text =
        done(&server, &["rates", "set", "SHIB/USDT", "--bid", "0.0000123", "--ask", "0.0000124", "--json"]);
    let rate: Rate = serde_json::from_str(&text).unwrap();
    assert_eq!((rate.pair.as_str(), rate.source.as_str()), ("SHIB/USDT", "admin"));
    let text = done(&server, &["rates", "list"]);
    let lines = table(&text);
    assert_eq!(lines[1][..5], ["BNB/USDT", "600.1", "601", "yes", "admin"]);
    assert_eq!(lines[1][6..], ["BNB", "0.01..,", "USDT", "..100000"]);
    // Numbers end under each other.
    let end = |line: &str, word: &str| line.find(word).map(|at| at + word.len());
    let all: Vec<&str> = text.lines().collect();
    assert_eq!(end(all[0], "BID"), end(all[1], "600.1"), "{text}");
    assert_eq!(end(all[0], "BID"), end(all[2], "0.0000123"), "{text}");

    assert_eq!(done(&server, &["rates", "clear-limits", "BNB/USDT"]), "BNB/USDT has no limits\n");
    assert!(rates(&server)[0].limits.is_empty());
    assert_eq!(done(&server, &["rates", "remove", "BNB/USDT"]), "removed BNB/USDT\n");
    assert_eq!(rates(&server).len(), 1);
    let again = refused(&server, &["rates", "remove", "BNB/USDT"]);
    assert!(again.contains("There is no such rate (HTTP 404) (request "), "{again}");
    let crossed = refused(&server, &["rates", "set", "BNB/USDT", "--bid", "2", "--ask", "1"]);
    assert!(crossed.contains("the bid must not be more than the ask"), "{crossed}");
    server.stop();
}

#[test]
fn what_is_not_understood_is_a_mistake_of_usage() {
    for (words, part) in [
        (&["rates", "set", "BNBUSDT", "--bid", "1", "--ask", "1"][..], "BNB/USDT"),
        (&["rates", "set", "BNB/USDT", "--bid", "1,5", "--ask", "2"], "decimal number"),
        (&["rates", "set", "BNB/USDT", "--bid", "1"], "--ask"),
        (&["rates", "renew"], "renew"),
        (&["authorization", "change", "1"], "--scopes"),
        (&["authorization", "show"], "<ID>"),
        (&["world-first", "customer", "contract", "1", "maybe"], "in_force"),
        (&["world-first", "deposit", "1", "1.5", "USD"], "--reference"),
        (&["world-first", "grant", "5J5Y307NSG0001"], "<CUSTOMER_ID>"),
        (&["position", "--server", "nowhere", "--token", "x"], "nowhere"),
    ] {
        let ran = finish(countinghouse().arg("admin").args(words));
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{words:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(part), "{part}: {}", ran.stderr);
    }
}

#[test]
fn a_file_of_rates_is_imported_or_its_bad_line_is_named() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(&folder.path().join("data"), &[]);
    let file = folder.path().join("rates.csv");
    let import = ["rates", "import", file.to_str().unwrap()];
    let good = "pair,bid,ask,base_min,base_max,quote_min,quote_max\nBNB/USDT,600,601,0.01,50,,\nBTC/USDT,6e4,60001,,,,\n";
    fs::write(&file, good).unwrap();
    assert_eq!(done(&server, &import), "set 2\n");
    let before = rates(&server);
    assert_eq!(
        (before[0].source.as_str(), before[0].limits.base_max.unwrap().to_string()),
        ("file", "50".to_owned())
    );
    assert!(before[1].limits.is_empty());

    // The first is found bad here, the others by the server.
    for (bad, part) in [
        ("BTC/USDT,x,2", "rates.csv, line 4: bid is \"x\", expected a decimal number"),
        ("BTC/USDT,2,1", "rates.csv, line 4: A value breaks a rule: BTC/USDT: the rate is crossed"),
        ("BTC/NOPE,1,2", "rates.csv, line 4: A value breaks a rule: BTC/NOPE: asset NOPE is unknown"),
        ("USDT/BTC,1,2", "rates.csv, line 4: Conflict: USDT/BTC: the inverse pair exists"),
        ("BNB/USDT,3,4", "rates.csv, line 4: A value breaks a rule: BNB/USDT: the pair appears twice"),
    ] {
        fs::write(&file, format!("pair,bid,ask\nBNB/USDT,1,2\n\n{bad}\n")).unwrap();
        let error = refused(&server, &import);
        assert!(error.contains(part), "{bad}: {error}");
        let after = rates(&server);
        assert_eq!(after, before, "{bad}: nothing is set");
    }
    fs::write(&file, "pair,bid,ask\nBNB/USDT,601,602\n").unwrap();
    let text = done(&server, &["rates", "import", file.to_str().unwrap(), "--json"]);
    assert_eq!(serde_json::from_str::<RatesSet>(&text).unwrap(), RatesSet { set: 1 });
    let after = rates(&server);
    assert_eq!((after[0].bid.to_string(), after[0].limits), ("601".to_owned(), before[0].limits));
    let lost = refused(&server, &["rates", "import", "/nowhere/rates.csv"]);
    assert!(lost.contains("cannot read the rates /nowhere/rates.csv"), "{lost}");
    server.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn authorizations_are_answered() {
    let folder = TempDir::new().unwrap();
    let fixtures = folder.path().join("shop.toml");
    fs::write(&fixtures, format!("{}{FIXTURES}", shop::FIXTURES)).unwrap();
    let server = Server::start(&folder.path().join("data"), &["--fixtures", fixtures.to_str().unwrap()]);
    let provider =
        BinancePay::new(&server.url, "plugin-works-key-0001", "a-secret-of-the-plugin-works").unwrap();
    let ask = CreateAuthorization {
        merchant_id: shop::MERCHANT.into(),
        scopes: vec!["CHECKOUT".into(), "CONVERT".into()],
        ip_whitelist: vec!["127.0.0.1".into()],
    };
    let first = provider.send(&ask).await.unwrap();
    let second = provider.send(&ask).await.unwrap();
    let (id, other) = (first.authorization_id.as_str(), second.authorization_id.as_str());

    let text = done(&server, &["authorization", "list", "--provider", PROVIDER]);
    let lines = table(&text);
    assert_eq!(lines[0], ["ID", "PROVIDER", "MERCHANT", "NAME", "STATUS", "SCOPES", "ADDRESSES", "CHANGED"]);
    assert_eq!(lines[1][..5], [id, PROVIDER, shop::MERCHANT, "Corner", "Shop"]);
    assert_eq!((lines[1][5], lines.len()), ("PENDING", 3));
    assert_eq!(table(&done(&server, &["authorization", "list", "--merchant", "404"])).len(), 1);

    let agreed = done(&server, &["authorization", "agree", id, "--scopes", "CHECKOUT"]);
    assert_eq!(agreed, format!("{id} is AUTHORIZED: CHECKOUT\n"));
    let changed =
        ["authorization", "change", id, "--scopes", "CONVERT,BALANCE", "--ip-whitelist", "10.0.0.0/8,::1"];
    assert_eq!(done(&server, &changed), format!("{id} is AUTHORIZED: CONVERT, BALANCE\n"));
    let shown = done(&server, &["authorization", "show", id]);
    assert!(shown.contains("10.0.0.0/8, ::1") && shown.contains(" by admin"), "{shown}");
    assert!(!shown.contains(first.authorization_token.as_str()), "{shown}");
    assert!(done(&server, &["authorization", "disable", id]).contains("DISABLED"));
    assert!(done(&server, &["authorization", "reject", other]).contains("REJECTED"));
    let again = refused(&server, &["authorization", "agree", id]);
    assert!(again.contains("the authorization is DISABLED"), "{again}");
    let unknown = refused(&server, &["authorization", "show", "1"]);
    assert!(unknown.contains("There is no such authorization"), "{unknown}");

    let text = done(&server, &["authorization", "list", "--json"]);
    let page: Page<Authorization> = serde_json::from_str(&text).unwrap();
    let told: Vec<_> = page.items.iter().map(|one| (one.id.as_str(), one.status)).collect();
    assert_eq!(told, [(id, AuthorizationStatus::Disabled), (other, AuthorizationStatus::Rejected)]);
    assert!(!text.contains(second.authorization_token.as_str()), "{text}");
    server.stop();
}

#[test]
fn the_position_is_shown() {
    let folder = TempDir::new().unwrap();
    let fixtures = shop::fixtures_file(folder.path());
    let data = folder.path().join("data");
    let server = Server::start(&data, &["--fixtures", fixtures.to_str().unwrap()]);
    let text = done(&server, &["position"]);
    let expected: [&[&str]; 2] =
        [&["ASSET", "EXTERNAL", "FEES", "POSITION", "SPREAD"], &["USDT", "-1000000", "0", "0", "0"]];
    assert_eq!(table(&text), expected);
    let positions: Positions = serde_json::from_str(&done(&server, &["--json", "position"])).unwrap();
    assert_eq!(positions.positions[0].external.to_string(), "-1000000");

    // Server and token may be said before the words, or in the environment.
    let mut command = countinghouse();
    command.args(["admin", "--server", &server.url, "--data"]).arg(&data).arg("position");
    assert_eq!(finish(&mut command).stdout, text);
    let mut command = countinghouse();
    command.args(["admin", "position"]).env("COUNTINGHOUSE_SERVER", &server.url);
    let ran = finish(command.env("COUNTINGHOUSE_TOKEN_FILE", data.join("admin.token")));
    assert_eq!(ran.stdout, text, "{}", ran.stderr);
    let mut command = countinghouse();
    let ran = finish(command.args(["admin", "position", "--server", &server.url, "--token", "wrong-token"]));
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains("HTTP 401") && !ran.stderr.contains("wrong-token"), "{}", ran.stderr);
    server.stop();
}
