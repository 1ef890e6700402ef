//! `/v1/merchants/{id}/api-keys`

use super::{
    extract::JsonBody,
    parties,
    refused::{Refused, aborted},
};
use crate::{address::AllowList, app::App};
use axum::{
    Json,
    extract::{Path, State},
};
use house::key::{self, KeyRefusal, KeySummary, NewKey};
use http::StatusCode;
use ledger::Millis;
use std::sync::Arc;
use wire::native::{ApiKey, IssueApiKey, IssuedApiKey, Merchant, Page, Time};

pub(super) async fn list(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
) -> Result<Json<Page<ApiKey>>, Refused> {
    let merchant = parties::find::<Merchant>(&app, &id).await?;
    let keys = key::list(&app.house, &merchant.id).await?;
    Ok(Json(Page { items: keys.into_iter().map(shown).collect(), next: None }))
}

pub(super) async fn issue(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    JsonBody(asked): JsonBody<IssueApiKey>,
) -> Result<(StatusCode, Json<IssuedApiKey>), Refused> {
    let merchant = parties::find::<Merchant>(&app, &id).await?;
    AllowList::parse(&asked.allow_ips).map_err(|error| Refused::invalid(format!("allow_ips: {error}")))?;
    let new = NewKey {
        holder: merchant.id,
        key: asked.key,
        secret: asked.secret,
        allow_ips: asked.allow_ips,
        expires_at: asked.expires_at.map(|time| Millis::new(time.millis())),
    };
    let issued = key::issue(&app.house, new).await.map_err(|abort| aborted(abort, refused))?;
    let shown = IssuedApiKey { key: issued.key, secret: issued.secret.to_string() };
    Ok((StatusCode::CREATED, Json(shown)))
}

pub(super) async fn revoke(
    State(app): State<Arc<App>>,
    Path((id, key)): Path<(String, String)>,
) -> Result<StatusCode, Refused> {
    let merchant = parties::find::<Merchant>(&app, &id).await?;
    let revoked = key::revoke(&app.house, &merchant.id, &key).await;
    app.keys.forget(&merchant.id);
    revoked.map_err(|abort| aborted(abort, refused))?;
    Ok(StatusCode::NO_CONTENT)
}

fn refused(refusal: KeyRefusal) -> Refused {
    match refusal {
        KeyRefusal::NoHolder => Refused::unknown("merchant"),
        KeyRefusal::KeyShape | KeyRefusal::SecretShape => Refused::invalid(refusal),
        KeyRefusal::Exists => Refused::conflict("exists", refusal),
        KeyRefusal::NotFound => Refused::unknown("api-key"),
    }
}

fn shown(key: KeySummary) -> ApiKey {
    let time = |millis: Millis| Time::from_millis(millis.get());
    ApiKey {
        key: key.key,
        allow_ips: key.allow_ips,
        created_at: time(key.created_at),
        expires_at: key.expires_at.map(time),
        last_used_at: key.last_used_at.map(time),
        revoked_at: key.revoked_at.map(time),
    }
}
