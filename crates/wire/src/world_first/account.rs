//! A customer's accounts, their balances and their statements. This file has what the pages share.

pub mod inquiry_account;
pub mod inquiry_balance;
pub mod inquiry_statement_detail;
pub mod inquiry_statement_list;
pub mod statement;

use std::fmt;

use crate::text::Text;

/// The separate balances of a customer's money (page `inquiryBalance`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BalanceType {
    /// The ordinary balance, which is the default.
    Normal,
    /// Money that the customer paid in from an account in its own name.
    SameNameTopUp,
}

impl BalanceType {
    /// Every type, in the order of the page.
    pub const ALL: [BalanceType; 2] = [BalanceType::Normal, BalanceType::SameNameTopUp];

    /// The types' words on the wire, in the order of [`BalanceType::ALL`].
    pub const WORDS: [&str; 2] = ["NORMAL_BALANCE", "SAME_NAME_TOP_UP_BALANCE"];

    /// The type's word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            BalanceType::Normal => BalanceType::WORDS[0],
            BalanceType::SameNameTopUp => BalanceType::WORDS[1],
        }
    }

    /// The type with this word.
    pub fn parse(word: &str) -> Option<BalanceType> {
        BalanceType::ALL.into_iter().find(|known| known.as_str() == word)
    }

    /// The types in a list of words, each once; an empty list means the ordinary balance.
    fn asked_for(words: &[Text]) -> Vec<BalanceType> {
        if words.is_empty() {
            return vec![BalanceType::Normal];
        }
        let mut types: Vec<_> = words.iter().filter_map(|word| BalanceType::parse(word)).collect();
        types.sort_unstable();
        types.dedup();
        types
    }
}

impl fmt::Display for BalanceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
