//! WorldFirst: customers with their accounts, the clients that act for them, keys and authorizations, and
//! their money movements.

pub mod account;
pub mod client;
pub mod customer;
pub mod exchange;
pub mod oauth;
pub mod statement;
pub mod transfer;

pub use store::world_first::customer::Contract;

use ledger::Wallet;
use money::AssetCode;

/// The wallets of customers.
pub const WALLETS: [Wallet; 2] = [Wallet::NormalBalance, Wallet::SameNameTopUpBalance];

/// A permission of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Product {
    /// Reading balances.
    Balance,
    /// Reading statements.
    Statement,
    /// Moving money between customers.
    Transfer,
    /// Exchanging currencies.
    Exchange,
}

impl Product {
    /// Every product.
    pub const ALL: [Product; 4] =
        [Product::Balance, Product::Statement, Product::Transfer, Product::Exchange];

    /// The word in the database, in fixtures and on the native API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Product::Balance => "BALANCE",
            Product::Statement => "STATEMENT",
            Product::Transfer => "TRANSFER",
            Product::Exchange => "EXCHANGE",
        }
    }

    /// The product with a name, exactly as [`Product::as_str`] gives it.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|product| product.as_str() == word)
    }
}

/// Whether customers can have accounts in a currency: fiat money of ISO 4217, and CNH.
pub fn offered(code: AssetCode) -> bool {
    money::is_fiat(code.as_str())
}
