//! `/v1/assets` and `/v1/rates`

use super::refused::Refused;
use crate::app::App;
use axum::{Json, extract::State};
use std::sync::Arc;
use wire::native::{Asset, Assets, Rate, Rates, Time};

pub(super) async fn list(State(app): State<Arc<App>>) -> Result<Json<Assets>, Refused> {
    let assets = house::asset::list(&app.house).await?;
    let shown = assets.into_iter().map(|asset| Asset { code: asset.code.to_string(), scale: asset.scale });
    Ok(Json(Assets { assets: shown.collect() }))
}

pub(super) async fn rates(State(app): State<Arc<App>>) -> Result<Json<Rates>, Refused> {
    let rates = house::rate::list(&app.house).await?;
    let shown = rates.into_iter().map(|rate| Rate {
        pair: format!("{}/{}", rate.base, rate.quote),
        bid: rate.bid.into(),
        ask: rate.ask.into(),
        source: rate.source,
        at: Time::from_millis(rate.at),
    });
    Ok(Json(Rates { rates: shown.collect() }))
}
