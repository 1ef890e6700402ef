//! Read connections: a few, shared by all, each pipelining what is asked at the same time.

use crate::{
    Failure,
    row::{FromRow, Param, Row},
    tx::postgres_params,
};
use parking_lot::RwLock;
use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio_postgres::{Client, Config, NoTls, Statement};

/// How long a new connection may take.
const CONNECT: Duration = Duration::from_secs(5);

/// A connection with the statements it has prepared.
pub(super) struct Reader {
    pub(super) client: Client,
    statements: RwLock<HashMap<&'static str, Statement>>,
}

impl Reader {
    pub(super) async fn statement(&self, sql: &'static str) -> Result<Statement, Failure> {
        let known = self.statements.read().get(sql).cloned();
        if let Some(statement) = known {
            return Ok(statement);
        }
        let statement = self.client.prepare(sql).await?;
        self.statements.write().insert(sql, statement.clone());
        Ok(statement)
    }
}

/// The connections, each made when it is first needed and again after it was lost.
pub(super) struct Readers {
    config: Config,
    slots: Vec<RwLock<Option<Arc<Reader>>>>,
    next: AtomicUsize,
}

impl Readers {
    pub(super) fn new(config: Config, connections: usize) -> Self {
        let slots = (0..connections.max(1)).map(|_| RwLock::default()).collect();
        Self { config, slots, next: AtomicUsize::new(0) }
    }

    pub(super) async fn query<T: FromRow>(
        &self,
        sql: &'static str,
        params: &[&dyn Param],
    ) -> Result<Vec<T>, Failure> {
        let reader = self.reader().await?;
        let statement = reader.statement(sql).await?;
        let rows = reader.client.query(&statement, &postgres_params(params)).await?;
        rows.iter().map(|row| T::from_row(&Row::Postgres(row))).collect()
    }

    async fn reader(&self) -> Result<Arc<Reader>, Failure> {
        let slot = &self.slots[self.next.fetch_add(1, Ordering::Relaxed) % self.slots.len()];
        let reader = slot.read().clone();
        match reader {
            Some(reader) if !reader.client.is_closed() => Ok(reader),
            _ => {
                let reader = Arc::new(self.connect().await?);
                *slot.write() = Some(Arc::clone(&reader));
                Ok(reader)
            }
        }
    }

    /// A connection that is not one of the shared ones.
    pub(super) async fn connect(&self) -> Result<Reader, Failure> {
        let connecting = tokio::time::timeout(CONNECT, self.config.connect(NoTls));
        let (client, connection) =
            connecting.await.map_err(|_| Failure::storage("postgres: connecting took too long"))??;
        // The task ends when the client is dropped or the server hangs up; queries see the loss themselves.
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::warn!(%error, "a read connection was lost");
            }
        });
        Ok(Reader { client, statements: RwLock::default() })
    }
}
