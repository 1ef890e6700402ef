//! `POST /binancepay/openapi/v2/order`

use super::create_v3::create;
use crate::binance_pay::Call;
use wire::binance_pay::{
    Fault,
    order::{Checkout, create_v2::CreateOrderV2},
};

/// Creates an order for one kind of goods and answers the ways to pay it.
///
/// # Errors
/// The page's codes; see [`super::not_created`].
pub async fn create_v2(call: Call<CreateOrderV2>) -> Result<Checkout, Fault> {
    create(&call.app, &call.caller, call.request.into()).await
}
