//! What a customer has: its accounts and their balances. What the pages share is here.

pub mod inquiry_account;
pub mod inquiry_balance;

use std::fmt;

/// The balances that a customer's money is kept apart in (page `inquiryBalance`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BalanceType {
    /// The ordinary balance, and the one that is meant where none is named.
    Normal,
    /// What the customer paid in from an account of its own name.
    SameNameTopUp,
}

impl BalanceType {
    /// Every type, in the order of the page.
    pub const ALL: [BalanceType; 2] = [BalanceType::Normal, BalanceType::SameNameTopUp];

    /// The words on the wire, in the order of [`BalanceType::ALL`].
    pub const WORDS: [&str; 2] = ["NORMAL_BALANCE", "SAME_NAME_TOP_UP_BALANCE"];

    /// The word that stands for the type on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            BalanceType::Normal => BalanceType::WORDS[0],
            BalanceType::SameNameTopUp => BalanceType::WORDS[1],
        }
    }

    /// The type that a word stands for.
    pub fn parse(word: &str) -> Option<BalanceType> {
        BalanceType::ALL.into_iter().find(|known| known.as_str() == word)
    }
}

impl fmt::Display for BalanceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
