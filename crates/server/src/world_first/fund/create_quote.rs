//! `business/fund/createQuote`: a price for an exchange, valid until it expires.

use super::exchange::{Whose, amount, asked, customer, quote, refused};
use crate::world_first::{outcome::aborted, response_id, serve::Call};
use house::world_first::exchange;
use wire::world_first::{
    Fault,
    fund::create_quote::{CreateQuote, QuoteMade},
};

/// Makes an offer, regardless of the customer's balance.
pub async fn create_quote(call: Call<CreateQuote>) -> Result<QuoteMade, Fault> {
    let request = &call.request;
    let whose = Whose {
        customer_id: &request.customer_id,
        account_id: &request.account_id,
        access_token: &request.access_token,
    };
    let customer = customer(&call, whose).await?;
    let asked = asked(&request.exchange_trade_type, &request.sell, &request.buy)?;
    let made = exchange::quote(call.house(), &customer.id, &asked).await;
    let made = made.map_err(|abort| aborted(abort, refused))?;
    Ok(QuoteMade {
        response_id: response_id::next(&call.app).into(),
        quote: quote(&made.price, Some((&made.quote_id, made.created_at, made.expire_at))),
        sell: amount(made.sell.code, made.sell_amount),
        buy: amount(made.buy.code, made.buy_amount),
        exchange_trade_type: call.request.exchange_trade_type,
    })
}
