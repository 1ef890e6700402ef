//! Rates between assets, and their usability.

mod set;

pub(crate) use set::Present;
pub use set::{NewRate, RateProblem, RateRefusal, clear_limits, remove, set, set_each};
pub use store::asset::{Limits, Rate};

use crate::{Failure, House};
use money::{Amount, AmountError, Asset, Decimal, Rounding};

/// The source of rates from a feed; they become too old sooner than others.
pub const FEED: &str = "feed";

/// Most digits of a price, and most of them after the point.
const MOST_DIGITS: u32 = 18;

/// Every rate, by pair.
pub async fn list(house: &House) -> Result<Vec<Rate>, Failure> {
    store::asset::rates(house.store()).await
}

/// Whether a rate is usable for conversions now: it is neither crossed nor too old, nor dated ahead of the
/// clock, since a price with a later date would be valid for too long.
pub fn is_usable(house: &House, rate: &Rate) -> bool {
    let rules = house.rules();
    let most = if rate.source == FEED { rules.max_feed_rate_age_ms } else { rules.max_rate_age_ms };
    let age = house.server_now().since(rate.at);
    !is_crossed(rate.bid, rate.ask) && (-rules.max_clock_lead_ms..=most).contains(&age)
}

/// Whether a house that trades at these prices would buy at a higher price than it sells.
fn is_crossed(bid: Decimal, ask: Decimal) -> bool {
    !bid.is_positive() || ask < bid
}

/// The value of `amount` of `from` in `to` at the house's asking price, computed exactly and rounded up to
/// the smallest unit of `to`, so that a merchant never gets less than the value of its price. `amount` may
/// have more decimals than `from` has. `None` if there is no rate, or only a crossed one.
pub(crate) async fn worth(
    house: &House,
    amount: Decimal,
    from: Asset,
    to: Asset,
) -> Result<Option<Result<Amount, AmountError>>, Failure> {
    let good = |rate: &Rate| !is_crossed(rate.bid, rate.ask);
    if let Some(rate) = store::asset::rate(house.store(), from.code, to.code).await?.filter(good) {
        return Ok(Some(Amount::worth(amount, rate.ask, to.scale, Rounding::Up)));
    }
    let inverse = store::asset::rate(house.store(), to.code, from.code).await?.filter(good);
    Ok(inverse.map(|rate| Amount::worth_back(amount, rate.bid, to.scale, Rounding::Up)))
}

/// Checks the rules for a rate to set.
pub(crate) fn check(
    base: Asset,
    quote: Asset,
    bid: Decimal,
    ask: Decimal,
    limits: &Limits,
) -> Result<(), RateProblem> {
    if base.code == quote.code {
        return Err(RateProblem::SameAsset);
    }
    if !bid.is_positive() {
        return Err(RateProblem::NotPositive);
    }
    if is_crossed(bid, ask) {
        return Err(RateProblem::Crossed);
    }
    let is_long = |price: Decimal| {
        price.mantissa().unsigned_abs() >= 10_u128.pow(MOST_DIGITS) || u32::from(price.scale()) > MOST_DIGITS
    };
    if is_long(bid) || is_long(ask) {
        return Err(RateProblem::TooPrecise);
    }
    range(base, limits.base_min, limits.base_max)
        .map_err(|rule| RateProblem::Limits { side: "base", rule })?;
    range(quote, limits.quote_min, limits.quote_max)
        .map_err(|rule| RateProblem::Limits { side: "quote", rule })?;
    Ok(())
}

/// The limits of an asset's amount in one conversion: as given, within the range of an amount of the asset,
/// and within the range in the provider's documentation: 0.00000001 to 999999999999999.99999999.
pub(crate) fn range(
    asset: Asset,
    min: Option<Decimal>,
    max: Option<Decimal>,
) -> Result<(Amount, Amount), &'static str> {
    let power = |exponent: u8| 10_i64.checked_pow(u32::from(exponent));
    let least = power(asset.scale.saturating_sub(8)).map_or(Amount::MAX, Amount::units);
    let most = power(asset.scale + 15).map_or(Amount::MAX, |end| Amount::units(end - 1));
    // None for a limit beyond the range of an amount.
    let limit = |limit: Decimal| match Amount::from_decimal(limit, asset.scale) {
        _ if !limit.is_positive() => Err("a limit must be more than zero"),
        Ok(limit) => Ok(Some(limit)),
        Err(AmountError::OutOfRange) => Ok(None),
        Err(_) => Err("a limit has more decimals than the asset"),
    };
    let nothing = "no amount is within the limits";
    let min = min.map_or(Ok(Some(least)), limit)?.ok_or(nothing)?.max(least);
    let max = max.map_or(Ok(None), limit)?.map_or(most, |max| max.min(most));
    if min > max { Err(nothing) } else { Ok((min, max)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Option<Decimal> {
        Some(Decimal::parse(text).unwrap())
    }

    fn shown(asset: &Asset, min: Option<Decimal>, max: Option<Decimal>) -> Result<String, &'static str> {
        let show = |amount: Amount| amount.to_decimal(asset.scale);
        range(*asset, min, max).map(|(min, max)| format!("{} {}", show(min), show(max)))
    }

    #[test]
    fn a_range_is_what_the_asset_and_the_limits_allow() {
        let asset = |scale| Asset::new("A", scale).unwrap();
        for (scale, expected) in [
            (0, "1 999999999999999"),
            (2, "0.01 999999999999999.99"),
            (3, "0.001 999999999999999.999"),
            (4, "0.0001 922337203685477.5807"),
            (8, "0.00000001 92233720368.54775807"),
            (18, "0.00000001 9.223372036854775807"),
        ] {
            assert_eq!(shown(&asset(scale), None, None).as_deref(), Ok(expected), "{scale}");
        }
        let usd = asset(2);
        assert_eq!(shown(&usd, decimal("20"), decimal("7E+5")).as_deref(), Ok("20 700000"));
        assert_eq!(shown(&usd, None, decimal("1e30")).as_deref(), Ok("0.01 999999999999999.99"));
        assert_eq!(shown(&usd, decimal("5"), decimal("5")).as_deref(), Ok("5 5"));
        for (min, max) in [
            ("2", "1"),
            ("1e30", "1e31"),
            ("0", "1"),
            ("1", "0"),
            ("-1e30", "1"),
            ("0.001", "1"),
            ("1e18", "1e19"),
        ] {
            assert!(shown(&usd, decimal(min), decimal(max)).is_err(), "{min} {max}");
        }
    }
}
