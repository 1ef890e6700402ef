//! `POST /binancepay/openapi/otc-portal/execute-quote`

use super::{order_status, wrong};
use crate::binance_pay::{Call, outcome::aborted};
use house::convert::{ConvertOrder, ExecuteRefusal};
use wire::binance_pay::{
    Fault, codes,
    convert::execute_quote::{ExecuteQuote, ExecutedQuote},
};

/// Executes an offer; the conversion is settled after the answer. A repeated execution answers the same order.
///
/// # Errors
/// 345231 when it has expired; 400102 when the merchant has no such offer, or its balance is too low.
pub async fn execute_quote(call: Call<ExecuteQuote>) -> Result<ExecutedQuote, Fault> {
    let taken = house::convert::execute(call.house(), call.caller(), &call.request.quote_id).await;
    taken.map(executed).map_err(|abort| aborted(abort, not_executed))
}

fn executed(order: ConvertOrder) -> ExecutedQuote {
    let (row, terms) = (&order.row, &order.row.terms);
    ExecutedQuote {
        order_id: row.order_id.to_string().into(),
        create_time: money::Decimal::from(row.created_at.get()).into(),
        order_status: order_status(row.status),
        quote_price: terms.ratio.into(),
        inverse_price: terms.inverse_ratio.into(),
        from_coin: terms.from.as_str().into(),
        from_coin_amount: terms.from_amount.to_decimal(order.from_scale).into(),
        to_coin: terms.to.as_str().into(),
        to_coin_amount: terms.to_amount.to_decimal(order.to_scale).into(),
    }
}

fn not_executed(refusal: ExecuteRefusal) -> Fault {
    match refusal {
        ExecuteRefusal::Unknown => wrong("quoteId", "is not known"),
        // The code's own message on the page fits best.
        ExecuteRefusal::Expired => Fault::new(&codes::TIME_OUT),
        ExecuteRefusal::BalanceGone => {
            wrong("quoteId", "names an offer for which the wallet has too little now")
        }
    }
}
