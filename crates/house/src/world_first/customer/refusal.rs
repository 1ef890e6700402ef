//! Why a customer is not made or changed, or gets no account.

use crate::holder::HolderRefusal;

/// Why a customer is not made or changed, or gets no account.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CustomerRefusal {
    /// A field breaks its rule.
    #[error("{field} {rule}")]
    Invalid {
        /// Which field.
        field: &'static str,
        /// Which rule.
        rule: &'static str,
    },
    /// There is a holder of that id.
    #[error("a holder of this id exists already")]
    Exists,
    /// There is no customer of that id.
    #[error("there is no such customer")]
    NotFound,
    /// Customers cannot have accounts in it.
    #[error("currency {0} is not offered")]
    NotOffered(String),
    /// Customers have no such wallet.
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
