//! Providers' own Python clients, as they are on the package index, against the real binary on both engines.

use crate::{
    admin::{done, table},
    certificate, past,
    process::{Server, finish, say},
    shop,
};
use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};
use store::Location;
use tempfile::TempDir;
use testkit::for_each_engine;

/// The clients, in the versions that their users have.
const CLIENTS: [&str; 2] = ["binance-pay-connector==1.0.0", "global-open-sdk-python==1.7.1"];

/// Pairs to convert at, with limits.
const RATES: &str = r#"
[[rates]]
pair = "BNB/USDT"
bid = "223.9"
ask = "224.2"
base_min = "0.01"
base_max = "400.5"
quote_min = "1"
quote_max = "100000"
"#;

/// A service provider beside the shop.
const PROVIDER: &str = r#"
[[merchants]]
id = "1000135330001"
name = "Plugin Works"
api_keys = [{ key = "plugin-works-key-0001", secret = "a-secret-of-the-plugin-works" }]
service_provider = { allow_scopes = ["CHECKOUT", "CONVERT"], fee_share = true }
"#;

/// A Python that has the clients. Tests that run side by side wait for the first to make it.
fn python() -> Result<&'static Path, &'static str> {
    static PYTHON: LazyLock<Result<PathBuf, String>> = LazyLock::new(|| venv("python", &CLIENTS));
    PYTHON.as_deref().map_err(String::as_str)
}

/// A Python with packages, made once in a folder of this name that the tests of this crate keep between runs.
pub(crate) fn venv(name: &str, packages: &[&str]) -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let python = folder.join("bin/python");
    // Written last, so that an attempt that was cut short is made again.
    let complete = folder.join(packages.join(" "));
    if complete.exists() {
        return Ok(python);
    }
    let step = |command: &mut Command| match command.output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr).trim())),
        Err(error) => Err(format!("{command:?}: {error}")),
    };
    step(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    step(Command::new(&python).args(install).args(packages))?;
    std::fs::write(complete, "").map_err(|error| error.to_string())?;
    Ok(python)
}

/// Whether what is missing is a failure.
pub(crate) fn is_required(what: &str) -> bool {
    let required = std::env::var("COUNTINGHOUSE_REQUIRE").unwrap_or_default();
    required.split(',').any(|name| name.trim() == what)
}

#[test]
fn the_official_python_client_runs_the_whole_flow() {
    runs("flow", shop::FIXTURES, None);
}

#[test]
fn the_official_python_client_converts() {
    runs("convert", &format!("{}{RATES}", shop::FIXTURES), None);
}

#[test]
fn the_official_python_client_acts_for_a_merchant() {
    runs("service_provider", &format!("{}{PROVIDER}", shop::FIXTURES), None);
}

/// This client takes no port: it speaks TLS on 443, so the server must get that one.
#[test]
fn the_python_client_of_a_sister_product_inquires_balances_and_transfers() {
    let Some(python) = wanted("world_first") else { return };
    if let Err(why) = TcpListener::bind("127.0.0.1:443") {
        assert!(!is_required("python"), "port 443 is required but cannot be had: {why}");
        say(format_args!("skipped: python: world_first (port 443: {why})"));
        return;
    }
    for_each_engine(async |database| {
        let folder = TempDir::new().unwrap();
        let authority = certificate::write(folder.path());
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        let (certificate, key) = (path("certificate.pem"), path("key.pem"));
        let mut options = vec!["--listen-tls", "127.0.0.1:443"];
        options.extend(["--tls-certificate", &certificate, "--tls-key", &key]);
        if let Location::Postgres(url) = database.location() {
            options.extend(["--database", url.as_str()]);
        }
        let server = Server::start(&folder.path().join("data"), &options);
        assert_eq!(server.process.line(), "listening on https://127.0.0.1:443");
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/world_first.py");
        let mut flow = Command::new(python);
        flow.args(["-B", script, &server.url, &server.token, "https://127.0.0.1"]);
        let ran = finish(flow.env("SSL_CERT_FILE", authority));
        assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
        let (transferred, rest) = ran.stdout.split_once('\n').unwrap();
        assert_eq!(rest, "all steps passed\n");
        let transfer = transferred.strip_prefix("transferred ").unwrap();
        let shown = done(&server, &["world-first", "transfer", transfer]);
        let shown = table(&shown);
        let cells = |name: &str| shown.iter().find(|row| row[0] == name).unwrap()[1..].join(" ");
        assert_eq!((cells("amount"), cells("status")), ("200.05 USD".to_owned(), "SUCCESS".to_owned()));
        assert_eq!(cells("client"), "5J5Y307NSG0001 (T1)");
        server.stop();
    });
}

/// A report is of days that are over, so something has to have happened on one.
#[test]
fn the_official_python_client_fetches_reports() {
    runs("report", shop::FIXTURES, Some(3));
}

/// A Python to run a script with; nothing when there is none and none is required.
fn wanted(script: &str) -> Option<&'static Path> {
    match python() {
        Ok(python) => Some(python),
        Err(why) => {
            assert!(!is_required("python"), "python is required but not available: {why}");
            say(format_args!("skipped: python: {script} ({why})"));
            None
        }
    }
}

/// Runs a script on a server with these fixtures, on every engine; where something happened some days ago, if that is
/// said.
fn runs(script: &str, fixtures: &str, traded_days_ago: Option<i64>) {
    let Some(python) = wanted(script) else { return };
    for_each_engine(async |database| {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("fixtures.toml");
        std::fs::write(&file, fixtures).unwrap();
        let mut options = vec!["--fixtures", file.to_str().unwrap()];
        let url = match database.location() {
            Location::Postgres(url) => Some(url.as_str()),
            Location::Sqlite(_) => None,
        };
        if let Some(url) = url {
            options.extend(["--database", url]);
        }
        let data = folder.path().join("data");
        if let Some(days) = traded_days_ago {
            past::trade(&data, url, &file, days).await;
        }
        let server = Server::start(&data, &options);
        let path = format!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/{}.py"), script);
        let mut flow = Command::new(python);
        flow.args(["-B", &path, &server.url, &server.token, shop::KEY, shop::SECRET]);
        let ran = finish(&mut flow);
        assert_eq!(ran.code, Some(0), "{script}: {}{}", ran.stdout, ran.stderr);
        assert!(ran.stdout.ends_with("all steps passed\n"), "{script}: {}", ran.stdout);
        server.stop();
    });
}
