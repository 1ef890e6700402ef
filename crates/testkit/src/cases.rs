//! Runs a case on each engine, and says when one is missing.

use crate::{Database, Engine, postgres};
use std::{io::Write, panic::Location};

/// Runs a case on a fresh database of every engine, one after the other.
///
/// Where PostgreSQL is not available, a message with the case's name on standard error says so.
///
/// # Panics
/// When the case does, or when an engine in `COUNTINGHOUSE_REQUIRE` is missing.
#[track_caller]
pub fn for_each_engine(case: impl AsyncFn(Database)) {
    for engine in Engine::ALL {
        for_engine(engine, &case);
    }
}

/// Runs a case on a fresh database of one engine.
///
/// # Panics
/// When the case does, or when the engine is missing and `COUNTINGHOUSE_REQUIRE` names it.
#[track_caller]
pub fn for_engine(engine: Engine, case: impl AsyncFn(Database)) {
    let name = case_name(Location::caller());
    if engine == Engine::Postgres
        && let Err(why) = postgres::server()
    {
        assert!(!engine.is_required(), "postgres is required but not available: {why}");
        skipped(engine.as_str(), &name, why);
        return;
    }
    let _named = Named { engine, name };
    // Two workers, so that concurrent work really runs at the same time.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a test can start a runtime");
    runtime.block_on(async { case(Database::fresh(engine).await).await });
}

/// Reports the engine of a failed case.
struct Named {
    engine: Engine,
    name: String,
}

impl Drop for Named {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let _ = writeln!(std::io::stderr(), "failed on {}: {}", self.engine.as_str(), self.name);
        }
    }
}

/// The test runner names a test's thread after it, unless it runs tests one at a time.
pub(crate) fn case_name(caller: &Location<'_>) -> String {
    match std::thread::current().name() {
        Some(name) if name != "main" => name.to_owned(),
        _ => caller.to_string(),
    }
}

/// Written past the test runner, which hides the output of passing tests.
pub(crate) fn skipped(missing: &str, case: &str, why: &str) {
    let _ = writeln!(std::io::stderr(), "skipped: {missing}: {case} ({why})");
}
