//! `business/fund/createTransfer`: accepts a transfer to another customer.

use super::transfer::{refused, shown, terms};
use crate::world_first::{outcome::aborted, serve::Call};
use house::world_first::{
    Product,
    transfer::{NewTransfer, create},
};
use wire::world_first::{
    Code, Fault, codes,
    fund::create_transfer::{CreateTransfer, TransferTakenOn},
};

/// Freezes the amount, and answers the transfer; a repeated request gets its first transfer.
pub async fn create_transfer(call: Call<CreateTransfer>) -> Result<TransferTakenOn, Fault> {
    let customer = call.customer(Product::Transfer).await.map_err(on_this_page)?;
    let request = &call.request;
    let (terms, _) = terms(&customer, &request.transfer_from_detail, &request.transfer_to_detail)?;
    let new = NewTransfer {
        client_id: call.client.client.client_id.clone(),
        request_id: request.transfer_request_id.to_string(),
        request: request.kept(),
        terms,
        remark: request.transfer_to_detail.transfer_to_remark.as_ref().map(ToString::to_string),
    };
    let transfer = create(call.house(), &customer.id, new).await;
    let transfer =
        transfer.map_err(|abort| aborted(abort, |refusal| refused(refusal, &request.transfer_to_detail)))?;
    let shown = shown(&transfer)?;
    Ok(TransferTakenOn {
        transfer_request_id: transfer.request_id.into(),
        transfer_id: transfer.transfer_id.to_string().into(),
        business_scene_code: shown.scene,
        transfer_finish_time: shown.finish_time,
        transfer_from_detail: shown.from,
        transfer_to_detail: shown.to,
    })
}

/// General codes that are missing in this page's table, with the page's own codes in their place: a client may not act
/// for a customer that does not exist, nor without the product; a customer's contract is part of its status.
const OWN_CODES: [(&Code, &Code); 3] = [
    (&codes::USER_NOT_EXIST, &codes::USER_NO_PERMISSION),
    (&codes::SERVICE_NOT_ALLOWED, &codes::USER_NO_PERMISSION),
    (&codes::CONTRACT_CHECK_FAIL, &codes::USER_STATUS_ABNORMAL),
];

/// Converts a fault to this page's codes.
fn on_this_page(fault: Fault) -> Fault {
    match OWN_CODES.into_iter().find(|(general, _)| fault.is(general)) {
        Some((_, own)) => Fault::new(own).because(fault.message()),
        None => fault,
    }
}
