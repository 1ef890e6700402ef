//! From whom customers' deposits came.

use crate::{
    Failure, Store, Tx,
    row::{FromRow, Row},
    tx::Read,
};

/// What a deposit says about its payer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PayerRow {
    /// The payer's name.
    pub name: Option<String>,
    /// The number of the account that it paid from.
    pub account: Option<String>,
    /// The bank of that account.
    pub bank: Option<String>,
    /// What it wrote with its payment.
    pub remark: Option<String>,
}

impl FromRow for PayerRow {
    fn from_row(row: &Row<'_>) -> Result<Self, Failure> {
        Ok(Self { name: row.get(0)?, account: row.get(1)?, bank: row.get(2)?, remark: row.get(3)? })
    }
}

const PAYER: &str = "SELECT payer_name, payer_account, payer_bank, remark FROM world_first_deposit \
                     WHERE holder = $1 AND reference = $2";

/// What a customer's deposit says about its payer; `None` when it says nothing.
pub async fn find_payer(store: &Store, holder: &str, reference: &str) -> Result<Option<PayerRow>, Failure> {
    store.first(PAYER, &[&holder, &reference]).await
}

/// What a customer's deposit says about its payer, as a transaction sees it; `None` when it says nothing.
pub async fn payer(tx: &mut Tx<'_>, holder: &str, reference: &str) -> Result<Option<PayerRow>, Failure> {
    (&mut *tx).first(PAYER, &[&holder, &reference]).await
}

/// Keeps what a deposit says about its payer. The deposit's account must be locked, and the deposit be new.
pub async fn insert(tx: &mut Tx<'_>, holder: &str, reference: &str, payer: &PayerRow) -> Result<(), Failure> {
    let sql = "INSERT INTO world_first_deposit (holder, reference, payer_name, payer_account, payer_bank, \
               remark) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (holder, reference) DO NOTHING";
    let PayerRow { name, account, bank, remark } = payer;
    match tx.execute(sql, &[&holder, &reference, name, account, bank, remark]).await? {
        1 => Ok(()),
        _ => Err(Failure::overtaken(format!("the payer of {reference} of {holder} was kept before"))),
    }
}
