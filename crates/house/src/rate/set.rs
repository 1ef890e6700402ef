//! Setting and removal of rates.

use super::{Limits, Rate, check};
use crate::{Abort, Failure, House, house::never_refused, order};
use ledger::Millis;
use money::{AssetCode, Decimal};
use std::{collections::BTreeMap, convert::Infallible};
use store::{Command, Tx, asset::Over};

/// A rate to set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRate {
    /// The asset with the price.
    pub base: String,
    /// The asset that the price is in.
    pub quote: String,
    /// The house's buying price of one base.
    pub bid: Decimal,
    /// The house's selling price of one base; not less than the bid.
    pub ask: Decimal,
    /// Limits of one conversion, set as a whole: with [`Limits::NONE`] the pair keeps its limits.
    pub limits: Limits,
    /// The time of the price; now if absent. A future time counts as now.
    pub at: Option<Millis>,
}

/// Why a rate is not set or removed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{pair}: {problem}")]
pub struct RateRefusal {
    /// The pair, as `BNB/USDT`.
    pub pair: String,
    /// The problem with it.
    pub problem: RateProblem,
}

/// The problem with a rate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RateProblem {
    /// The asset does not exist.
    #[error("asset {0} is unknown")]
    UnknownAsset(String),
    /// Both sides are the same.
    #[error("the two assets of a pair must differ")]
    SameAsset,
    /// The bid is zero or less.
    #[error("the bid must be more than zero")]
    NotPositive,
    /// The house would buy at a higher price than it sells.
    #[error("the rate is crossed: the bid must not be more than the ask")]
    Crossed,
    /// A price has too many digits.
    #[error("a price has at most 18 digits, and at most 18 of them after the point")]
    TooPrecise,
    /// The limits of one side are invalid.
    #[error("limits of the {side}: {rule}")]
    Limits {
        /// `base` or `quote`.
        side: &'static str,
        /// The broken rule.
        rule: &'static str,
    },
    /// The pair appears twice in the list.
    #[error("the pair appears twice")]
    Twice,
    /// The inverse pair has a rate; a pair serves both directions.
    #[error("the inverse pair exists, and serves both ways")]
    OtherWayRound,
    /// The pair has a newer rate.
    #[error("the pair has a newer rate")]
    Older,
    /// The pair has no rate.
    #[error("there is no rate of this pair")]
    NotFound,
}

/// Sets rates: all of them, or none if one breaks a rule; returns their number. `source` is their origin:
/// `fixture`, `admin`, `file` or `feed`.
pub async fn set(house: &House, rates: Vec<NewRate>, source: &str) -> Result<usize, Abort<RateRefusal>> {
    let (good, refused) = checked(house, rates, source).await?;
    match refused.into_iter().next() {
        Some(refusal) => Err(Abort::Refused(refusal)),
        None => house.commit(Set { rates: good }).await,
    }
}

/// Sets the rates that break no rule and are not older than the stored ones; returns their number, and the
/// pair and the problem of each other rate.
pub async fn set_each(
    house: &House,
    rates: Vec<NewRate>,
    source: &str,
) -> Result<(usize, Vec<(String, String)>), Failure> {
    let (good, mut refused) = checked(house, rates, source).await?;
    let latest = house.server_now().plus(house.rules().max_clock_lead_ms);
    let (set, more) = never_refused(house.commit_in_background(SetEach { rates: good, latest }).await)?;
    refused.extend(more);
    let problems = refused.into_iter().map(|refusal| (refusal.pair, refusal.problem.to_string()));
    Ok((set, problems.collect()))
}

/// Removes a rate.
pub async fn remove(house: &House, base: &str, quote: &str) -> Result<(), Abort<RateRefusal>> {
    let (base, quote) = pair(house, base, quote).await?;
    house.commit(Change { base, quote, what: What::Remove }).await
}

/// Removes the limits of a rate.
pub async fn clear_limits(house: &House, base: &str, quote: &str) -> Result<(), Abort<RateRefusal>> {
    let (base, quote) = pair(house, base, quote).await?;
    house.commit(Change { base, quote, what: What::ClearLimits }).await
}

/// The assets of a pair; both must exist.
async fn pair(house: &House, base: &str, quote: &str) -> Result<(AssetCode, AssetCode), Abort<RateRefusal>> {
    match (order::asset(house, base).await?, order::asset(house, quote).await?) {
        (Some(base), Some(quote)) => Ok((base.code, quote.code)),
        _ => Err(Abort::Refused(refusal(base, quote, RateProblem::NotFound))),
    }
}

fn refusal(base: impl std::fmt::Display, quote: impl std::fmt::Display, problem: RateProblem) -> RateRefusal {
    RateRefusal { pair: format!("{base}/{quote}"), problem }
}

/// Separates the rates that break no rule from the others; does not read stored rates.
async fn checked(
    house: &House,
    rates: Vec<NewRate>,
    source: &str,
) -> Result<(Vec<Rate>, Vec<RateRefusal>), Failure> {
    let now = house.server_now();
    let mut good: BTreeMap<(AssetCode, AssetCode), Rate> = BTreeMap::new();
    let mut refused = Vec::new();
    for new in rates {
        let problem = match row(house, &new, source, now).await? {
            Ok(rate) if good.contains_key(&(rate.quote, rate.base)) => RateProblem::OtherWayRound,
            Ok(rate) if good.contains_key(&(rate.base, rate.quote)) => RateProblem::Twice,
            Ok(rate) => {
                good.insert((rate.base, rate.quote), rate);
                continue;
            }
            Err(problem) => problem,
        };
        refused.push(refusal(&new.base, &new.quote, problem));
    }
    // Sorted by pair, so that two writers of the same pairs do not wait for each other in a circle.
    Ok((good.into_values().collect(), refused))
}

async fn row(
    house: &House,
    new: &NewRate,
    source: &str,
    now: Millis,
) -> Result<Result<Rate, RateProblem>, Failure> {
    let Some(base) = order::asset(house, &new.base).await? else {
        return Ok(Err(RateProblem::UnknownAsset(new.base.clone())));
    };
    let Some(quote) = order::asset(house, &new.quote).await? else {
        return Ok(Err(RateProblem::UnknownAsset(new.quote.clone())));
    };
    Ok(check(base, quote, new.bid, new.ask, &new.limits).map(|()| Rate {
        base: base.code,
        quote: quote.code,
        bid: new.bid,
        ask: new.ask,
        source: source.to_owned(),
        // A clock that is ahead must not make a price valid for longer.
        at: new.at.map_or(now, |at| at.min(now)),
        limits: new.limits,
    }))
}

/// The stored rates, by pair.
pub(crate) struct Present(BTreeMap<(AssetCode, AssetCode), Rate>);

impl Present {
    pub(crate) async fn read(tx: &mut Tx<'_>) -> Result<Self, Failure> {
        let rates = store::asset::rates_in(tx).await?;
        Ok(Self(rates.into_iter().map(|rate| ((rate.base, rate.quote), rate)).collect()))
    }

    /// The rate of the same pair.
    pub(crate) fn like(&self, rate: &Rate) -> Option<&Rate> {
        self.0.get(&(rate.base, rate.quote))
    }

    /// Whether a rate may be set beside the stored ones.
    pub(crate) fn admits(&self, rate: &Rate) -> Result<(), RateProblem> {
        match self.0.contains_key(&(rate.quote, rate.base)) {
            true => Err(RateProblem::OtherWayRound),
            false => Ok(()),
        }
    }
}

struct Set {
    rates: Vec<Rate>,
}

impl Command for Set {
    type Output = usize;
    type Refusal = RateRefusal;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<usize, Abort<RateRefusal>> {
        let present = Present::read(tx).await?;
        for rate in &self.rates {
            let refuse = |problem| Abort::Refused(refusal(rate.base, rate.quote, problem));
            present.admits(rate).map_err(refuse)?;
        }
        store::asset::put_rates(tx, &self.rates, Over::Any).await?;
        Ok(self.rates.len())
    }
}

struct SetEach {
    rates: Vec<Rate>,
    /// The latest valid time of a rate.
    latest: Millis,
}

impl Command for SetEach {
    type Output = (usize, Vec<RateRefusal>);
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, Abort<Infallible>> {
        let present = Present::read(tx).await?;
        let (mut admitted, mut refused) = (Vec::new(), Vec::new());
        for rate in &self.rates {
            match present.admits(rate) {
                Ok(()) => admitted.push(rate.clone()),
                Err(problem) => refused.push(refusal(rate.base, rate.quote, problem)),
            }
        }
        // Two servers may read one feed, and the slower one must not restore an old price.
        let set = store::asset::put_rates(tx, &admitted, Over::Older { latest: self.latest }).await?;
        for (rate, _) in admitted.iter().zip(&set).filter(|(_, set)| !**set) {
            refused.push(refusal(rate.base, rate.quote, RateProblem::Older));
        }
        Ok((set.into_iter().filter(|set| *set).count(), refused))
    }
}

enum What {
    Remove,
    ClearLimits,
}

struct Change {
    base: AssetCode,
    quote: AssetCode,
    what: What,
}

impl Command for Change {
    type Output = ();
    type Refusal = RateRefusal;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<RateRefusal>> {
        let (base, quote) = (self.base, self.quote);
        let was_there = match self.what {
            What::Remove => store::asset::remove_rate(tx, base, quote).await?,
            What::ClearLimits => store::asset::clear_limits(tx, base, quote).await?,
        };
        if was_there { Ok(()) } else { Err(Abort::Refused(refusal(base, quote, RateProblem::NotFound))) }
    }
}
