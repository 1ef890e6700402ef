//! What connections cost the process: its memory, its open files, and the lines of its log.
#![cfg(target_os = "linux")]

use crate::process::{Server, countinghouse};
use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::Command,
    thread::sleep,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// A small request for a large reply that anybody may have.
const ASK: &str = "GET /v1/openapi.json HTTP/1.1\r\nhost: x\r\n\r\n";

fn connect(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(server.url.strip_prefix("http://").unwrap()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream.set_write_timeout(Some(Duration::from_secs(2))).unwrap();
    stream
}

/// All that comes until the other side ends.
fn ask_once(server: &Server, path: &str) -> String {
    let mut stream = connect(server);
    write!(stream, "GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    reply
}

/// A figure of the process in KiB, such as `VmRSS`.
fn status_kib(server: &Server, name: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.process.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// A server under limits of open files, soft and hard.
fn limited(data: &Path, soft: u32, hard: u32, options: &[&str]) -> Server {
    let program = countinghouse();
    let mut command = Command::new("sh");
    command.args(["-c", &format!("ulimit -Sn {soft}; ulimit -Hn {hard}; exec \"$0\" \"$@\"")]);
    command.arg(program.get_program()).args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(data);
    for (name, value) in program.get_envs().filter(|(_, value)| value.is_none()) {
        assert!(value.is_none());
        command.env_remove(name);
    }
    Server::spawn(command.args(options), data)
}

#[test]
fn a_peer_that_takes_no_reply_does_not_make_it_grow() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(&folder.path().join("data"), &[]);
    // What the first replies of each thread need is there for good.
    for _ in 0..50 {
        assert!(ask_once(&server, "/v1/openapi.json").starts_with("HTTP/1.1 200"));
    }
    let before = status_kib(&server, "VmRSS");
    let mut silent = connect(&server);
    silent.write_all(ASK.repeat(2_000).as_bytes()).unwrap();
    let mut most = before;
    for _ in 0..30 {
        sleep(Duration::from_millis(100));
        most = most.max(status_kib(&server, "VmRSS"));
    }
    assert!(most < before + 8 * 1_024, "from {before} to {most} KiB");
    // It was not cut off: whoever begins to take the replies gets them.
    let mut first = [0; 12];
    silent.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"HTTP/1.1 200");
    drop(silent);
    server.stop();
}

#[test]
fn the_limit_of_open_files_is_raised_and_bounds_connections() {
    let folder = TempDir::new().unwrap();
    let server = limited(&folder.path().join("data"), 100, 400, &[]);
    // It is raised before anybody is answered.
    assert!(ask_once(&server, "/healthz").ends_with("ok\n"));
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", server.process.id())).unwrap();
    let line = limits.lines().find(|line| line.starts_with("Max open files")).unwrap();
    assert_eq!(line.split_whitespace().skip(3).take(2).collect::<Vec<_>>(), ["400", "400"]);
    let log = server.process.log();
    assert!(log.contains("limits.max_connections") && log.contains("\"possible\":144"), "{log}");
    server.stop();
}

#[test]
fn a_flood_is_told_in_few_lines_and_survived() {
    let folder = TempDir::new().unwrap();
    let begun = Instant::now();
    let server = limited(&folder.path().join("data"), 64, 64, &["--limits-max-connections", "1"]);
    // Files run out before places do.
    let mut flood: Vec<TcpStream> = (0..100).map(|_| connect(&server)).collect();
    for stream in &mut flood {
        let _ = stream.write_all(ASK.as_bytes());
    }
    sleep(Duration::from_secs(3));
    drop(flood);
    assert!(ask_once(&server, "/healthz").ends_with("ok\n"));
    let log = server.process.log();
    let count = |words: &str| log.lines().filter(|line| line.contains(words)).count();
    let not_accepted = count("was not accepted");
    assert!((1..=begun.elapsed().as_secs() + 1).contains(&(not_accepted as u64)), "{not_accepted}: {log}");
    assert_eq!(count("the connection limit is reached"), 1, "{log}");
    server.stop();
}
