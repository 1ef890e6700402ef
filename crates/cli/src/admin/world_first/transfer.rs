//! Transfers and their status.

use clap::Args;
use client::Native;

use crate::{admin::report::Report, exit::Failure};

#[derive(Args)]
pub(crate) struct Which {
    /// The transfer's number
    #[arg(value_name = "TRANSFER_ID")]
    id: String,
}

/// Shows it.
pub(super) async fn show(native: &Native, which: &Which, report: Report) -> Result<(), Failure> {
    let transfer = native.transfer(&which.id).await?;
    let mut fields = vec![
        ("id", transfer.id.clone()),
        ("client", format!("{} ({})", transfer.client, transfer.request_id)),
        ("payer", transfer.payer.clone()),
        ("payee", transfer.payee.clone()),
        ("amount", format!("{} {}", transfer.amount, transfer.currency)),
        ("status", transfer.status.as_str().to_owned()),
        ("made", transfer.created_at.to_string()),
    ];
    fields.extend(transfer.remark.iter().map(|remark| ("remark", remark.clone())));
    fields.extend(transfer.fail_reason.iter().map(|reason| ("failed for", reason.clone())));
    fields.extend(transfer.finished_at.iter().map(|at| ("over", at.to_string())));
    report.object(&transfer, &fields);
    Ok(())
}
