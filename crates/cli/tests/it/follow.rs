//! Orders, balances, events and requests for an operator: found by either number, listed, and followed as they come.

use crate::{
    admin::{admin, done, table},
    call::Stage,
    process::{Running, countinghouse, finish},
    shop,
};
use std::process::Command;

/// A command that asks the stage's server as its operator.
fn asking(stage: &Stage, words: &[&str]) -> Command {
    let mut command = countinghouse();
    command.args(words).args(["--server", &stage.server.url, "--token", &stage.server.token]);
    command
}

fn said(stage: &Stage, words: &[&str]) -> String {
    let ran = finish(&mut asking(stage, words));
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{words:?}");
    ran.stdout
}

#[test]
fn orders_are_found_by_either_number() {
    let stage = Stage::new();
    assert_eq!(done(&stage.server, &["orders", "list"]), "no orders\n");
    let (first, second) = (stage.order("tea1"), stage.order("tea2"));
    let list = done(&stage.server, &["orders", "list"]);
    let rows = table(&list);
    assert_eq!(rows.len(), 3, "{list}");
    assert_eq!(
        (rows[1][0], rows[1][2], rows[1][3]),
        (second.as_str(), "tea2", "INITIAL"),
        "the newest first"
    );
    assert!(done(&stage.server, &["orders", "show", "tea1"]).contains(&first));
    assert!(done(&stage.server, &["orders", "show", &first]).contains("tea1"));
    assert_eq!(done(&stage.server, &["orders", "pay", "tea1", shop::CUSTOMER]), format!("{first} is PAID\n"));
    let paid = done(&stage.server, &["orders", "list", "--status", "PAID"]);
    assert!(paid.contains(&first) && !paid.contains(&second), "{paid}");
    let limited = done(&stage.server, &["orders", "list", "--limit", "1"]);
    assert_eq!(table(&limited).len(), 2, "{limited}");

    let ran = admin(&stage.server, &["orders", "show", "tea3"]);
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.stderr.contains("no order tea3, neither by prepayId nor by merchantTradeNo"),
        "{}",
        ran.stderr
    );
    let ran = admin(&stage.server, &["orders", "list", "--status", "paid"]);
    assert!(ran.code == Some(2) && ran.stderr.contains("INITIAL, PAID"), "{}", ran.stderr);
    stage.server.stop();
}

#[test]
fn a_payment_that_cannot_be_made_says_why() {
    let stage = Stage::new();
    let pay = |name: &str, payer: &str| admin(&stage.server, &["orders", "pay", name, payer]);
    stage.order("tea1");
    stage.done(&["call", "order/close", "--field", "merchantTradeNo=tea1"]);
    let closed = pay("tea1", shop::CUSTOMER);
    assert!(closed.code == Some(1) && closed.stderr.contains("the order is closed"), "{}", closed.stderr);
    stage.order("tea2");
    assert_eq!(pay("tea2", shop::CUSTOMER).code, Some(0));
    let again = pay("tea2", shop::RECEIVERS[0]);
    assert!(again.code == Some(1) && again.stderr.contains("paid already"), "{}", again.stderr);
    stage.server.stop();
}

#[test]
fn balances_of_all_holders_are_listed() {
    let stage = Stage::new();
    let all = done(&stage.server, &["balances"]);
    let own = done(&stage.server, &["balances", shop::CUSTOMER]);
    assert_eq!(table(&all)[0], ["HOLDER", "WALLET", "ASSET", "AVAILABLE", "FROZEN"]);
    assert!(table(&all).iter().any(|row| row[1..] == table(&own)[1][..]), "{all}{own}");
    assert_eq!(admin(&stage.server, &["balances", "--at", "2026-11-21T20:30:00Z"]).code, Some(2));
    stage.server.stop();
}

#[test]
fn events_are_listed_and_followed() {
    let stage = Stage::new();
    let first = stage.order("tea1");
    let listed = said(&stage, &["events"]);
    assert!(listed.contains("order.created") && listed.contains(&first), "{listed}");
    let one = said(&stage, &["events", "--limit", "1", "--json"]);
    let one: wire::native::Events = serde_json::from_str(&one).unwrap();
    assert_eq!((one.events.len(), &one.next), (1, &one.events[0].cursor));

    let log = stage.folder.path().join("follow.log");
    let following = Running::spawn(&mut asking(&stage, &["events", "--follow", "--after", &one.next]), &log);
    let mut line = following.line();
    while !line.contains(&first) {
        line = following.line();
    }
    let second = stage.order("tea2");
    while !line.contains(&second) {
        line = following.line();
    }
    following.kill();
    stage.server.stop();
}

#[test]
fn requests_are_followed_with_code_and_reason() {
    let stage = Stage::new();
    let before = stage.order("tea1");
    let words = ["requests", "--follow", "--refused"];
    let following = Running::spawn(&mut asking(&stage, &words), &stage.folder.path().join("follow.log"));
    // The first line is of a request that came after the command; until it has begun, more are made.
    let line = loop {
        stage.run(&["call", "order/query_v2", "--field", "merchantTradeNo=nothing"]);
        if let Some(line) = following.line_within(std::time::Duration::from_millis(500)) {
            break line;
        }
    };
    assert!(line.contains("  400202  binance_pay/order/query_v2  ") && !line.contains(&before), "{line}");
    let reason = following.line();
    assert!(reason.starts_with("    ") && reason.trim().len() > 5, "{reason}");
    let listed = said(&stage, &["requests", "--code", "400202"]);
    assert!(listed.contains(reason.trim()), "{listed}");
    following.kill();
    stage.server.stop();
}
