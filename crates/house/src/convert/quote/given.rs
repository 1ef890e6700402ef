//! What an offer is asked by, and why there is none.

use money::{AmountError, Decimal};
use std::fmt;

/// The amount that is given; the other one follows from the price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given {
    /// How much is sold.
    From(Decimal),
    /// How much is bought.
    To(Decimal),
}

/// One side of a conversion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// What is sold.
    From,
    /// What is bought.
    To,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Side::From => "fromAmount",
            Side::To => "toAmount",
        })
    }
}

/// Why nothing is offered. The rules are checked in this order.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuoteRefusal {
    /// There is no such asset.
    #[error("asset {0} is unknown")]
    UnknownAsset(String),
    /// Both sides are the same.
    #[error("fromAsset and toAsset are the same")]
    SameAsset,
    /// The house does not trade these two.
    #[error("these two assets are not converted into each other")]
    NoPair,
    /// The house trades them, but knows no good price just now: the one it has is too old or crossed.
    #[error("there is no price of these two assets at present")]
    StaleRate,
    /// An amount, given or computed, is none of its asset.
    #[error("{side} {error}")]
    Amount {
        /// Of which side.
        side: Side,
        /// What is wrong with it.
        error: AmountError,
    },
    /// An amount, given or computed, is outside of what may be converted at once.
    #[error("{side} must be {min} to {max}")]
    OutsideLimits {
        /// Of which side.
        side: Side,
        /// The least.
        min: Decimal,
        /// The most.
        max: Decimal,
    },
}
