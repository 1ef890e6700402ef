//! Long reads, each on a thread of its own, so that the runtime's threads stay free for callers.

use super::access::Access;
use crate::{
    Failure,
    options::LONG_QUERIES,
    row::{self, FromRow, Param},
    tx::sqlite_rows,
};
use parking_lot::Mutex;
use rusqlite::{InterruptHandle, types::Value};
use std::{
    sync::{Arc, Weak},
    thread,
    time::Duration,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// The running reads, for interrupting them.
type Running = Arc<Mutex<Vec<Weak<InterruptHandle>>>>;

/// Long reads, with a new connection for each.
pub(super) struct LongReads {
    access: Arc<Access>,
    places: Arc<Semaphore>,
    running: Running,
}

impl LongReads {
    pub(super) fn new(access: Arc<Access>) -> Self {
        let places = Arc::new(Semaphore::new(LONG_QUERIES));
        Self { access, places, running: Running::default() }
    }

    /// Reads committed data. The caller may stop waiting: the thread ends by itself, or with the process.
    pub(super) async fn query<T: FromRow + 'static>(
        &self,
        sql: &'static str,
        params: &[&dyn Param],
    ) -> Result<Vec<T>, Failure> {
        let params = Self::own(params);
        let place = self.place().await?;
        let (access, running) = (Arc::clone(&self.access), Arc::clone(&self.running));
        let (tell, told) = oneshot::channel();
        let read = move || {
            // The caller may have stopped waiting.
            let _ = tell.send(read(&access, &running, place, sql, &params));
        };
        let spawned = thread::Builder::new().name("sqlite-long-read".to_owned()).spawn(read);
        spawned.map_err(|error| Failure::storage(format!("no thread for a long read: {error}")))?;
        told.await.map_err(|_| Failure::invariant("a long read ended without an answer"))?
    }

    /// Copies of parameters, for use in another thread.
    pub(super) fn own(params: &[&dyn Param]) -> Vec<Value> {
        params.iter().map(|param| owned(*param)).collect()
    }

    /// A permit to read; released when dropped.
    pub(super) async fn place(&self) -> Result<OwnedSemaphorePermit, Failure> {
        let place = Arc::clone(&self.places).acquire_owned().await;
        place.map_err(|_| Failure::storage("the store is closed"))
    }

    /// The database's file.
    pub(super) fn access(&self) -> &Arc<Access> {
        &self.access
    }

    /// Registers a connection to interrupt when the store is closed.
    pub(super) fn register(&self, handle: &Arc<InterruptHandle>) {
        register(&self.running, handle);
    }

    /// Ends the running reads, which would block the last checkpoint; later ones are refused.
    pub(super) async fn close(&self) {
        self.places.close();
        while self.interrupt() {
            // A read that had not yet started its query was not interrupted; the next round does that.
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Interrupts every read; returns whether there was one.
    fn interrupt(&self) -> bool {
        let running: Vec<_> = self.running.lock().iter().filter_map(Weak::upgrade).collect();
        running.iter().for_each(|read| read.interrupt());
        !running.is_empty()
    }
}

fn read<T: FromRow>(
    access: &Access,
    running: &Running,
    place: OwnedSemaphorePermit,
    sql: &'static str,
    params: &[Value],
) -> Result<Vec<T>, Failure> {
    let connection = access.reader()?;
    let handle = Arc::new(connection.get_interrupt_handle());
    register(running, &handle);
    let answer = sqlite_rows(&mut *connection.prepare_cached(sql)?, rusqlite::params_from_iter(params));
    drop(place);
    answer
}

fn register(running: &Running, handle: &Arc<InterruptHandle>) {
    let mut running = running.lock();
    running.retain(|read| read.strong_count() > 0);
    running.push(Arc::downgrade(handle));
}

/// A copy of a parameter, for use in another thread.
fn owned(param: &dyn Param) -> Value {
    match param.value() {
        row::Value::Null => Value::Null,
        row::Value::Integer(number) => number.into(),
        row::Value::Bool(yes) => yes.into(),
        row::Value::Text(text) => text.to_owned().into(),
        row::Value::Made(text) => text.into(),
        row::Value::Bytes(bytes) => bytes.to_owned().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::lock::Lock, *};
    use std::{
        future::Future,
        path::Path,
        pin::pin,
        task::{Context, Poll, Waker},
    };

    fn long_reads(path: &Path) -> LongReads {
        LongReads::new(Arc::new(Access::new(Arc::new(Lock::take(path).unwrap()))))
    }

    const ENDLESS: &str =
        "WITH RECURSIVE n(i) AS (SELECT $1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n";

    #[test]
    fn endless_reads_hold_up_nobody_and_end_with_the_store() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.db");
        rusqlite::Connection::open(&path).unwrap().execute_batch("CREATE TABLE t (a)").unwrap();
        let reads = long_reads(&path);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut asked: Vec<_> =
                (0..LONG_QUERIES + 1).map(|_| Box::pin(reads.query::<i64>(ENDLESS, &[&1_i64]))).collect();
            for read in &mut asked {
                assert!(read.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
            }
            // The runtime's only thread stays free in the meantime.
            while reads.running.lock().len() < LONG_QUERIES {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            reads.close().await;
            for read in asked {
                assert!(read.await.is_err());
            }
            let mut late = pin!(reads.query::<i64>("SELECT $1", &[&1_i64]));
            let late = late.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            assert!(matches!(late, Poll::Ready(Err(_))));
        });
    }

    #[tokio::test]
    async fn parameters_of_every_kind_arrive() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.db");
        rusqlite::Connection::open(&path).unwrap().execute_batch("CREATE TABLE t (a)").unwrap();
        let reads = long_reads(&path);
        let sql = "SELECT CAST($1 AS TEXT) || $2 || $3 || COALESCE($4, '-')";
        let none: Option<String> = None;
        let found = reads.query::<String>(sql, &[&7_i64, &"a", &true, &none]).await.unwrap();
        assert_eq!(found, ["7a1-"]);
    }
}
