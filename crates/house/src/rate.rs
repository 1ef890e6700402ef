//! Rates between assets.

use crate::{Failure, House};
use money::{Amount, AmountError, Asset, Decimal, Rounding};
pub use store::asset::Rate;

/// Every rate, by pair.
///
/// # Errors
/// When the database fails.
pub async fn list(house: &House) -> Result<Vec<Rate>, Failure> {
    store::asset::rates(house.store()).await
}

/// What `amount` of `from` comes to in `to` at the house's asking price, rounded up to the smallest unit,
/// so that who asks for an amount never gets less than it is worth. `None` when there is no rate.
pub(crate) async fn worth(
    house: &House,
    amount: Decimal,
    from: Asset,
    to: Asset,
) -> Result<Option<Result<Amount, AmountError>>, Failure> {
    let amount = match Amount::from_decimal(amount, from.scale) {
        Ok(amount) => amount,
        Err(error) => return Ok(Some(Err(error))),
    };
    if from.code == to.code {
        return Ok(Some(Ok(amount)));
    }
    if let Some(rate) = store::asset::rate(house.store(), from.code, to.code).await? {
        return Ok(Some(amount.convert(from.scale, rate.ask, to.scale, Rounding::Up)));
    }
    let inverse = store::asset::rate(house.store(), to.code, from.code).await?;
    Ok(inverse.map(|rate| amount.convert_back(from.scale, rate.bid, to.scale, Rounding::Up)))
}
