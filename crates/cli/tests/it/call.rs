//! `countinghouse call` and `watch`: calls by name, what they show, and how they end.

use crate::{
    admin::done,
    process::{Ran, Server, countinghouse, finish},
    shop,
};
use std::{collections::BTreeMap, fs, path::Path, process::Command, thread, time::Duration};
use tempfile::TempDir;
use wire::CATALOGUE;

/// A command of the shop's: its key comes from the environment, and there is no profiles file.
fn command(server: &Server, folder: &Path, words: &[&str]) -> Command {
    let mut command = countinghouse();
    command.args(words).args(["--server", &server.url]).env("XDG_CONFIG_HOME", folder);
    command.env("COUNTINGHOUSE_API_KEY", shop::KEY).env("COUNTINGHOUSE_API_SECRET", shop::SECRET);
    command
}

/// A server with the shop.
pub(crate) struct Stage {
    // Dropped first: what a server that dies has said lies in the folder.
    pub(crate) server: Server,
    pub(crate) folder: TempDir,
}

impl Stage {
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let fixtures = shop::fixtures_file(folder.path());
        let options = ["--fixtures", fixtures.to_str().unwrap()];
        let server = Server::start(&folder.path().join("data"), &options);
        Self { server, folder }
    }

    pub(crate) fn run(&self, words: &[&str]) -> Ran {
        finish(&mut command(&self.server, self.folder.path(), words))
    }

    /// Runs what must go well; what it says.
    pub(crate) fn done(&self, words: &[&str]) -> String {
        let ran = self.run(words);
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{words:?}: {}", ran.stdout);
        ran.stdout
    }

    /// Runs what must not; its exit code and why.
    fn refused(&self, words: &[&str]) -> (i32, String) {
        let ran = self.run(words);
        assert_eq!(ran.stdout, "", "{words:?}");
        (ran.code.unwrap(), ran.stderr)
    }

    /// Makes an order by a file; its id.
    pub(crate) fn order(&self, trade_no: &str) -> String {
        let file = self.folder.path().join("order.json");
        let body = format!(
            r#"{{"env":{{"terminalType":"WEB"}},"merchantTradeNo":"{trade_no}","orderAmount":1,"currency":"USDT",
            "description":"Tea","goodsDetails":[{{"goodsType":"01","goodsCategory":"Z000",
            "referenceGoodsId":"1","goodsName":"Tea"}}],"orderTags":{{"ifProfitSharing":true}}}}"#
        );
        fs::write(&file, body).unwrap();
        let text = self.done(&["call", "create-v3", "--file", file.to_str().unwrap(), "--output", "json"]);
        let answer: BTreeMap<String, serde_json::Value> = serde_json::from_str(&text).unwrap();
        answer["prepayId"].as_str().unwrap().to_owned()
    }
}

/// A text with what differs from run to run made the same.
fn steady(text: &str, known: &[(&str, &str)]) -> String {
    let mut text = text.to_owned();
    for (value, name) in known {
        text = text.replace(value, name);
    }
    let mut steady = String::new();
    for part in text.split_inclusive(|c: char| !c.is_ascii_digit()) {
        let digits = part.trim_end_matches(|c: char| !c.is_ascii_digit());
        let shown = match digits.len() {
            18 => "<ID>",
            13 => "<MILLISECONDS>",
            10 => "<SECONDS>",
            _ => digits,
        };
        steady.push_str(shown);
        steady.push_str(&part[digits.len()..]);
    }
    steady
}

#[test]
fn a_split_is_made_and_watched() {
    let stage = Stage::new();
    let order = stage.order("tea1");
    done(&stage.server, &["orders", "pay", &order, shop::CUSTOMER]);
    let prepay = format!("prepayOrderId={order}");
    let [first, second] = shop::RECEIVERS;
    let submit = [
        "call",
        "submit_split",
        "--field",
        "merchantRequestId=split1",
        "--field",
        &prepay,
        "--field",
        &format!("receiverList[0].account={first}"),
        "--field",
        "receiverList[0].amount=0.01",
        "--field",
        "receiverList[0].description=Tea",
        "--field",
        &format!(r#"receiverList[1]={{"account":"{second}","amount":0.02,"description":"Tea"}}"#),
    ];
    assert!(stage.done(&submit).starts_with("SUCCESS 000000\n"));

    let query = ["--field", "merchantRequestId=split1", "--field", &prepay];
    let watched = stage.done(&[&["watch", "query_split"], &query[..]].concat());
    insta::assert_snapshot!(steady(&watched, &[(&order, "<ORDER>")]), @r"
    SUCCESS 000000
    splitOrderNo       <ID>
    merchantRequestId  split1
    prepayOrderId      <ORDER>
    status             2

    receiverOrderDetails
    account    amount  detailId            status  finishTime
    350000101  0.01    <ID>  2       <SECONDS>
    350000102  0.02    <ID>  2       <SECONDS>
    ");
    let text = stage.done(&[&["call", "query_split", "--output", "json"], &query[..]].concat());
    assert!(text.contains(r#""status":2,"#) && text.contains(r#""amount":0.01,"#), "{text}");

    let again = stage.run(&submit);
    assert_eq!((again.code, again.stdout.as_str()), (Some(1), ""));
    assert!(
        again.stderr.starts_with("error: 400216 ") && again.stderr.contains("(request "),
        "{}",
        again.stderr
    );
    let again = stage.run(&[&submit[..], &["--output", "json"]].concat());
    assert_eq!(again.code, Some(1));
    assert!(again.stdout.starts_with(r#"{"error":{"code":"400216","httpStatus":200,"#), "{}", again.stdout);
    stage.server.stop();
}

#[test]
fn an_answer_without_envelope_is_watched() {
    let stage = Stage::new();
    let period = ["--field", "startDate=2026-01-01", "--field", "endDate=2026-01-31"];
    let apply = [&["call", "balance_report/apply", "--field", "reportType=Balance"], &period[..]].concat();
    let text = stage.done(&apply);
    let task = text.trim_end().rsplit(' ').next().unwrap();
    assert_eq!(
        text,
        format!("SUCCESS 000000\nYour request has been submitted successfully. Your task ID: {task}\n")
    );
    let answer = stage.done(&["watch", "balance_report/query", "--field", &format!("downloadId={task}")]);
    assert!(answer.starts_with("SUCCESS 000000\nexist        true\n"), "{answer}");
    assert!(answer.contains("status       SUCCESS\n"), "{answer}");
    stage.server.stop();
}

#[test]
fn a_wait_ends_in_time_or_with_what_is_waited_for() {
    let stage = Stage::new();
    let order = stage.order("tea2");
    let prepay = format!("prepayId={order}");
    let query = ["watch", "order/query_v2", "--field", &prepay];
    let late = stage.run(&[&query[..], &["--for", "1"]].concat());
    assert_eq!(late.code, Some(5), "{}", late.stderr);
    assert_eq!(late.stderr, "error: not final after 1 s: status is INITIAL\n");
    assert!(late.stdout.contains("merchantTradeNo  tea2\n"), "the last answer is shown: {}", late.stdout);
    let other = stage.done(&[&query[..], &["--until", "status=INITIAL,PENDING"]].concat());
    assert!(other.contains("INITIAL"), "{other}");

    let mut waiting = command(&stage.server, stage.folder.path(), &query);
    let waiting = thread::spawn(move || finish(&mut waiting));
    thread::sleep(Duration::from_millis(500));
    done(&stage.server, &["orders", "pay", &order, shop::CUSTOMER]);
    let paid = waiting.join().unwrap();
    assert_eq!((paid.code, paid.stderr.as_str()), (Some(0), ""));
    assert!(paid.stdout.contains("PAID"), "{}", paid.stdout);
    stage.server.stop();
}

#[test]
fn an_exit_code_says_what_went_wrong() {
    let stage = Stage::new();
    let query = ["call", "order/query_v2", "--field", "merchantTradeNo=nothing"];
    let (code, why) = stage.refused(&query);
    assert_eq!((code, &why[..14]), (1, "error: 400202 "), "{why}");

    let mut wrong = command(&stage.server, stage.folder.path(), &query);
    let ran = finish(wrong.env("COUNTINGHOUSE_API_SECRET", "another-secret"));
    assert_eq!(ran.code, Some(4), "{}", ran.stderr);
    assert!(ran.stderr.contains("400002") && !ran.stderr.contains("another-secret"), "{}", ran.stderr);

    let mut closed = command(&stage.server, stage.folder.path(), &query);
    let ran =
        finish(closed.env("COUNTINGHOUSE_API_KEY", "").env("COUNTINGHOUSE_SERVER", "http://127.0.0.1:9"));
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert!(ran.stderr.contains("COUNTINGHOUSE_API_KEY"), "{}", ran.stderr);
    let mut closed = countinghouse();
    closed.args(query).env("XDG_CONFIG_HOME", stage.folder.path());
    closed.env("COUNTINGHOUSE_API_KEY", shop::KEY).env("COUNTINGHOUSE_API_SECRET", shop::SECRET);
    let ran = finish(closed.env("COUNTINGHOUSE_SERVER", "http://127.0.0.1:9"));
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    for part in ["at http://127.0.0.1:9: ", "`countinghouse serve`", "--server URL"] {
        assert!(ran.stderr.contains(part), "{part}: {}", ran.stderr);
    }
    stage.server.stop();
}

#[test]
fn what_is_not_understood_is_not_sent() {
    let stage = Stage::new();
    for (words, part) in [
        (&["call"][..], "<ENDPOINT>"),
        (&["call", "no_such"], "there is no endpoint no_such"),
        (&["call", "sumbit_split"], "did you mean binance_pay/profit_sharing/submit_split?"),
        (&["call", "query"], "order/query, "),
        (&["call", "order/create"], "ambiguous: binance_pay/order/create_v1, binance_pay/order/create_v2, "),
        (&["watch", "order/refund"], "binance_pay/order/refund (/binancepay/openapi/order/refund: "),
        (&["call", "query_split", "--fields", "a=1"], "a similar argument exists: '--field'"),
        (&["call", "--exmaple", "query_split"], "a similar argument exists: '--example'"),
        (&["cal"], "similar"),
        // Before what is missing, which it may have been meant for.
        (&["call", "query_split", "--field", "merchantRequestID=1"], "did you mean merchantRequestId?"),
        (&["call", "--example"], "<ENDPOINT>"),
        (&["call", "query_split"], "merchantRequestId is required; nothing was sent"),
        (&["call", "query_split", "--field", "merchantRequestId"], "FIELD=VALUE"),
        (
            &["call", "add_receiver", "--field", "account=350000101", "--field", "acount=1"],
            "has no field acount",
        ),
        (
            &[
                "call",
                "submit_split",
                "--field",
                "merchantRequestId=split1",
                "--field",
                "prepayOrderId=1",
                "--field",
                r#"receiverList=[{"account":"350000101","amount":2,"description":"Tea","remrk":"x"}]"#,
            ],
            "has no field receiverList[0].remrk; nothing was sent",
        ),
        (
            &["call", "inquiry_balance", "--field", "currencyList=USD"],
            "must be a list, whose first entry is written currencyList[0]=USD;",
        ),
        (&["call", "add_receiver", "--field", "account=1", "--json", "{}"], "cannot be used with"),
        (&["call", "add_receiver", "--file", "/nowhere.json"], "/nowhere.json"),
        (&["call", "add_receiver", "--list", "--json", "{}"], "cannot be used with"),
        (&["call", "add_receiver", "--field", "account=1", "--profile", "shop"], "no profiles file"),
        (&["watch", "add_receiver", "--field", "account=1"], "--until"),
        (
            &["watch", "submit_split", "--field", "merchantRequestId=1", "--until", "status=2"],
            "cannot be repeated",
        ),
        (&["watch", "order/query", "--until", "status"], "FIELD=VALUES"),
        (&["watch", "order/query", "--every", "0"], "--every"),
    ] {
        let (code, why) = stage.refused(words);
        assert_eq!(code, 2, "{words:?}: {why}");
        assert!(why.contains(part), "{words:?}: {why}");
    }
    // But a body is anybody's own.
    let (code, why) = stage.refused(&["call", "add_receiver", "--json", r#"{"acount":1}"#]);
    assert_eq!(code, 1, "{why}");
    assert!(why.contains("400100") && why.contains("account"), "{why}");
    stage.server.stop();
}

#[test]
fn every_endpoint_is_listed_by_family() {
    let folder = TempDir::new().unwrap();
    let list = |words: &[&str]| {
        let ran = finish(countinghouse().args(["call", "--list"]).args(words).current_dir(folder.path()));
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
        ran.stdout
    };
    let all = list(&[]);
    for entry in CATALOGUE {
        let (family, name) = entry.spec.name.rsplit_once('/').unwrap();
        let below = all.split(&format!("{family}\n")).nth(1).unwrap();
        let below = below.split("\n\n").next().unwrap();
        let line = below.lines().find(|line| line.split_whitespace().next() == Some(name)).unwrap();
        assert!(line.ends_with(entry.spec.summary), "{line}");
    }
    insta::assert_snapshot!(list(&["query_trade_order"]), @r"
    name     binance_pay/convert/query_trade_order
    path     /binancepay/openapi/otc-portal/query-trade-order
    summary  Query a conversion
    codes    400000, 400001, 400002, 400003, 400004, 400005, 400006, 400007, 400008, 400100, 400101, 400102, 400103, 400104
    scope    CONVERT

    FIELD    TYPE  REQUIRED  RULES
    orderId  text  yes       must be 1 to 32 characters; must be printable ASCII characters
    ");
    let one: BTreeMap<String, serde_json::Value> =
        serde_json::from_str(&list(&["query_trade_order", "--output", "json"])).unwrap();
    assert_eq!(one["path"], "/binancepay/openapi/otc-portal/query-trade-order");
    let every: Vec<serde_json::Value> = serde_json::from_str(&list(&["--output", "json"])).unwrap();
    assert_eq!(every.len(), CATALOGUE.len());

    let split = list(&["submit_split"]);
    let row = |name: &str| split.lines().find(|line| line.split_whitespace().next() == Some(name)).unwrap();
    assert!(row("receiverList").contains("list of objects  yes"), "{split}");
    assert!(row("receiverList[0].amount").contains("decimal"), "{split}");
}

#[test]
fn a_body_is_printed_that_the_endpoint_takes() {
    let stage = Stage::new();
    let body = stage.done(&["call", "--example", "get_quote"]);
    let ran = stage.run(&["call", "get_quote", "--json", &body]);
    assert!(matches!(ran.code, Some(0 | 1)), "{}", ran.stderr);
    // The house may have no price, but nothing is wrong with the fields.
    for code in ["400008", "400100", "400101", "400103"] {
        assert!(!ran.stderr.contains(code), "{}", ran.stderr);
    }
    stage.server.stop();
}
