//! `/v1/rates`: exchange rates, and setting them.

use super::{
    extract::JsonBody,
    refused::{Refused, aborted},
};
use crate::{app::App, settings::Pair};
use axum::{
    Json,
    extract::{Path, State},
};
use house::rate::{self, Limits, NewRate, RateProblem, RateRefusal};
use http::StatusCode;
use ledger::Millis;
use std::sync::Arc;
use wire::native::{self, Rate, RateLimits, RateSource, Rates, RatesSet, SetRate, SetRates, Time};

pub(super) async fn list(State(app): State<Arc<App>>) -> Result<Json<Rates>, Refused> {
    let rates = rate::list(&app.house).await?;
    Ok(Json(Rates { rates: rates.into_iter().map(|rate| shown(&app, rate)).collect() }))
}

pub(super) async fn set(
    State(app): State<Arc<App>>,
    Path((base, quote)): Path<(String, String)>,
    JsonBody(asked): JsonBody<SetRate>,
) -> Result<Json<Rate>, Refused> {
    let SetRate { bid, ask, limits, at } = asked;
    let new = native::NewRate { pair: format!("{base}/{quote}"), bid, ask, limits, at };
    let new = vec![new_rate(new)?];
    let set = rate::set(&app.house, new, source(RateSource::Admin)).await;
    set.map_err(|abort| aborted(abort, refused))?;
    let rates = rate::list(&app.house).await?.into_iter();
    let mut rates = rates.filter(|rate| rate.base.as_str() == base && rate.quote.as_str() == quote);
    rates.next().map(|rate| Json(shown(&app, rate))).ok_or_else(|| Refused::unknown("rate"))
}

pub(super) async fn set_many(
    State(app): State<Arc<App>>,
    JsonBody(asked): JsonBody<SetRates>,
) -> Result<Json<RatesSet>, Refused> {
    let pairs: Vec<String> = asked.rates.iter().map(|rate| rate.pair.clone()).collect();
    let new = asked.rates.into_iter().enumerate();
    let new = new.map(|(place, rate)| new_rate(rate).map_err(|refused| refused.at(field(place))));
    let new = new.collect::<Result<Vec<_>, _>>()?;
    let set = rate::set(&app.house, new, source(asked.source)).await;
    let set = set.map_err(|abort| {
        aborted(abort, |refusal| {
            // If a pair appears twice, the second one is the mistake.
            let place = pairs.iter().rposition(|pair| *pair == refusal.pair);
            let refused = refused(refusal);
            match place {
                Some(place) => refused.at(field(place)),
                None => refused,
            }
        })
    })?;
    Ok(Json(RatesSet { set: u32::try_from(set).unwrap_or(u32::MAX) }))
}

pub(super) async fn remove(
    State(app): State<Arc<App>>,
    Path((base, quote)): Path<(String, String)>,
) -> Result<StatusCode, Refused> {
    rate::remove(&app.house, &base, &quote).await.map_err(|abort| aborted(abort, refused))?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn clear_limits(
    State(app): State<Arc<App>>,
    Path((base, quote)): Path<(String, String)>,
) -> Result<StatusCode, Refused> {
    rate::clear_limits(&app.house, &base, &quote).await.map_err(|abort| aborted(abort, refused))?;
    Ok(StatusCode::NO_CONTENT)
}

fn field(place: usize) -> String {
    format!("rates[{place}]")
}

fn new_rate(new: native::NewRate) -> Result<NewRate, Refused> {
    let pair: Pair = new.pair.parse().map_err(|rule| Refused::invalid(format!("{}: {rule}", new.pair)))?;
    Ok(NewRate {
        base: pair.base.to_string(),
        quote: pair.quote.to_string(),
        bid: new.bid.into(),
        ask: new.ask.into(),
        limits: Limits {
            base_min: new.limits.base_min.map(Into::into),
            base_max: new.limits.base_max.map(Into::into),
            quote_min: new.limits.quote_min.map(Into::into),
            quote_max: new.limits.quote_max.map(Into::into),
        },
        at: new.at.map(|at| Millis::new(at.millis())),
    })
}

fn source(source: RateSource) -> &'static str {
    match source {
        RateSource::Admin => "admin",
        RateSource::File => "file",
    }
}

fn refused(refusal: RateRefusal) -> Refused {
    match refusal.problem {
        RateProblem::NotFound => Refused::unknown("rate"),
        RateProblem::OtherWayRound => Refused::conflict("other-way-round", refusal),
        RateProblem::Older => Refused::conflict("older", refusal),
        RateProblem::UnknownAsset(_)
        | RateProblem::SameAsset
        | RateProblem::NotPositive
        | RateProblem::Crossed
        | RateProblem::TooPrecise
        | RateProblem::Limits { .. }
        | RateProblem::Twice => Refused::invalid(refusal),
    }
}

fn shown(app: &App, rate: rate::Rate) -> Rate {
    let Limits { base_min, base_max, quote_min, quote_max } = rate.limits;
    Rate {
        pair: format!("{}/{}", rate.base, rate.quote),
        quoted: rate::is_usable(&app.house, &rate),
        bid: rate.bid.into(),
        ask: rate.ask.into(),
        limits: RateLimits {
            base_min: base_min.map(Into::into),
            base_max: base_max.map(Into::into),
            quote_min: quote_min.map(Into::into),
            quote_max: quote_max.map(Into::into),
        },
        source: rate.source,
        at: Time::from_millis(rate.at.get()),
    }
}
