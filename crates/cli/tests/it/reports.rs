//! `countinghouse admin reports`: from a request to a file, as an operator types it.

use crate::{
    past,
    process::{Ran, Server, countinghouse, finish},
    shop::{self, CUSTOMER, MERCHANT},
};
use client::{Clock as _, SystemClock};
use std::{fs, path::Path};
use tempfile::TempDir;
use wire::native::{Day, Page, Report, ReportStatus, Time};

/// The day so many days ago.
pub(crate) fn day(ago: i64) -> String {
    Day::of(Time::from_millis(SystemClock.now_ms() - ago * 86_400_000)).to_string()
}

/// Runs `admin reports …` in a folder.
pub(crate) fn reports(server: &Server, folder: &Path, arguments: &[&str]) -> Ran {
    let mut command = countinghouse();
    command.current_dir(folder).args(["admin", "--server", &server.url, "--token", &server.token, "reports"]);
    finish(command.args(arguments))
}

/// Has a report of the last week built; its id.
pub(crate) fn built(server: &Server, folder: &Path, more: &[&str]) -> String {
    let (from, to) = (day(7), day(1));
    let request = ["request", "--holder", MERCHANT, "--from", &from, "--to", &to];
    let asked = reports(server, folder, &[&request, more].concat());
    assert_eq!(asked.code, Some(0), "{}", asked.stderr);
    let id = asked.stdout.trim().to_owned();
    assert_eq!(id.len(), 18, "{}", asked.stdout);
    let watched = reports(server, folder, &["watch", &id]);
    assert_eq!(watched.code, Some(0), "{}", watched.stderr);
    assert!(watched.stdout.contains("SUCCESS"), "{}", watched.stdout);
    id
}

fn json(ran: &Ran) -> Report {
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    serde_json::from_str(&ran.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_asks_for_a_report_waits_and_downloads_it() {
    let folder = TempDir::new().unwrap();
    let (data, here) = (folder.path().join("data"), folder.path().join("here"));
    fs::create_dir(&here).unwrap();
    past::trade(&data, None, &shop::fixtures_file(folder.path()), 3).await;
    let server = Server::start(&data, &[]);
    let id = built(&server, &here, &[]);
    let report = json(&reports(&server, &here, &["show", &id, "--json"]));
    assert_eq!((report.holder.as_str(), report.status), (MERCHANT, ReportStatus::Success));
    assert!(report.rows_done > 3 && report.rows_expected == Some(report.rows_done), "{report:?}");
    assert_eq!(json(&reports(&server, &here, &["watch", &id, "--json"])), report);

    let listed = reports(&server, &here, &["list", "--holder", MERCHANT]);
    assert!(listed.stdout.contains(&id) && listed.stdout.contains("SUCCESS"), "{}", listed.stdout);
    let others = reports(&server, &here, &["list", "--holder", CUSTOMER, "--json"]);
    assert_eq!(serde_json::from_str::<Page<Report>>(&others.stdout).unwrap().items, []);

    let name = format!("balance-report-{id}.csv");
    let saved = reports(&server, &here, &["download", &id]);
    assert_eq!((saved.code, saved.stdout), (Some(0), format!("{name}\n")), "{}", saved.stderr);
    let file = fs::read_to_string(here.join(&name)).unwrap();
    assert!(file.starts_with("time,wallet,bucket,asset,type,reference,change,balance\r\n"), "{file}");
    assert_eq!(file.len(), usize::try_from(report.bytes.unwrap()).unwrap());
    assert_eq!(fs::read_dir(&here).unwrap().count(), 1, "nothing else is left");
    assert_eq!(reports(&server, &here, &["download", &id, "--output", "-"]).stdout, file);

    let lines = built(&server, &here, &["--format", "jsonl", "--wallet", "SPOT_WALLET"]);
    let saved = reports(&server, &here, &["download", &lines, "-o", "spot", "--json"]);
    assert_eq!(json(&saved).wallet.as_deref(), Some("SPOT_WALLET"));
    let spot = fs::read_to_string(here.join("spot")).unwrap();
    assert!(spot.lines().count() > 2 && spot.lines().all(|line| line.contains("SPOT_WALLET")), "{spot}");

    // A file of the same length that is another.
    let stored = data.join("reports").join(MERCHANT).join(format!("{id}.csv"));
    assert_eq!(fs::read_to_string(&stored).unwrap(), file);
    fs::write(&stored, file.replacen("time", "tome", 1)).unwrap();
    let damaged = reports(&server, &here, &["download", &id, "-o", "damaged"]);
    assert_eq!((damaged.code, damaged.stdout.as_str()), (Some(1), ""));
    assert!(damaged.stderr.contains("SHA-256"), "{}", damaged.stderr);
    assert_eq!(fs::read_dir(&here).unwrap().count(), 2, "no part of it is kept");
    server.stop();
}

#[test]
fn what_cannot_be_done_is_said() {
    let folder = TempDir::new().unwrap();
    let file = shop::fixtures_file(folder.path());
    let server = Server::start(&folder.path().join("data"), &["--fixtures", file.to_str().unwrap()]);
    let refused = |arguments: &[&str], code: i32| {
        let ran = reports(&server, folder.path(), arguments);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(code), ""), "{arguments:?}: {}", ran.stderr);
        ran.stderr
    };
    let (today, yesterday) = (day(0), day(1));
    let error = refused(&["request", "--holder", MERCHANT, "--from", &yesterday, "--to", &today], 1);
    assert!(error.contains("before today"), "{error}");
    let error = refused(&["request", "--holder", "nobody", "--from", "2026-01-01", "--to", "2026-01-02"], 1);
    assert!(error.contains("holder"), "{error}");
    let error = refused(&["request", "--holder", MERCHANT, "--from", "01.01.2026", "--to", "2026-01-02"], 2);
    assert!(error.contains("2026-11-21"), "{error}");
    let format =
        ["request", "--holder", MERCHANT, "--from", "2026-01-01", "--to", "2026-01-02", "--format", "pdf"];
    let error = refused(&format, 2);
    assert!(error.contains("csv or jsonl"), "{error}");
    for command in ["show", "watch", "cancel", "download"] {
        let error = refused(&[command, "407513368992153600"], 1);
        assert!(error.contains("There is no such report"), "{command}: {error}");
    }
    // Without movements a report is valid all the same, and what is finished is not called off.
    let id = built(&server, folder.path(), &[]);
    let error = refused(&["cancel", &id], 1);
    assert!(error.contains("finished"), "{error}");
    server.stop();
}
