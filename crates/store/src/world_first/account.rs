//! Customers' accounts: their numbers and balances.

use crate::{
    Failure, Store, Tx,
    row::{Columns as _, insert, row, select, sql},
    tx::Read,
};
use ledger::{Millis, Wallet};
use money::{Amount, AssetCode};

row! {
    /// An account.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Account in world_first_account {
        /// Its number: 16 digits, the first not 0. Unique over all customers.
        pub account_no: String,
        /// The wallet.
        pub wallet: Wallet,
        /// The currency.
        pub asset: AssetCode,
        /// When it was opened.
        pub opened_at: Millis,
    }
}

row! {
    /// The balances of an account. An account without postings has zero balances.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct HoldingRow from "world_first_account w \
        LEFT JOIN account a ON a.holder = w.holder AND a.wallet = w.wallet AND a.asset = w.asset \
        AND a.bucket = 'available' \
        LEFT JOIN account f ON f.holder = w.holder AND f.wallet = w.wallet AND f.asset = w.asset \
        AND f.bucket = 'frozen'" {
        /// Its number.
        pub account_no: String = "w.account_no",
        /// The wallet.
        pub wallet: Wallet = "w.wallet",
        /// The currency.
        pub asset: AssetCode = "w.asset",
        /// The balance of the available bucket, in smallest units.
        pub available: Amount = "COALESCE(a.balance, 0)",
        /// The balance of the frozen bucket, in smallest units.
        pub frozen: Amount = "COALESCE(f.balance, 0)",
    }
}

/// The account of a customer for a wallet and a currency.
pub async fn find_in(
    tx: &mut Tx<'_>,
    holder: &str,
    wallet: Wallet,
    asset: AssetCode,
) -> Result<Option<Account>, Failure> {
    let sql = select!(Account, "WHERE holder = $1 AND wallet = $2 AND asset = $3");
    (&mut *tx).first(sql, &[&holder, &wallet, &asset]).await
}

/// The account with a number, and its customer.
pub async fn by_number(store: &Store, account_no: &str) -> Result<Option<(String, Account)>, Failure> {
    let sql = sql!("SELECT holder, ", Account::SELECTED, " FROM world_first_account WHERE account_no = $1");
    store.first(sql, &[&account_no]).await
}

/// A customer's accounts, by currency, then wallet.
pub async fn list(store: &Store, holder: &str) -> Result<Vec<Account>, Failure> {
    store.query(select!(Account, "WHERE holder = $1 ORDER BY asset, wallet"), &[&holder]).await
}

/// The balances of a customer's accounts at one moment, by currency, then wallet.
pub async fn holdings(store: &Store, holder: &str) -> Result<Vec<HoldingRow>, Failure> {
    let sql = select!(HoldingRow, "WHERE w.holder = $1 ORDER BY w.asset, w.wallet");
    store.query(sql, &[&holder]).await
}

/// Opens an account unless it is already open or its number is taken; returns whether it was opened.
pub async fn insert(tx: &mut Tx<'_>, holder: &str, account: &Account) -> Result<bool, Failure> {
    let sql = insert!(Account, with holder; "ON CONFLICT DO NOTHING");
    Ok(tx.execute(sql, &account.params_after(vec![&holder])).await? == 1)
}
