//! A customer's accounts, balances and statements. Shared functions of the handlers are here.

mod inquiry_account;
mod inquiry_balance;
mod inquiry_statement_detail;
mod inquiry_statement_list;
mod statement;

pub use inquiry_account::inquiry_account;
pub use inquiry_balance::inquiry_balance;
pub use inquiry_statement_detail::inquiry_statement_detail;
pub use inquiry_statement_list::inquiry_statement_list;

use house::world_first::offered;
use ledger::Wallet;
use money::AssetCode;
use wire::world_first::{Fault, account::BalanceType, codes};

/// The fault of a customer without any account.
fn no_account() -> Fault {
    Fault::new(&codes::ACCOUNT_NOT_EXIST).because("the customer has no account")
}

/// A currency that accounts may have, even if this customer has none in it.
fn currency(code: &str) -> Result<AssetCode, Fault> {
    let known = AssetCode::new(code).ok().filter(|code| offered(*code));
    known.ok_or_else(|| {
        let reason = "currencyList names a currency that is neither of ISO 4217 nor CNH";
        Fault::new(&codes::CURRENCY_NOT_SUPPORT).because(reason)
    })
}

fn wallet(balance_type: BalanceType) -> Wallet {
    match balance_type {
        BalanceType::Normal => Wallet::NormalBalance,
        BalanceType::SameNameTopUp => Wallet::SameNameTopUpBalance,
    }
}
