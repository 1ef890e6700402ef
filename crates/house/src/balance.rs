//! What a holder owns, now and before, and the postings that made it so.

use crate::{Failure, House};
use ledger::{Bucket, HolderId, Millis, Wallet};
use money::{Amount, AssetCode};
use std::collections::BTreeMap;
use store::account::HolderBalanceRow;
pub use store::account::{PostingCursor, PostingRow};

/// What a wallet holds of an asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    /// Which wallet.
    pub wallet: Wallet,
    /// Which asset.
    pub asset: AssetCode,
    /// Decimals of the asset's smallest unit.
    pub scale: u8,
    /// At the holder's disposal, in smallest units.
    pub available: Amount,
    /// Held for a purpose, in smallest units.
    pub frozen: Amount,
}

/// What a holder owns now, by wallet and asset.
pub async fn of(house: &House, holder: &HolderId) -> Result<Vec<Balance>, Failure> {
    let rows = store::account::balances(house.store(), holder).await?;
    collect(house, rows.into_iter().map(|row| ((row.wallet, row.asset), row.bucket, row.balance))).await
}

/// What all holders own now, by holder, wallet and asset, from behind one; at most `limit` entries. The first of all is
/// behind `["", "", ""]`.
pub async fn of_all(house: &House, behind: [&str; 3], limit: u32) -> Result<Vec<(String, Balance)>, Failure> {
    // An entry is of at most two accounts, so none of the first `limit` lacks one.
    let rows = i64::from(limit) * i64::try_from(Bucket::ALL.len()).map_err(Failure::invariant)?;
    let rows = store::account::balances_of_all(house.store(), behind, rows).await?;
    let entry = |row: &HolderBalanceRow| (row.holder.clone(), row.balance.wallet, row.balance.asset);
    let mut found = Vec::new();
    for rows in rows.chunk_by(|row, next| entry(row) == entry(next)) {
        let accounts = rows.iter().map(|row| &row.balance);
        let accounts = accounts.map(|row| ((row.wallet, row.asset), row.bucket, row.balance));
        let balances = collect(house, accounts).await?;
        found.extend(balances.into_iter().map(|balance| (rows[0].holder.clone(), balance)));
    }
    found.truncate(limit as usize);
    Ok(found)
}

/// What a holder owned at a time: after everything that took effect at it or before.
pub async fn at(house: &House, holder: &HolderId, at: Millis) -> Result<Vec<Balance>, Failure> {
    let rows = store::statement::balances_at(house.store(), holder, at).await?;
    collect(house, rows.into_iter().map(|row| ((row.wallet, row.asset), row.bucket, row.balance))).await
}

async fn collect(
    house: &House,
    rows: impl Iterator<Item = ((Wallet, AssetCode), Bucket, Amount)>,
) -> Result<Vec<Balance>, Failure> {
    let mut balances: BTreeMap<(Wallet, AssetCode), Balance> = BTreeMap::new();
    for ((wallet, asset), bucket, amount) in rows {
        let scale = house.scale(asset).await?;
        let empty = Balance { wallet, asset, scale, available: Amount::ZERO, frozen: Amount::ZERO };
        let balance = balances.entry((wallet, asset)).or_insert(empty);
        match bucket {
            Bucket::Available => balance.available = amount,
            Bucket::Frozen => balance.frozen = amount,
        }
    }
    Ok(balances.into_values().collect())
}

/// One line of a statement, with the scale of its amounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementLine {
    /// The posting.
    pub posting: PostingRow,
    /// Decimals of the asset's smallest unit.
    pub scale: u8,
}

/// A holder's postings, account by account, each account's in order.
pub async fn statement(
    house: &House,
    holder: &HolderId,
    after: &PostingCursor,
    limit: u32,
) -> Result<Vec<StatementLine>, Failure> {
    let mut lines = Vec::new();
    for posting in store::account::postings(house.store(), holder, after, limit.into()).await? {
        let scale = house.scale(posting.asset).await?;
        lines.push(StatementLine { posting, scale });
    }
    Ok(lines)
}
