//! `countinghouse apply`: all of a file or none, and words that say what is wrong.

use crate::{
    process::{Ran, Server, countinghouse, finish},
    shop,
};
use std::{fs, path::Path};
use tempfile::TempDir;
use wire::native::{Page, Payer};

fn apply(server: &Server, file: &Path) -> Ran {
    let mut command = countinghouse();
    finish(command.arg("apply").arg(file).args(["--server", &server.url, "--token", &server.token]))
}

#[tokio::test(flavor = "multi_thread")]
async fn twice_changes_nothing_and_a_contradiction_neither() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(&folder.path().join("data"), &[]);
    let file = shop::fixtures_file(folder.path());
    let first = apply(&server, &file);
    // A shop, its key, its two receivers, three payers and what the customer owns.
    assert_eq!(
        (first.code, first.stdout.as_str()),
        (Some(0), "created 8, unchanged 0\n"),
        "{}",
        first.stderr
    );
    let second = apply(&server, &file);
    assert_eq!((second.code, second.stdout.as_str()), (Some(0), "created 0, unchanged 8\n"));

    // Somebody new stands before the contradiction, and is not made either.
    let new = "[[payers]]\nbinance_id = \"350000301\"\nname = \"New\"\n";
    fs::write(&file, format!("{new}{}", shop::FIXTURES.replace("\"Maker\"", "\"Baker\""))).unwrap();
    let refused = apply(&server, &file);
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(1), ""));
    assert!(refused.stderr.contains("350000102") && refused.stderr.contains("name"), "{}", refused.stderr);
    let payers: Page<Payer> = shop::operator(&server).get("/v1/payers").await.unwrap();
    let payers: Vec<_> = payers.items.iter().map(|payer| (&*payer.binance_id, &*payer.name)).collect();
    assert_eq!(payers, [("350000101", "Courier"), ("350000102", "Maker"), ("350000201", "Customer")]);
    server.stop();
}

#[test]
fn a_file_that_is_not_understood_is_named_by_line() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("bad.toml");
    fs::write(&file, "[[payers]]\nbinance_id = \"350000301\"\nname = \"A\"\nstatus = \"gone\"\n").unwrap();
    // There is no server: the file is read first.
    let closed = ["--server", "http://127.0.0.1:9", "--token", "none"];
    let ran = finish(countinghouse().arg("apply").arg(&file).args(closed));
    assert_eq!(ran.code, Some(1));
    for part in ["bad.toml", "line 4", "`active`", "`suspended`", "`closed`"] {
        assert!(ran.stderr.contains(part), "{part}: {}", ran.stderr);
    }
    let payer = "[[payers]]\nbinance_id = \"350000301\"\nname = \"A\"\n";
    for (text, parts) in [
        (format!("{payer}nmae = \"B\"\n"), ["line 4, column 1", "unknown field `nmae`"]),
        (
            format!("{payer}[[payers.balances]]\naset = \"USDT\"\n"),
            ["line 5, column 1", "unknown field `aset`"],
        ),
        ("[[payers]]\nbinance_id = \"350000301\"\nname = \"A\\u0000\"\n".to_owned(), ["line 3", "U+0000"]),
        ("payers = [[\"350000301\", \"A\"]]\n".to_owned(), ["line 1", "invalid type: sequence"]),
    ] {
        fs::write(&file, &text).unwrap();
        let ran = finish(countinghouse().arg("apply").arg(&file).args(closed));
        assert_eq!(ran.code, Some(1), "{text}");
        for part in parts {
            assert!(ran.stderr.contains("bad.toml") && ran.stderr.contains(part), "{part}: {}", ran.stderr);
        }
    }
    fs::write(&file, "").unwrap();
    let ran = finish(countinghouse().arg("apply").arg(&file).args(closed));
    assert_eq!(ran.code, Some(3));
    assert!(ran.stderr.contains("cannot be reached"), "{}", ran.stderr);
}

#[test]
fn the_token_comes_from_where_it_is_said_to_be() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    let server = Server::start(&data, &[]);
    let file = shop::fixtures_file(folder.path());
    let base = || {
        let mut command = countinghouse();
        command.arg("apply").arg(&file).env("COUNTINGHOUSE_SERVER", &server.url);
        command
    };
    assert_eq!(finish(base().arg("--data").arg(&data)).code, Some(0));
    assert_eq!(finish(base().arg("--token-file").arg(data.join("admin.token"))).code, Some(0));
    assert_eq!(finish(base().env("COUNTINGHOUSE_TOKEN", &server.token)).code, Some(0));
    let wrong = finish(base().args(["--token", "0123456789abcdef"]));
    assert_eq!(wrong.code, Some(1));
    assert!(wrong.stderr.contains("HTTP 401") && !wrong.stderr.contains("0123456789"), "{}", wrong.stderr);
    let lost = finish(base().current_dir(folder.path()));
    assert_eq!(lost.code, Some(1));
    assert!(lost.stderr.contains("admin.token") && lost.stderr.contains("--token-file"), "{}", lost.stderr);
    server.stop();
}
