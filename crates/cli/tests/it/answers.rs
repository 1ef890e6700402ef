//! Answers that no good server gives: orders for the terminal, silence, and refusals that follow a doubt.

use crate::{
    fake::{Fake, Reply},
    process::{Ran, countinghouse, finish},
    shop,
};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use wire::native::{
    Excerpt, Merchant, MisspeltField, Page, Problem, RefusedSignature, Request, RequestHeader,
    SignatureCause, Status,
};

/// Erases a screen in two ways, and begins a line that looks like one of ours.
const ORDERS: &str = "no\u{1b}[2J\nerror: \u{9b}2Jsuch";
/// How it is shown.
const SHOWN: &str = r"no\u{1b}[2J\nerror: \u{9b}2Jsuch";

const QUERY: [&str; 3] = ["order/query_v2", "--field", "merchantTradeNo=B1"];

/// Runs a command of the shop's, or of an operator's.
fn run(fake: &Fake, words: &[&str]) -> Ran {
    let folder = TempDir::new().unwrap();
    let mut command = countinghouse();
    command.args(words).args(["--server", &fake.url]).env("XDG_CONFIG_HOME", folder.path());
    command.env("COUNTINGHOUSE_API_KEY", shop::KEY).env("COUNTINGHOUSE_API_SECRET", shop::SECRET);
    finish(command.env("COUNTINGHOUSE_TOKEN", "token-of-nobody"))
}

fn refusal(code: &str, message: &str) -> Reply {
    let body = serde_json::json!({ "status": "FAIL", "code": code, "errorMessage": message });
    Reply::Json(200, body.to_string())
}

fn order(status: &str) -> Reply {
    let data = serde_json::json!({ "prepayId": "467019726415986688", "status": status });
    let body = serde_json::json!({ "status": "SUCCESS", "code": "000000", "data": data });
    Reply::Json(200, body.to_string())
}

/// That a text moves no cursor.
fn assert_plain(text: &str) {
    assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
}

#[test]
fn a_refusal_gives_a_terminal_no_orders() {
    let fake = Fake::start(|_| refusal("400202", ORDERS));
    let ran = run(&fake, &[&["call"], &QUERY[..]].concat());
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert_plain(&ran.stderr);
    assert!(ran.stderr.contains(SHOWN) && ran.stderr.lines().count() == 1, "{}", ran.stderr);

    let ran = run(&fake, &[&["call"], &QUERY[..], &["--output", "json"]].concat());
    assert_plain(&ran.stdout);
    let error: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(error["error"]["message"], ORDERS, "a program gets it as it is");
}

#[test]
fn a_problem_gives_a_terminal_no_orders() {
    let fake = Fake::start(|_| {
        let problem = Problem {
            kind: "urn:countinghouse:problem:unknown-merchant".to_owned(),
            title: "There is no such merchant".to_owned(),
            status: 404,
            detail: Some(ORDERS.to_owned()),
            field: None,
            request_id: None,
        };
        Reply::Json(404, serde_json::to_string(&problem).unwrap())
    });
    let ran = run(&fake, &["admin", "merchants", "show", "5"]);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert_plain(&ran.stderr);
    assert!(ran.stderr.contains(SHOWN) && ran.stderr.lines().count() == 1, "{}", ran.stderr);
}

#[test]
fn a_name_gives_a_terminal_no_orders() {
    let merchant = Merchant {
        id: "5".to_owned(),
        name: ORDERS.to_owned(),
        binance_id: None,
        status: Status::Active,
        fee_bps: 0,
        split_max_rate: "1".parse().unwrap(),
        order_fiat_currencies: Vec::new(),
        created_at: "2026-11-21T20:30:00Z".parse().unwrap(),
    };
    let one = serde_json::to_string(&merchant).unwrap();
    let fake = Fake::start(move |_| Reply::Json(200, one.clone()));
    let shown = run(&fake, &["admin", "merchants", "show", "5"]);
    let page = serde_json::to_string(&Page { items: vec![merchant], next: None }).unwrap();
    let fake = Fake::start(move |_| Reply::Json(200, page.clone()));
    let listed = run(&fake, &["admin", "merchants", "list"]);
    for (ran, lines) in [(&shown, 8), (&listed, 2)] {
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
        assert_plain(&ran.stdout);
        assert!(ran.stdout.contains(SHOWN) && ran.stdout.lines().count() == lines, "{}", ran.stdout);
    }
    let ran = run(&fake, &["admin", "merchants", "list", "--json"]);
    assert_plain(&ran.stdout);
    assert_eq!(serde_json::from_str::<Page<Merchant>>(&ran.stdout).unwrap().items[0].name, ORDERS);
}

#[test]
fn a_request_gives_a_terminal_no_orders() {
    let text = || ORDERS.to_owned();
    let excerpt = || Excerpt { text: text(), bytes: 1, cut: false };
    let cause = SignatureCause { name: text(), which: Some(text()), meaning: text(), remedy: text() };
    let request = Request {
        id: text(),
        at: "2026-11-21T20:30:00Z".parse().unwrap(),
        api: "binance_pay".to_owned(),
        endpoint: None,
        method: "POST".to_owned(),
        target: text(),
        caller: Some(text()),
        holder: Some(text()),
        code: text(),
        reason: Some(text()),
        http_status: 200,
        took_us: 1,
        causes: vec![text()],
        misspelt: vec![MisspeltField { name: text(), meant: text() }],
        headers: vec![RequestHeader { name: text(), value: text() }],
        body: Some(excerpt()),
        reply: Some(excerpt()),
        signature: Some(RefusedSignature {
            explained: false,
            causes: vec![cause],
            expected: excerpt(),
            signed: Some(Excerpt { text: text() + "x", bytes: 1, cut: false }),
            tried: 1,
            complete: true,
        }),
    };
    let one = serde_json::to_string(&request).unwrap();
    let page = serde_json::to_string(&Page { items: vec![request.clone()], next: None }).unwrap();
    let explaining = Fake::start(move |_| Reply::Json(200, one.clone()));
    let listing = Fake::start(move |_| Reply::Json(200, page.clone()));
    let explained = run(&explaining, &["explain", "r1"]);
    let listed = run(&listing, &["requests"]);
    for (ran, lines, shown) in [(&explained, 23, 17), (&listed, 2, 6)] {
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
        assert_plain(&ran.stdout);
        assert_eq!(ran.stdout.lines().count(), lines, "{}", ran.stdout);
        assert_eq!(ran.stdout.matches(SHOWN).count(), shown, "{}", ran.stdout);
    }
    let read: Request = serde_json::from_str(&run(&explaining, &["explain", "r1", "--json"]).stdout).unwrap();
    assert_eq!(read, request);
}

#[test]
fn a_server_does_not_choose_where_a_file_goes() {
    let report = serde_json::json!({
        "id": "../elsewhere", "holder": "5", "requested_by": "5", "from": "2026-01-01", "to": "2026-01-02",
        "format": "csv", "status": "SUCCESS", "attempts": 1, "rows_done": 1,
        "created_at": "2026-11-21T20:30:00Z",
    });
    let fake = Fake::start(move |_| Reply::Json(200, report.to_string()));
    let folder = TempDir::new().unwrap();
    let mut command = countinghouse();
    command.current_dir(folder.path()).args(["admin", "reports", "download", "7", "--server", &fake.url]);
    let ran = finish(command.env("COUNTINGHOUSE_TOKEN", "token-of-nobody"));
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "balance-report-7.csv\n"), "{}", ran.stderr);
    assert!(folder.path().join("balance-report-7.csv").exists());
}

/// Watches an order; how it ended, and how long it took.
fn watched(fake: &Fake, every: &str, longest: &str) -> (Ran, Duration) {
    let begun = Instant::now();
    let ran = run(fake, &[&["watch"], &QUERY[..], &["--every", every, "--for", longest]].concat());
    (ran, begun.elapsed())
}

#[test]
fn a_wait_lasts_as_long_as_it_was_said_to() {
    for (every, longest, asked) in [("120", "2", 2), ("2", "3", 3)] {
        let fake = Fake::start(|_| order("INITIAL"));
        let (ran, took) = watched(&fake, every, longest);
        assert_eq!(ran.stderr, format!("error: not final after {longest} s: status is INITIAL\n"));
        assert_eq!((ran.code, fake.asked()), (Some(5), asked), "--every {every} --for {longest}");
        assert!(took >= Duration::from_secs(longest.parse().unwrap()), "{took:?}");
    }
    // The last query counts.
    let fake = Fake::start(|before| order(if before == 0 { "INITIAL" } else { "PAID" }));
    let (ran, _) = watched(&fake, "120", "1");
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{}", ran.stdout);
}

#[test]
fn a_server_that_says_nothing_does_not_hold_a_wait_up() {
    let fake = Fake::start(|_| Reply::Silence);
    let (ran, took) = watched(&fake, "1", "1");
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(5), ""), "{}", ran.stderr);
    assert!(ran.stderr.starts_with("error: the server did not answer in "), "{}", ran.stderr);
    assert!(took < Duration::from_secs(20), "{took:?}");

    let fake = Fake::start(|before| if before == 0 { order("INITIAL") } else { Reply::Silence });
    let (ran, took) = watched(&fake, "1", "2");
    assert_eq!(ran.code, Some(5), "{}", ran.stderr);
    assert!(ran.stderr.ends_with(" s: status is INITIAL\n"), "what is known is shown: {}", ran.stderr);
    assert!(took < Duration::from_secs(20), "{took:?}");
}

#[test]
fn a_call_that_may_have_been_done_does_not_end_as_refused() {
    let close = ["call", "order/close", "--field", "merchantTradeNo=B1", "--output", "json"];
    let create = ["call", "create_v3", "--json", "{}", "--output", "json"];
    // One that may be repeated is, and then refused for what its first attempt may have done.
    let repeated = Fake::start(|before| match before {
        0 => Reply::HangUp,
        _ => refusal("400203", "the order is closed"),
    });
    let unanswered = Fake::start(|_| Reply::HangUp);
    let refused = Fake::start(|_| refusal("400203", "the order is closed"));
    for (fake, words, asked, code, doubtful) in
        [(&repeated, &close, 2, 5, true), (&unanswered, &create, 1, 5, true), (&refused, &close, 1, 1, false)]
    {
        let ran = run(fake, &words[..]);
        assert_eq!((ran.code, fake.asked()), (Some(code), asked), "{words:?}: {}", ran.stderr);
        assert_eq!(
            ran.stderr.contains("it may have been done")
                || ran.stderr.contains("an earlier attempt is not known"),
            doubtful,
            "{}",
            ran.stderr
        );
        let error: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        assert_eq!(error["error"]["mayHaveBeenDone"], doubtful, "{words:?}");
    }
}
