//! What the ledger promises, journal by journal and for any sequence of journals.

mod books;
mod journals;
mod model;
mod names;

use countinghouse_ledger::{AccountKey, Bucket, HolderId, Wallet};
use money::{Amount, AssetCode};

fn asset(code: &str) -> AssetCode {
    AssetCode::new(code).expect("a code")
}

fn units(units: i64) -> Amount {
    Amount::units(units)
}

/// A holder's available USDT in its funding wallet.
fn account(holder: &str) -> AccountKey {
    let holder = HolderId::new(holder).expect("a holder id");
    AccountKey::new(&holder, Wallet::Funding, asset("USDT"), Bucket::Available)
}
