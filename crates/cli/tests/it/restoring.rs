//! What goes wrong in `backup` and `restore`, and what is left then.

use crate::{
    maintenance::{mode, place, run, start, with_end},
    process::{Ran, countinghouse, finish},
    shop,
};
use std::{
    ffi::OsString,
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};
use store::Location;
use tempfile::TempDir;
use testkit::{Database, Engine, for_each_engine, for_engine};

/// A data folder that a server has used, and its options.
fn used(folder: &Path, database: &Database) -> (PathBuf, Vec<String>) {
    let data = folder.join("data");
    let here = place(&data, database);
    let fixtures = shop::fixtures_file(folder);
    start(&here, &data, &["--fixtures", fixtures.to_str().unwrap()]).stop();
    (data, here)
}

/// The names of the files in a folder; none when it is not there.
fn names(folder: &Path) -> Vec<OsString> {
    let files = fs::read_dir(folder).into_iter().flatten();
    let mut names: Vec<_> = files.map(|file| file.unwrap().file_name()).collect();
    names.sort();
    names
}

fn refused(ran: &Ran, why: &str) {
    assert_eq!(ran.code, Some(1), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stderr.contains(why), "{}", ran.stderr);
}

#[test]
fn the_operators_own_settings_lead_to_no_other_database() {
    for_engine(Engine::Postgres, async |database| {
        let folder = TempDir::new().unwrap();
        let (_, here) = used(folder.path(), &database);
        let file = folder.path().join("monday.backup");
        let bare = Database::bare(Engine::Postgres).await;
        let there = place(&folder.path().join("new"), &bare);
        for (command, place, said) in
            [("backup", here, "schema at step"), ("restore", there, "the books add up")]
        {
            let ran = finish(
                countinghouse()
                    .args([command, file.to_str().unwrap()])
                    .args(place)
                    .env("PGPORT", "1")
                    .env("PGHOST", "127.0.0.1")
                    .env("PGHOSTADDR", "127.0.0.1")
                    .env("PGSERVICE", "another")
                    .env("PGDATABASE", "another")
                    .env("PGSSLMODE", "verify-full")
                    .env("PGOPTIONS", "-c default_transaction_read_only=on"),
            );
            assert_eq!(ran.code, Some(0), "{command}: {}", ran.stderr);
            assert!(ran.stdout.contains(said), "{}", ran.stdout);
        }
    });
}

#[test]
fn a_backup_that_fails_half_way_leaves_nothing() {
    for_engine(Engine::Sqlite, async |database| {
        let folder = TempDir::new().unwrap();
        let (data, here) = used(folder.path(), &database);
        let backups = folder.path().join("backups");
        fs::create_dir(&backups).unwrap();
        let file = backups.join("monday.backup");
        let token = data.join("admin.token");
        let good = fs::read(&token).unwrap();
        // Larger than any file may become, where the database itself is not.
        fs::write(&token, "a".repeat(12 << 20)).unwrap();
        let mut limited = Command::new("sh");
        limited.args([
            "-c",
            "trap '' XFSZ; ulimit -f 8192; exec \"$@\"",
            "sh",
            env!("CARGO_BIN_EXE_countinghouse"),
        ]);
        limited.args(["backup", "--with-keys", file.to_str().unwrap()]).args(&here);
        refused(&finish(&mut limited), "monday.backup.admin.token");
        assert_eq!(names(&backups), Vec::<OsString>::new());

        // A key that cannot be read is known before anything is copied.
        fs::set_permissions(&token, fs::Permissions::from_mode(0o644)).unwrap();
        refused(&run(&["backup", "--with-keys", file.to_str().unwrap()], &here), "chmod 600");
        assert_eq!(names(&backups), Vec::<OsString>::new());

        // The next one is not in its way.
        fs::set_permissions(&token, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&token, good).unwrap();
        let done = run(&["backup", "--with-keys", file.to_str().unwrap()], &here);
        assert_eq!(done.code, Some(0), "{}", done.stderr);
        assert_eq!(names(&backups).len(), 4);
        assert_eq!(mode(&with_end(&file, "sha256")), 0o600);
    });
}

#[test]
fn two_backups_to_one_name_do_not_mix() {
    for_engine(Engine::Sqlite, async |database| {
        let folder = TempDir::new().unwrap();
        let (_, here) = used(folder.path(), &database);
        let file = folder.path().join("monday.backup");
        let sum = with_end(&file, "sha256");
        // The other one is as far as its checksum.
        fs::write(&sum, "of the other\n").unwrap();
        refused(&run(&["backup", file.to_str().unwrap()], &here), "is there already, without");
        assert_eq!((fs::read_to_string(&sum).unwrap().as_str(), file.exists()), ("of the other\n", false));
        // What is there may be a link to somewhere that is not mounted.
        fs::remove_file(&sum).unwrap();
        symlink(folder.path().join("not mounted"), &file).unwrap();
        refused(&run(&["backup", file.to_str().unwrap()], &here), "is there already");
        fs::remove_file(&file).unwrap();

        let backup = || {
            let mut command = countinghouse();
            command.args(["backup", file.to_str().unwrap()]).args(&here);
            command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
        };
        let children: Vec<_> = (0..4).map(|_| backup()).collect();
        let good = children.into_iter().filter_map(|mut child| child.wait().ok()?.success().then_some(()));
        assert_eq!(good.count(), 1, "one of them has the name");
        let there = place(&folder.path().join("new"), &database);
        let restored = run(&["restore", file.to_str().unwrap()], &there);
        assert_eq!(restored.code, Some(0), "the checksum is of the file: {}", restored.stderr);
    });
}

#[test]
fn a_checksum_that_is_none_is_called_that() {
    for_engine(Engine::Sqlite, async |database| {
        let folder = TempDir::new().unwrap();
        let (_, here) = used(folder.path(), &database);
        let file = folder.path().join("monday.backup");
        assert_eq!(run(&["backup", file.to_str().unwrap()], &here).code, Some(0));
        let new = folder.path().join("new");
        for text in ["", "not a sum"] {
            fs::write(with_end(&file, "sha256"), text).unwrap();
            let ran = run(&["restore", file.to_str().unwrap()], &place(&new, &database));
            refused(&ran, "holds no checksum");
            assert!(!ran.stderr.contains("damaged"), "{}", ran.stderr);
        }
        assert!(!new.exists());
    });
}

/// Replaces a text wherever it stands in a file.
fn replace(file: &Path, from: &str, to: &str) {
    let mut bytes = fs::read(file).unwrap();
    let places: Vec<_> =
        (0..bytes.len() - from.len()).filter(|at| bytes[*at..].starts_with(from.as_bytes())).collect();
    assert!(!places.is_empty(), "{from} is not in it");
    for at in places {
        bytes[at..at + from.len()].copy_from_slice(to.as_bytes());
    }
    fs::write(file, bytes).unwrap();
}

#[test]
fn a_database_that_is_not_ours_gets_no_name_and_no_keys() {
    for_engine(Engine::Sqlite, async |database| {
        let folder = TempDir::new().unwrap();
        let (data, here) = used(folder.path(), &database);
        let file = folder.path().join("monday.backup");
        assert_eq!(run(&["backup", "--with-keys", file.to_str().unwrap()], &here).code, Some(0));
        fs::remove_file(with_end(&file, "sha256")).unwrap();
        let good = fs::read(&file).unwrap();
        let new = folder.path().join("new");
        let there = place(&new, &database);

        // Sound files at a step that we know: without one of our tables, and one that was never a server's.
        replace(&file, "split_receiver", "split_reseiver");
        refused(&run(&["restore", file.to_str().unwrap()], &there), "holds no database of this program");
        assert!(!new.exists());
        fs::write(&file, &good).unwrap();
        replace(&file, "modetwin", "modftwin");
        refused(&run(&["restore", file.to_str().unwrap()], &there), "holds no database of this program");
        assert_eq!(names(&new), ["countinghouse.db.lock"]);
        // One whose books cannot even be read.
        fs::write(&file, &good).unwrap();
        replace(&file, "reserve_left", "reserve_lift");
        refused(&run(&["restore", file.to_str().unwrap()], &there), "reserve_left");
        assert_eq!(names(&new), ["countinghouse.db.lock"]);

        // What another one left that was killed goes; a database that is only not mounted does not.
        fs::write(&file, &good).unwrap();
        fs::write(new.join(".countinghouse-restore-abc"), "half of it").unwrap();
        let link = new.join("countinghouse.db");
        symlink(folder.path().join("not mounted"), &link).unwrap();
        refused(&run(&["restore", file.to_str().unwrap()], &there), "there is a database at");
        assert!(link.is_symlink());
        fs::remove_file(&link).unwrap();
        let restored = run(&["restore", file.to_str().unwrap()], &there);
        assert_eq!(restored.code, Some(0), "{}", restored.stderr);
        let expected = ["admin.token", "countinghouse.db", "countinghouse.db.lock", "master.key"];
        assert_eq!(names(&new), expected);
        assert_eq!(fs::read(new.join("master.key")).unwrap(), fs::read(data.join("master.key")).unwrap());
    });
}

/// The connection string of a bare database, with options for the sessions.
fn with_options(bare: &Database, options: &str) -> String {
    let Location::Postgres(url) = bare.location() else { unreachable!("it is a server") };
    let sign = if url.contains('?') { '&' } else { '?' };
    format!("{url}{sign}options=-c%20{options}")
}

#[test]
fn a_restore_that_the_server_refuses_leaves_no_keys() {
    for_engine(Engine::Postgres, async |database| {
        let folder = TempDir::new().unwrap();
        let (_, here) = used(folder.path(), &database);
        let file = folder.path().join("monday.backup");
        assert_eq!(run(&["backup", "--with-keys", file.to_str().unwrap()], &here).code, Some(0));
        let bare = Database::bare(Engine::Postgres).await;
        let new = folder.path().join("new");
        let options = |url: String| {
            ["--data".to_owned(), new.to_str().unwrap().to_owned(), "--database".to_owned(), url]
        };
        let read_only = with_options(&bare, "default_transaction_read_only%3Don");
        refused(&run(&["restore", file.to_str().unwrap()], &options(read_only)), "read-only");
        assert_eq!(names(&new), Vec::<OsString>::new());
        // Where only the look afterwards fails, everything is there, and that is said.
        let elsewhere = with_options(&bare, "search_path%3Delsewhere");
        let ran = run(&["restore", file.to_str().unwrap()], &options(elsewhere));
        refused(&ran, "error: restored, but not checked: ");
        assert_eq!(names(&new), ["admin.token", "master.key"]);
        let verified = run(&["verify"], &place(&new, &bare));
        assert_eq!(verified.code, Some(0), "{}", verified.stderr);
    });
}

#[test]
fn a_restored_database_numbers_its_events_above_those_that_readers_know() {
    for_each_engine(async |database| {
        let folder = TempDir::new().unwrap();
        let (_, here) = used(folder.path(), &database);
        let file = folder.path().join("monday.backup");
        assert_eq!(run(&["backup", file.to_str().unwrap()], &here).code, Some(0));
        let (data, bare) = (folder.path().join("new"), Database::bare(database.engine()).await);
        let restored = run(&["restore", file.to_str().unwrap()], &place(&data, &bare));
        assert_eq!(restored.code, Some(0), "{}", restored.stderr);
        let location = match bare.location() {
            Location::Sqlite(_) => Location::Sqlite(data.join("countinghouse.db")),
            server @ Location::Postgres(_) => server.clone(),
        };
        let store = store::Store::open(&location, &store::Options::default()).await.unwrap();
        let floor = store::meta::get(&store, "tx_floor").await.unwrap().unwrap();
        // No server that ran until now has come as far.
        assert!(floor.parse::<i64>().unwrap() > 1_700_000_000_000_000, "{floor}");
        store.close().await;
    });
}
