//! `verify`, `migrate`, `backup` and `restore`, as an operator types them, beside a server and without one.

use crate::{
    process::{Ran, Server, countinghouse, finish},
    shop::{self, CUSTOMER, MERCHANT},
};
use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};
use store::{Location, MIGRATIONS};
use tempfile::TempDir;
use testkit::{Database, Engine, for_each_engine, for_engine};

/// The options that name a database: its data folder, and its server if it has one.
pub(crate) fn place(data: &Path, database: &Database) -> Vec<String> {
    let mut options = vec!["--data".to_owned(), data.display().to_string()];
    if let Location::Postgres(url) = database.location() {
        options.extend(["--database".to_owned(), url.clone()]);
    }
    options
}

pub(crate) fn run(arguments: &[&str], place: &[String]) -> Ran {
    finish(countinghouse().args(arguments).args(place))
}

pub(crate) fn start(place: &[String], data: &Path, more: &[&str]) -> Server {
    let mut command = countinghouse();
    command.args(["serve", "--listen", "127.0.0.1:0"]).args(place).args(more);
    Server::spawn(&mut command, data)
}

pub(crate) fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

pub(crate) fn with_end(file: &Path, end: &str) -> PathBuf {
    file.with_added_extension(end)
}

#[test]
fn a_backup_of_a_running_server_brings_everything_back() {
    for_each_engine(async |database| {
        let folder = TempDir::new().unwrap();
        let (data, file) = (folder.path().join("data"), folder.path().join("backups.d"));
        fs::create_dir(&file).unwrap();
        let file = file.join("monday.backup");
        let here = place(&data, &database);
        let fixtures = shop::fixtures_file(folder.path());
        let server = start(&here, &data, &["--fixtures", fixtures.to_str().unwrap()]);
        let sold = shop::order(&shop::shop(&server), "before").await.unwrap().prepay_id.into_string();
        shop::operator(&server).pay_order(&sold, CUSTOMER).await.unwrap();

        // The server runs on; what comes after the backup is not in it.
        let done = run(&["backup", file.to_str().unwrap()], &here);
        assert_eq!(done.code, Some(0), "{}", done.stderr);
        assert!(
            done.stdout.contains("twin, schema at step") && done.stdout.contains("NOT in it"),
            "{}",
            done.stdout
        );
        let later = shop::order(&shop::shop(&server), "after").await.unwrap().prepay_id.into_string();
        shop::operator(&server).pay_order(&later, CUSTOMER).await.unwrap();
        let verified = run(&["verify"], &here);
        assert_eq!(
            (verified.code, verified.stdout.as_str()),
            (Some(0), "the books add up\n"),
            "{}",
            verified.stderr
        );
        let names: Vec<_> =
            fs::read_dir(file.parent().unwrap()).unwrap().map(|file| file.unwrap().file_name()).collect();
        assert_eq!(names.len(), 2, "a backup and its checksum, no keys and nothing left over: {names:?}");
        assert_eq!(mode(&file), 0o600);
        let again = run(&["backup", file.to_str().unwrap()], &here);
        assert_eq!(again.code, Some(1));
        assert!(again.stderr.contains("is there already"), "{}", again.stderr);

        // Not over what is there, of course.
        let refused = run(&["restore", file.to_str().unwrap()], &here);
        assert_eq!(refused.code, Some(1), "{}", refused.stdout);
        server.stop();
        let refused = run(&["restore", file.to_str().unwrap()], &here);
        assert!(
            refused.stderr.contains("empty place") || refused.stderr.contains("not empty"),
            "{}",
            refused.stderr
        );

        let (elsewhere, bare) = (folder.path().join("elsewhere"), Database::bare(database.engine()).await);
        let there = place(&elsewhere, &bare);
        let restored = run(&["restore", file.to_str().unwrap()], &there);
        assert_eq!(restored.code, Some(0), "{}", restored.stderr);
        assert!(restored.stdout.contains("the books add up"), "{}", restored.stdout);
        assert!(restored.stdout.contains("note: put the master key"), "{}", restored.stdout);
        fs::copy(data.join("master.key"), elsewhere.join("master.key")).unwrap();

        let server = start(&there, &elsewhere, &[]);
        let balances = shop::operator(&server).balances(MERCHANT).await.unwrap().balances;
        let sums = balances.iter().map(|balance| format!("{} + {}", balance.available.0, balance.frozen.0));
        assert_eq!(sums.collect::<Vec<_>>(), ["0 + 1"], "what was sold before the backup and nothing after");
        // The shop's own secret is read again: its call is let in.
        shop::order(&shop::shop(&server), "after").await.unwrap();
        server.stop();
    });
}

#[test]
fn keys_are_beside_a_backup_only_when_asked_for() {
    for_engine(Engine::Sqlite, async |database| {
        let folder = TempDir::new().unwrap();
        let (data, file) = (folder.path().join("data"), folder.path().join("all.backup"));
        let here = place(&data, &database);
        let fixtures = shop::fixtures_file(folder.path());
        start(&here, &data, &["--fixtures", fixtures.to_str().unwrap()]).stop();
        let done = run(&["backup", "--with-keys", file.to_str().unwrap()], &here);
        assert_eq!(done.code, Some(0), "{}", done.stderr);
        assert!(done.stdout.contains("every secret"), "{}", done.stdout);
        for name in ["master.key", "admin.token"] {
            let kept = with_end(&file, name);
            assert_eq!(fs::read(&kept).unwrap(), fs::read(data.join(name)).unwrap());
            assert_eq!(mode(&kept), 0o600);
        }

        // A place that has another key already is not for this database.
        let other = folder.path().join("other");
        fs::create_dir(&other).unwrap();
        let own = other.join("master.key");
        fs::write(&own, format!("{}\n", "5a".repeat(32))).unwrap();
        fs::set_permissions(&own, fs::Permissions::from_mode(0o600)).unwrap();
        let refused = run(&["restore", file.to_str().unwrap()], &place(&other, &database));
        assert_eq!(refused.code, Some(1));
        assert!(refused.stderr.contains("is another than"), "{}", refused.stderr);
        assert_eq!(fs::read_dir(&other).unwrap().count(), 1, "nothing was made");
        // Without the keys beside it, it is restored, and told to be of another key.
        let plain = folder.path().join("plain.backup");
        fs::copy(&file, &plain).unwrap();
        let restored = run(&["restore", plain.to_str().unwrap()], &place(&other, &database));
        assert_eq!(restored.code, Some(0), "{}", restored.stderr);
        assert!(restored.stdout.contains("is not the master key of this database"), "{}", restored.stdout);
        assert!(restored.stdout.contains("no ") && restored.stdout.contains("to compare it with"));

        let new = folder.path().join("new");
        let there = place(&new, &database);
        let restored = run(&["restore", file.to_str().unwrap()], &there);
        assert_eq!(restored.code, Some(0), "{}", restored.stderr);
        assert!(!restored.stdout.contains("note:"), "{}", restored.stdout);
        assert_eq!(mode(&new), 0o700);
        let server = start(&there, &new, &[]);
        shop::order(&shop::shop(&server), "first").await.unwrap();
        server.stop();
    });
}

/// Adds one unit to the customer's balance in a file that no server has open, past everything.
fn falsify(file: &Path) {
    let mut bytes = fs::read(file).unwrap();
    // As SQLite writes the row: its texts, and then the balance of a million USDT in six bytes.
    let balance = 100_000_000_000_000_i64.to_be_bytes();
    let row = [b"FUNDING_WALLETUSDTavailable".as_slice(), &balance[2..]].concat();
    let at = bytes.windows(row.len()).position(|window| window == row).unwrap();
    bytes[at + row.len() - 1] += 1;
    fs::write(file, bytes).unwrap();
}

#[test]
fn what_does_not_add_up_is_named() {
    for_engine(Engine::Sqlite, async |database| {
        let folder = TempDir::new().unwrap();
        let data = folder.path().join("data");
        let here = place(&data, &database);
        let fixtures = shop::fixtures_file(folder.path());
        start(&here, &data, &["--fixtures", fixtures.to_str().unwrap()]).stop();
        let file = folder.path().join("good.backup");
        assert_eq!(run(&["backup", file.to_str().unwrap()], &here).code, Some(0));

        falsify(&data.join("countinghouse.db"));
        let verified = run(&["verify"], &here);
        assert_eq!(verified.code, Some(6), "{}", verified.stdout);
        let named = "balance of ";
        assert!(verified.stdout.starts_with(named), "{}", verified.stdout);
        assert!(verified.stdout.contains("100000000000001 in smallest units, and should be 100000000000000"));
        assert!(verified.stderr.contains(&format!("do not add up: {named}")), "{}", verified.stderr);

        // A backup that somebody changed is refused while its checksum is there.
        falsify(&file);
        let there = place(&folder.path().join("new"), &database);
        let refused = run(&["restore", file.to_str().unwrap()], &there);
        assert_eq!(refused.code, Some(1));
        assert!(refused.stderr.contains("is damaged: its checksum"), "{}", refused.stderr);
        fs::remove_file(with_end(&file, "sha256")).unwrap();
        let restored = run(&["restore", file.to_str().unwrap()], &there);
        assert_eq!(restored.code, Some(6), "{}", restored.stdout);
        assert!(restored.stdout.contains(named), "{}", restored.stdout);
    });
}

#[test]
fn a_damaged_or_strange_file_leaves_nothing_behind() {
    for_engine(Engine::Sqlite, async |database| {
        let folder = TempDir::new().unwrap();
        let data = folder.path().join("data");
        let here = place(&data, &database);
        start(&here, &data, &[]).stop();
        let file = folder.path().join("good.backup");
        assert_eq!(run(&["backup", file.to_str().unwrap()], &here).code, Some(0));
        fs::remove_file(with_end(&file, "sha256")).unwrap();
        let good = fs::read(&file).unwrap();
        let new = folder.path().join("new");
        for (bytes, why) in [
            (&good[..good.len() / 2], ""),
            (b"a letter, not a backup".as_slice(), "is not a backup"),
            (b"".as_slice(), "is not a backup"),
        ] {
            fs::write(&file, bytes).unwrap();
            let refused = run(&["restore", file.to_str().unwrap()], &place(&new, &database));
            assert_eq!(refused.code, Some(1), "{}", refused.stdout);
            assert!(refused.stderr.contains(why), "{}", refused.stderr);
            assert!(!new.join("countinghouse.db").exists());
            let left = fs::read_dir(&new).map(|files| files.count()).unwrap_or_default();
            assert!(left <= 1, "at most the lock's file");
        }
        // Of the other engine.
        fs::write(&file, b"PGDMP and so on").unwrap();
        let (nowhere, file_name) = (folder.path().join("nowhere"), file.to_str().unwrap());
        let refused = run(&["restore", file_name], &place(&nowhere, &database));
        assert!(refused.stderr.contains("of a PostgreSQL database"), "{}", refused.stderr);
        assert!(!nowhere.exists());
        // A database with its log beside it is at work.
        fs::write(&file, &good).unwrap();
        fs::write(folder.path().join("good.backup-wal"), "log").unwrap();
        let refused = run(&["restore", file.to_str().unwrap()], &place(&new, &database));
        assert!(refused.stderr.contains("not a backup"), "{}", refused.stderr);
    });
}

#[test]
fn a_schema_is_checked_without_being_touched_and_then_made() {
    for_engine(Engine::Sqlite, async |database| {
        let folder = TempDir::new().unwrap();
        let here = place(&folder.path().join("data"), &database);
        for command in ["verify", "migrate"] {
            let missing = run(&[command], &here);
            assert_eq!(missing.code, Some(1));
            assert!(missing.stderr.contains("there is no database"), "{}", missing.stderr);
        }
        assert!(!folder.path().join("data").exists());
    });
    for_engine(Engine::Postgres, async |_| {
        let folder = TempDir::new().unwrap();
        let bare = Database::bare(Engine::Postgres).await;
        let here = place(&folder.path().join("data"), &bare);
        for _ in 0..2 {
            let checked = run(&["migrate", "--check"], &here);
            assert_eq!(checked.code, Some(6), "{}", checked.stderr);
            assert!(checked.stdout.starts_with("to do: step 1, foundation\n"), "{}", checked.stdout);
            assert_eq!(checked.stdout.lines().count(), MIGRATIONS.len());
        }
        assert!(run(&["verify"], &here).stderr.contains("the schema is at step 0"));
        let made = run(&["migrate"], &here);
        assert_eq!(made.code, Some(0), "{}", made.stderr);
        assert!(made.stdout.starts_with("done: step 1, foundation\n"), "{}", made.stdout);
        let checked = run(&["migrate", "--check"], &here);
        assert_eq!(checked.code, Some(0), "{}", checked.stderr);
        assert!(checked.stdout.starts_with("the schema is at step "), "{}", checked.stdout);
        assert_eq!(run(&["verify"], &here).code, Some(0));
    });
}

#[test]
fn a_running_server_keeps_its_schema_to_itself() {
    for_engine(Engine::Sqlite, async |database| {
        let folder = TempDir::new().unwrap();
        let data = folder.path().join("data");
        let here = place(&data, &database);
        let server = start(&here, &data, &[]);
        assert_eq!(run(&["migrate", "--check"], &here).code, Some(0));
        let refused = run(&["migrate"], &here);
        assert_eq!(refused.code, Some(1));
        assert!(refused.stderr.contains("in use by another process"), "{}", refused.stderr);
        server.stop();
    });
}
