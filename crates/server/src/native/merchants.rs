//! `/v1/merchants`

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
use wire::native::{CreateMerchant, Merchant, Page, SetStatus, Time, query::PageQuery};

/// What is longer is no merchant id of the provider's.
const ID_MAX: usize = 19;

pub(super) async fn list(
    State(app): State<Arc<App>>,
    Params(query): Params<PageQuery>,
) -> Result<Json<Page<Merchant>>, Refused> {
    let limit = limit(query.limit);
    let rows = holder::list(&app.house, HolderKind::Merchant, query.after.as_deref(), limit + 1).await?;
    Ok(Json(cursor::page(rows, limit, |row| row.id.to_string(), shown)))
}

pub(super) async fn create(
    State(app): State<Arc<App>>,
    Asked(asked): Asked<CreateMerchant>,
) -> Result<(StatusCode, Json<Merchant>), Refused> {
    check_id(&asked.id).map_err(Refused::invalid)?;
    let new = NewHolder {
        id: asked.id,
        kind: HolderKind::Merchant,
        name: asked.name,
        binance_id: asked.binance_id,
        status: HolderStatus::Active,
        fee_bps: asked.fee_bps.into(),
        split_max_rate: asked.split_max_rate.map_or(money::Decimal::ONE, money::Decimal::from),
        order_fiat_currencies: asked.order_fiat_currencies,
    };
    let made = holder::create(&app.house, &new).await.map_err(|abort| aborted(abort, refused))?;
    Ok((StatusCode::CREATED, Json(shown(made))))
}

pub(super) async fn read(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
) -> Result<Json<Merchant>, Refused> {
    Ok(Json(shown(find(&app, &id).await?)))
}

pub(super) async fn set_status(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Asked(asked): Asked<SetStatus>,
) -> Result<Json<Merchant>, Refused> {
    let merchant = find(&app, &id).await?;
    let set = holder::set_status(&app.house, &merchant.id, status_of(asked.status)).await;
    app.keys.forget(&merchant.id);
    set.map_err(|abort| aborted(abort, refused))?;
    Ok(Json(shown(find(&app, &id).await?)))
}

/// The merchant of an id.
pub(super) async fn find(app: &App, id: &str) -> Result<Holder, Refused> {
    let found = holder::find(&app.house, id).await?;
    found.filter(|holder| holder.kind == HolderKind::Merchant).ok_or_else(|| Refused::unknown("merchant"))
}

/// Merchant ids stand as numbers in some replies of the dialect, so they must be ones.
pub(crate) fn check_id(id: &str) -> Result<(), &'static str> {
    let digits = (1..=ID_MAX).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit());
    let fits = digits && !id.starts_with('0') && id.parse::<i64>().is_ok();
    if fits { Ok(()) } else { Err("id must be 1 to 19 digits that do not begin with 0, at most 2^63 - 1") }
}

fn shown(holder: Holder) -> Merchant {
    Merchant {
        id: holder.id.to_string(),
        name: holder.name,
        binance_id: holder.binance_id,
        status: status_shown(holder.status),
        fee_bps: holder.fee_bps,
        split_max_rate: holder.split_max_rate.into(),
        order_fiat_currencies: holder.order_fiat_currencies.iter().map(ToString::to_string).collect(),
        created_at: Time::from_millis(holder.created_at.get()),
    }
}

#[cfg(test)]
mod tests {
    use super::check_id;

    #[test]
    fn merchant_ids_are_numbers() {
        for good in ["1", "1000135331248", "9223372036854775807"] {
            assert!(check_id(good).is_ok(), "{good}");
        }
        for bad in ["", "0", "01", "shop", "9223372036854775808", "12345678901234567890"] {
            assert!(check_id(bad).is_err(), "{bad}");
        }
    }
}
