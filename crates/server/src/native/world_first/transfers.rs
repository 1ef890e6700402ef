//! `/v1/world-first/transfers`

use crate::{app::App, native::refused::Refused};
use axum::{
    Json,
    extract::{Path, State},
};
use house::world_first::transfer::{self, TransferStatus as Stands};
use std::sync::Arc;
use wire::native::{
    Time,
    world_first::{Transfer, TransferStatus},
};

pub(crate) async fn read(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
) -> Result<Json<Transfer>, Refused> {
    let found = transfer::by_id(&app.house, &id).await?.ok_or_else(|| Refused::unknown("transfer"))?;
    let scale = app.house.scale(found.asset).await?;
    Ok(Json(shown(found, scale)))
}

fn shown(transfer: transfer::Transfer, scale: u8) -> Transfer {
    let (status, failure) = match transfer.status {
        Stands::Processing => (TransferStatus::Processing, None),
        Stands::Success => (TransferStatus::Success, None),
        Stands::Failed(failure) => (TransferStatus::Fail, Some(failure)),
    };
    let time = |at: ledger::Millis| Time::from_millis(at.get());
    Transfer {
        id: transfer.transfer_id.to_string(),
        client: transfer.client_id,
        request_id: transfer.request_id,
        payer: transfer.payer.to_string(),
        payee: transfer.payee.to_string(),
        currency: transfer.asset.to_string(),
        amount: transfer.amount.to_decimal(scale).into(),
        remark: transfer.remark,
        status,
        fail_reason: failure.map(|failure| failure.as_str().to_owned()),
        created_at: time(transfer.created_at),
        finished_at: transfer.finished_at.map(time),
    }
}
