//! What broke: one opaque error for everything that is nobody's refusal.

use std::fmt;

/// How a command ends when it does not succeed. Either way nothing of it is kept.
#[derive(Debug)]
pub enum Abort<R> {
    /// The rules say no; the caller is told why.
    Refused(R),
    /// Something broke; the log says what, the caller does not learn it.
    Failed(Failure),
}

impl<R> From<Failure> for Abort<R> {
    fn from(failure: Failure) -> Self {
        Abort::Failed(failure)
    }
}

impl<R> Abort<R> {
    /// The same end with another refusal.
    pub fn map<S>(self, map: impl FnOnce(R) -> S) -> Abort<S> {
        match self {
            Abort::Refused(refusal) => Abort::Refused(map(refusal)),
            Abort::Failed(failure) => Abort::Failed(failure),
        }
    }
}

/// What kind of thing broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// Nothing was done, and the same call may succeed a moment later: too much waits to be written already, or the
    /// server cannot make ids yet.
    Busy,
    /// Nothing was done, because an account's latest time is ahead of the clock. The same call may succeed later; an
    /// operator should know.
    AheadOfClock,
    /// The database, or where files are kept, could not be reached, read or written.
    Storage,
    /// Something that must always hold does not: a fault in the program or in the data.
    Invariant,
}

/// Something broke. Its text is for the log, never for a caller.
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
    /// What another transaction did between this one's look and its write.
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

    /// The database, or where files are kept, is at fault.
    pub fn storage(text: impl Into<String>) -> Self {
        Self { kind: FailureKind::Storage, cause: Cause::Text(text.into()) }
    }

    /// Something that must always hold does not.
    pub fn invariant(text: impl fmt::Display) -> Self {
        Self { kind: FailureKind::Invariant, cause: Cause::Text(text.to_string()) }
    }

    /// Another transaction wrote what this one was about to, after this one had looked. A command that
    /// looks before it writes finds it when it is run again; one that does not is at fault.
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

    /// What kind of thing broke.
    pub fn kind(&self) -> FailureKind {
        self.kind
    }

    /// Whether nothing was done and the same call may succeed later as it is.
    pub fn is_passing(&self) -> bool {
        matches!(self.kind, FailureKind::Busy | FailureKind::AheadOfClock)
    }

    /// What SQLite says that broke.
    pub(crate) fn sqlite_code(&self) -> Option<rusqlite::ErrorCode> {
        match &self.cause {
            Cause::Sqlite(error) => error.sqlite_error_code(),
            _ => None,
        }
    }

    /// Whether the transaction failed only because of others at the same time: PostgreSQL undid it for a
    /// serialization failure (40001) or a deadlock (40P01), or another came first with the same fact. The
    /// same command may be run again.
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
    /// Whether a query met a number that is too large for its type.
    pub(crate) fn is_overflow(&self) -> bool {
        use tokio_postgres::error::SqlState;
        match &self.cause {
            // SQLite has no code of its own for it.
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

/// Why a pooler is refused, and what to do about it.
pub(crate) const POOLER: &str = "the database is behind a pooler that gives each transaction another connection, and prepared \
     statements must last from one transaction to the next: set it to session pooling (PgBouncer: pool_mode = session)";

/// Whether an error is what a pooler causes that gives each transaction or statement another connection: a prepared
/// statement is gone, or there already, or PgBouncer says that it allows no transactions.
pub(crate) fn is_pooler(error: &tokio_postgres::Error) -> bool {
    use tokio_postgres::error::SqlState;
    error.as_db_error().is_some_and(|error| {
        *error.code() == SqlState::INVALID_SQL_STATEMENT_NAME
            || *error.code() == SqlState::DUPLICATE_PSTATEMENT
            || error.message().contains("statement pooling mode")
    })
}

/// All that an error of PostgreSQL has to say, on one line.
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
