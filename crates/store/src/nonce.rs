//! Nonces seen by servers that share one replay guard.

use crate::{Failure, Tx};
use ledger::Millis;

/// Records a nonce unless it was seen at or after `cutoff`; returns whether it is fresh.
pub async fn claim(
    tx: &mut Tx<'_>,
    api_key: &str,
    nonce: &str,
    now: Millis,
    cutoff: Millis,
) -> Result<bool, Failure> {
    let sql = "INSERT INTO nonce (api_key, nonce, seen_at) VALUES ($1, $2, $3) \
               ON CONFLICT (api_key, nonce) DO UPDATE SET seen_at = excluded.seen_at \
               WHERE nonce.seen_at < $4";
    Ok(tx.execute(sql, &[&api_key, &nonce, &now, &cutoff]).await? == 1)
}

/// Removes nonces seen before `cutoff`.
pub async fn forget(tx: &mut Tx<'_>, cutoff: Millis) -> Result<u64, Failure> {
    tx.execute("DELETE FROM nonce WHERE seen_at < $1", &[&cutoff]).await
}
