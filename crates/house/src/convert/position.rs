//! The house's holdings and earnings.

use crate::{Failure, House};
use ledger::HouseAccount;
use money::{AssetCode, Decimal};
use std::collections::BTreeMap;

/// The house's accounts of one asset. They are sums over all holders and may exceed the range of an amount,
/// so they are decimals, exact to the asset's scale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetPosition {
    /// The asset.
    pub asset: AssetCode,
    /// Decimals of its smallest unit.
    pub scale: u8,
    /// The counterpart of money from outside: below zero by the sum of deposits.
    pub external: Decimal,
    /// Fees earned on orders.
    pub fees: Decimal,
    /// The sum that the house bought in conversions, less the sum that it sold.
    pub position: Decimal,
    /// Earnings from the spread of its prices.
    pub spread: Decimal,
}

/// The house's accounts, by asset. Reads every posting of the house, alongside other queries.
pub async fn position(house: &House) -> Result<Vec<AssetPosition>, Failure> {
    let mut positions: BTreeMap<AssetCode, AssetPosition> = BTreeMap::new();
    for total in store::account::house_totals(house.store()).await? {
        let (asset, scale) = (total.asset, house.scale(total.asset).await?);
        let zero = Decimal::ZERO;
        let empty = AssetPosition { asset, scale, external: zero, fees: zero, position: zero, spread: zero };
        let of_asset = positions.entry(asset).or_insert(empty);
        let sum = Decimal::new(total.units, scale);
        let sum = sum.ok_or_else(|| Failure::invariant(format!("the sums of {asset} do not fit")))?;
        *account(of_asset, &total.account)? = sum;
    }
    Ok(positions.into_values().collect())
}

fn account<'p>(position: &'p mut AssetPosition, name: &str) -> Result<&'p mut Decimal, Failure> {
    Ok(match HouseAccount::parse(name) {
        Some(HouseAccount::External) => &mut position.external,
        Some(HouseAccount::Fees) => &mut position.fees,
        Some(HouseAccount::Position) => &mut position.position,
        Some(HouseAccount::Spread) => &mut position.spread,
        None => return Err(Failure::invariant(format!("stored house account {name:?}"))),
    })
}
