//! The assets that an asset can be converted into.

use super::{QuoteRefusal, trade::Trade};
use crate::{Abort, House, order, rate};
use money::{AssetCode, Decimal};
use std::collections::BTreeMap;

/// A target asset of a conversion, with the limits of one conversion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// The bought asset.
    pub coin: AssetCode,
    /// Least amount to sell.
    pub from_min: Decimal,
    /// Largest amount to sell.
    pub from_max: Decimal,
    /// Least amount to buy.
    pub to_min: Decimal,
    /// Largest amount to buy.
    pub to_max: Decimal,
    /// Whether the conversion runs against the direction of the pair, so that its price is the inverse.
    pub reverse: bool,
    /// Whether the bought asset is the base of the pair.
    pub base: bool,
}

/// The assets that an asset can be converted into now, by code: only pairs with a usable rate.
///
/// # Errors
/// [`QuoteRefusal::UnknownAsset`].
pub async fn pairs(house: &House, from: &str) -> Result<Vec<Pair>, Abort<QuoteRefusal>> {
    let Some(from) = order::asset(house, from).await? else {
        return Err(Abort::Refused(QuoteRefusal::UnknownAsset(from.to_owned())));
    };
    let mut pairs = BTreeMap::new();
    for rate in store::asset::rates_with(house.store(), from.code).await? {
        let coin = if rate.base == from.code { rate.quote } else { rate.base };
        // If there is a rate in each direction, the first is the one that is quoted, usable or not.
        if pairs.contains_key(&coin) {
            continue;
        }
        let Some(to) = house.asset(coin).await? else { continue };
        let trade = Trade::new(&rate, from, to, house.rules().spread_bps);
        let trade = trade.filter(|_| rate::is_usable(house, &rate));
        pairs.insert(coin, trade.map(|trade| pair(&trade)));
    }
    Ok(pairs.into_values().flatten().collect())
}

fn pair(trade: &Trade) -> Pair {
    let (from, to) = (&trade.from, &trade.to);
    Pair {
        coin: to.asset.code,
        from_min: from.min.to_decimal(from.asset.scale),
        from_max: from.max.to_decimal(from.asset.scale),
        to_min: to.min.to_decimal(to.asset.scale),
        to_max: to.max.to_decimal(to.asset.scale),
        reverse: trade.buys_base,
        base: trade.buys_base,
    }
}
