//! `POST /binancepay/openapi/order`

use super::{kept, links, not_created};
use crate::binance_pay::{Call, outcome::aborted};
use house::order::{NewOrder, Price};
use ledger::Millis;
use wire::{
    binance_pay::{
        Fault, codes,
        order::create_v1::{CheckoutV1, CreateOrderV1},
    },
    text::Whole,
};

/// Creates an order for one product and answers the ways to pay it.
///
/// # Errors
/// The page's codes; see [`super::not_created`]. A `merchantId` other than the key's holder is a wrong value.
pub async fn create_v1(call: Call<CreateOrderV1>) -> Result<CheckoutV1, Fault> {
    let order = &call.request;
    if order.merchant_id.as_ref().is_some_and(|id| **id != *call.caller().holder) {
        return Err(Fault::new(&codes::INVALID_PARAM_WRONG_VALUE)
            .because("merchantId must be the merchant that the call is made for"));
    }
    let new = new_order(order.clone());
    let made = house::order::create(call.house(), call.caller(), new).await;
    let made =
        made.map_err(|abort| aborted(abort, |refusal| not_created(refusal, "totalFee", "currency")))?;
    let links = links(&call.app, &made, order.universal_url_attach.as_ref());
    Ok(CheckoutV1 {
        prepay_id: made.row.prepay_id.to_string().into(),
        trade_type: order.trade_type.clone(),
        expire_time: Whole(made.row.expire_at.get()),
        qrcode_link: links.qrcode_link().into(),
        qr_content: links.qr_content().into(),
        checkout_url: links.checkout_url().into(),
        deeplink: links.deeplink().into(),
        universal_url: links.universal_url().into(),
    })
}

/// Maximum time that this version's orders stay open: an hour.
const TTL_MAX_MS: i64 = 3_600_000;

fn new_order(order: CreateOrderV1) -> NewOrder {
    NewOrder {
        merchant_trade_no: order.merchant_trade_no.into_string(),
        price: Price::Asset { currency: order.currency.into_string(), amount: order.total_fee.into() },
        trade_type: order.trade_type.into_string(),
        product_type: kept(order.product_type).unwrap_or_default(),
        product_name: kept(order.product_name).unwrap_or_default(),
        product_detail: kept(order.product_detail),
        pass_through_info: kept(order.pass_through_info),
        webhook_url: kept(order.webhook_url),
        return_url: kept(order.return_url),
        cancel_url: kept(order.cancel_url),
        only_payer: None,
        expire_at: order.order_expire_time.map(|time| Millis::new(time.0)),
        max_ttl_ms: Some(TTL_MAX_MS),
        profit_sharing: false,
    }
}
