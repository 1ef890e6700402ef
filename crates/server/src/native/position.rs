//! `/v1/house/position`: the house's own position.

use super::refused::Refused;
use crate::app::App;
use axum::{Json, extract::State};
use house::convert::{self, AssetPosition};
use std::sync::Arc;
use wire::native::{Position, Positions};

pub(super) async fn read(State(app): State<Arc<App>>) -> Result<Json<Positions>, Refused> {
    let positions = convert::position(&app.house).await?;
    Ok(Json(Positions { positions: positions.into_iter().map(shown).collect() }))
}

fn shown(of: AssetPosition) -> Position {
    Position {
        asset: of.asset.to_string(),
        external: of.external.into(),
        fees: of.fees.into(),
        position: of.position.into(),
        spread: of.spread.into(),
    }
}
