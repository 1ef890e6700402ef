//! `/v1/assets`

use super::refused::Refused;
use crate::app::App;
use axum::{Json, extract::State};
use std::sync::Arc;
use wire::native::{Asset, AssetKind, Assets};

pub(super) async fn list(State(app): State<Arc<App>>) -> Result<Json<Assets>, Refused> {
    let assets = house::asset::list(&app.house).await?;
    Ok(Json(Assets { assets: assets.into_iter().map(shown).collect() }))
}

fn shown(asset: money::Asset) -> Asset {
    let kind = match asset.kind {
        money::AssetKind::Fiat => AssetKind::Fiat,
        money::AssetKind::Crypto => AssetKind::Crypto,
    };
    Asset { code: asset.code.to_string(), scale: asset.scale, kind: Some(kind) }
}
