//! `/v1/fixtures`

use super::{
    extract::JsonOrToml,
    refused::{Refused, aborted},
};
use crate::{app::App, fixtures};
use axum::{Json, extract::State};
use std::sync::Arc;
use wire::native::{Applied, Fixtures};

pub(super) async fn apply(
    State(app): State<Arc<App>>,
    JsonOrToml(asked): JsonOrToml<Fixtures>,
) -> Result<Json<Applied>, Refused> {
    let fixtures = fixtures::read(asked).map_err(Refused::invalid)?;
    let applied = house::fixture::apply(&app.house, &fixtures).await;
    app.keys.forget_all();
    app.clients.forget_all();
    let applied =
        applied.map_err(|abort| aborted(abort, |refusal| Refused::conflict("fixtures", refusal)))?;
    let notes = fixtures::notes(&fixtures).collect();
    Ok(Json(Applied { created: applied.created, unchanged: applied.unchanged, notes }))
}
