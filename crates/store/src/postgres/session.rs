//! A reader of large results in slices, on a connection of its own.

use super::{Postgres, readers::Reader};
use crate::{
    Failure,
    row::{FromRow, Param},
    statement::posting::{PostingView, SLICE, Visit},
    tx::{postgres_params, postgres_rows},
};
use futures_util::TryStreamExt as _;
use ledger::Millis;
use money::Amount;
use std::{pin::pin, sync::Arc};

/// The reader. Its connection is closed when it is dropped.
pub(crate) struct Session {
    postgres: Arc<Postgres>,
    reader: Reader,
}

impl Session {
    pub(crate) async fn open(postgres: &Arc<Postgres>) -> Result<Self, Failure> {
        let reader = postgres.readers.connect().await?;
        Ok(Self { postgres: Arc::clone(postgres), reader })
    }

    /// Every row of a query.
    pub(crate) async fn query<T: FromRow>(
        &self,
        sql: &'static str,
        params: &[&dyn Param],
    ) -> Result<Vec<T>, Failure> {
        let statement = self.reader.statement(sql).await?;
        postgres_rows(self.reader.client.query_raw(&statement, postgres_params(params)).await?).await
    }

    /// Passes the postings of a slice to a visitor; returns their number. A few sessions read at the same
    /// time, more wait.
    pub(crate) async fn visit<V: Visit>(
        &self,
        params: &[&dyn Param],
        mut visitor: V,
    ) -> Result<(i64, V), Failure> {
        let _place = self.postgres.long_place().await?;
        let statement = self.reader.statement(SLICE).await?;
        let rows = self.reader.client.query_raw(&statement, postgres_params(params)).await?;
        let mut rows = pin!(rows);
        let mut seen = 0;
        while let Some(row) = rows.try_next().await? {
            visitor.visit(&PostingView {
                at: Millis::new(row.try_get(0)?),
                amount: Amount::units(row.try_get(1)?),
                balance: Amount::units(row.try_get(2)?),
                kind: row.try_get::<_, &str>(3)?.as_bytes(),
                reference: row.try_get::<_, &str>(4)?.as_bytes(),
            });
            seen += 1;
        }
        Ok((seen, visitor))
    }
}
