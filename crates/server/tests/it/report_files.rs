//! Where report files are kept: what is wrong with a place is said at start, and leftovers go.

use countinghouse_server::{
    Settings,
    report_files::{open, sweep},
};
use ledger::Millis;
use object_store::{ObjectStore, ObjectStoreExt as _, path::Path as Name};
use serde_json::json;
use std::{
    fs,
    path::Path,
    sync::Arc,
    time::{Duration, UNIX_EPOCH},
};
use tempfile::TempDir;
use testkit::{
    house::START,
    http::{SHOP, Served, TestApp, with_shop},
};

const DAY_MILLIS: i64 = 86_400_000;

fn settings(data: &Path, toml: &str) -> Settings {
    let mut settings = toml::from_str::<Settings>(toml).unwrap();
    settings.data = data.to_owned();
    settings
}

/// Puts a file there that was last written at a time.
fn put(folder: &Path, name: &str, at: Millis) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, "x").unwrap();
    let at = UNIX_EPOCH + Duration::from_millis(at.get().try_into().unwrap());
    fs::File::options().write(true).open(&path).unwrap().set_modified(at).unwrap();
}

/// The names of all files below a folder, in order.
fn names(folder: &Path) -> Vec<String> {
    fn walk(folder: &Path, inside: &str, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = format!("{inside}{}", entry.file_name().to_str().unwrap());
            if entry.path().is_dir() {
                walk(&entry.path(), &format!("{name}/"), found);
            } else {
                found.push(name);
            }
        }
    }
    let mut found = Vec::new();
    walk(folder, "", &mut found);
    found.sort();
    found
}

/// A report of the shop; built if asked. Its id.
async fn report(app: &TestApp, build: bool) -> String {
    let asked = json!({ "holder": SHOP, "from": "2026-01-01", "to": "2026-01-04" });
    let reply = app.native("POST", "/v1/reports").json(asked).await;
    assert_eq!(reply.status, 201, "{reply}");
    if build {
        app.run_jobs().await;
    }
    reply.json()["id"].as_str().unwrap().to_owned()
}

async fn cancel(app: &TestApp, id: &str) {
    assert_eq!(app.native("POST", &format!("/v1/reports/{id}/cancel")).await.status, 200);
}

#[test]
fn leftovers_of_a_folder_go_after_a_day() {
    with_shop(async |app| {
        let data = TempDir::new().unwrap();
        let files = open(&settings(data.path(), ""), "1").await.unwrap();
        let (done, cancelled, waiting) =
            (report(app, true).await, report(app, false).await, report(app, false).await);
        cancel(app, &cancelled).await;
        let (old, young) = (START.plus(-DAY_MILLIS), START.plus(1 - DAY_MILLIS));
        let of_shop = |name: &str| format!("reports/{SHOP}/{name}");
        let stays = [
            (of_shop(&format!("{done}.csv")), old),
            (of_shop(&format!("{waiting}.csv")), old),
            (of_shop(&format!("{cancelled}.csv#1")), young),
            (of_shop("1.csv"), young),
            (of_shop(&format!("{waiting}.csv#1")), young),
            ("reports/probe-1".to_owned(), young),
            // Nothing of ours, whoever put it there.
            (of_shop("notes.txt"), old),
            (of_shop("1.csv.gz"), old),
            (of_shop("notes.txt#1"), old),
            ("reports/README".to_owned(), old),
            ("reports/a/b/1.csv".to_owned(), old),
            ("1.csv".to_owned(), old),
        ];
        let goes = [
            of_shop(&format!("{done}.jsonl")),
            of_shop(&format!("{cancelled}.csv")),
            of_shop("2.csv"),
            "reports/somebody-else/3.jsonl".to_owned(),
            format!("reports/{SHOP}x/{done}.csv"),
            of_shop(&format!("{waiting}.csv#2")),
            of_shop("4.jsonl#17"),
            "reports/probe-2".to_owned(),
            "reports/probe-3#1".to_owned(),
        ];
        for (name, at) in &stays {
            put(data.path(), name, *at);
        }
        for name in &goes {
            put(data.path(), name, old);
        }
        assert_eq!(sweep(app.house(), &*files, Some(data.path())).await.unwrap(), goes.len());
        let mut expected: Vec<String> = stays.iter().map(|(name, _)| name.clone()).collect();
        expected.sort();
        assert_eq!(names(data.path()), expected);
        assert_eq!(sweep(app.house(), &*files, Some(data.path())).await.unwrap(), 0);

        // Two days later every report is over but the one that waits.
        cancel(app, &waiting).await;
        app.advance(2 * DAY_MILLIS).await;
        app.run_jobs().await;
        assert_eq!(sweep(app.house(), &*files, Some(data.path())).await.unwrap(), 6);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_clears_leftovers_away_when_it_starts() {
    let shared = TempDir::new().unwrap();
    put(shared.path(), "reports/1000135331248/1.csv", START.plus(-2 * DAY_MILLIS));
    put(shared.path(), "reports/1000135331248/1.csv#1", START.plus(-2 * DAY_MILLIS));
    put(shared.path(), "reports/1000135331248/2.csv", START);
    let served = Served::start(|settings| settings.reports.folder = Some(shared.path().to_owned())).await;
    let mut looks = 0;
    while names(shared.path()).len() > 1 {
        looks += 1;
        assert!(looks < 6_000, "{:?}", names(shared.path()));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(names(shared.path()), ["reports/1000135331248/2.csv"]);
    served.stop().await;
}

#[tokio::test]
async fn the_probe_leaves_nothing_and_files_are_whole_or_not_there() {
    let data = TempDir::new().unwrap();
    let files: Arc<dyn ObjectStore> = open(&settings(data.path(), ""), "1").await.unwrap();
    assert_eq!(names(data.path()), [] as [&str; 0]);
    let name = Name::from("reports/1/2.csv");
    let mut upload = files.put_multipart(&name).await.unwrap();
    upload.put_part("a part".into()).await.unwrap();
    assert!(matches!(files.get(&name).await, Err(object_store::Error::NotFound { .. })));
    upload.complete().await.unwrap();
    assert_eq!(files.get(&name).await.unwrap().bytes().await.unwrap(), "a part");
    assert_eq!(names(data.path()), ["reports/1/2.csv"]);
}

#[tokio::test]
async fn a_place_that_cannot_be_used_is_named_at_start() {
    let data = TempDir::new().unwrap();
    let refused = async |toml: &str| match open(&settings(data.path(), toml), "1").await {
        Ok(_) => panic!("it can be used: {toml}"),
        Err(error) => error,
    };
    let file = data.path().join("a-file");
    fs::write(&file, "").unwrap();
    let error = refused(&format!("[reports]\nfolder = {file:?}\n")).await;
    assert!(error.contains("a-file"), "{error}");
    let error = refused("[reports]\nstore = \"s3\"\n").await;
    assert!(error.contains("reports.bucket is missing"), "{error}");
    // Nobody listens on the discard port.
    let error = refused(
        "[reports]\nstore = \"s3\"\nbucket = \"my-reports\"\naccess_key = \"AK\"\nsecret_key = \"hush-hush\"\n\
         endpoint = \"http://127.0.0.1:9\"\nallow_http = true\n",
    )
    .await;
    assert!(error.contains("the bucket my-reports") && error.contains("reports.endpoint"), "{error}");
    assert!(!error.contains("hush"), "{error}");
}
