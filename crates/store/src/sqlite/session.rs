//! A reader that reads much in slices: a thread and a connection of its own, and between slices no transaction,
//! so that the log can start anew.

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

/// How much further back than other threads a session's stands: about a third of their share when there is not
/// enough for all.
#[cfg(target_os = "linux")]
const NICE: i32 = 5;

/// A slice to be read.
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
            // Interrupted for as long as it lives: by the store, when that is closed.
            let _handle = handle;
            step_back();
            for slice in queue {
                slice(&connection);
            }
            drop(connection);
            // The file's lock outlives the connection.
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

    /// Shows the postings of a slice to a visitor; says how many there were.
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
            // Nobody may be waiting any more.
            let _ = tell.send(answer);
        };
        let gone = || Failure::invariant("a session's thread ended");
        self.slices.send(Box::new(slice)).map_err(|_| gone())?;
        told.await.map_err(|_| gone())?
    }
}

/// Lets the threads that answer callers go first.
#[cfg(target_os = "linux")]
fn step_back() {
    // On Linux this is the thread's own matter. Where it is not allowed, nothing is lost but that.
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
