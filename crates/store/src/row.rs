//! Reading of rows and binding of parameters, the same for both engines.

mod column;
mod table;
mod words;

pub(crate) use column::{Column, Param, Value, numbers, texts};
pub(crate) use table::{
    Columns, Source, Table, aliased, aliased_length, bind_optional, insert, is_table, joined, joined_length,
    list_of, or_field, placeholders, read_optional, row, select, sql, text, utf8,
};
pub(crate) use words::words;

use crate::Failure;

/// One row of a result, of either engine.
#[derive(Clone, Copy)]
pub(crate) enum Row<'r> {
    /// Of SQLite.
    Sqlite(&'r rusqlite::Row<'r>),
    /// Of PostgreSQL.
    Postgres(&'r tokio_postgres::Row),
}

/// The cells of a row, from the first to the last.
pub(crate) struct Cells<'r> {
    row: Row<'r>,
    next: usize,
}

impl Cells<'_> {
    /// The value of the next cell.
    pub(crate) fn next<T: Column>(&mut self) -> Result<T, Failure> {
        let column = self.next;
        self.next += 1;
        T::get(&self.row, column)
    }

    /// The number of NULLs among the next cells. Does not move forward.
    pub(crate) fn count_nulls(&self, cells: usize) -> Result<usize, Failure> {
        let mut nulls = 0;
        for column in self.next..self.next + cells {
            nulls += usize::from(self.row.is_null(column)?);
        }
        Ok(nulls)
    }

    /// Skips some cells.
    pub(crate) fn skip(&mut self, cells: usize) {
        self.next += cells;
    }
}

/// A value that is read from one row.
pub(crate) trait FromRow: Sized + Send {
    /// Reads it, column by column, in the order of the query.
    fn from_row(row: &Row<'_>) -> Result<Self, Failure>;
}

impl<T: Columns + Send> FromRow for T {
    fn from_row(row: &Row<'_>) -> Result<Self, Failure> {
        T::read(&mut Cells { row: *row, next: 0 })
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
