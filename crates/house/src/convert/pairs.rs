//! What an asset can be converted into.

use super::{QuoteRefusal, trade::Trade};
use crate::{Abort, House, order, rate};
use money::{AssetCode, Decimal};
use std::collections::BTreeMap;

/// An asset that another can be converted into, with what may be converted at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// The asset that is bought.
    pub coin: AssetCode,
    /// The least that is sold.
    pub from_min: Decimal,
    /// The most that is sold.
    pub from_max: Decimal,
    /// The least that is bought.
    pub to_min: Decimal,
    /// The most that is bought.
    pub to_max: Decimal,
    /// Whether the conversion runs against the direction of the pair, so that its price is the inverse.
    pub reverse: bool,
    /// Whether the asset that is bought is the base of the pair.
    pub base: bool,
}

/// What an asset can be converted into now, by code: only pairs whose rate may be used.
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
        // Should there be a rate each way, the first is the one that is quoted, usable or not.
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
