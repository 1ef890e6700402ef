//! A holder's balances, now and at a past time, and its postings.

use crate::{Failure, House};
use ledger::{Bucket, HolderId, Millis, Wallet};
use money::{Amount, AssetCode};
use std::collections::BTreeMap;
use store::account::HolderBalanceRow;
pub use store::account::{PostingCursor, PostingRow};

/// The balance of one asset in a wallet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    /// The wallet.
    pub wallet: Wallet,
    /// The asset.
    pub asset: AssetCode,
    /// Decimals of the asset's smallest unit.
    pub scale: u8,
    /// Available to the holder, in smallest units.
    pub available: Amount,
    /// Held for a purpose, in smallest units.
    pub frozen: Amount,
}

/// A holder's current balances, by wallet and asset.
pub async fn of(house: &House, holder: &HolderId) -> Result<Vec<Balance>, Failure> {
    let rows = store::account::balances(house.store(), holder).await?;
    collect(house, rows.into_iter().map(|row| ((row.wallet, row.asset), row.bucket, row.balance))).await
}

/// The current balances of all holders, by holder, wallet and asset, after the given key; at most `limit`
/// entries. The first page is after `["", "", ""]`.
pub async fn of_all(house: &House, behind: [&str; 3], limit: u32) -> Result<Vec<(String, Balance)>, Failure> {
    // An entry has at most two accounts, so none of the first `limit` entries is incomplete.
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

/// A holder's balances at a time, including every posting that took effect at that time or before.
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

/// A holder's postings by account, each account's in order.
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
