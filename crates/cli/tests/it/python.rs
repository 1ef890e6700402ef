//! The official Python client, as it is on the package index, against the real binary on both engines.

use crate::{
    process::{Server, finish, say},
    shop,
};
use std::{
    path::{Path, PathBuf},
    process::Command,
};
use store::Location;
use tempfile::TempDir;
use testkit::for_each_engine;

/// The client, in the version that its users have.
const CLIENT: &str = "binance-pay-connector==1.0.0";

/// A Python that has the client: made once, in the folder that the tests of this crate keep between runs.
fn python() -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("python");
    let python = folder.join("bin/python");
    // Written last, so that an attempt that was cut short is made again.
    let complete = folder.join(CLIENT);
    if complete.exists() {
        return Ok(python);
    }
    let step = |command: &mut Command| match command.output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr).trim())),
        Err(error) => Err(format!("{command:?}: {error}")),
    };
    step(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    step(Command::new(&python).args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        CLIENT,
    ]))?;
    std::fs::write(complete, "").map_err(|error| error.to_string())?;
    Ok(python)
}

fn is_required() -> bool {
    let required = std::env::var("COUNTINGHOUSE_REQUIRE").unwrap_or_default();
    required.split(',').any(|name| name.trim() == "python")
}

#[test]
fn the_official_python_client_runs_the_whole_flow() {
    let python = match python() {
        Ok(python) => python,
        Err(why) => {
            assert!(!is_required(), "python is required but not available: {why}");
            say(format_args!("skipped: python: the_official_python_client_runs_the_whole_flow ({why})"));
            return;
        }
    };
    for_each_engine(async |database| {
        let folder = TempDir::new().unwrap();
        let fixtures = shop::fixtures_file(folder.path());
        let mut options = vec!["--fixtures", fixtures.to_str().unwrap()];
        if let Location::Postgres(url) = database.location() {
            options.extend(["--database", url.as_str()]);
        }
        let server = Server::start(&folder.path().join("data"), &options);
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/flow.py");
        let mut flow = Command::new(&python);
        flow.args(["-B", script, &server.url, &server.token, shop::KEY, shop::SECRET]);
        let ran = finish(&mut flow);
        assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
        assert!(ran.stdout.ends_with("all steps passed\n"), "{}", ran.stdout);
        server.stop();
    });
}
