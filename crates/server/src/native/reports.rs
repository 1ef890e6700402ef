//! `/v1/reports`: requesting reports, following them, and their files.

use super::{
    cursor::{self, unreadable},
    deposits::ADMIN,
    extract::{JsonBody, Params, limit},
    holders,
    refused::{Refused, aborted},
};
use crate::{app::App, download};
use axum::{
    Json,
    body::Body,
    extract::{Path, State},
};
use house::{
    Caller,
    report::{self, CancelRefusal, Format, NewReport, ReportRefusal, ReportStatus},
};
use http::{HeaderMap, Method, Response, StatusCode};
use ledger::{HolderId, PayId, Wallet};
use std::sync::Arc;
use wire::native::{self, Day, Page, Report, ReportFormat, RequestReport, Time, query::ReportQuery};

pub(super) async fn list(
    State(app): State<Arc<App>>,
    Params(query): Params<ReportQuery>,
) -> Result<Json<Page<Report>>, Refused> {
    let limit = limit(query.limit);
    let holder = query.holder.as_deref().map(HolderId::new).transpose();
    let holder = holder.map_err(|_| Refused::invalid("holder must be a holder's id"))?;
    let after = query.after.as_deref().map_or(Ok(PayId::MIN), str::parse).map_err(|_| unreadable())?;
    let reports = report::list(&app.house, holder.as_ref(), after, limit + 1).await?;
    let page =
        cursor::page(reports, limit, |report| report.download_id.to_string(), |report| shown(&app, report));
    let items = page.items.into_iter().collect::<Result<_, _>>()?;
    Ok(Json(Page { items, next: page.next }))
}

pub(super) async fn request(
    State(app): State<Arc<App>>,
    JsonBody(asked): JsonBody<RequestReport>,
) -> Result<(StatusCode, Json<Report>), Refused> {
    let holder = holders::find(&app, &asked.holder).await?;
    let caller = Caller { holder: holder.id, actor: ADMIN.to_owned() };
    let new = NewReport {
        wallet: asked.wallet.as_deref().map(wallet).transpose()?,
        from: asked.from.date(),
        to: asked.to.date(),
        format: format(asked.format),
        // The quota applies only to the provider's own API.
        quota: false,
    };
    let id = report::request(&app.house, &caller, new).await.map_err(|abort| aborted(abort, refused))?;
    let report = find(&app, id).await?;
    Ok((StatusCode::CREATED, Json(shown(&app, report)?)))
}

pub(super) async fn read(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
) -> Result<Json<Report>, Refused> {
    let report = find(&app, number(&id)?).await?;
    Ok(Json(shown(&app, report)?))
}

pub(super) async fn cancel(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
) -> Result<Json<Report>, Refused> {
    let cancelled = report::cancel(&app.house, ADMIN, number(&id)?).await;
    let report = cancelled.map_err(|abort| {
        aborted(abort, |refusal| match refusal {
            CancelRefusal::NoReport => unknown(),
            CancelRefusal::Finished => Refused::conflict("finished", refusal),
        })
    })?;
    Ok(Json(shown(&app, report)?))
}

pub(super) async fn file(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response<Body>, Refused> {
    let report = find(&app, number(&id)?).await?;
    match report.status {
        ReportStatus::Success => {}
        ReportStatus::Expired => {
            return Err(Refused::new(
                StatusCode::GONE,
                "expired",
                "The file was kept for its time and is gone",
            ));
        }
        status => {
            return Err(Refused::conflict("no-file", format_args!("the report is {}", status.as_str())));
        }
    }
    Ok(download::serve(&app, &report, &method, &headers).await)
}

/// The wallet with a name.
pub(super) fn wallet(name: &str) -> Result<Wallet, Refused> {
    Wallet::parse(name).ok_or_else(|| {
        Refused::invalid(format!("wallet must be one of {}", Wallet::ALL.map(Wallet::as_str).join(", ")))
    })
}

/// Converts a format into the house's.
pub(super) fn format(format: ReportFormat) -> Format {
    match format {
        ReportFormat::Csv => Format::Csv,
        ReportFormat::Jsonl => Format::JsonLines,
    }
}

async fn find(app: &App, id: PayId) -> Result<report::Report, Refused> {
    report::find_any(&app.house, id).await?.ok_or_else(unknown)
}

fn unknown() -> Refused {
    Refused::unknown("report")
}

/// What is no number is nobody's id.
fn number(id: &str) -> Result<PayId, Refused> {
    id.parse().map_err(|_| unknown())
}

fn refused(refusal: ReportRefusal) -> Refused {
    match refusal {
        ReportRefusal::NoHolder => Refused::unknown("holder"),
        ReportRefusal::QuotaUsed => Refused::conflict("quota-used", refusal),
        ReportRefusal::IncludesToday
        | ReportRefusal::TooShort
        | ReportRefusal::TooLong
        | ReportRefusal::BeforeEpoch => Refused::invalid(refusal),
    }
}

fn shown(app: &App, report: report::Report) -> Result<Report, Refused> {
    let time = |at: ledger::Millis| Time::from_millis(at.get());
    let day = |at: ledger::Millis| Day::of(time(at));
    let download_url = report::link(&app.house, &report, &app.public_url)?;
    Ok(Report {
        id: report.download_id.to_string(),
        holder: report.holder.to_string(),
        requested_by: report.requested_by,
        wallet: report.wallet.map(|wallet| wallet.as_str().to_owned()),
        from: day(report.from),
        to: day(report.to.plus(-1)),
        format: match report.format {
            Format::Csv => ReportFormat::Csv,
            Format::JsonLines => ReportFormat::Jsonl,
        },
        status: match report.status {
            ReportStatus::Processing => native::ReportStatus::Processing,
            ReportStatus::Success => native::ReportStatus::Success,
            ReportStatus::Failed => native::ReportStatus::Failed,
            ReportStatus::Expired => native::ReportStatus::Expired,
            ReportStatus::Cancelled => native::ReportStatus::Cancelled,
        },
        attempts: report.attempts,
        rows_done: report.rows_done,
        rows_expected: report.rows_expected,
        bytes: report.bytes,
        sha256: report.digest,
        fail_reason: report.fail_reason,
        created_at: time(report.created_at),
        finished_at: report.finished_at.map(time),
        expires_at: report.expire_at.map(time),
        download_url,
    })
}
