//! `/v1/merchants/{id}/service-provider`: the configuration of a merchant as a service provider.

use super::{
    extract::JsonBody,
    parties,
    refused::{Refused, aborted},
};
use crate::app::App;
use axum::{
    Json,
    extract::{Path, State},
};
use house::service_provider::{self, ConfigRefusal, ProviderConfig};
use ledger::HolderId;
use std::sync::Arc;
use wire::native::{Merchant, ServiceProvider};

pub(super) async fn read(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
) -> Result<Json<ServiceProvider>, Refused> {
    let merchant = parties::find::<Merchant>(&app, &id).await?;
    find(&app, &merchant.id).await
}

pub(super) async fn set(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    JsonBody(asked): JsonBody<ServiceProvider>,
) -> Result<Json<ServiceProvider>, Refused> {
    let merchant = parties::find::<Merchant>(&app, &id).await?;
    let config = ProviderConfig { allow_scopes: asked.allow_scopes, fee_share: asked.fee_share };
    let set = service_provider::set_config(&app.house, &merchant.id, config).await;
    set.map_err(|abort| aborted(abort, refused))?;
    find(&app, &merchant.id).await
}

async fn find(app: &App, id: &HolderId) -> Result<Json<ServiceProvider>, Refused> {
    let config = service_provider::config(&app.house, id).await?;
    let config = config.ok_or_else(|| Refused::unknown("service-provider"))?;
    Ok(Json(ServiceProvider { allow_scopes: config.allow_scopes, fee_share: config.fee_share }))
}

fn refused(refusal: ConfigRefusal) -> Refused {
    match refusal {
        ConfigRefusal::NoHolder => Refused::unknown("merchant"),
        ConfigRefusal::NotAMerchant | ConfigRefusal::Scope(_) => Refused::invalid(refusal),
    }
}
