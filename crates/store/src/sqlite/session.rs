//! A reader of large results in slices: a thread and a connection of its own, and no transaction between
//! slices, so that the log can restart.

use super::LongReads;
use crate::{
    Failure,
    row::{FromRow, Param},
    statement::posting::{PostingView, SLICE, Visit},
    tx::sqlite_rows,
};
use ledger::Millis;
use money::Amount;
use rusqlite::{Connection, types::Value, types::ValueRef};
use std::{
    sync::{Arc, mpsc},
    thread,
};
use tokio::sync::oneshot;

/// Niceness of a session's thread: about a third of other threads' share of CPU time when there is not enough
/// for all.
#[cfg(target_os = "linux")]
const NICE: i32 = 5;

/// A slice to read.
type Slice = Box<dyn FnOnce(&Connection) + Send>;

/// The reader. Its thread ends, and its connection is closed, when it is dropped.
pub(crate) struct Session {
    slices: mpsc::Sender<Slice>,
    reads: Arc<LongReads>,
}

impl Session {
    pub(super) fn open(reads: &Arc<LongReads>) -> Result<Self, Failure> {
        let access = Arc::clone(reads.access());
        let connection = access.session()?;
        let handle = Arc::new(connection.get_interrupt_handle());
        reads.register(&handle);
        let (slices, queue) = mpsc::channel::<Slice>();
        let run = move || {
            // Can be interrupted as long as it lives: by the store, on closing.
            let _handle = handle;
            step_back();
            for slice in queue {
                slice(&connection);
            }
            drop(connection);
            // The file's lock must outlive the connection.
            drop(access);
        };
        let spawned = thread::Builder::new().name("sqlite-session".to_owned()).spawn(run);
        spawned.map_err(|error| Failure::storage(format!("no thread for a session: {error}")))?;
        Ok(Self { slices, reads: Arc::clone(reads) })
    }

    /// Every row of a query.
    pub(crate) async fn query<T: FromRow + 'static>(
        &self,
        sql: &'static str,
        params: &[&dyn Param],
    ) -> Result<Vec<T>, Failure> {
        let params = LongReads::own(params);
        self.read(move |connection| {
            sqlite_rows(&mut *connection.prepare_cached(sql)?, rusqlite::params_from_iter(params))
        })
        .await
    }

    /// Passes the postings of a slice to a visitor; returns their number.
    pub(crate) async fn visit<V: Visit>(
        &self,
        params: &[&dyn Param],
        mut visitor: V,
    ) -> Result<(i64, V), Failure> {
        let params = LongReads::own(params);
        self.read(move |connection| Ok((show(connection, &params, &mut visitor)?, visitor))).await
    }

    /// Reads on the session's thread. A few sessions read at the same time, more wait.
    async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let place = self.reads.place().await?;
        let (tell, told) = oneshot::channel();
        let slice = move |connection: &Connection| {
            let answer = read(connection);
            drop(place);
            // The caller may have stopped waiting.
            let _ = tell.send(answer);
        };
        let gone = || Failure::invariant("a session's thread ended");
        self.slices.send(Box::new(slice)).map_err(|_| gone())?;
        told.await.map_err(|_| gone())?
    }
}

/// Lowers the thread's priority below the threads that answer callers.
#[cfg(target_os = "linux")]
fn step_back() {
    // On Linux the priority belongs to the thread. If lowering it is not allowed, only the priority is lost.
    let _ = rustix::process::nice(NICE);
}

#[cfg(not(target_os = "linux"))]
fn step_back() {}

fn show(connection: &Connection, params: &[Value], visitor: &mut impl Visit) -> Result<i64, Failure> {
    let mut statement = connection.prepare_cached(SLICE)?;
    let mut rows = statement.query(rusqlite::params_from_iter(params))?;
    let mut seen = 0;
    while let Some(row) = rows.next()? {
        visitor.visit(&PostingView {
            at: Millis::new(integer(row.get_ref(0)?)?),
            amount: Amount::units(integer(row.get_ref(1)?)?),
            balance: Amount::units(integer(row.get_ref(2)?)?),
            kind: row.get_ref(3)?.as_bytes().map_err(rusqlite::Error::from)?,
            reference: row.get_ref(4)?.as_bytes().map_err(rusqlite::Error::from)?,
        });
        seen += 1;
    }
    Ok(seen)
}

fn integer(value: ValueRef<'_>) -> Result<i64, Failure> {
    Ok(value.as_i64().map_err(rusqlite::Error::from)?)
}
