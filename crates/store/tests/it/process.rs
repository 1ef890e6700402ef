//! Another process on the same SQLite file: refused while the first lives, served once it was killed.

use crate::commands::{Note, is_noted};
use countinghouse_store::{Location, OpenError, Options, Store};
use std::{
    io::{BufRead, BufReader, Read, Write},
    process::{Command, Stdio},
};
use testkit::{Engine, for_engine};

/// Tells the other process which file to open.
const FILE: &str = "COUNTINGHOUSE_TEST_FILE";

#[test]
fn a_file_open_in_another_process_is_refused_until_that_is_killed() {
    for_engine(Engine::Sqlite, async |database| {
        let Location::Sqlite(path) = database.location() else { unreachable!("it is a file") };
        let mut other = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "process::opens_and_waits", "--nocapture"])
            .env(FILE, path)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("starts");
        let said = BufReader::new(other.stdout.take().expect("piped"));
        let opened = said.lines().any(|line| line.expect("text").ends_with("written"));
        assert!(opened, "the other process did not open the file");

        let error = database.try_store(&Options::default()).await.err().expect("refused");
        assert!(matches!(error, OpenError::InUse(_)), "{error}");

        // Not even when somebody takes the lock's file away.
        std::fs::remove_file(path.with_added_extension("lock")).expect("it was there");
        let error = database.try_store(&Options::default()).await.err().expect("refused");
        assert!(matches!(error, OpenError::InUse(_)), "{error}");

        other.kill().expect("killed");
        other.wait().expect("ended");
        let store = database.store().await;
        assert!(is_noted(&store, "by the other").await, "what was answered is not there");
    });
}

/// The other process of the case above, which names a file; without one there is nothing to do.
#[test]
fn opens_and_waits() {
    let Some(path) = std::env::var_os(FILE) else { return };
    let runtime = tokio::runtime::Runtime::new().expect("starts");
    runtime.block_on(async {
        let location = Location::Sqlite(path.into());
        let store = Store::open(&location, &Options::default()).await.expect("opens");
        store.commit(Note("by the other".to_owned())).await.expect("commits");
        let mut out = std::io::stdout();
        writeln!(out, "written").and_then(|()| out.flush()).expect("heard");
        // Ends by being killed; if the first process is gone before that, by the end of its pipe.
        std::io::stdin().read_to_end(&mut Vec::new()).expect("waits");
    });
}
