//! `countinghouse admin` on merchants, payers, keys, deposits, balances, orders and jobs.

use crate::{
    admin::{admin, done, refused, table},
    process::Server,
    shop,
};
use client::BinancePay;
use std::fs;
use tempfile::TempDir;
use wire::{
    binance_pay::profit_sharing::query_receiver::QueryReceiver,
    native::{Balances, IssuedApiKey, Job, Merchant, Order, Page},
};

#[test]
fn merchants_and_payers_are_made_and_suspended() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(&folder.path().join("data"), &[]);
    let run = |words: &[&str]| done(&server, words);
    let create = ["merchants", "create", "5", "Kiosk", "--binance-id", "350000005", "--fee-bps", "25"];
    assert_eq!(run(&[&create[..], &["--split-max-rate", "0.5"]].concat()), "made 5\n");
    run(&["merchants", "create", "6", "Bakery"]);
    let listed = run(&["merchants", "list"]);
    let rows = table(&listed);
    assert_eq!(rows[1][..6], ["5", "Kiosk", "350000005", "active", "25", "0.5"]);
    assert_eq!(rows[2][..5], ["6", "Bakery", "active", "0", "1"]);
    assert_eq!(run(&["merchants", "status", "6", "suspended"]), "6 is suspended\n");
    let shown: Merchant = serde_json::from_str(&run(&["merchants", "show", "6", "--json"])).unwrap();
    assert_eq!((shown.name.as_str(), shown.fee_bps), ("Bakery", 0));
    let shown = run(&["merchants", "show", "6"]);
    assert_eq!(table(&shown)[3], ["status", "suspended"]);
    assert!(refused(&server, &["merchants", "create", "5", "Other"]).contains("(HTTP 409)"));
    assert!(refused(&server, &["merchants", "show", "7"]).contains("There is no such merchant"));

    assert_eq!(run(&["payers", "create", "350000900", "Jo"]), "made 350000900\n");
    assert_eq!(run(&["payers", "status", "350000900", "closed"]), "350000900 is closed\n");
    assert_eq!(table(&run(&["payers", "list"]))[1][..3], ["350000900", "Jo", "closed"]);
    assert_eq!(table(&run(&["payers", "show", "350000900"]))[2], ["status", "closed"]);
    let ran = admin(&server, &["payers", "status", "350000900", "gone"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("active, suspended, closed"), "{}", ran.stderr);
    server.stop();
}

#[test]
fn long_lists_are_shown_whole() {
    let folder = TempDir::new().unwrap();
    let fixtures = folder.path().join("payers.toml");
    let payer = |at: u32| format!("[[payers]]\nbinance_id = \"350{at:06}\"\nname = \"Payer\"\n");
    fs::write(&fixtures, (0..250).map(payer).collect::<String>()).unwrap();
    let server = Server::start(&folder.path().join("data"), &["--fixtures", fixtures.to_str().unwrap()]);
    let listed = done(&server, &["payers", "list"]);
    assert_eq!(listed.lines().count(), 251);
    server.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_issued_once_and_revoked() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(&folder.path().join("data"), &[]);
    done(&server, &["merchants", "create", "5", "Kiosk"]);
    let issue = ["keys", "issue", "5", "--allow-ips", "127.0.0.1,10.0.0.0/8", "--json"];
    let issued: IssuedApiKey = serde_json::from_str(&done(&server, &issue)).unwrap();
    let pay = BinancePay::new(&server.url, &issued.key, &issued.secret).unwrap();
    let query: QueryReceiver = wire::decode::request(br#"{"pageNum":1,"pageSize":10}"#).unwrap();
    pay.send(&query).await.unwrap();

    let secret = folder.path().join("secret");
    fs::write(&secret, "a-secret-of-our-own\n").unwrap();
    let secret = secret.to_str().unwrap();
    let issue = ["keys", "issue", "5", "--key", "kiosk-key-of-our-own", "--secret-file", secret];
    let own = done(&server, &[&issue[..], &["--expires-at", "2030-01-01T00:00:00Z"]].concat());
    assert_eq!(own, "key     kiosk-key-of-our-own\nsecret  a-secret-of-our-own\n");
    assert_eq!(done(&server, &["keys", "revoke", "5", &issued.key]), format!("revoked {}\n", issued.key));
    assert_eq!(pay.send(&query).await.unwrap_err().code(), Some("400004"));
    let listed = done(&server, &["keys", "list", "5"]);
    assert!(!listed.contains(&issued.secret) && !listed.contains("a-secret-of-our-own"), "{listed}");
    let line = |key: &str| listed.lines().find(|line| line.contains(key)).unwrap().to_owned();
    assert!(line(&issued.key).contains(" revoked ") && line(&issued.key).contains("127.0.0.1, 10.0.0.0/8"));
    assert!(line("kiosk-key-of-our-own").contains(" good ") && line("kiosk-key").contains("2030-01-01"));
    server.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn money_is_deposited_paid_and_released() {
    let folder = TempDir::new().unwrap();
    let fixtures = shop::fixtures_file(folder.path());
    let server = Server::start(&folder.path().join("data"), &["--fixtures", fixtures.to_str().unwrap()]);
    let [courier, _] = shop::RECEIVERS;
    let deposit = ["deposits", "post", courier, "12.50", "USDT", "--reference", "gift-1"];
    assert_eq!(done(&server, &deposit), "deposited: 12.5 USDT\n");
    assert_eq!(done(&server, &deposit), "deposited before: 12.5 USDT\n");
    let balances = done(&server, &["balances", courier]);
    assert_eq!(
        table(&balances),
        [&["WALLET", "ASSET", "AVAILABLE", "FROZEN"][..], &["FUNDING_WALLET", "USDT", "12.5", "0"]]
    );
    let before = ["balances", courier, "--at", "2020-01-01T00:00:00Z", "--json"];
    let before: Balances = serde_json::from_str(&done(&server, &before)).unwrap();
    assert!(before.balances.iter().all(|balance| balance.available.to_string() == "0"), "{before:?}");

    let order = shop::order(&shop::shop(&server), "tea1").await.unwrap();
    let id = order.prepay_id.as_str();
    assert!(!done(&server, &["orders", "show", id]).contains("paid"));
    assert_eq!(done(&server, &["orders", "pay", id, shop::CUSTOMER]), format!("{id} is PAID\n"));
    let shown = done(&server, &["orders", "show", id]);
    let rows = table(&shown);
    assert_eq!(
        rows[..6],
        [
            &["id", id][..],
            &["merchant", shop::MERCHANT],
            &["trade", "no", "tea1"],
            &["status", "PAID"],
            &["amount", "1", "USDT"],
            &["fee", "0"],
        ]
    );
    assert_eq!(rows[6], ["reserve", "1", "left", "to", "split"]);
    assert_eq!(done(&server, &["orders", "release-reserve", id]), "released 1 USDT\n");
    assert!(refused(&server, &["orders", "release-reserve", id]).contains("the reserve was released before"));
    let order: Order = serde_json::from_str(&done(&server, &["orders", "show", id, "--json"])).unwrap();
    assert!(order.reserve_released);

    assert_eq!(done(&server, &["jobs", "list"]), "no jobs\n");
    let jobs: Page<Job> =
        serde_json::from_str(&done(&server, &["jobs", "list", "--dead", "--json"])).unwrap();
    assert_eq!(jobs.items, []);
    let again = refused(&server, &["jobs", "retry", shop::MERCHANT, "split", "1"]);
    assert!(again.contains("unknown-job") || again.contains("There is no such job"), "{again}");
    server.stop();
}
