//! `POST /binancepay/openapi/otc-portal/query-trade-order`

use super::{order_status, wrong};
use crate::binance_pay::{Call, outcome::failed};
use wire::binance_pay::{
    Fault,
    convert::query_trade_order::{QueryTradeOrder, TradeOrder},
};

/// Answers the status of a conversion.
///
/// # Errors
/// 400102 when the merchant has no such conversion: the page has no code for an unknown one.
pub async fn query_trade_order(call: Call<QueryTradeOrder>) -> Result<TradeOrder, Fault> {
    let asked = &call.request.order_id;
    let found = house::convert::find(call.house(), &call.caller().holder, asked).await;
    let order = found.map_err(|failure| failed(&failure))?.ok_or_else(|| wrong("orderId", "is not known"))?;
    let terms = &order.row.terms;
    Ok(TradeOrder {
        order_id: order.row.order_id.to_string().into(),
        order_status: order_status(order.row.status),
        from_asset: terms.from.as_str().into(),
        from_amount: terms.from_amount.to_decimal(order.from_scale).into(),
        to_asset: terms.to.as_str().into(),
        to_amount: terms.to_amount.to_decimal(order.to_scale).into(),
        ratio: terms.ratio.into(),
        inverse_ratio: terms.inverse_ratio.into(),
    })
}
