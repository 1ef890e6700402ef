//! A house under test: on a throw-away database, with a clock that advances only on request.

mod builders;
mod files;
mod tools;

pub use builders::{USDT, decimal, holder_id, new_order, new_return, new_split};
pub use files::TestFiles;
pub use tools::{CountedEntropy, FixedClock, START};

use crate::{Database, Engine, for_engine};
use house::{Abort, House, Mode, Rules, Tools, verify};
use std::{
    fmt::Debug,
    ops::Deref,
    sync::atomic::{AtomicU64, Ordering},
};

/// Runs a case on a fresh house of every engine, and then verifies its books.
///
/// # Panics
/// When the case does, when [`TestHouse::finish`] does, or when an engine in `COUNTINGHOUSE_REQUIRE` is missing.
#[track_caller]
pub fn for_each_house(case: impl AsyncFn(&mut TestHouse)) {
    for engine in Engine::ALL {
        for_house_on(engine, &case);
    }
}

/// Runs a case on a fresh house of one engine, and then verifies its books.
///
/// # Panics
/// As [`for_each_house`].
#[track_caller]
pub fn for_house_on(engine: Engine, case: impl AsyncFn(&mut TestHouse)) {
    for_engine(engine, async |database| {
        let mut house = TestHouse::open(database).await;
        case(&mut house).await;
        house.finish().await;
    });
}

/// A house under test. It must be finished, which verifies its books.
pub struct TestHouse {
    /// Absent only during a restart.
    house: Option<House>,
    database: Database,
    clock: FixedClock,
    files: TestFiles,
    tools: Tools,
    mode: Mode,
    rules: Rules,
    /// Number of deposits so far, so that each has a reference of its own.
    deposits: AtomicU64,
    finished: bool,
}

impl Deref for TestHouse {
    type Target = House;
    fn deref(&self) -> &House {
        self.house.as_ref().expect("it is open between calls")
    }
}

impl TestHouse {
    /// Opens a twin with the usual rules.
    ///
    /// # Panics
    /// When it does not open.
    pub async fn open(database: Database) -> Self {
        Self::open_with(database, Mode::Twin, Rules::default()).await
    }

    /// Opens a house.
    ///
    /// # Panics
    /// When it does not open.
    pub async fn open_with(database: Database, mode: Mode, rules: Rules) -> Self {
        let (clock, files) = (FixedClock::default(), TestFiles::default());
        let tools = tools::tools(&clock, &files);
        let mut house = Self {
            house: None,
            database,
            clock,
            files,
            tools,
            mode,
            rules,
            deposits: AtomicU64::new(0),
            finished: false,
        };
        house.house = Some(house.another_server().await);
        house
    }

    /// Its database.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Its clock.
    pub fn clock(&self) -> &FixedClock {
        &self.clock
    }

    /// Its files.
    pub fn files(&self) -> &TestFiles {
        &self.files
    }

    /// The tools that it was opened with.
    pub fn tools(&self) -> &Tools {
        &self.tools
    }

    /// Another server on the same PostgreSQL database, with the same tools.
    ///
    /// # Panics
    /// When it does not open, as on SQLite.
    pub async fn another_server(&self) -> House {
        let store = self.database.store().await;
        House::open(store, self.mode, self.rules.clone(), self.tools.clone()).await.expect("a house opens")
    }

    /// Stops the server and starts it again on the same database. No clone of the house may exist.
    ///
    /// # Panics
    /// When it does not open again.
    pub async fn restart(&mut self) {
        self.store().close().await;
        self.house = None;
        self.house = Some(self.another_server().await);
    }

    /// Moves the clock, as if that time had passed while the server ran.
    ///
    /// # Panics
    /// When the node's lease cannot be renewed.
    pub async fn advance(&self, millis: i64) {
        self.clock.advance(millis);
        self.renew_lease().await.expect("the lease is renewed");
    }

    fn next_deposit(&self) -> u64 {
        self.deposits.fetch_add(1, Ordering::Relaxed)
    }

    /// Runs jobs until none is due; returns their number.
    ///
    /// # Panics
    /// When the database fails.
    pub async fn run_jobs(&self) -> usize {
        let mut ran = 0;
        loop {
            match house::worker::run_due(self).await.expect("jobs run") {
                0 => return ran,
                more => ran += more,
            }
        }
    }

    /// Asserts that every sum matches its postings.
    ///
    /// # Panics
    /// When one does not.
    pub async fn assert_books_balance(&self) {
        let differences = verify::differences(self).await.expect("the books are read");
        assert!(differences.is_empty(), "the books do not balance: {differences:#?}");
    }

    /// Asserts that the books balance and that no due or dead job is left, and closes the house.
    ///
    /// # Panics
    /// When the books do not balance, or a job is left.
    pub async fn finish(mut self) {
        self.finished = true;
        self.assert_books_balance().await;
        let backlog = house::job::backlog(&self).await.expect("the backlog is read");
        if (backlog.ready, backlog.dead) != (0, 0) {
            let jobs = house::job::list(&self, false, ("", "", ""), 20).await.expect("jobs are read");
            panic!("{} due and {} dead jobs are left over among {jobs:#?}", backlog.ready, backlog.dead);
        }
        self.store().close().await;
    }
}

impl Drop for TestHouse {
    fn drop(&mut self) {
        assert!(self.finished || std::thread::panicking(), "a house under test was dropped without finish()");
    }
}

/// The refusal of a refused call.
///
/// # Panics
/// When it was not refused.
#[track_caller]
pub fn refusal<T: Debug, R: Debug>(result: Result<T, Abort<R>>) -> R {
    match result {
        Err(Abort::Refused(refusal)) => refusal,
        other => panic!("expected a refusal, not {other:?}"),
    }
}
