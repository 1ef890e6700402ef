//! Customers' accounts: their numbers, and what they hold.

use crate::{
    Failure, Store, Tx,
    account::wallet,
    asset::code,
    row::{FromRow, Row},
    tx::Read,
};
use ledger::{Millis, Wallet};
use money::{Amount, AssetCode};

/// An account as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRow {
    /// Its number.
    pub account_no: String,
    /// Which wallet.
    pub wallet: Wallet,
    /// Which currency.
    pub asset: AssetCode,
    /// When it was opened.
    pub opened_at: Millis,
}

impl FromRow for AccountRow {
    fn from_row(row: &Row<'_>) -> Result<Self, Failure> {
        Ok(Self {
            account_no: row.get(0)?,
            wallet: row.text(1, wallet)?,
            asset: row.text(2, code)?,
            opened_at: Millis::new(row.get(3)?),
        })
    }
}

/// What an account holds. An account that was never posted to holds nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldingRow {
    /// Its number.
    pub account_no: String,
    /// Which wallet.
    pub wallet: Wallet,
    /// Which currency.
    pub asset: AssetCode,
    /// In the available bucket, in smallest units.
    pub available: Amount,
    /// In the frozen bucket, in smallest units.
    pub frozen: Amount,
}

impl FromRow for HoldingRow {
    fn from_row(row: &Row<'_>) -> Result<Self, Failure> {
        Ok(Self {
            account_no: row.get(0)?,
            wallet: row.text(1, wallet)?,
            asset: row.text(2, code)?,
            available: Amount::units(row.get(3)?),
            frozen: Amount::units(row.get(4)?),
        })
    }
}

/// The account of a customer for a wallet and a currency.
pub async fn find_in(
    tx: &mut Tx<'_>,
    holder: &str,
    wallet: Wallet,
    asset: AssetCode,
) -> Result<Option<AccountRow>, Failure> {
    let sql = "SELECT account_no, wallet, asset, opened_at FROM world_first_account \
               WHERE holder = $1 AND wallet = $2 AND asset = $3";
    (&mut *tx).first(sql, &[&holder, &wallet.as_str(), &asset.as_str()]).await
}

/// The account of a number, with its customer.
pub async fn by_number(store: &Store, account_no: &str) -> Result<Option<(String, AccountRow)>, Failure> {
    let sql = "SELECT account_no, wallet, asset, opened_at, holder FROM world_first_account \
               WHERE account_no = $1";
    let found: Option<Owned> = store.first(sql, &[&account_no]).await?;
    Ok(found.map(|Owned(holder, account)| (holder, account)))
}

struct Owned(String, AccountRow);

impl FromRow for Owned {
    fn from_row(row: &Row<'_>) -> Result<Self, Failure> {
        Ok(Self(row.get(4)?, AccountRow::from_row(row)?))
    }
}

/// A customer's accounts, by currency, then wallet.
pub async fn list(store: &Store, holder: &str) -> Result<Vec<AccountRow>, Failure> {
    let sql = "SELECT account_no, wallet, asset, opened_at FROM world_first_account WHERE holder = $1 \
               ORDER BY asset, wallet";
    store.query(sql, &[&holder]).await
}

/// What a customer's accounts hold at one moment, by currency, then wallet.
pub async fn holdings(store: &Store, holder: &str) -> Result<Vec<HoldingRow>, Failure> {
    let sql = "SELECT w.account_no, w.wallet, w.asset, COALESCE(a.balance, 0), COALESCE(f.balance, 0) \
               FROM world_first_account w \
               LEFT JOIN account a ON a.holder = w.holder AND a.wallet = w.wallet AND a.asset = w.asset \
               AND a.bucket = 'available' \
               LEFT JOIN account f ON f.holder = w.holder AND f.wallet = w.wallet AND f.asset = w.asset \
               AND f.bucket = 'frozen' WHERE w.holder = $1 ORDER BY w.asset, w.wallet";
    store.query(sql, &[&holder]).await
}

/// Opens an account unless it is open or its number is taken; says whether it was opened.
pub async fn insert(tx: &mut Tx<'_>, holder: &str, account: &AccountRow) -> Result<bool, Failure> {
    let sql = "INSERT INTO world_first_account (holder, wallet, asset, account_no, opened_at) \
               VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    let (wallet, asset, at) = (account.wallet.as_str(), account.asset.as_str(), account.opened_at.get());
    Ok(tx.execute(sql, &[&holder, &wallet, &asset, &account.account_no, &at]).await? == 1)
}
