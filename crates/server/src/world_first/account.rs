//! What a customer has. What the handlers share is here.

mod inquiry_account;
mod inquiry_balance;

pub use inquiry_account::inquiry_account;
pub use inquiry_balance::inquiry_balance;

use wire::world_first::{Fault, codes};

/// The fault of a customer without any account.
fn no_account() -> Fault {
    Fault::new(&codes::ACCOUNT_NOT_EXIST).because("the customer has no account")
}
