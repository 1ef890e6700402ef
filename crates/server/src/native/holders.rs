//! `/v1/holders`: any holder's balances and their history.

use super::{
    cursor,
    extract::{Params, limit},
    refused::Refused,
};
use crate::app::App;
use axum::{
    Json,
    extract::{Path, State},
};
use house::{
    balance::{self, PostingCursor, StatementLine},
    holder::{self, Holder, HolderRefusal, HolderStatus},
};
use ledger::Millis;
use std::sync::Arc;
use wire::native::{
    Balance, Balances, HolderBalance, Page, Posting, Status, Time,
    query::{BalanceQuery, PageQuery},
};

pub(super) async fn balances(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Params(query): Params<BalanceQuery>,
) -> Result<Json<Balances>, Refused> {
    let holder = find(&app, &id).await?;
    let balances = match query.at {
        Some(at) => balance::at(&app.house, &holder.id, Millis::new(at.millis())).await?,
        None => balance::of(&app.house, &holder.id).await?,
    };
    let balances = balances.into_iter().map(|balance| Balance {
        wallet: balance.wallet.as_str().to_owned(),
        asset: balance.asset.to_string(),
        available: balance.available.to_decimal(balance.scale).into(),
        frozen: balance.frozen.to_decimal(balance.scale).into(),
    });
    Ok(Json(Balances { holder: holder.id.to_string(), balances: balances.collect() }))
}

pub(super) async fn all_balances(
    State(app): State<Arc<App>>,
    Params(query): Params<PageQuery>,
) -> Result<Json<Page<HolderBalance>>, Refused> {
    let limit = limit(query.limit);
    let behind = query.after.as_deref().map_or(Ok(["", "", ""]), cursor::balance)?;
    let found = balance::of_all(&app.house, behind, limit + 1).await?;
    let text = |(holder, balance): &(String, balance::Balance)| cursor::after_balance(holder, balance);
    Ok(Json(cursor::page(found, limit, text, |(holder, balance)| HolderBalance {
        holder,
        wallet: balance.wallet.as_str().to_owned(),
        asset: balance.asset.to_string(),
        available: balance.available.to_decimal(balance.scale).into(),
        frozen: balance.frozen.to_decimal(balance.scale).into(),
    })))
}

pub(super) async fn journal(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Params(query): Params<PageQuery>,
) -> Result<Json<Page<Posting>>, Refused> {
    let limit = limit(query.limit);
    let after = query.after.as_deref().map_or_else(|| Ok(PostingCursor::default()), cursor::posting)?;
    let holder = find(&app, &id).await?;
    let lines = balance::statement(&app.house, &holder.id, &after, limit + 1).await?;
    Ok(Json(cursor::page(lines, limit, |line| cursor::after_posting(&line.posting), shown)))
}

/// The holder with an id, of any kind.
pub(super) async fn find(app: &App, id: &str) -> Result<Holder, Refused> {
    holder::find(&app.house, id).await?.ok_or_else(|| Refused::unknown("holder"))
}

/// The problem of a holder that was not created or changed.
pub(super) fn refused(refusal: HolderRefusal) -> Refused {
    match refusal {
        HolderRefusal::Invalid { .. } => Refused::invalid(refusal),
        HolderRefusal::Exists => Refused::conflict("exists", refusal),
        HolderRefusal::NotFound => Refused::unknown("holder"),
    }
}

pub(crate) fn status_of(status: Status) -> HolderStatus {
    match status {
        Status::Active => HolderStatus::Active,
        Status::Suspended => HolderStatus::Suspended,
        Status::Closed => HolderStatus::Closed,
    }
}

pub(super) fn status_shown(status: HolderStatus) -> Status {
    match status {
        HolderStatus::Active => Status::Active,
        HolderStatus::Suspended => Status::Suspended,
        HolderStatus::Closed => Status::Closed,
    }
}

fn shown(line: StatementLine) -> Posting {
    let (posting, scale) = (line.posting, line.scale);
    Posting {
        wallet: posting.wallet.as_str().to_owned(),
        asset: posting.asset.to_string(),
        bucket: posting.bucket.as_str().to_owned(),
        sequence: posting.version,
        at: Time::from_millis(posting.at.get()),
        amount: posting.amount.to_decimal(scale).into(),
        balance: posting.balance.to_decimal(scale).into(),
        journal: posting.journal.to_string(),
        kind: posting.kind,
        reference: posting.reference,
    }
}
