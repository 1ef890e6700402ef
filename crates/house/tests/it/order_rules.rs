//! Why an order is not made or not closed: every refusal by its cause.

use crate::{MERCHANT, shop};
use countinghouse_house::{
    Abort, Caller,
    fixture::{Fixtures, apply},
    order::{self, CloseRefusal, CreateRefusal, NewOrder, OrderRef, Price, create},
};
use money::{Amount, AmountError};
use testkit::house::{START, TestHouse, decimal, for_each_house, holder_id, new_order, refusal};

fn priced(price: Price) -> NewOrder {
    NewOrder { price, ..new_order("T1", "1") }
}

fn in_asset(currency: &str, amount: &str) -> NewOrder {
    priced(Price::Asset { currency: currency.to_owned(), amount: decimal(amount) })
}

fn in_fiat(currency: &str, amount: &str) -> NewOrder {
    priced(Price::Fiat { currency: currency.to_owned(), amount: decimal(amount) })
}

#[test]
fn an_order_is_refused_for_what_is_wrong_with_it() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let expiring = |at| NewOrder { expire_at: Some(at), ..new_order("T1", "1") };
        for (new, expected) in [
            (in_asset("NOPE", "1"), CreateRefusal::UnknownCurrency),
            (in_asset("usdt", "1"), CreateRefusal::UnknownCurrency),
            (in_asset("USDT", "0.000000001"), CreateRefusal::Amount(AmountError::TooPrecise)),
            (in_asset("USDT", "1e30"), CreateRefusal::Amount(AmountError::OutOfRange)),
            (in_asset("USDT", "0"), CreateRefusal::NotPositive),
            (in_asset("USDT", "-1"), CreateRefusal::NotPositive),
            (in_fiat("NOPE", "1"), CreateRefusal::UnknownCurrency),
            (in_asset("EUR", "1"), CreateRefusal::Fiat),
            (in_fiat("USDT", "1"), CreateRefusal::NotFiat),
            (in_fiat("EUR", "1"), CreateRefusal::NoRate),
            (expiring(START.plus(1_296_000_001)), CreateRefusal::ExpiryTooFar(1_296_000_000)),
            (
                NewOrder { max_ttl_ms: Some(60_000), ..expiring(START.plus(60_001)) },
                CreateRefusal::ExpiryTooFar(60_000),
            ),
            (expiring(START), CreateRefusal::ExpiryNotAhead),
            (expiring(START.plus(-1)), CreateRefusal::ExpiryNotAhead),
        ] {
            let asked = format!("{:?} {:?}", new.price, new.expire_at);
            assert_eq!(refusal(create(house, &shop.merchant, new).await), expected, "{asked}");
        }
        let found = order::find(house, &shop.merchant.holder, OrderRef::TradeNo("T1")).await;
        assert_eq!(found.expect("reads"), None, "a refused order is not made");
    });
}

#[test]
fn a_trade_number_is_used_once_per_merchant() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        house.order(&shop.merchant, "T1", "1").await;
        let again = create(house, &shop.merchant, new_order("T1", "2")).await;
        assert_eq!(refusal(again), CreateRefusal::TradeNoUsed);
        house.order(&shop.merchant, "t1", "1").await;
        let other = house.merchant("77").await;
        house.order(&other, "T1", "1").await;
    });
}

async fn with_rate(house: &TestHouse, base: &str, quote: &str, bid: &str, ask: &str) {
    let rates = vec![crate::fixtures::price(base, quote, bid, ask)];
    apply(house, &Fixtures { rates, ..Fixtures::default() }).await.expect("applied");
}

#[test]
fn an_order_in_fiat_is_paid_at_the_rate_tables_price() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        with_rate(house, "EUR", "USDT", "1.08", "1.1").await;
        with_rate(house, "USDT", "JPY", "150", "151").await;
        let fiat = |trade_no: &str, currency, amount| NewOrder {
            merchant_trade_no: trade_no.to_owned(),
            ..in_fiat(currency, amount)
        };
        let euro = create(house, &shop.merchant, fiat("E", "EUR", "10.01")).await.expect("made");
        assert_eq!(euro.row.amount, Amount::units(1_101_100_000));
        assert_eq!(euro.row.fiat_currency.as_deref(), Some("EUR"));
        assert_eq!(euro.row.fiat_amount.as_deref(), Some("10.01"));
        // 100 / 150, rounded up to the smallest unit.
        let yen = create(house, &shop.merchant, fiat("J", "JPY", "100")).await.expect("made");
        assert_eq!(yen.row.amount, Amount::units(66_666_667));
        // More decimals than the currency has: 0.5 / 150.
        let half = create(house, &shop.merchant, fiat("P", "JPY", "0.5")).await.expect("made");
        assert_eq!(half.row.amount, Amount::units(333_334));
        assert_eq!(half.row.fiat_amount.as_deref(), Some("0.5"));
        let too_large = create(house, &shop.merchant, fiat("L", "EUR", "999999999999999.99999999")).await;
        assert_eq!(refusal(too_large), CreateRefusal::Amount(AmountError::OutOfRange));
    });
}

async fn close(house: &TestHouse, merchant: &Caller, trade_no: &str) -> Result<(), Abort<CloseRefusal>> {
    order::close(house, merchant, OrderRef::TradeNo(trade_no)).await
}

#[test]
fn an_order_is_not_closed_for_what_stands_against_it() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let other = Caller { holder: holder_id("77"), actor: "key:other".to_owned() };
        house.order(&shop.merchant, "T1", "1").await;
        assert_eq!(refusal(close(house, &shop.merchant, "T2").await), CloseRefusal::NotFound);
        assert_eq!(refusal(close(house, &other, "T1").await), CloseRefusal::NotFound);
        house.paid(&shop.merchant, "paid", "1", &shop.payer).await;
        assert_eq!(refusal(close(house, &shop.merchant, "paid").await), CloseRefusal::NotClosable);
        house.advance(3_600_000).await;
        assert_eq!(refusal(close(house, &shop.merchant, "T1").await), CloseRefusal::NotClosable);
        house.run_jobs().await;
        assert_eq!(refusal(close(house, &shop.merchant, "T1").await), CloseRefusal::NotClosable);
        assert_eq!(house.holds(MERCHANT).await, "0 and 1 frozen");
    });
}
