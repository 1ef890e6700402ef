//! `/v1/payers`

use super::{
    cursor,
    extract::{Asked, Params, limit},
    holders::{refused, status_of, status_shown},
    refused::{Refused, aborted},
};
use crate::app::App;
use axum::{
    Json,
    extract::{Path, State},
};
use house::holder::{self, Holder, HolderKind, HolderStatus, NewHolder};
use http::StatusCode;
use std::sync::Arc;
use wire::native::{CreatePayer, Page, Payer, SetStatus, Time, query::PageQuery};

pub(super) async fn list(
    State(app): State<Arc<App>>,
    Params(query): Params<PageQuery>,
) -> Result<Json<Page<Payer>>, Refused> {
    let limit = limit(query.limit);
    let rows = holder::list(&app.house, HolderKind::Payer, query.after.as_deref(), limit + 1).await?;
    Ok(Json(cursor::page(rows, limit, |row| row.id.to_string(), shown)))
}

pub(super) async fn create(
    State(app): State<Arc<App>>,
    Asked(asked): Asked<CreatePayer>,
) -> Result<(StatusCode, Json<Payer>), Refused> {
    let new = NewHolder {
        id: asked.binance_id.clone(),
        kind: HolderKind::Payer,
        name: asked.name,
        binance_id: Some(asked.binance_id),
        status: HolderStatus::Active,
        fee_bps: 0,
        split_max_rate: money::Decimal::ONE,
        order_fiat_currencies: Vec::new(),
    };
    let made = holder::create(&app.house, &new).await.map_err(|abort| aborted(abort, refused))?;
    Ok((StatusCode::CREATED, Json(shown(made))))
}

pub(super) async fn read(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
) -> Result<Json<Payer>, Refused> {
    Ok(Json(shown(find(&app, &id).await?)))
}

pub(super) async fn set_status(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Asked(asked): Asked<SetStatus>,
) -> Result<Json<Payer>, Refused> {
    let payer = find(&app, &id).await?;
    let set = holder::set_status(&app.house, &payer.id, status_of(asked.status)).await;
    set.map_err(|abort| aborted(abort, refused))?;
    Ok(Json(shown(find(&app, &id).await?)))
}

async fn find(app: &App, id: &str) -> Result<Holder, Refused> {
    let found = holder::find(&app.house, id).await?;
    found.filter(|holder| holder.kind == HolderKind::Payer).ok_or_else(|| Refused::unknown("payer"))
}

fn shown(holder: Holder) -> Payer {
    Payer {
        binance_id: holder.id.to_string(),
        name: holder.name,
        status: status_shown(holder.status),
        created_at: Time::from_millis(holder.created_at.get()),
    }
}
