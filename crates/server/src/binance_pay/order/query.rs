//! `POST /binancepay/openapi/order/query`

use super::{find, merchant_id, named, status, text};
use crate::binance_pay::Call;
use wire::{
    binance_pay::{
        Fault,
        order::query::{OrderV1, QueryOrder},
    },
    text::Whole,
};

/// Answers the status of an order.
///
/// # Errors
/// 400202 when the merchant has no such order.
pub async fn query(call: Call<QueryOrder>) -> Result<OrderV1, Fault> {
    let asked = &call.request;
    let named = named(asked.prepay_id.as_ref(), asked.merchant_trade_no.as_ref());
    let order = find(&call.app, call.caller(), named).await?;
    let (row, payment) = (&order.row, order.row.payment.as_ref());
    Ok(OrderV1 {
        merchant_id: merchant_id(&order)?,
        prepay_id: row.prepay_id.to_string().into(),
        transaction_id: text(payment.map(|payment| &payment.transaction_id)),
        merchant_trade_no: row.merchant_trade_no.as_str().into(),
        trade_type: row.trade_type.as_str().into(),
        status: status(row.status),
        currency: row.currency.as_str().into(),
        total_fee: row.amount.to_decimal(order.scale).into(),
        product_name: Some(row.product_name.as_str()).filter(|name| !name.is_empty()).map(Into::into),
        product_detail: text(row.product_detail.as_ref()),
        open_user_id: text(payment.map(|payment| &payment.open_user_id)),
        pass_through_info: text(row.pass_through_info.as_ref()),
        transact_time: payment.map(|payment| Whole(payment.paid_at.get())),
        create_time: Whole(row.created_at.get()),
    })
}
