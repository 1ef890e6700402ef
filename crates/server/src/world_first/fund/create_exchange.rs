//! `business/fund/createExchange`: exchanges a customer's money, at once.

use super::exchange::{Whose, asked, customer, done, refused};
use crate::world_first::{outcome::aborted, serve::Call};
use house::world_first::exchange::{self, Appointed, NewExchange};
use wire::world_first::{
    Fault,
    fund::{create_exchange::CreateExchange, exchange::ExchangeState},
};

/// Exchanges, and answers the exchange; a repeated request gets its first exchange.
pub async fn create_exchange(call: Call<CreateExchange>) -> Result<ExchangeState, Fault> {
    let request = &call.request;
    let whose = Whose {
        customer_id: &request.customer_id,
        account_id: &request.account_id,
        access_token: &request.access_token,
    };
    let customer = customer(&call, whose).await?;
    let appointed = request.appointed().map(|(quote_id, quote)| Appointed {
        quote_id: quote_id.to_string(),
        pair: quote.quote_currency_pair.as_ref().map(ToString::to_string),
        price: quote.quote_price.map(Into::into),
    });
    let new = NewExchange {
        client_id: call.client.client.client_id.clone(),
        request_id: request.exchange_request_id.to_string(),
        asked: asked(&request.exchange_trade_type, &request.sell, &request.buy)?,
        appointed,
    };
    let exchange = exchange::create(call.house(), &customer.id, new).await;
    exchange.map(done).map_err(|abort| aborted(abort, refused))
}
