//! `/v1/orders`: for operators: reading orders, paying them in a twin, releasing their reserves.

use super::{
    cursor::unreadable,
    deposits::ADMIN,
    extract::{JsonBody, Params, limit},
    refused::{Refused, aborted},
};
use crate::app::App;
use axum::{
    Json,
    extract::{Path, State},
};
use house::order::{self, OrderCursor, OrderFilter, OrderStatus, PayRefusal, ReleaseRefusal};
use ledger::HolderId;
use std::sync::Arc;
use wire::native::{self, Order, Page, PayOrder, ReleasedReserve, Time, query::OrderQuery};

pub(super) async fn list(
    State(app): State<Arc<App>>,
    Params(query): Params<OrderQuery>,
) -> Result<Json<Page<Order>>, Refused> {
    let limit = limit(query.limit);
    let after = query.after.as_deref().map(place).transpose()?;
    let merchant = query.merchant.as_deref().map(HolderId::new).transpose();
    let filter = OrderFilter {
        merchant: merchant.map_err(|_| Refused::invalid("merchant must be a merchant's id"))?,
        status: query.status.map(status_of),
        trade_no: query.merchant_trade_no,
    };
    let found = order::list(&app.house, &filter, after, limit).await?;
    let next = found.next.map(|place| format!("{}.{}", place.merchant, place.prepay_id));
    Ok(Json(Page { items: found.orders.into_iter().map(shown).collect(), next }))
}

/// Parses the position in an earlier page's `next`. No merchant's id has a dot.
fn place(text: &str) -> Result<OrderCursor, Refused> {
    let parts = text.split_once('.');
    let place = parts.and_then(|(merchant, prepay_id)| {
        Some(OrderCursor { merchant: HolderId::new(merchant).ok()?, prepay_id: prepay_id.parse().ok()? })
    });
    place.ok_or_else(unreadable)
}

fn status_of(status: native::OrderStatus) -> OrderStatus {
    match status {
        native::OrderStatus::Initial => OrderStatus::Initial,
        native::OrderStatus::Paid => OrderStatus::Paid,
        native::OrderStatus::Canceled => OrderStatus::Canceled,
        native::OrderStatus::Expired => OrderStatus::Expired,
    }
}

pub(super) async fn read(
    State(app): State<Arc<App>>,
    Path(prepay_id): Path<String>,
) -> Result<Json<Order>, Refused> {
    Ok(Json(shown(find(&app, &prepay_id).await?)))
}

pub(super) async fn pay(
    State(app): State<Arc<App>>,
    Path(prepay_id): Path<String>,
    JsonBody(asked): JsonBody<PayOrder>,
) -> Result<Json<Order>, Refused> {
    let paid = order::pay(&app.house, ADMIN, &prepay_id, &asked.payer).await;
    Ok(Json(shown(paid.map_err(|abort| aborted(abort, not_paid))?)))
}

pub(super) async fn release_reserve(
    State(app): State<Arc<App>>,
    Path(prepay_id): Path<String>,
) -> Result<Json<ReleasedReserve>, Refused> {
    let order = find(&app, &prepay_id).await?;
    let released = order::release_reserve(&app.house, ADMIN, &prepay_id).await;
    let released = released.map_err(|abort| aborted(abort, not_released))?;
    Ok(Json(ReleasedReserve {
        prepay_id,
        asset: order.row.currency.to_string(),
        amount: released.amount.to_decimal(released.scale).into(),
    }))
}

async fn find(app: &App, prepay_id: &str) -> Result<order::Order, Refused> {
    order::find_anyones(&app.house, prepay_id).await?.ok_or_else(|| Refused::unknown("order"))
}

fn not_paid(refusal: PayRefusal) -> Refused {
    match refusal {
        PayRefusal::NoOrder => Refused::unknown("order"),
        PayRefusal::NoPayer | PayRefusal::TooLarge => Refused::invalid(refusal),
        PayRefusal::Paid | PayRefusal::Closed | PayRefusal::Expired => {
            Refused::conflict("not-payable", refusal)
        }
        PayRefusal::PayerNotActive => Refused::conflict("payer-not-active", refusal),
        PayRefusal::MerchantNotActive => Refused::conflict("merchant-not-active", refusal),
        PayRefusal::OtherPayer => Refused::conflict("other-payer", refusal),
        PayRefusal::Insufficient => Refused::conflict("insufficient", refusal),
    }
}

fn not_released(refusal: ReleaseRefusal) -> Refused {
    match refusal {
        ReleaseRefusal::NoOrder => Refused::unknown("order"),
        ReleaseRefusal::NoReserve => Refused::conflict("no-reserve", refusal),
        ReleaseRefusal::Released => Refused::conflict("released", refusal),
        ReleaseRefusal::TooLarge => Refused::invalid(refusal),
    }
}

fn shown(order: order::Order) -> Order {
    let (row, scale) = (order.row, order.scale);
    let payment = row.payment.as_ref();
    Order {
        prepay_id: row.prepay_id.to_string(),
        status: row.status.as_str().to_owned(),
        currency: row.currency.to_string(),
        amount: row.amount.to_decimal(scale).into(),
        fee: payment.map(|_| row.fee.to_decimal(scale).into()),
        created_at: Time::from_millis(row.created_at.get()),
        expires_at: Time::from_millis(row.expire_at.get()),
        paid_at: payment.map(|payment| Time::from_millis(payment.paid_at.get())),
        payer: payment.map(|payment| payment.payer.clone()),
        transaction_id: payment.map(|payment| payment.transaction_id.clone()),
        profit_sharing: row.profit_sharing,
        reserve_left: row.reserve_left.to_decimal(scale).into(),
        reserve_released: row.reserve_released,
        merchant: row.holder.to_string(),
        merchant_trade_no: row.merchant_trade_no,
    }
}
