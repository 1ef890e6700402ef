//! Settings from a file, the environment and options: which wins, and what is refused how.

use crate::process::{Server, countinghouse, finish, run};
use tempfile::TempDir;

fn refused_file(text: &str) -> String {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("countinghouse.toml");
    std::fs::write(&path, text).unwrap();
    let ran = run(&["serve", "--config", path.to_str().unwrap()]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{}", ran.stderr);
    assert!(ran.stderr.contains("countinghouse.toml"), "{}", ran.stderr);
    ran.stderr
}

#[test]
fn a_file_that_is_not_understood_is_refused_by_line_and_choice() {
    let error = refused_file("mode = \"twin\"\nlistn = \"127.0.0.1:0\"\n");
    for part in ["line 2", "`listn`", "`listen`", "`database`"] {
        assert!(error.contains(part), "{part}: {error}");
    }
    let error = refused_file("\nmode = \"production\"\n");
    assert!(error.contains("line 2") && error.contains("`twin` or `live`"), "{error}");
    let error = refused_file("[reports]\nstore = \"azure\"\n");
    assert!(error.contains("line 2") && error.contains("`local` or `s3`"), "{error}");
    let error = refused_file("[reports]\nsecret_key = hush\n");
    assert!(error.contains("line 2") && !error.contains("hush"), "{error}");
    let error = refused_file("[limits]\n\nqueue = 0\n");
    assert!(error.contains("line 3") && error.contains("from 1 to 1000000"), "{error}");
}

#[test]
fn environment_and_options_are_refused_by_name_and_choice() {
    let ran = finish(countinghouse().arg("serve").env("COUNTINGHOUSE_LISTEN", "7878"));
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("--listen") && ran.stderr.contains("HOST:PORT"), "{}", ran.stderr);
    let ran = finish(countinghouse().arg("serve").env("COUNTINGHOUSE_DATABASE", "mysql://u:hush@h/d"));
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("postgres://") && !ran.stderr.contains("hush"), "{}", ran.stderr);
    let ran = finish(countinghouse().arg("serve").env("COUNTINGHOUSE_REPORTS_SECRET_KEY", "hush hush"));
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("--reports-secret-key") && !ran.stderr.contains("hush"), "{}", ran.stderr);
    let ran = run(&["serve", "--reports-store", "s3", "--reports-bucket", "my-reports"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("reports.access_key is missing"), "{}", ran.stderr);
    let ran = run(&["serve", "--data-dir", "x"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("--data"), "{}", ran.stderr);
    assert_eq!(run(&["serve", "--config", "/nowhere/at/all.toml"]).code, Some(2));
}

#[test]
fn a_configuration_is_checked_and_shown_without_its_secrets() {
    let folder = TempDir::new().unwrap();
    let config = folder.path().join("countinghouse.toml");
    let data = folder.path().join("data");
    let text = format!("data = {data:?}\ndatabase = \"postgres://pay:hush@db/house\"\n[limits]\nqueue = 7\n");
    std::fs::write(&config, text).unwrap();
    let check = ["serve", "--check", "--config", config.to_str().unwrap(), "--mode", "live"];
    let ran = run(&check);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{}", ran.stdout);
    for line in [
        "database = \"postgres://pay:***@db/house\"",
        "queue = 7",
        "mode = \"live\"",
        "# fixtures is not set",
    ] {
        assert!(ran.stdout.lines().any(|own| own == line), "{line}: {}", ran.stdout);
    }
    assert!(!ran.stdout.contains("hush") && !data.exists(), "{}", ran.stdout);
    // What is printed is a configuration again.
    std::fs::write(&config, &ran.stdout).unwrap();
    assert_eq!(run(&check).stdout, ran.stdout);

    let wrong = folder.path().join("shop.toml");
    std::fs::write(&wrong, "[[merchants]]\nid = 5\n").unwrap();
    let ran = run(&[&check[..], &["--fixtures", wrong.to_str().unwrap()]].concat());
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("shop.toml") && ran.stderr.contains("line 2"), "{}", ran.stderr);
    assert!(ran.stdout.contains("queue = 7"), "{}", ran.stdout);
    let ran = run(&[&check[..], &["--listen-tls", "127.0.0.1:0"]].concat());
    assert!(ran.code == Some(2) && ran.stderr.contains("tls_certificate"), "{}", ran.stderr);
}

#[test]
fn options_win_over_the_environment_and_that_over_the_file() {
    let folder = TempDir::new().unwrap();
    let config = folder.path().join("countinghouse.toml");
    let named = |name: &str| folder.path().join(name);
    let text = format!("data = {:?}\nlisten = \"no-such-host.invalid:1\"\n", named("of-the-file"));
    std::fs::write(&config, text).unwrap();

    let mut command = countinghouse();
    command.arg("serve").env("COUNTINGHOUSE_CONFIG", &config).env("COUNTINGHOUSE_LISTEN", "127.0.0.1:0");
    Server::spawn(&mut command, &named("of-the-file")).stop();
    command.env("COUNTINGHOUSE_DATA", named("of-the-environment"));
    Server::spawn(&mut command, &named("of-the-environment")).stop();
    command.arg("--data").arg(named("of-an-option"));
    Server::spawn(&mut command, &named("of-an-option")).stop();
}
