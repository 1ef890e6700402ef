//! A report's file in the programs that people read it with: what its page says of each, done as it stands there.

use crate::{
    past,
    process::{Server, finish, say},
    python::{is_required, venv},
    reports::{built, reports},
    shop,
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;

const PACKAGES: [&str; 3] = ["pandas==2.3.3", "polars==1.35.2", "duckdb==1.4.2"];
const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/binance_pay/balance_report/apply.md");

/// A folder with a report in it: `report.csv`.
async fn report() -> TempDir {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    past::trade(&data, None, &shop::fixtures_file(folder.path()), 3).await;
    let server = Server::start(&data, &[]);
    let id = built(&server, folder.path(), &[]);
    let saved = reports(&server, folder.path(), &["download", &id, "--output", "report.csv"]);
    assert_eq!(saved.code, Some(0), "{}", saved.stderr);
    server.stop();
    folder
}

/// Compares what a program made of the report with its text.
fn same(python: &Path, folder: &Path, what: &str) {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/readers.py");
    let ran = finish(Command::new(python).args(["-B", script, what, PAGE]).current_dir(folder));
    assert_eq!(ran.code, Some(0), "{what}: {}{}", ran.stdout, ran.stderr);
    assert_eq!(ran.stdout, format!("{what}: every cell is whole\n"));
}

/// A Python that has the packages; nothing when there is none and none is required.
fn python() -> Option<PathBuf> {
    match venv("readers", &PACKAGES) {
        Ok(python) => Some(python),
        Err(why) => {
            assert!(!is_required("python"), "python is required but not available: {why}");
            say(format_args!("skipped: python: readers ({why})"));
            None
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn libraries_for_tables_keep_ids_and_amounts_whole() {
    let Some(python) = python() else { return };
    let folder = report().await;
    for library in ["pandas", "polars", "duckdb", "pandas with its defaults"] {
        same(&python, folder.path(), library);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spreadsheet_keeps_ids_and_amounts_whole() {
    if finish(Command::new("sh").args(["-c", "command -v soffice"])).code != Some(0) {
        assert!(!is_required("libreoffice"), "libreoffice is required but there is no soffice");
        return say(format_args!("skipped: libreoffice (no soffice)"));
    }
    let folder = report().await;
    let page = fs::read_to_string(PAGE).unwrap();
    let line = page.lines().find(|line| line.starts_with("soffice ")).expect("the page has it");
    // Its profile goes where nothing else is.
    let ran =
        finish(Command::new("sh").args(["-c", line]).current_dir(folder.path()).env("HOME", folder.path()));
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    same(Path::new("python3"), folder.path(), "soffice");
}
