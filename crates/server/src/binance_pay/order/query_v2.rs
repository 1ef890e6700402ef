//! `POST /binancepay/openapi/v2/order/query`

use super::{find, merchant_id, named, status, text};
use crate::binance_pay::Call;
use house::order::Payment;
use wire::{
    binance_pay::{
        Fault,
        order::{
            PaymentInfo, PaymentInstruction,
            query_v2::{Order, QueryOrderV2},
        },
    },
    text::Whole,
};

/// Answers the status of an order and its payment.
///
/// # Errors
/// 400202 when the merchant has no such order.
pub async fn query_v2(call: Call<QueryOrderV2>) -> Result<Order, Fault> {
    let asked = &call.request;
    let named = named(asked.prepay_id.as_ref(), asked.merchant_trade_no.as_ref());
    let order = find(&call.app, call.caller(), named).await?;
    let (row, payment) = (&order.row, order.row.payment.as_ref());
    Ok(Order {
        merchant_id: merchant_id(&order)?,
        prepay_id: row.prepay_id.to_string().into(),
        transaction_id: text(payment.map(|payment| &payment.transaction_id)),
        merchant_trade_no: row.merchant_trade_no.as_str().into(),
        status: status(row.status),
        currency: row.currency.as_str().into(),
        order_amount: row.amount.to_decimal(order.scale).into(),
        open_user_id: text(payment.map(|payment| &payment.open_user_id)),
        pass_through_info: text(row.pass_through_info.as_ref()),
        transact_time: payment.map(|payment| Whole(payment.paid_at.get())),
        create_time: Whole(row.created_at.get()),
        payment_info: payment.map(|payment| payment_info(&order, payment)),
    })
}

/// The details of a payment, which is always from the funding wallet, in the order's own currency.
fn payment_info(order: &house::order::Order, payment: &Payment) -> PaymentInfo {
    PaymentInfo {
        payer_id: Some(payment.payer.as_str().into()),
        pay_method: "funding".into(),
        payment_instructions: vec![PaymentInstruction {
            currency: order.row.currency.as_str().into(),
            amount: order.row.amount.to_decimal(order.scale).into(),
            price: money::Decimal::ONE.into(),
        }],
        channel: None,
    }
}
