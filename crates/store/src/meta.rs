//! Facts about the database itself, and leases of node numbers.

use crate::{Failure, Store, Tx, tx::Read};
use ledger::Millis;

/// The value under a key.
pub async fn get(store: &Store, key: &str) -> Result<Option<String>, Failure> {
    store.first("SELECT value FROM meta WHERE key = $1", &[&key]).await
}

/// Stores a value under a key unless one exists; returns the stored value.
pub async fn get_or_put(tx: &mut Tx<'_>, key: &str, value: &str) -> Result<String, Failure> {
    tx.execute("INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING", &[&key, &value])
        .await?;
    let found: Option<String> = (&mut *tx).first("SELECT value FROM meta WHERE key = $1", &[&key]).await?;
    found.ok_or_else(|| Failure::invariant(format!("meta {key} vanished")))
}

/// Leases a free node number, the one unused for longest; `None` if all are leased.
pub async fn lease_node(
    tx: &mut Tx<'_>,
    owner: &str,
    now: Millis,
    until: Millis,
    nodes: i64,
) -> Result<Option<i64>, Failure> {
    let used: Vec<i64> = (&mut *tx).query("SELECT node FROM node_lease ORDER BY node", &[]).await?;
    let unused = (0..nodes).find(|node| !used.contains(node));
    if let Some(node) = unused {
        let taken = tx
            .execute(
                "INSERT INTO node_lease (node, owner, until) VALUES ($1, $2, $3) ON CONFLICT (node) DO NOTHING",
                &[&node, &owner, &until],
            )
            .await?;
        return Ok((taken == 1).then_some(node));
    }
    let free: Option<i64> = (&mut *tx)
        .first("SELECT node FROM node_lease WHERE until < $1 ORDER BY until, node LIMIT 1", &[&now])
        .await?;
    let Some(node) = free else { return Ok(None) };
    let taken = tx
        .execute(
            "UPDATE node_lease SET owner = $1, until = $2 WHERE node = $3 AND until < $4",
            &[&owner, &until, &node, &now],
        )
        .await?;
    Ok((taken == 1).then_some(node))
}

/// Extends a lease; false if it no longer belongs to this owner.
pub async fn renew_node(tx: &mut Tx<'_>, node: i64, owner: &str, until: Millis) -> Result<bool, Failure> {
    let kept = tx
        .execute("UPDATE node_lease SET until = $1 WHERE node = $2 AND owner = $3", &[&until, &node, &owner])
        .await?;
    Ok(kept == 1)
}
