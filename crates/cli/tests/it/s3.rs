//! Report files in a real S3-compatible store on this machine, one that checks keys and signatures.

use crate::{
    past,
    process::{Ran, Running, Server, countinghouse, finish, say},
    python::{is_required, venv},
    reports::{built, reports},
    shop::{self, MERCHANT},
};
use client::{Clock as _, SystemClock};
use ledger::Millis;
use server::{Settings, Tools};
use std::{
    fs,
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, LazyLock},
    time::{Duration, Instant},
};
use tempfile::TempDir;
use testkit::house::FixedClock;

/// The store.
const PACKAGES: &[&str] = &["moto[s3]==5.2.5", "flask==3.1.3", "flask-cors==6.0.5"];
/// For a store to start, on a machine that is shared with other tests.
const PATIENCE: Duration = Duration::from_secs(60);

/// A store that runs until it is dropped.
struct Store {
    python: PathBuf,
    url: String,
    access_key: String,
    secret: String,
    _process: Running,
}

impl Store {
    /// Starts one; `None` when this machine has none and none is required.
    fn start(folder: &Path) -> Option<Self> {
        static PYTHON: LazyLock<Result<PathBuf, String>> = LazyLock::new(|| venv("s3", PACKAGES));
        let python = match &*PYTHON {
            Ok(python) => python.clone(),
            Err(why) => {
                assert!(!is_required("s3"), "s3 is required but not available: {why}");
                say(format_args!("skipped: s3 ({why})"));
                return None;
            }
        };
        // The port is free again when the store takes it; another test may be faster, but hardly ever.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = Command::new(python.with_file_name("moto_server"));
        command.args(["-p", &port.to_string()]).env("INITIAL_NO_AUTH_ACTION_COUNT", "4");
        let process = Running::spawn(&mut command, &folder.join("s3.log"));
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(begun.elapsed() < PATIENCE, "no store: {}", process.log());
            std::thread::sleep(Duration::from_millis(20));
        }
        let url = format!("http://127.0.0.1:{port}");
        let mut store =
            Self { python, url, access_key: String::new(), secret: String::new(), _process: process };
        let key = store.script(&["prepare", &store.url]);
        let (access_key, secret) = key.trim().split_once(' ').expect("a key and its secret");
        (store.access_key, store.secret) = (access_key.to_owned(), secret.to_owned());
        Some(store)
    }

    fn script(&self, arguments: &[&str]) -> String {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/s3.py");
        let ran = finish(Command::new(&self.python).args(["-B", path]).args(arguments));
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        ran.stdout
    }

    /// The names of all files, and those of uploads that were not finished.
    fn names(&self) -> Vec<String> {
        let listed = self.script(&["list", &self.url, &self.access_key, &self.secret]);
        listed.lines().map(str::to_owned).collect()
    }

    fn put(&self, name: &str) {
        self.script(&["put", &self.url, &self.access_key, &self.secret, name]);
    }

    /// A configuration file that names this store, but not its secret.
    fn config(&self, folder: &Path, bucket: &str) -> PathBuf {
        let path = folder.join(format!("{bucket}.toml"));
        let text = format!(
            "[reports]\nstore = \"s3\"\nbucket = {bucket:?}\nprefix = \"a/b\"\nendpoint = {:?}\n\
             allow_http = true\naccess_key = {:?}\n",
            self.url, self.access_key
        );
        fs::write(&path, text).unwrap();
        path
    }
}

fn serve(config: &Path, secret: &str) -> Command {
    let mut command = countinghouse();
    command.args(["serve", "--listen", "127.0.0.1:0", "--config"]).arg(config);
    command.env("COUNTINGHOUSE_REPORTS_SECRET_KEY", secret).env("NO_PROXY", "127.0.0.1");
    command
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_are_kept_in_a_bucket() {
    let folder = TempDir::new().unwrap();
    let Some(store) = Store::start(folder.path()) else { return };
    let data = folder.path().join("data");
    past::trade(&data, None, &shop::fixtures_file(folder.path()), 3).await;
    let config = store.config(folder.path(), "my-reports");
    let server = Server::spawn(serve(&config, &store.secret).arg("--data").arg(&data), &data);
    assert_eq!(store.names(), [] as [&str; 0], "the probe left nothing");

    let id = built(&server, folder.path(), &[]);
    assert_eq!(store.names(), [format!("a/b/reports/{MERCHANT}/{id}.csv")]);
    let saved = reports(&server, folder.path(), &["download", &id, "--output", "saved.csv"]);
    assert_eq!(saved.code, Some(0), "{}", saved.stderr);
    let file = fs::read_to_string(folder.path().join("saved.csv")).unwrap();
    assert!(file.contains(",SPOT_WALLET,available,EUR,closing,closing,,50.26\r\n"), "{file}");
    assert!(!data.join("reports").join(MERCHANT).exists(), "nothing of it is on this machine");
    assert!(!server.process.log().contains(&store.secret));
    server.stop();
    leftovers_go(&store, &config, &data).await;
}

/// Two days later, files that belong to no report are gone when a server has started.
async fn leftovers_go(store: &Store, config: &Path, data: &Path) {
    store.put(&format!("a/b/reports/{MERCHANT}/1.csv"));
    store.put("a/b/reports/notes.txt");
    store.put("elsewhere/reports/1/1.csv");
    let mut settings = Settings::read(Some(config)).unwrap();
    settings.data = data.to_owned();
    settings.listen = "127.0.0.1:0".parse().unwrap();
    settings.reports.secret_key = Some(store.secret.parse().unwrap());
    let clock = FixedClock::default();
    clock.set(Millis::new(SystemClock.now_ms() + 2 * 86_400_000));
    let tools = Tools { clock: Arc::new(clock), ..Tools::default() };
    let server = server::start(settings, tools).await.unwrap();
    let begun = Instant::now();
    // The report's own file goes with its time, the other one because nobody knows it.
    while store.names() != ["a/b/reports/notes.txt", "elsewhere/reports/1/1.csv"] {
        assert!(begun.elapsed() < PATIENCE, "{:?}", store.names());
    }
    server.stop().await;
}

#[test]
fn a_bucket_that_cannot_be_used_is_named_at_start() {
    let folder = TempDir::new().unwrap();
    let Some(store) = Store::start(folder.path()) else { return };
    let refused = |bucket: &str, secret: &str, setting: &str| {
        let config = store.config(folder.path(), bucket);
        let ran: Ran = finish(serve(&config, secret).arg("--data").arg(folder.path().join("data")));
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{}", ran.stderr);
        assert!(ran.stderr.contains(&format!("the bucket {bucket}")), "{}", ran.stderr);
        assert!(ran.stderr.contains(setting) && !ran.stderr.contains(secret), "{}", ran.stderr);
    };
    refused("my-report", &store.secret, "reports.bucket");
    refused("my-reports", "not-the-secret-of-the-key", "reports.secret_key");
}
