//! A server's life: ready, busy, stopped, started again.

use crate::{
    process::{Server, run},
    shop,
};
use std::{
    io::Write as _,
    net::TcpStream,
    os::unix::fs::PermissionsExt as _,
    time::{Duration, Instant},
};
use tempfile::TempDir;
use wire::native::{Balances, Events};

#[test]
fn it_says_that_it_is_ready_and_stops_when_told() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("new/data");
    std::fs::create_dir(folder.path().join("new")).unwrap();
    let server = Server::start(&data, &[]);
    let port: u16 = server.url.strip_prefix("http://127.0.0.1:").unwrap().parse().unwrap();
    assert_ne!(port, 0);
    for file in std::fs::read_dir(&data).unwrap() {
        let file = file.unwrap();
        let metadata = file.metadata().unwrap();
        let only_the_owner = if metadata.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(metadata.permissions().mode() & 0o777, only_the_owner, "{}", file.path().display());
    }
    for name in ["countinghouse.db", "master.key", "admin.token"] {
        assert!(data.join(name).is_file(), "{name}");
    }
    let token = server.token.clone();
    server.stop();

    let again = Server::start(&data, &[]);
    assert_eq!(again.token, token);
    again.stop();
}

#[test]
fn its_log_is_json_lines_on_standard_error() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    let fixtures = shop::fixtures_file(folder.path());
    let server = Server::start(&data, &["--fixtures", fixtures.to_str().unwrap()]);
    let token = server.token.clone();
    server.stop();
    let log = std::fs::read_to_string(data.with_extension("log")).unwrap();
    let lines: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let messages: Vec<_> = lines.iter().filter_map(|line| line["message"].as_str()).collect();
    assert_eq!(messages, ["fixtures applied", "listening", "stopping", "stopped"]);
    for secret in [&token, shop::SECRET] {
        assert!(!log.contains(secret), "{log}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_flight_is_answered_before_it_stops() {
    let folder = TempDir::new().unwrap();
    let fixtures = shop::fixtures_file(folder.path());
    let server = Server::start(&folder.path().join("data"), &["--fixtures", fixtures.to_str().unwrap()]);
    let operator = shop::operator(&server);
    let all: Events = operator.get("/v1/events").await.unwrap();
    let wait = format!("/v1/events?after={}&wait=60", all.next);
    let waiting = tokio::spawn(async move { operator.get::<Events>(&wait).await });
    // The long poll must have arrived; nothing but time tells from outside.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let begun = Instant::now();
    server.process.signal("INT");
    let answer = waiting.await.unwrap().unwrap();
    assert_eq!((answer.events.len(), answer.next), (0, all.next));
    let (_, status) = server.process.ended();
    assert_eq!(status.code(), Some(0));
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[test]
fn a_caller_that_never_finishes_does_not_keep_it() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(&folder.path().join("data"), &[]);
    let mut caller = TcpStream::connect(server.url.strip_prefix("http://").unwrap()).unwrap();
    caller.write_all(b"POST /binancepay/openapi/v3/order HTTP/1.1\r\nHost: x\r\nContent-Le").unwrap();
    // The head's beginning must have arrived.
    std::thread::sleep(Duration::from_millis(200));
    server.stop();
}

#[test]
fn a_second_process_on_the_same_data_is_refused() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    let server = Server::start(&data, &[]);
    let second = run(&["serve", "--listen", "127.0.0.1:0", "--data", data.to_str().unwrap()]);
    assert_eq!((second.code, second.stdout.as_str()), (Some(1), ""));
    assert!(second.stderr.contains("countinghouse.db is in use by another process"), "{}", second.stderr);
    // The first is none the worse for it.
    server.stop();
}

#[test]
fn an_address_that_is_taken_is_refused() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(&folder.path().join("one"), &[]);
    let address = server.url.strip_prefix("http://").unwrap();
    let other = folder.path().join("two");
    let second = run(&["serve", "--listen", address, "--data", other.to_str().unwrap()]);
    assert_eq!(second.code, Some(1));
    assert!(second.stderr.contains(&format!("cannot listen on {address}")), "{}", second.stderr);
    assert!(second.stderr.contains("name another place with --listen HOST:PORT"), "{}", second.stderr);
    server.stop();
}

/// A folder of a mode that nobody wants would be in the way of the next start.
#[test]
fn a_refused_start_leaves_no_stamped_folder() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("new/data");
    let server = Server::start(&folder.path().join("other"), &[]);
    let taken = server.url.strip_prefix("http://").unwrap();
    let fixtures = shop::fixtures_file(folder.path());
    let refused = |options: &[&str]| {
        let serve = ["serve", "--mode", "live", "--data", data.to_str().unwrap()];
        let refused = run(&[serve.as_slice(), options].concat());
        assert_eq!(refused.code, Some(1), "{}", refused.stdout);
        refused.stderr
    };
    refused(&["--listen", taken]);
    assert!(!folder.path().join("new").exists());
    let database = "postgres://nobody@127.0.0.1:1/none";
    let text = refused(&["--listen", "127.0.0.1:0", "--database", database]);
    assert!(text.contains("PostgreSQL at 127.0.0.1:1, database none, user nobody"), "{text}");
    assert!(!folder.path().join("new").exists());
    // Read well, and refused by the books: test money.
    let text = refused(&["--listen", "127.0.0.1:0", "--fixtures", fixtures.to_str().unwrap()]);
    assert!(text.contains("cannot apply the fixtures"), "{text}");
    assert!(!folder.path().join("new").exists());
    // What was there stays.
    std::fs::create_dir_all(&data).unwrap();
    std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o700)).unwrap();
    std::fs::write(data.join("mine.txt"), "").unwrap();
    refused(&["--listen", "127.0.0.1:0", "--fixtures", fixtures.to_str().unwrap()]);
    let left: Vec<_> = std::fs::read_dir(&data).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(left, ["mine.txt"]);
    Server::start(&data, &[]).stop();
    server.stop();
}

#[test]
fn a_folder_that_others_may_write_to_is_refused() {
    let folder = TempDir::new().unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
    let refused = run(&["serve", "--listen", "127.0.0.1:0", "--data", folder.path().to_str().unwrap()]);
    assert_eq!(refused.code, Some(1));
    assert!(
        refused.stderr.contains("permissions 777") && refused.stderr.contains("chmod go-w"),
        "{}",
        refused.stderr
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn twin_and_live_are_kept_apart() {
    let folder = TempDir::new().unwrap();
    let (twin, live) = (folder.path().join("twin"), folder.path().join("live"));
    Server::start(&twin, &[]).stop();
    let refused =
        run(&["serve", "--listen", "127.0.0.1:0", "--mode", "live", "--data", twin.to_str().unwrap()]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.stderr.contains("stamped twin"), "{}", refused.stderr);

    let server = Server::start(&live, &["--mode", "live"]);
    let error = shop::operator(&server).pay_order("1", shop::CUSTOMER).await.unwrap_err();
    assert_eq!((error.http_status(), error.code()), (Some(404), Some("not-found")), "{error}");
    server.stop();
    let refused = run(&["serve", "--listen", "127.0.0.1:0", "--data", live.to_str().unwrap()]);
    assert!(refused.stderr.contains("stamped live"), "{}", refused.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn fixtures_are_applied_before_it_is_ready_at_every_start() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    let fixtures = shop::fixtures_file(folder.path());
    for _ in 0..2 {
        let server = Server::start(&data, &["--fixtures", fixtures.to_str().unwrap()]);
        let has: Balances = shop::operator(&server).balances(shop::CUSTOMER).await.unwrap();
        assert_eq!(has.balances[0].available.to_string(), "1000000");
        server.stop();
    }
    let wrong = shop::FIXTURES.replace("name = \"Maker\"", "name = 5");
    std::fs::write(&fixtures, wrong).unwrap();
    let fixtures = fixtures.to_str().unwrap();
    let serve =
        ["serve", "--listen", "127.0.0.1:0", "--data", data.to_str().unwrap(), "--fixtures", fixtures];
    let refused = run(&serve);
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(1), ""));
    assert!(refused.stderr.contains("shop.toml") && refused.stderr.contains("line 20"), "{}", refused.stderr);
}
