//! `/v1/assets`

use super::refused::Refused;
use crate::app::App;
use axum::{Json, extract::State};
use std::sync::Arc;
use wire::native::{Asset, Assets};

pub(super) async fn list(State(app): State<Arc<App>>) -> Result<Json<Assets>, Refused> {
    let assets = house::asset::list(&app.house).await?;
    let shown = assets.into_iter().map(|asset| Asset { code: asset.code.to_string(), scale: asset.scale });
    Ok(Json(Assets { assets: shown.collect() }))
}
