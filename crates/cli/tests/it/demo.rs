//! `countinghouse demo`: the story to its end, and what it leaves behind to try.

use crate::process::{Running, countinghouse, run, say};
use std::process::Command;
use tempfile::TempDir;

#[test]
fn the_day_ends_well() {
    let ran = run(&["demo", "--exit"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    // Without a terminal no spinner shows, and nothing is worth a warning.
    assert_eq!(ran.stderr, "");
    let after =
        |text: &str| ran.stdout.rsplit_once(text).unwrap_or_else(|| panic!("{text}: {}", ran.stdout)).1;
    // The last answer of query-split: finished, and both receivers paid.
    let split = after("> POST /binancepay/openapi/profitsharing/v1/query-split");
    let split = &split[split.find("< SUCCESS 000000\n").unwrap() + 17..split.find("===").unwrap()];
    let split: serde_json::Value = serde_json::from_str(split).unwrap();
    assert_eq!(split["status"], 2);
    let details = split["receiverOrderDetails"].as_array().unwrap();
    assert_eq!(details.iter().map(|detail| &detail["status"]).collect::<Vec<_>>(), [2, 2]);
    let rows: Vec<Vec<&str>> =
        after("=== 8. ").lines().skip(3).map(|row| row.split_whitespace().collect()).collect();
    assert_eq!(rows[0], ["Corner", "Shop", "FUNDING_WALLET", "USDT", "0", "10.32432109"]);
    assert_eq!(rows[1], ["Customer", "FUNDING_WALLET", "USDT", "74.83", "0"]);
    assert_eq!(rows[2], ["Courier", "FUNDING_WALLET", "USDT", "2.5", "0"]);
    assert_eq!(rows[3], ["Maker", "FUNDING_WALLET", "USDT", "12.34567891", "0"]);
}

#[test]
fn it_leaves_a_server_that_a_shell_can_call_and_no_trace() {
    let folder = TempDir::new().unwrap();
    let mut command = countinghouse();
    command.arg("demo").env("TMPDIR", folder.path());
    let demo = Running::spawn(&mut command, &folder.path().join("log"));
    let mut line = String::new();
    while !line.contains("keeps running at ") {
        line = demo.line();
    }
    let mut lines = std::iter::from_fn(|| Some(demo.line()));
    let signed: Vec<String> = lines.by_ref().skip_while(|line| !line.starts_with("KEY=")).take(5).collect();
    let native = lines.find(|line| line.starts_with("curl ")).unwrap();

    if let Some(missing) = ["curl", "openssl"].into_iter().find(|tool| !is_there(tool)) {
        say(format_args!("skipped: {missing}: pasting the demo's calls into a shell"));
    } else {
        let answer = shell(&signed.join("\n"));
        assert_eq!((&answer["status"], &answer["code"]), (&"SUCCESS".into(), &"000000".into()), "{answer}");
        assert_eq!(answer["data"]["status"], 2, "{answer}");
        let answer = shell(&native);
        assert_eq!(answer["balances"][0]["frozen"], "10.32432109", "{answer}");
    }

    demo.signal("INT");
    let (_, status) = demo.ended();
    assert_eq!(status.code(), Some(0));
    let left: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(left, ["log"]);
}

fn is_there(tool: &str) -> bool {
    Command::new(tool).arg("--help").output().is_ok()
}

fn shell(text: &str) -> serde_json::Value {
    let output = Command::new("sh").args(["-c", text]).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}
