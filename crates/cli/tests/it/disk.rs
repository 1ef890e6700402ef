//! A disk that is full or read-only: what is there is served, and writing goes on by itself when it can.
//!
//! The disk is one in memory, in a mount namespace of its own, which a process keeps alive.

use crate::{
    process::{Running, Server, countinghouse, say},
    shop::{self, CUSTOMER},
};
use std::{
    fs::{self, File},
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// A small disk that only those see who enter it.
struct Disk {
    keeper: Child,
    user: bool,
    at: TempDir,
}

impl Disk {
    /// Makes one, unless this system lets nobody do that: then the case says that it is skipped.
    fn new(case: &str) -> Option<Self> {
        [false, true].into_iter().find_map(Self::make).or_else(|| {
            say(format_args!("skipped: mount namespaces: {case} (unshare is not allowed here)"));
            None
        })
    }

    /// As the administrator, or as a user in a namespace of users.
    fn make(user: bool) -> Option<Self> {
        let at = TempDir::new().unwrap();
        let mut keeper = Command::new("unshare")
            .args(if user { ["-r", "-m"].as_slice() } else { &["-m"] })
            .args([
                "sh",
                "-c",
                "mount -t tmpfs -o size=4m,mode=700 none \"$1\" && echo ready && exec cat",
                "sh",
            ])
            .arg(at.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut line = String::new();
        BufReader::new(keeper.stdout.take()?).read_line(&mut line).ok()?;
        if line != "ready\n" {
            keeper.wait().unwrap();
            return None;
        }
        Some(Self { keeper, user, at })
    }

    /// A command that enters it first.
    fn enter(&self, program: &str) -> Command {
        let mut command = Command::new("nsenter");
        command.args(["-t", &self.keeper.id().to_string(), "-m"]);
        if self.user {
            command.args(["-U", "--preserve-credentials"]);
        }
        for (name, _) in countinghouse().get_envs() {
            command.env_remove(name);
        }
        command.arg("--").arg(program);
        command
    }

    fn start(&self, more: &[&str]) -> Server {
        let mut command = self.enter(env!("CARGO_BIN_EXE_countinghouse"));
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(self.at.path().join("data"))
            .args(more);
        let process = Running::spawn(&mut command, &self.log());
        let url = process.line().strip_prefix("listening on ").unwrap().to_owned();
        let token = fs::read_to_string(self.seen("data/admin.token")).unwrap().trim().to_owned();
        Server { process, url, token }
    }

    fn log(&self) -> PathBuf {
        self.at.path().with_extension("log")
    }

    /// A file on it, as others may reach it.
    fn seen(&self, name: &str) -> PathBuf {
        let root = PathBuf::from(format!("/proc/{}/root", self.keeper.id()));
        root.join(self.at.path().strip_prefix("/").unwrap()).join(name)
    }

    /// Leaves no room at all.
    fn fill(&self) {
        let mut file = File::options().create(true).append(true).open(self.seen("filler")).unwrap();
        for bytes in [1 << 16, 1 << 12, 1] {
            while file.write_all(&vec![0; bytes]).is_ok() {}
        }
    }

    fn free(&self) {
        fs::remove_file(self.seen("filler")).unwrap();
    }

    fn remount(&self, how: &str) {
        let status = self.enter("mount").args(["-o", &format!("remount,{how}")]).arg(self.at.path()).status();
        assert!(status.unwrap().success(), "remount,{how}");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
        let _ = fs::remove_file(self.log());
    }
}

/// What `/readyz` answers.
fn ready(server: &Server) -> (u16, String) {
    let mut stream = TcpStream::connect(server.url.strip_prefix("http://").unwrap()).unwrap();
    stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    let status = reply.split(' ').nth(1).unwrap().parse().unwrap();
    (status, reply.split_once("\r\n\r\n").unwrap().1.to_owned())
}

/// Waits until something holds. A lease that is over is renewed within half a minute.
async fn within_a_minute(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !holds().await {
        assert!(Instant::now() < deadline, "not within a minute: {what}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

async fn reads(server: &Server) -> bool {
    let balances = shop::operator(server).balances(CUSTOMER).await.unwrap().balances;
    balances[0].available.to_string() == "1000000"
}

async fn is_not_ready(server: &Server) {
    within_a_minute("503", async || ready(server).0 == 503).await;
    let said = ready(server).1;
    assert!(said.lines().any(|line| line == "the database cannot be written to"), "{said}");
    assert!(reads(server).await, "reading goes on");
}

async fn writes_again(server: &Server, trade_no: &str) {
    within_a_minute("200", async || ready(server).0 == 200).await;
    let shop = shop::shop(server);
    within_a_minute("an order", async || shop::order(&shop, trade_no).await.is_ok()).await;
}

fn times_logged(disk: &Disk, message: &str) -> usize {
    let log = fs::read_to_string(disk.log()).unwrap();
    log.lines().filter(|line| line.contains(&format!(r#""message":"{message}""#))).count()
}

fn fixtures(folder: &Path) -> String {
    shop::fixtures_file(folder).to_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_keeps_nobody_from_reading() {
    let Some(disk) = Disk::new("a_full_disk_keeps_nobody_from_reading") else { return };
    let folder = TempDir::new().unwrap();
    let fixtures = fixtures(folder.path());
    let server = disk.start(&["--fixtures", &fixtures]);
    writes_again(&server, "before").await;

    disk.fill();
    // What is in the log already is written over; a little more is not.
    let shop = shop::shop(&server);
    let mut count = 0;
    within_a_minute("an order that is not made", async || {
        count += 1;
        shop::order(&shop, &format!("full{count}")).await.is_err()
    })
    .await;
    is_not_ready(&server).await;
    disk.free();
    writes_again(&server, "after").await;
    assert_eq!(times_logged(&disk, "the database cannot be written to"), 1, "once, not at every call");
    assert_eq!(times_logged(&disk, "the database can be written to again"), 1);
    server.stop();

    // Without its log beside it, SQLite wants room even to read.
    disk.fill();
    let server = disk.start(&["--fixtures", &fixtures]);
    is_not_ready(&server).await;
    assert!(shop::order(&shop::shop(&server), "refused").await.is_err());
    disk.free();
    writes_again(&server, "again").await;
    assert!(reads(&server).await);
    server.stop();
    assert!(!disk.seen("data/countinghouse.db-wal").exists(), "closed in good order");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_only_disk_keeps_nobody_from_reading() {
    let Some(disk) = Disk::new("a_read_only_disk_keeps_nobody_from_reading") else { return };
    let folder = TempDir::new().unwrap();
    disk.start(&["--fixtures", &fixtures(folder.path())]).stop();
    for lock_is_there in [true, false] {
        if !lock_is_there {
            fs::remove_file(disk.seen("data/countinghouse.db.lock")).unwrap();
        }
        disk.remount("ro");
        let server = disk.start(&[]);
        is_not_ready(&server).await;
        let mut second = disk.enter(env!("CARGO_BIN_EXE_countinghouse"));
        second.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(disk.at.path().join("data"));
        let second = crate::process::finish(&mut second);
        assert!(second.stderr.contains("in use by another process"), "{}", second.stderr);
        disk.remount("rw");
        writes_again(&server, if lock_is_there { "one" } else { "two" }).await;
        server.stop();
    }
}
