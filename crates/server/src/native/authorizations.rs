//! `/v1/authorizations`: service providers' requests for authorization, and the operator's decisions for the merchants.
//! Tokens are never shown here: they are the providers' own.

use super::{
    cursor::{self, unreadable},
    deposits::ADMIN,
    extract::{JsonBody, Params, limit},
    refused::{Refused, aborted},
};
use crate::{address::AllowList, app::App};
use axum::{
    Json,
    extract::{Path, State},
};
use house::{
    Abort,
    service_provider::{self, AuthorizationRefusal, AuthorizationStatus, Record, RecordFilter},
};
use ledger::{HolderId, PayId};
use std::sync::Arc;
use wire::native::{
    self, AgreeAuthorization, Authorization, ChangeAuthorization, Page, Time, query::AuthorizationQuery,
};

pub(super) async fn list(
    State(app): State<Arc<App>>,
    Params(query): Params<AuthorizationQuery>,
) -> Result<Json<Page<Authorization>>, Refused> {
    let limit = limit(query.limit);
    let after = query.after.map(|after| after.parse().map_err(|_| unreadable())).transpose()?;
    let filter = RecordFilter {
        provider: holder("provider", query.provider.as_deref())?,
        merchant: holder("merchant", query.merchant.as_deref())?,
    };
    let records = service_provider::list(&app.house, &filter, after, limit + 1).await?;
    Ok(Json(cursor::page(records, limit, |record| record.id.to_string(), shown)))
}

pub(super) async fn read(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
) -> Result<Json<Authorization>, Refused> {
    let found = service_provider::find(&app.house, number(&id)?).await?;
    found.map(shown).map(Json).ok_or_else(unknown)
}

pub(super) async fn agree(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    JsonBody(asked): JsonBody<AgreeAuthorization>,
) -> Result<Json<Authorization>, Refused> {
    done(service_provider::agree(&app.house, ADMIN, number(&id)?, asked.scopes).await)
}

pub(super) async fn reject(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
) -> Result<Json<Authorization>, Refused> {
    done(service_provider::reject(&app.house, ADMIN, number(&id)?).await)
}

pub(super) async fn change(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    JsonBody(asked): JsonBody<ChangeAuthorization>,
) -> Result<Json<Authorization>, Refused> {
    if asked == ChangeAuthorization::default() {
        return Err(Refused::invalid("scopes or ip_whitelist must be given"));
    }
    let addresses = asked.ip_whitelist.as_deref().unwrap_or_default();
    AllowList::parse(addresses).map_err(|error| Refused::invalid(format!("ip_whitelist: {error}")))?;
    done(service_provider::change(&app.house, ADMIN, number(&id)?, asked.scopes, asked.ip_whitelist).await)
}

pub(super) async fn disable(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
) -> Result<Json<Authorization>, Refused> {
    done(service_provider::disable(&app.house, ADMIN, number(&id)?).await)
}

fn done(changed: Result<Record, Abort<AuthorizationRefusal>>) -> Result<Json<Authorization>, Refused> {
    changed.map(shown).map(Json).map_err(|abort| aborted(abort, refused))
}

fn refused(refusal: AuthorizationRefusal) -> Refused {
    match refusal {
        AuthorizationRefusal::NotFound => unknown(),
        AuthorizationRefusal::WrongStatus(_) => Refused::conflict("wrong-status", refusal),
        AuthorizationRefusal::NoScopes | AuthorizationRefusal::Scope(_) | AuthorizationRefusal::Whitelist => {
            Refused::invalid(refusal)
        }
    }
}

fn unknown() -> Refused {
    Refused::unknown("authorization")
}

/// What is no number is nobody's id.
fn number(id: &str) -> Result<PayId, Refused> {
    id.parse().map_err(|_| unknown())
}

fn holder(field: &str, id: Option<&str>) -> Result<Option<HolderId>, Refused> {
    let id = id.map(HolderId::new).transpose();
    id.map_err(|_| Refused::invalid(format!("{field} must be a merchant's id")))
}

fn shown(Record { row: record, .. }: Record) -> Authorization {
    Authorization {
        id: record.id.to_string(),
        provider: record.provider.to_string(),
        merchant: record.merchant.to_string(),
        merchant_name: record.merchant_name,
        status: match record.status {
            AuthorizationStatus::Pending => native::AuthorizationStatus::Pending,
            AuthorizationStatus::Authorized => native::AuthorizationStatus::Authorized,
            AuthorizationStatus::Rejected => native::AuthorizationStatus::Rejected,
            AuthorizationStatus::Disabled => native::AuthorizationStatus::Disabled,
        },
        scopes: record.scopes,
        ip_whitelist: record.ip_whitelist,
        created_at: Time::from_millis(record.created_at.get()),
        changed_at: Time::from_millis(record.changed_at.get()),
        changed_by: record.changed_by,
    }
}
