//! Rows out and parameters in, the same for both engines.

use crate::Failure;
use tokio_postgres::types::ToSql;

/// A value that binds on both engines: `i64`, `bool`, `&str`, `String`, `Vec<u8>`, and options of them.
pub(crate) trait Param: rusqlite::ToSql + ToSql + Sync {}
impl<T: rusqlite::ToSql + ToSql + Sync> Param for T {}

/// A value that either engine's rows give.
pub(crate) trait Column:
    rusqlite::types::FromSql + for<'a> tokio_postgres::types::FromSql<'a>
{
}
impl<T: rusqlite::types::FromSql + for<'a> tokio_postgres::types::FromSql<'a>> Column for T {}

/// One row of an answer, of either engine.
pub(crate) enum Row<'r> {
    /// Of SQLite.
    Sqlite(&'r rusqlite::Row<'r>),
    /// Of PostgreSQL.
    Postgres(&'r tokio_postgres::Row),
}

impl Row<'_> {
    /// The value in a column, counted from 0.
    pub(crate) fn get<T: Column>(&self, column: usize) -> Result<T, Failure> {
        Ok(match self {
            Row::Sqlite(row) => row.get(column)?,
            Row::Postgres(row) => row.try_get(column)?,
        })
    }

    /// A text column, read in place where the engine allows it.
    pub(crate) fn text<T>(
        &self,
        column: usize,
        read: impl FnOnce(&str) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        match self {
            Row::Sqlite(row) => read(row.get_ref(column)?.as_str().map_err(rusqlite::Error::from)?),
            Row::Postgres(row) => read(row.try_get::<_, &str>(column)?),
        }
    }
}

/// Something that one row holds.
pub(crate) trait FromRow: Sized + Send {
    /// Reads it, column by column, in the order in which the query names them.
    fn from_row(row: &Row<'_>) -> Result<Self, Failure>;
}

impl FromRow for i64 {
    fn from_row(row: &Row<'_>) -> Result<Self, Failure> {
        row.get(0)
    }
}

impl FromRow for String {
    fn from_row(row: &Row<'_>) -> Result<Self, Failure> {
        row.get(0)
    }
}

/// A row that is locked until the unit of work ends. Only a locking query makes one, so a function that
/// takes it is proof that the lock is held.
#[derive(Debug)]
pub struct Locked<T>(T);

impl<T> Locked<T> {
    pub(crate) fn new(row: T) -> Self {
        Self(row)
    }
}

impl<T> std::ops::Deref for Locked<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}
