//! A connection that sees the database at one moment.

use super::{readers::Reader, target::Target};
use crate::{
    Failure, OpenError,
    row::{FromRow, Param},
    tx::{postgres_params, postgres_rows},
};

/// The connection, in a transaction that ends with it.
pub(crate) struct SnapshotClient(Reader);

impl SnapshotClient {
    /// Every row of a query.
    pub(crate) async fn query<T: FromRow>(
        &self,
        sql: &'static str,
        params: &[&dyn Param],
    ) -> Result<Vec<T>, Failure> {
        let statement = self.0.statement(sql).await?;
        postgres_rows(self.0.client.query_raw(&statement, postgres_params(params)).await?).await
    }
}

/// Opens a snapshot; returns it with the schema's step.
pub(crate) async fn snapshot(url: &str) -> Result<(SnapshotClient, i64), OpenError> {
    let reader = Reader::new(Target::parse(url)?.connect().await?);
    reader.client.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
    let client = SnapshotClient(reader);
    // A database that no server has opened does not have the table.
    let made: Vec<i64> = client
        .query("SELECT COUNT(*) FROM pg_catalog.pg_class WHERE oid = to_regclass('schema_migration')", &[])
        .await?;
    if made.first() != Some(&1) {
        return Ok((client, 0));
    }
    let schema = client.query("SELECT COALESCE(MAX(number), 0) FROM schema_migration", &[]).await?;
    Ok((client, schema.first().copied().unwrap_or_default()))
}
