//! Failures: one opaque error for everything that is not a refusal.

use std::fmt;

/// The unsuccessful end of a command. Nothing that it wrote is stored.
#[derive(Debug)]
pub enum Abort<R> {
    /// A rule forbids it; the caller gets the reason.
    Refused(R),
    /// Something broke; the reason is in the log, not in the answer.
    Failed(Failure),
}

impl<R> From<Failure> for Abort<R> {
    fn from(failure: Failure) -> Self {
        Abort::Failed(failure)
    }
}

impl<R> Abort<R> {
    /// The same end with another type of refusal.
    pub fn map<S>(self, map: impl FnOnce(R) -> S) -> Abort<S> {
        match self {
            Abort::Refused(refusal) => Abort::Refused(map(refusal)),
            Abort::Failed(failure) => Abort::Failed(failure),
        }
    }
}

/// The kind of a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// Nothing was done, and the same call may succeed a moment later: too many writes are waiting, or the
    /// server cannot make ids yet.
    Busy,
    /// Nothing was done, because an account's latest time is ahead of the clock. The same call may succeed later; an
    /// operator should know.
    AheadOfClock,
    /// The database or the storage of files could not be reached, read or written.
    Storage,
    /// Something that must always hold does not: a fault in the program or in the data.
    Invariant,
}

/// A failure. Its text is for the log, never for a caller.
#[derive(Debug)]
pub struct Failure {
    kind: FailureKind,
    cause: Cause,
}

#[derive(Debug)]
enum Cause {
    Sqlite(rusqlite::Error),
    Postgres(tokio_postgres::Error),
    Text(String),
    /// Another transaction wrote between this one's read and write.
    Overtaken(String),
}

impl Failure {
    /// Nothing was done; the same call may succeed a moment later.
    pub fn busy(text: impl Into<String>) -> Self {
        Self { kind: FailureKind::Busy, cause: Cause::Text(text.into()) }
    }

    /// Nothing was done, because an account's latest time is ahead of the clock.
    pub fn ahead_of_clock(text: impl Into<String>) -> Self {
        Self { kind: FailureKind::AheadOfClock, cause: Cause::Text(text.into()) }
    }

    /// The database or the storage of files failed.
    pub fn storage(text: impl Into<String>) -> Self {
        Self { kind: FailureKind::Storage, cause: Cause::Text(text.into()) }
    }

    /// Something that must always hold does not.
    pub fn invariant(text: impl fmt::Display) -> Self {
        Self { kind: FailureKind::Invariant, cause: Cause::Text(text.to_string()) }
    }

    /// Another transaction wrote the same fact after this one's check. A command that checks before it writes
    /// finds it in the next attempt; one that does not is faulty.
    pub(crate) fn overtaken(text: impl Into<String>) -> Self {
        Self { kind: FailureKind::Invariant, cause: Cause::Overtaken(text.into()) }
    }

    /// A command panicked.
    pub(crate) fn panicked(panic: &(dyn std::any::Any + Send)) -> Self {
        let text = panic
            .downcast_ref::<&str>()
            .map(ToString::to_string)
            .or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_default();
        Self::invariant(format!("a command panicked: {text}"))
    }

    /// The kind of the failure.
    pub fn kind(&self) -> FailureKind {
        self.kind
    }

    /// Whether nothing was done and the same call may succeed later.
    pub fn is_passing(&self) -> bool {
        matches!(self.kind, FailureKind::Busy | FailureKind::AheadOfClock)
    }

    /// The error code of SQLite, if any.
    pub(crate) fn sqlite_code(&self) -> Option<rusqlite::ErrorCode> {
        match &self.cause {
            Cause::Sqlite(error) => error.sqlite_error_code(),
            _ => None,
        }
    }

    /// Whether the transaction failed only because of concurrent ones: PostgreSQL rolled it back for a
    /// serialization failure (40001) or a deadlock (40P01), or another transaction wrote the same fact first.
    /// The same command may be run again.
    pub(crate) fn is_contention(&self) -> bool {
        use tokio_postgres::error::SqlState;
        match &self.cause {
            Cause::Postgres(error) => error.code().is_some_and(|code| {
                *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED
            }),
            Cause::Overtaken(_) => true,
            Cause::Sqlite(_) | Cause::Text(_) => false,
        }
    }
}

impl Failure {
    /// Whether a query found a number too large for its type.
    pub(crate) fn is_overflow(&self) -> bool {
        use tokio_postgres::error::SqlState;
        match &self.cause {
            // SQLite has no separate code for it.
            Cause::Sqlite(rusqlite::Error::SqliteFailure(_, Some(text))) => text == "integer overflow",
            Cause::Postgres(error) => error.code() == Some(&SqlState::NUMERIC_VALUE_OUT_OF_RANGE),
            Cause::Sqlite(_) | Cause::Text(_) | Cause::Overtaken(_) => false,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            Cause::Sqlite(error) => write!(f, "sqlite: {error}"),
            Cause::Postgres(error) => {
                let hint = if is_pooler(error) { format!(". {POOLER}") } else { String::new() };
                write!(f, "postgres: {}{hint}", postgres_chain(error))
            }
            Cause::Text(text) | Cause::Overtaken(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for Failure {}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self { kind: FailureKind::Storage, cause: Cause::Sqlite(error) }
    }
}

impl From<tokio_postgres::Error> for Failure {
    fn from(error: tokio_postgres::Error) -> Self {
        Self { kind: FailureKind::Storage, cause: Cause::Postgres(error) }
    }
}

/// Why a pooler is refused, and the remedy.
pub(crate) const POOLER: &str = "the database is behind a pooler that gives each transaction another connection, and prepared \
     statements must last from one transaction to the next: set it to session pooling (PgBouncer: pool_mode = session)";

/// Whether an error is typical of a pooler that gives each transaction or statement another connection: a
/// prepared statement is missing or already exists, or PgBouncer reports that it allows no transactions.
pub(crate) fn is_pooler(error: &tokio_postgres::Error) -> bool {
    use tokio_postgres::error::SqlState;
    error.as_db_error().is_some_and(|error| {
        *error.code() == SqlState::INVALID_SQL_STATEMENT_NAME
            || *error.code() == SqlState::DUPLICATE_PSTATEMENT
            || error.message().contains("statement pooling mode")
    })
}

/// All details of a PostgreSQL error, on one line.
pub(crate) fn postgres_chain(error: &tokio_postgres::Error) -> String {
    let Some(said) = error.as_db_error() else {
        let mut text = error.to_string();
        let mut cause = std::error::Error::source(error);
        while let Some(error) = cause {
            text = format!("{text}: {error}");
            cause = error.source();
        }
        return text;
    };
    let mut text = format!("{}: {} (code {}", said.severity(), said.message(), said.code().code());
    for (name, more) in [("detail", said.detail()), ("hint", said.hint())] {
        if let Some(more) = more {
            text.push_str(&format!("; {name}: {}", more.replace('\n', " ")));
        }
    }
    text.push(')');
    text
}
