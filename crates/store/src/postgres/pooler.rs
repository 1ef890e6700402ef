//! A check, at the start, that each session keeps a connection of its own.
//!
//! The store keeps prepared statements from one transaction to the next. A pooler that gives each transaction
//! another connection loses them, and lets one server use another's statements.

use super::target::Target;
use crate::{OpenError, failure};
use std::{pin::pin, time::Duration};
use tokio::time::timeout;
use tokio_postgres::{Client, Error, SimpleQueryMessage};

/// Longest wait of the second transaction, until the connection that may block it is released.
const WAIT: Duration = Duration::from_secs(2);
/// Number of attempts: other clients of the pooler may shift its connections in the meantime.
const ROUNDS: usize = 3;
/// The id of the answering connection.
const BACKEND: &str = "SELECT CAST(pg_backend_pid() AS BIGINT)";

/// Refuses a database behind a pooler that does not keep a connection for each session.
pub(super) async fn check(target: &Target) -> Result<(), OpenError> {
    let (one, other) = (target.connect().await?, target.connect().await?);
    for _ in 0..ROUNDS {
        match is_shared(&one, &other).await {
            Ok(false) => {}
            Ok(true) => return Err(OpenError::Pooler),
            Err(error) if failure::is_pooler(&error) => return Err(OpenError::Pooler),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Prepares a statement in one transaction and runs it in the next, while another session occupies the
/// connection of the first: a pooler that shares connections must use another one.
async fn is_shared(one: &Client, other: &Client) -> Result<bool, Error> {
    one.batch_execute("BEGIN").await?;
    let prepared = one.prepare(BACKEND).await?;
    one.batch_execute("COMMIT").await?;
    other.batch_execute("BEGIN").await?;
    let held = backend(other).await?;
    let again = async {
        one.batch_execute("BEGIN").await?;
        let row = one.query_one(&prepared, &[]).await?;
        one.batch_execute("COMMIT").await?;
        row.try_get::<_, i64>(0)
    };
    let mut again = pin!(again);
    let in_time = timeout(WAIT, &mut again).await;
    other.batch_execute("ROLLBACK").await?;
    match in_time {
        Ok(answer) => answer.map(|_| false),
        // A pool of one: the transaction could begin only after the other session's had ended.
        Err(_) => Ok(Some(again.await?.to_string()) == held),
    }
}

/// The current connection of a session, queried without a prepared statement.
async fn backend(client: &Client) -> Result<Option<String>, Error> {
    let said = client.simple_query(BACKEND).await?;
    Ok(said.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    }))
}
