//! `POST /binancepay/openapi/v3/order`

use super::{kept, links, not_created};
use crate::{
    app::App,
    binance_pay::{Call, outcome::aborted},
};
use house::{
    Caller,
    order::{NewOrder, Order, Price},
};
use ledger::Millis;
use wire::{
    binance_pay::{
        Fault, codes,
        order::{Checkout, create_v3::CreateOrderV3},
    },
    text::{Text, Whole},
};

/// Creates an order and answers the ways to pay it.
///
/// # Errors
/// The page's codes; see [`super::not_created`].
pub async fn create_v3(call: Call<CreateOrderV3>) -> Result<Checkout, Fault> {
    create(&call.app, &call.caller, call.request).await
}

/// Creates an order from a request of version 3; version 2 is converted into that.
pub(super) async fn create(app: &App, caller: &Caller, order: CreateOrderV3) -> Result<Checkout, Fault> {
    let (terminal_type, attach) = (order.env.terminal_type.clone(), order.universal_url_attach.clone());
    let (amount, currency) = match order.order_amount {
        Some(_) => ("orderAmount", "currency"),
        None => ("fiatAmount", "fiatCurrency"),
    };
    let made = house::order::create(&app.house, caller, new_order(order)?).await;
    let made = made.map_err(|abort| aborted(abort, |refusal| not_created(refusal, amount, currency)))?;
    Ok(checkout(app, &made, terminal_type, attach.as_ref()))
}

fn new_order(order: CreateOrderV3) -> Result<NewOrder, Fault> {
    let profit_sharing = order.is_profit_sharing();
    let price = match (order.order_amount, order.currency, order.fiat_amount, order.fiat_currency) {
        (Some(amount), Some(currency), _, _) => {
            Price::Asset { currency: currency.into_string(), amount: amount.into() }
        }
        (_, _, Some(amount), Some(currency)) => {
            Price::Fiat { currency: currency.into_string(), amount: amount.into() }
        }
        _ => return Err(Fault::new(&codes::MANDATORY_PARAM_EMPTY_OR_MALFORMED)),
    };
    // The first goods represent the order on pages with a single product.
    let Some(goods) = order.goods_details.into_iter().next() else {
        return Err(Fault::new(&codes::MANDATORY_PARAM_EMPTY_OR_MALFORMED));
    };
    Ok(NewOrder {
        merchant_trade_no: order.merchant_trade_no.into_string(),
        price,
        trade_type: order.env.terminal_type.into_string(),
        product_type: goods.goods_type.into_string(),
        product_name: goods.goods_name.into_string(),
        product_detail: kept(goods.goods_detail),
        pass_through_info: kept(order.pass_through_info),
        webhook_url: kept(order.webhook_url),
        return_url: kept(order.return_url),
        cancel_url: kept(order.cancel_url),
        only_payer: kept(order.buyer.and_then(|buyer| buyer.reference_buyer_id)),
        expire_at: order.order_expire_time.map(|time| Millis::new(time.0)),
        max_ttl_ms: None,
        profit_sharing,
    })
}

fn checkout(app: &App, order: &Order, terminal_type: Text, attach: Option<&Text>) -> Checkout {
    let (row, links) = (&order.row, links(app, order, attach));
    let fiat_amount = row.fiat_amount.as_deref().and_then(|amount| money::Decimal::parse(amount).ok());
    Checkout {
        prepay_id: row.prepay_id.to_string().into(),
        terminal_type,
        expire_time: Whole(row.expire_at.get()),
        qrcode_link: links.qrcode_link().into(),
        qr_content: links.qr_content().into(),
        checkout_url: links.checkout_url().into(),
        deeplink: links.deeplink().into(),
        universal_url: links.universal_url().into(),
        currency: row.currency.as_str().into(),
        total_fee: row.amount.to_decimal(order.scale).into(),
        fiat_currency: super::text(row.fiat_currency.as_ref()),
        fiat_amount: fiat_amount.map(Into::into),
    }
}
