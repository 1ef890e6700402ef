//! `business/fund/consultTransfer`: a preview of a transfer.

use super::transfer::{refused, terms};
use crate::world_first::{outcome::aborted, serve::Call};
use house::world_first::{Product, transfer::consult};
use wire::world_first::{
    Fault,
    fund::{
        consult_transfer::{ConsultTransfer, TransferEstimate},
        transferred::answered,
    },
};

/// Answers and refuses like `createTransfer` with the same sides, but moves no money.
pub async fn consult_transfer(call: Call<ConsultTransfer>) -> Result<TransferEstimate, Fault> {
    let customer = call.customer(Product::Transfer).await?;
    let request = &call.request;
    let (terms, amount) = terms(&customer, &request.transfer_from_detail, &request.transfer_to_detail)?;
    let consulted = consult(call.house(), &customer.id, &terms).await;
    consulted.map_err(|abort| aborted(abort, |refusal| refused(refusal, &request.transfer_to_detail)))?;
    let request = call.request;
    let (from, to) = answered(request.transfer_from_detail, request.transfer_to_detail, &amount, None);
    Ok(TransferEstimate {
        business_scene_code: request.business_scene_code,
        transfer_from_detail: from,
        transfer_to_detail: to,
    })
}
