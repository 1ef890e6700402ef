//! Holders of one kind each: `/v1/merchants` and `/v1/payers`.

use super::{
    cursor,
    extract::{JsonBody, Params, limit},
    holders::{refused, status_of},
    refused::{Refused, aborted},
};
use crate::app::App;
use axum::{
    Json,
    extract::{Path, State},
};
use house::holder::{self, Holder, HolderKind, NewHolder};
use http::StatusCode;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use wire::native::{Page, SetStatus, query::PageQuery};

/// A kind of holder on this API.
pub(super) trait Party: Sized {
    const KIND: HolderKind;
    /// The name of the kind in problems.
    const NAME: &'static str;
    /// The body of a request to create one.
    type Create: DeserializeOwned;

    /// The holder to create.
    fn to_create(body: Self::Create) -> Result<NewHolder, Refused>;

    /// A holder of this kind.
    fn of(holder: Holder) -> Self;
}

pub(super) async fn list<P: Party>(
    State(app): State<Arc<App>>,
    Params(query): Params<PageQuery>,
) -> Result<Json<Page<P>>, Refused> {
    let limit = limit(query.limit);
    let rows = holder::list(&app.house, P::KIND, query.after.as_deref(), limit + 1).await?;
    Ok(Json(cursor::page(rows, limit, |row| row.id.to_string(), P::of)))
}

pub(super) async fn create<P: Party>(
    State(app): State<Arc<App>>,
    JsonBody(body): JsonBody<P::Create>,
) -> Result<(StatusCode, Json<P>), Refused> {
    let new = P::to_create(body)?;
    let created = holder::create(&app.house, &new).await.map_err(|abort| aborted(abort, refused))?;
    Ok((StatusCode::CREATED, Json(P::of(created))))
}

pub(super) async fn read<P: Party>(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
) -> Result<Json<P>, Refused> {
    Ok(Json(P::of(find::<P>(&app, &id).await?)))
}

pub(super) async fn set_status<P: Party>(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    JsonBody(body): JsonBody<SetStatus>,
) -> Result<Json<P>, Refused> {
    let holder = find::<P>(&app, &id).await?;
    let set = holder::set_status(&app.house, &holder.id, status_of(body.status)).await;
    // In any case: the next call reads the keys again.
    app.keys.forget(&holder.id);
    set.map_err(|abort| aborted(abort, refused))?;
    Ok(Json(P::of(find::<P>(&app, &id).await?)))
}

/// The holder with an id, if it is of this kind.
pub(super) async fn find<P: Party>(app: &App, id: &str) -> Result<Holder, Refused> {
    let found = holder::find(&app.house, id).await?;
    found.filter(|holder| holder.kind == P::KIND).ok_or_else(|| Refused::unknown(P::NAME))
}
