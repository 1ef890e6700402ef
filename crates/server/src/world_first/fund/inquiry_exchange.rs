//! `business/fund/inquiryExchange`: the status of an exchange.

use super::exchange::{Whose, customer, done};
use crate::world_first::{outcome::failed, serve::Call};
use house::world_first::exchange;
use wire::world_first::{
    Fault, codes,
    fund::{exchange::ExchangeState, inquiry_exchange::InquiryExchange},
};

/// Answers an exchange that this client requested for the customer of the call. A missing exchange is an answer too:
/// the call succeeds, and a client may ask before its exchange has arrived.
pub async fn inquiry_exchange(call: Call<InquiryExchange>) -> Result<ExchangeState, Fault> {
    let request = &call.request;
    let whose = Whose {
        customer_id: &request.customer_id,
        account_id: &request.account_id,
        access_token: &request.access_token,
    };
    let customer = customer(&call, whose).await?;
    let (client_id, request_id) = (&call.client.client.client_id, &request.exchange_request_id);
    let found = exchange::find(call.house(), &customer.id, client_id, request_id).await;
    match found.map_err(|failure| failed(&failure))? {
        Some(exchange) => Ok(done(exchange)),
        None => Ok(ExchangeState {
            exchange_result: (&codes::ORDER_NOT_FOUND).into(),
            exchange_id: None,
            exchange_request_id: request_id.clone(),
            sell: None,
            buy: None,
            exchange_create_time: None,
            exchange_finish_time: None,
            quote: None,
            exchange_mode: None,
            exchange_trade_type: None,
        }),
    }
}
