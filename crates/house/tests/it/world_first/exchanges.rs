//! Exchange: offers, exchanges at either price, their journals, and who is told of them.

mod gains;
mod quotes;
mod races;
mod repeats;

use super::{CLIENT, CUSTOMER, OTHER, code, customer, deposits::credit};
use crate::convert::set;
use countinghouse_house::{
    Abort, House,
    balance::{self, PostingCursor},
    convert::{self, QuoteRefusal, Side},
    fixture::{
        self, Fixtures,
        world_first::{AccountFixture, CustomerFixture, WorldFirst},
    },
    world_first::{
        Contract,
        account::balances,
        customer::set_contract,
        exchange::{
            Appointed, Asked, AskedSide, Exchange, ExchangeQuote, ExchangeRefusal, NewExchange, PairPrice,
            by_id, create, find, quote,
        },
    },
};
use ledger::{HolderId, Wallet};
use money::Amount;
use testkit::house::{TestHouse, decimal, for_each_house, holder_id, refusal};

/// A customer with 1,000.00 USD, and rates of the dollar in yen and of the dinar in dollars.
pub(crate) async fn desk(house: &TestHouse) -> HolderId {
    let id = customer(house, CUSTOMER).await;
    credit(house, &id, "USD", "1000").await;
    set(house, "USD", "JPY", "150", "151").await;
    set(house, "KWD", "USD", "3.25", "3.26").await;
    id
}

fn side(currency: &str, units: Option<i64>) -> AskedSide {
    AskedSide { currency: code(currency), amount: units.map(Amount::units) }
}

/// So many minor units of one currency for another.
pub(crate) fn sell(units: i64, currency: &str, buy: &str) -> Asked {
    Asked { sell: side(currency, Some(units)), buy: side(buy, None) }
}

/// One currency for so many minor units of another.
fn buy(units: i64, currency: &str, sell: &str) -> Asked {
    Asked { sell: side(sell, None), buy: side(currency, Some(units)) }
}

/// At the price of the moment.
pub(crate) fn realtime(request_id: &str, asked: Asked) -> NewExchange {
    let (client_id, request_id) = (CLIENT.to_owned(), request_id.to_owned());
    NewExchange { client_id, request_id, asked, appointed: None }
}

/// At the price of an offer.
fn appointed(request_id: &str, asked: Asked, quote_id: &str) -> NewExchange {
    let quote_id = quote_id.to_owned();
    let appointed = Some(Appointed { quote_id, pair: None, price: None });
    NewExchange { appointed, ..realtime(request_id, asked) }
}

async fn offer(house: &House, customer: &HolderId, asked: Asked) -> ExchangeQuote {
    quote(house, customer, &asked).await.expect("an offer")
}

async fn exchange(house: &House, customer: &HolderId, new: NewExchange) -> Exchange {
    create(house, customer, new).await.expect("exchanged")
}

/// What a customer's accounts hold in minor units: `JPY 14985, USD 90000`.
async fn held(house: &House, customer: &HolderId) -> String {
    let found = balances(house, customer, &[], &[]).await.expect("reads").unwrap_or_default();
    let text: Vec<_> =
        found.iter().map(|held| format!("{} {}", held.asset, held.available.as_units())).collect();
    text.join(", ")
}

/// What an exchange says, in one line.
fn told(exchange: &Exchange) -> String {
    let (terms, price) = (&exchange.terms, PairPrice::of(&exchange.terms, exchange.base));
    let (sold, bought) = (terms.from_amount.as_units(), terms.to_amount.as_units());
    format!("{sold} {} for {bought} {} at {} {}", terms.from, terms.to, price.pair(), price.price)
}

#[test]
fn both_ways_both_amounts_in_minor_units_rounded_in_the_houses_favour() {
    for_each_house(async |house| {
        let id = desk(house).await;
        for (number, (asked, expected)) in [
            (sell(10_000, "USD", "JPY"), "10000 USD for 14985 JPY at USD/JPY 149.85"),
            // 99.99 × 149.85 = 14983.5…
            (sell(9_999, "USD", "JPY"), "9999 USD for 14983 JPY at USD/JPY 149.85"),
            (buy(1, "JPY", "USD"), "1 USD for 1 JPY at USD/JPY 149.85"),
            // The other way costs the ask and a part more, and is priced in the same pair.
            (sell(15_100, "JPY", "USD"), "15100 JPY for 9990 USD at USD/JPY 151.15115115"),
            (buy(1, "USD", "JPY"), "2 JPY for 1 USD at USD/JPY 151.15115115"),
            // Three decimals.
            (buy(1, "KWD", "USD"), "1 USD for 1 KWD at KWD/USD 3.26326326"),
            (buy(2_005, "KWD", "USD"), "655 USD for 2005 KWD at KWD/USD 3.26326326"),
            (sell(1_005, "KWD", "USD"), "1005 KWD for 326 USD at KWD/USD 3.24675"),
        ]
        .into_iter()
        .enumerate()
        {
            let done = exchange(house, &id, realtime(&number.to_string(), asked)).await;
            assert_eq!(told(&done), expected);
        }
    });
}

#[test]
fn the_ratio_goes_from_what_is_sold_to_what_is_bought() {
    for_each_house(async |house| {
        let id = desk(house).await;
        let there = exchange(house, &id, realtime("there", sell(20_000, "USD", "JPY"))).await;
        let back = exchange(house, &id, realtime("back", sell(15_100, "JPY", "USD"))).await;
        assert_eq!([there.terms.ratio, back.terms.ratio], [decimal("149.85"), decimal("0.00661589")]);
    });
}

#[test]
fn an_exchange_is_one_journal_and_opens_the_account_it_needs() {
    for_each_house(async |house| {
        let id = desk(house).await;
        assert_eq!(held(house, &id).await, "USD 100000");
        house.advance(1_500).await;
        let done = exchange(house, &id, realtime("one", sell(10_000, "USD", "JPY"))).await;
        assert_eq!(held(house, &id).await, "JPY 14985, USD 90000");
        assert_eq!((done.done_at, done.taken.clone()), (house.server_now(), None));
        let number = done.exchange_id.to_string();
        assert_eq!(number.len(), 18);
        let lines = balance::statement(house, &id, &PostingCursor::default(), 100).await.expect("reads");
        let lines: Vec<String> = lines
            .iter()
            .filter(|line| line.posting.reference == number)
            .map(|line| {
                let posting = &line.posting;
                format!("{} {} {}", posting.kind, posting.asset, posting.amount.as_units())
            })
            .collect();
        assert_eq!(lines, ["exchange JPY 14985", "exchange USD -10000"]);
        let positions = convert::position(house).await.expect("reads");
        let told: Vec<_> = positions
            .iter()
            .map(|of| format!("{} {} position {} spread {}", of.asset, of.external, of.position, of.spread))
            .collect();
        assert_eq!(told, ["JPY 0 position -15000 spread 15", "USD -1000 position 100 spread 0"]);
        let events = crate::events::events_of(house, CUSTOMER, 5).await;
        let kinds: Vec<_> = events.iter().map(|event| event.kind.as_str()).collect();
        assert_eq!(kinds[2..], ["deposit.posted", "account.opened", "exchange.finished"]);
        assert_eq!(
            store::audit::actors(house.store(), &id).await.expect("reads")[1],
            "client:5J5Y307NSG0001"
        );
    });
}

#[test]
fn an_exchange_is_found_by_its_customer_alone() {
    for_each_house(async |house| {
        let id = desk(house).await;
        let other = customer(house, OTHER).await;
        let done = exchange(house, &id, realtime("one", sell(10_000, "USD", "JPY"))).await;
        let number = done.exchange_id.to_string();
        assert_eq!(by_id(house, &id, &number).await.expect("reads"), Some(done.clone()));
        assert_eq!(find(house, &id, CLIENT, "one").await.expect("reads"), Some(done));
        assert_eq!(by_id(house, &other, &number).await.expect("reads"), None);
        assert_eq!(find(house, &other, CLIENT, "one").await.expect("reads"), None);
        assert_eq!(find(house, &id, "5J5Y307NSG0009", "one").await.expect("reads"), None);
        for text in ["", "0", "x", "99999999999999999999", &format!("0{number}")] {
            assert_eq!(by_id(house, &id, text).await.expect("reads"), None, "{text}");
        }
    });
}

#[test]
fn every_refusal_is_named_and_changes_nothing() {
    for_each_house(async |house| {
        let id = desk(house).await;
        let unknown = |code: &str| ExchangeRefusal::NoPrice(QuoteRefusal::UnknownAsset(code.to_owned()));
        let both = Asked { sell: side("USD", Some(1)), buy: side("JPY", Some(1)) };
        let none = Asked { sell: side("USD", None), buy: side("JPY", None) };
        for (asked, expected) in [
            (sell(1, "USD", "USDT"), unknown("USDT")),
            (sell(1, "USDT", "USD"), unknown("USDT")),
            (sell(1, "USD", "USD"), ExchangeRefusal::NoPrice(QuoteRefusal::SameAsset)),
            (sell(1, "USD", "EUR"), ExchangeRefusal::NoPrice(QuoteRefusal::NoPair)),
            (both, ExchangeRefusal::OneAmount),
            (none, ExchangeRefusal::OneAmount),
            (sell(100_001, "USD", "JPY"), ExchangeRefusal::BalanceNotEnough),
            (sell(10_000, "JPY", "USD"), ExchangeRefusal::BalanceNotEnough),
        ] {
            let refused = create(house, &id, realtime("one", asked)).await;
            assert_eq!(refusal(refused), expected, "{asked:?}");
        }
        let outside = |refusal| match refusal {
            ExchangeRefusal::NoPrice(QuoteRefusal::OutsideLimits { side, .. }) => side,
            other => panic!("{other:?}"),
        };
        for (asked, side) in [
            (sell(0, "USD", "JPY"), Side::From),
            (sell(-1, "USD", "JPY"), Side::From),
            (buy(0, "JPY", "USD"), Side::To),
            // Less than a cent.
            (sell(1, "JPY", "USD"), Side::To),
            (sell(i64::MAX, "USD", "JPY"), Side::From),
        ] {
            let refused = create(house, &id, realtime("one", asked)).await;
            assert_eq!(outside(refusal(refused)), side, "{asked:?}");
        }
        set_contract(house, &id, Contract::Expired).await.expect("set");
        let refused = create(house, &id, realtime("one", sell(1, "USD", "JPY"))).await;
        assert_eq!(refusal(refused), ExchangeRefusal::Abnormal);
        assert_eq!(held(house, &id).await, "USD 100000", "no account was opened");
        assert_eq!(find(house, &id, CLIENT, "one").await.expect("reads"), None);
    });
}

#[test]
fn what_is_bought_must_be_countable_together_with_what_is_frozen() {
    for_each_house(async |house| {
        let id = desk(house).await;
        let most = "92233720368547758.00";
        credit(house, &id, "EUR", most).await;
        set(house, "EUR", "USD", "1", "1").await;
        // What is bought would not fit the available balance alone.
        let refused = create(house, &id, realtime("one", sell(10_000, "USD", "EUR"))).await;
        assert_eq!(refusal(refused), ExchangeRefusal::TooLarge);
        // Neither with what is frozen beside it.
        set(house, "GBP", "USD", "1", "1").await;
        let account = AccountFixture {
            wallet: Wallet::NormalBalance,
            currency: "GBP".to_owned(),
            available: decimal("0"),
            frozen: decimal(most),
        };
        let other = CustomerFixture { customer: super::new_customer(OTHER), accounts: vec![account] };
        let world_first = WorldFirst { customers: vec![other], ..WorldFirst::default() };
        fixture::apply(house, &Fixtures { world_first, ..Fixtures::default() }).await.expect("applied");
        let other = holder_id(OTHER);
        credit(house, &other, "USD", "1000").await;
        let refused = create(house, &other, realtime("two", sell(10_000, "USD", "GBP"))).await;
        assert_eq!(refusal(refused), ExchangeRefusal::TooLarge);
        assert_eq!(held(house, &other).await, "GBP 0, USD 100000");
        exchange(house, &other, realtime("three", buy(7, "GBP", "USD"))).await;
    });
}
