//! The given amount of a quote, and the reasons to refuse a quote.

use money::{AmountError, Decimal};
use std::fmt;

/// The given amount; the other one follows from the price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given {
    /// The amount to sell.
    From(Decimal),
    /// The amount to buy.
    To(Decimal),
}

/// One side of a conversion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The sold asset.
    From,
    /// The bought asset.
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

/// Why a quote is refused. The rules are checked in this order.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuoteRefusal {
    /// The asset does not exist.
    #[error("asset {0} is unknown")]
    UnknownAsset(String),
    /// Both sides are the same.
    #[error("fromAsset and toAsset are the same")]
    SameAsset,
    /// The house does not trade this pair.
    #[error("these two assets are not converted into each other")]
    NoPair,
    /// The house trades the pair but has no good price now: its rate is too old or crossed.
    #[error("there is no price of these two assets at present")]
    StaleRate,
    /// An amount, given or computed, is invalid for its asset.
    #[error("{side} {error}")]
    Amount {
        /// The side of the amount.
        side: Side,
        /// The error in the amount.
        error: AmountError,
    },
    /// An amount, given or computed, is outside the limits of one conversion.
    #[error("{side} must be {min} to {max}")]
    OutsideLimits {
        /// The side of the amount.
        side: Side,
        /// The least.
        min: Decimal,
        /// The most.
        max: Decimal,
    },
}
