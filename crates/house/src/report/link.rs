//! Links to reports' files: signed, so that a download needs no key, and valid as long as the file exists.

use super::{Report, ReportStatus, find_any};
use crate::{Abort, Failure, House};
use ledger::PayId;

/// The path of links, below the server's public URL.
const PATH: &str = "/download/balance-report";

/// Why a link is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkRefusal {
    /// The signature is invalid.
    #[error("the link is not valid")]
    Forged,
    /// It is expired.
    #[error("the link has expired")]
    Expired,
}

/// The link to a report's file:
/// `<public_url>/download/balance-report/<download id>?expires=<Unix seconds>&signature=<64 hex digits>`; `None`
/// if there is no file to download. The same report has the same link until the master key is rotated.
///
/// # Errors
/// When the vault has no key.
pub fn link(house: &House, report: &Report, public_url: &str) -> Result<Option<String>, Failure> {
    let (ReportStatus::Success, Some(expire_at)) = (report.status, report.expire_at) else { return Ok(None) };
    let (id, expires) = (report.download_id, expire_at.seconds());
    let signature = house.vault().sign_link(&signed_text(id, expires))?;
    let base = public_url.trim_end_matches('/');
    Ok(Some(format!("{base}{PATH}/{id}?expires={expires}&signature={signature}")))
}

/// The report of a link, given the link's parts: its id, its Unix seconds and its signature.
///
/// # Errors
/// See [`LinkRefusal`]; the signature is checked first.
pub async fn open_link(
    house: &House,
    download_id: PayId,
    expires: i64,
    signature: &str,
) -> Result<Report, Abort<LinkRefusal>> {
    if !house.vault().is_link(&signed_text(download_id, expires), signature)? {
        return Err(Abort::Refused(LinkRefusal::Forged));
    }
    let expired = || Abort::Refused(LinkRefusal::Expired);
    let report = find_any(house, download_id).await?.ok_or_else(expired)?;
    let is_over = expires <= house.now(&report.holder).seconds();
    if is_over || report.status != ReportStatus::Success { Err(expired()) } else { Ok(report) }
}

fn signed_text(download_id: PayId, expires: i64) -> String {
    format!("balance-report\n{download_id}\n{expires}")
}
