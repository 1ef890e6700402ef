//! Read connections: a few, shared by all queries, each pipelining concurrent queries.

use super::target::{Target, say_when_slow};
use crate::{
    Failure,
    row::{FromRow, Param},
    tx::{postgres_params, postgres_rows},
};
use parking_lot::RwLock;
use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};
use tokio_postgres::{Client, Statement};

/// A connection with its prepared statements.
pub(super) struct Reader {
    pub(super) client: Client,
    statements: RwLock<HashMap<&'static str, Statement>>,
}

impl Reader {
    pub(super) fn new(client: Client) -> Self {
        Self { client, statements: RwLock::default() }
    }

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

/// The connections, each opened at first use and again after a loss.
pub(super) struct Readers {
    target: Target,
    slots: Vec<RwLock<Option<Arc<Reader>>>>,
    next: AtomicUsize,
}

impl Readers {
    pub(super) fn new(target: Target, connections: usize) -> Self {
        let slots = (0..connections.max(1)).map(|_| RwLock::default()).collect();
        Self { target, slots, next: AtomicUsize::new(0) }
    }

    pub(super) async fn query<T: FromRow>(
        &self,
        sql: &'static str,
        params: &[&dyn Param],
    ) -> Result<Vec<T>, Failure> {
        let reader = self.reader().await?;
        let statement = reader.statement(sql).await?;
        postgres_rows(reader.client.query_raw(&statement, postgres_params(params)).await?).await
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

    /// A connection outside the shared ones.
    pub(super) async fn connect(&self) -> Result<Reader, Failure> {
        let client = say_when_slow(&self.target, self.target.connect()).await?;
        Ok(Reader::new(client))
    }
}
