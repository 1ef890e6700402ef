//! `POST /binancepay/openapi/balance-report/query`

use crate::binance_pay::{Call, outcome::failed};
use house::report::{Report, ReportStatus as Stands, link};
use ledger::PayId;
use wire::binance_pay::{
    Fault,
    balance_report::{
        download_id,
        query::{BalanceReport, QueryBalanceReport, ReportStatus},
    },
};

/// Answers the status of a report. For an unknown report `exist` is false, since the page has no code for it.
///
/// # Errors
/// 400000 after an internal error.
pub async fn query(call: Call<QueryBalanceReport>) -> Result<BalanceReport, Fault> {
    let found = match download_id(&call.request.download_id) {
        Some(id) => house::report::find(call.house(), &call.caller().holder, PayId::new(id)).await,
        None => Ok(None),
    };
    let Some(report) = found.map_err(|failure| failed(&failure))? else {
        return Ok(BalanceReport { exist: false, download_url: "".into(), status: ReportStatus::Failed });
    };
    let url = link(call.house(), &report, &call.app.public_url).map_err(|failure| failed(&failure))?;
    Ok(BalanceReport { exist: true, download_url: url.unwrap_or_default().into(), status: status(&report) })
}

/// The status on the page, which has none for a cancelled report: it counts as failed.
fn status(report: &Report) -> ReportStatus {
    match report.status {
        Stands::Processing => ReportStatus::Processing,
        Stands::Success => ReportStatus::Success,
        Stands::Failed | Stands::Cancelled => ReportStatus::Failed,
        Stands::Expired => ReportStatus::Expired,
    }
}
