//! Amounts, assets and exact decimals: checked integer arithmetic, text in and out, allocation.
//!
//! An [`Amount`] counts the smallest units of an asset in an `i64`; the asset's scale is the number of decimals of
//! one unit. A [`Decimal`] is a number as people and wires write it: prices, rates and amounts whose asset is not
//! known yet. Nothing here rounds without a named [`Rounding`], wraps, or uses a float.
#![warn(missing_docs)]

mod allocate;
mod amount;
mod asset;
mod convert;
mod decimal;
mod price;
mod rounding;
mod scan;
mod seeded;

pub use allocate::allocate;
pub use amount::{Amount, AmountError};
pub use asset::{Asset, AssetCode, AssetCodeError, AssetError, AssetKind, MAX_SCALE};
pub use decimal::{Decimal, DecimalError};
pub use price::Price;
pub use rounding::Rounding;
pub use seeded::{is_fiat, seeded};
