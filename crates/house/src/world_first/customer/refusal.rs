//! Refusals of commands on customers.

use crate::holder::HolderRefusal;

/// Why a customer is not created or changed, or an account is not opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CustomerRefusal {
    /// A field breaks its rule.
    #[error("{field} {rule}")]
    Invalid {
        /// The field.
        field: &'static str,
        /// The rule.
        rule: &'static str,
    },
    /// A holder with this id exists.
    #[error("a holder of this id exists already")]
    Exists,
    /// No customer has this id.
    #[error("there is no such customer")]
    NotFound,
    /// Customers cannot have accounts in this currency.
    #[error("currency {0} is not offered")]
    NotOffered(String),
    /// Customers cannot have this wallet.
    #[error("type must be NORMAL_BALANCE or SAME_NAME_TOP_UP_BALANCE")]
    Wallet,
}

impl From<HolderRefusal> for CustomerRefusal {
    fn from(refusal: HolderRefusal) -> Self {
        match refusal {
            HolderRefusal::Invalid { field, rule } => CustomerRefusal::Invalid { field, rule },
            HolderRefusal::Exists => CustomerRefusal::Exists,
            HolderRefusal::NotFound => CustomerRefusal::NotFound,
        }
    }
}
