//! `business/fund/inquiryTransfer`: the status of a transfer.

use super::transfer::{code, shown};
use crate::world_first::{outcome::failed, serve::Call};
use house::world_first::{Product, transfer::find};
use wire::world_first::{
    Fault, codes,
    fund::{
        inquiry_transfer::{InquiryTransfer, TransferState},
        transfer::ATOMIC_TRANSFER,
    },
};

/// Answers the status of this client's transfer that the customer pays. A missing transfer is an answer too: the call
/// succeeds, and a client may ask before its transfer has arrived.
pub async fn inquiry_transfer(call: Call<InquiryTransfer>) -> Result<TransferState, Fault> {
    let customer = call.customer(Product::Transfer).await?;
    let (client_id, request_id) = (&call.client.client.client_id, &call.request.transfer_request_id);
    let found = find(call.house(), &customer.id, client_id, request_id).await;
    let Some(transfer) = found.map_err(|failure| failed(&failure))? else {
        return Ok(TransferState {
            transfer_request_id: request_id.clone(),
            transfer_id: None,
            business_scene_code: None,
            transfer_result: (&codes::ORDER_NOT_FOUND).into(),
            transfer_finish_time: None,
            transfer_from_detail: None,
            transfer_to_detail: None,
            transfer_order_addition: None,
        });
    };
    let shown = shown(&transfer)?;
    Ok(TransferState {
        transfer_request_id: transfer.request_id.into(),
        transfer_id: Some(transfer.transfer_id.to_string().into()),
        // This page requires a scene code, unlike the page of `createTransfer`.
        business_scene_code: Some(shown.scene.unwrap_or_else(|| ATOMIC_TRANSFER.into())),
        transfer_result: code(transfer.status).into(),
        transfer_finish_time: shown.finish_time,
        transfer_from_detail: Some(shown.from),
        transfer_to_detail: Some(shown.to),
        transfer_order_addition: shown.order,
    })
}
