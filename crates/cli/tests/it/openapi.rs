//! The OpenAPI document against the real binary: `schemathesis` makes requests from it, good ones and bad ones, for a
//! bounded time.
//!
//! `tests/python/schemathesis.toml` says which of its checks are on, and why.

use crate::{
    process::{Server, finish, say},
    python::{is_required, venv},
    shop,
};
use std::process::Command;
use tempfile::TempDir;
use wire::native::ROUTES;

/// Pinned: what it makes of the document decides what is tried.
const PACKAGES: [&str; 2] = ["schemathesis==4.32.5", "hypothesis==6.170.17"];

/// How long it tries.
const SECONDS: &str = "50";

#[test]
fn what_the_document_allows_is_done_and_nothing_else_is_answered() {
    let python = match venv("schemathesis", &PACKAGES) {
        Ok(python) => python,
        Err(why) => {
            assert!(!is_required("python"), "python is required but not available: {why}");
            say(format_args!("skipped: python: schemathesis ({why})"));
            return;
        }
    };
    let folder = TempDir::new().unwrap();
    let fixtures = folder.path().join("fixtures.toml");
    std::fs::write(&fixtures, shop::FIXTURES).unwrap();
    let server = Server::start(&folder.path().join("data"), &["--fixtures", fixtures.to_str().unwrap()]);
    let config = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/schemathesis.toml");
    let mut run = Command::new(python.with_file_name("schemathesis"));
    run.args(["--config-file", config, "run", &format!("{}/v1/openapi.json", server.url)]);
    run.args(["--header", &format!("Authorization: Bearer {}", server.token), "--max-time", SECONDS]);
    // What it finds it would keep for the next run, which then tries something else.
    run.args(["--seed", "1", "--generation-database", "none", "--no-color"]);
    let ran = finish(run.current_dir(folder.path()));
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    // A run that its time cut short says 0 too.
    let count = |name: &str| {
        let line = ran.stdout.lines().find_map(|line| line.trim().strip_prefix(name));
        line.and_then(|rest| rest.trim().split('/').next()?.parse::<usize>().ok())
    };
    // All but the document's own, which it leaves out.
    let all = Some(ROUTES.len() - 1);
    assert_eq!((count("Selected:"), count("Tested:")), (all, all), "{}", ran.stdout);
    server.stop();
}
