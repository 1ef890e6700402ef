//! One direction of a rate, and the amounts exchanged at it. Pure: no I/O, no clock.

use super::{Given, QuoteRefusal, Side};
use crate::rate::{Rate, range};
use money::{Amount, Asset, Decimal, Price, Rounding};

/// Decimals of the reported ratios.
const RATIO_DECIMALS: u8 = 8;

/// An asset with the limits of its amount in one conversion.
#[derive(Debug, Clone, Copy)]
pub(super) struct Leg {
    pub(super) asset: Asset,
    pub(super) min: Amount,
    pub(super) max: Amount,
}

/// The sale of one asset for another at the house's price.
#[derive(Debug)]
pub(super) struct Trade {
    /// The sold asset.
    pub(super) from: Leg,
    /// The bought asset.
    pub(super) to: Leg,
    /// Whether the bought asset is the base of the rate, so that the price is the rate's inverse.
    pub(super) buys_base: bool,
    /// Price of one of the sold asset, without the spread.
    gross: Price,
    /// The same price less the spread.
    net: Price,
}

/// The amounts of an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Priced {
    pub(super) from: Amount,
    pub(super) to: Amount,
    /// The house's spread, in the bought asset.
    pub(super) spread: Amount,
}

impl Trade {
    /// The sale of `from` for `to` at a rate between the two. `None` if the rate is not tradable: its price
    /// is not above zero, nothing is left of it after the spread, or no amount is within its limits.
    pub(super) fn new(rate: &Rate, from: Asset, to: Asset, spread_bps: u32) -> Option<Self> {
        let limits = &rate.limits;
        let leg = |asset: Asset| {
            let (min, max) = match asset.code == rate.base {
                true => (limits.base_min, limits.base_max),
                false => (limits.quote_min, limits.quote_max),
            };
            range(asset, min, max).ok().map(|(min, max)| Leg { asset, min, max })
        };
        let buys_base = to.code == rate.base;
        // A seller of the base gets the bid; a buyer of it pays the ask.
        let gross = match buys_base {
            true => Price::new(rate.ask)?.inverse(),
            false => Price::new(rate.bid)?,
        };
        Some(Self { from: leg(from)?, to: leg(to)?, buys_base, net: gross.less(spread_bps)?, gross })
    }

    /// The amounts of an exchange, rounded in the house's favour: for a given amount to sell, the bought
    /// amount is rounded down; for a given amount to buy, the sold amount is rounded up.
    pub(super) fn price(&self, given: Given) -> Result<Priced, QuoteRefusal> {
        let (from_scale, to_scale) = (self.from.asset.scale, self.to.asset.scale);
        let (from, to) = match given {
            Given::From(amount) => {
                let from = read(Side::From, &self.from, amount)?;
                let to = self.net.of(from, from_scale, to_scale, Rounding::Down);
                (from, within(Side::To, &self.to, to)?)
            }
            Given::To(amount) => {
                let to = read(Side::To, &self.to, amount)?;
                let from = self.net.inverse().of(to, to_scale, from_scale, Rounding::Up);
                (within(Side::From, &self.from, from)?, to)
            }
        };
        let gross = self.gross.of(from, from_scale, to_scale, Rounding::Down);
        let gross = gross.map_err(|error| QuoteRefusal::Amount { side: Side::To, error })?;
        // Both amounts are zero or more; and rounded in the house's favour, the net price never gives more.
        let spread = gross.checked_sub(to).unwrap_or_default();
        debug_assert!(!spread.is_negative(), "{self:?} gives away {spread:?}");
        Ok(Priced { from, to, spread })
    }

    /// Price of one of the sold asset and of one of the bought asset, each computed from the exact price.
    /// `None` if a ratio has too many digits.
    pub(super) fn ratios(&self) -> Option<(Decimal, Decimal)> {
        let told = |price: &Price| price.rounded(RATIO_DECIMALS, Rounding::HalfEven);
        Some((told(&self.net)?, told(&self.net.inverse())?))
    }
}

/// Reads a given amount.
fn read(side: Side, leg: &Leg, amount: Decimal) -> Result<Amount, QuoteRefusal> {
    let amount = Amount::from_decimal(amount, leg.asset.scale);
    within(side, leg, amount)
}

fn within(side: Side, leg: &Leg, amount: Result<Amount, money::AmountError>) -> Result<Amount, QuoteRefusal> {
    let amount = amount.map_err(|error| QuoteRefusal::Amount { side, error })?;
    if (leg.min..=leg.max).contains(&amount) {
        return Ok(amount);
    }
    let told = |amount: Amount| amount.to_decimal(leg.asset.scale);
    Err(QuoteRefusal::OutsideLimits { side, min: told(leg.min), max: told(leg.max) })
}
