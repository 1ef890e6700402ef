//! The payers of customers' deposits.

use crate::{
    Failure, Store, Tx,
    row::{Columns as _, insert, row, select},
    tx::Read,
};

row! {
    /// Known facts about the payer of a customer's deposit.
    #[derive(Debug, Clone, Default, PartialEq, Eq)]
    pub struct Payer in world_first_deposit {
        /// The payer's name: 1 to 128 characters.
        pub name: Option<String> as payer_name,
        /// The payer's account number: 1 to 64 characters.
        pub account: Option<String> as payer_account,
        /// The bank of that account: 1 to 128 characters.
        pub bank: Option<String> as payer_bank,
        /// The remark of the payment: 1 to 512 characters.
        pub remark: Option<String>,
    }
}

const PAYER: &str = select!(Payer, "WHERE holder = $1 AND reference = $2");

/// The payer of a customer's deposit; `None` if nothing is known.
pub async fn find_payer(store: &Store, holder: &str, reference: &str) -> Result<Option<Payer>, Failure> {
    store.first(PAYER, &[&holder, &reference]).await
}

/// The payer of a customer's deposit, as read in a transaction; `None` if nothing is known.
pub async fn payer(tx: &mut Tx<'_>, holder: &str, reference: &str) -> Result<Option<Payer>, Failure> {
    (&mut *tx).first(PAYER, &[&holder, &reference]).await
}

/// Stores the payer of a deposit. The deposit's account must be locked, and the deposit be new.
pub async fn insert(tx: &mut Tx<'_>, holder: &str, reference: &str, payer: &Payer) -> Result<(), Failure> {
    let sql = insert!(Payer, with holder, reference; "ON CONFLICT (holder, reference) DO NOTHING");
    match tx.execute(sql, &payer.params_after(vec![&holder, &reference])).await? {
        1 => Ok(()),
        _ => Err(Failure::overtaken(format!("the payer of {reference} of {holder} was kept before"))),
    }
}
