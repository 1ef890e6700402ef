//! The five founding queries against the real server behind a socket, on both engines, asynchronous and blocking.

use countinghouse_client::{BinancePay, Schedule, blocking, poll_until_final};
use std::time::Duration;
use testkit::http::{Served, Story, with_served_on_each_engine};
use wire::{
    Endpoint,
    binance_pay::{
        balance_report::query::{QueryBalanceReport, ReportStatus},
        convert::{OrderStatus, query_trade_order::QueryTradeOrder},
        profit_sharing::{SplitStatus, query_split::QuerySplit},
        service_provider::record::QueryRecord,
    },
    world_first::account::inquiry_balance::InquiryBalance,
};

fn read<E: Endpoint>(body: serde_json::Value) -> E {
    wire::decode::request(body.to_string().as_bytes()).unwrap()
}

async fn until<E>(pay: &BinancePay, query: &E, is_final: impl Fn(&E::Response) -> bool) -> E::Response
where
    E: Endpoint<Dialect = wire::binance_pay::BinancePay>,
{
    let often = Schedule::every(Duration::from_millis(50), 1_200);
    poll_until_final(&often, || pay.send(query), is_final).await.unwrap()
}

async fn a_split(pay: &BinancePay, story: &Story) {
    let query = QuerySplit {
        merchant_request_id: story.merchant_request_id.as_str().into(),
        prepay_order_id: story.prepay_id.as_str().into(),
    };
    let split = until(pay, &query, |split| split.status == SplitStatus::Finished).await;
    assert_eq!(split.receiver_order_details[0].amount.to_string(), "2.5");
    let none = QuerySplit { merchant_request_id: "split2".into(), ..query };
    assert_eq!(pay.send(&none).await.unwrap_err().code(), Some("400209"));
}

async fn a_trade(pay: &BinancePay, story: &Story) {
    let query = QueryTradeOrder { order_id: story.convert_order_id.as_str().into() };
    let trade = until(pay, &query, |trade| trade.order_status != OrderStatus::Process).await;
    assert_eq!((trade.order_status, trade.from_amount.to_string()), (OrderStatus::Success, "10".to_owned()));
}

async fn a_report(pay: &BinancePay, story: &Story) {
    let query = QueryBalanceReport { download_id: story.download_id.as_str().into() };
    let report = until(pay, &query, |report| report.status != ReportStatus::Processing).await;
    assert_eq!((report.exist, report.status), (true, ReportStatus::Success));
}

async fn a_record(story: Story) {
    let provider = story.provider.build().unwrap();
    let query: QueryRecord = read(serde_json::json!({ "page": 1, "rows": 10 }));
    let records = provider.send(&query).await.unwrap();
    assert_eq!(records.rows.len(), 1);
    assert_eq!(records.rows[0].authorization_id.as_str(), story.authorization_id);
}

async fn a_balance(served: &Served) {
    let world = served.world().await.key_version(1).build().unwrap();
    let query: InquiryBalance = read(serde_json::json!({}));
    let balances = world.send(&query).await.unwrap().account_balances;
    let short: Vec<String> = balances
        .iter()
        .map(|entry| format!("{} {:?}", entry.currency.as_str(), entry.total_balance.value))
        .collect();
    assert_eq!(short.len(), 2, "{short:?}");
    assert!(short[1].starts_with("USD") && short[1].contains("120000"), "{short:?}");
    let error = world.for_customer("2188120000000001").unwrap().send(&query).await.unwrap_err();
    assert!(error.is_refused() && !error.is_unverified(), "{error}");
}

#[test]
fn the_five_founding_queries_are_answered() {
    with_served_on_each_engine(async |served| {
        let pay = served.pay().build().unwrap();
        let story = served.story().await;
        a_split(&pay, &story).await;
        a_trade(&pay, &story).await;
        a_report(&pay, &story).await;
        a_record(story).await;
        a_balance(served).await;
    });
}

#[tokio::test]
async fn a_blocking_client_may_be_dropped_on_a_thread_of_a_runtime() {
    let pay = blocking::BinancePay::new("http://127.0.0.1:1", "a-key-of-sixteen", "hush").unwrap();
    let clone = pay.clone();
    drop(pay);
    // It still works elsewhere, until the last one goes.
    let ended = tokio::task::spawn_blocking(move || {
        let query = QuerySplit { merchant_request_id: "r".into(), prepay_order_id: "1".into() };
        let error = clone.send(&query).unwrap_err();
        (clone, error.is_undone())
    });
    let (clone, undone) = ended.await.unwrap();
    assert!(undone);
    drop(clone);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_blocking_clients_do_the_same() {
    let served = Served::start(|_| {}).await;
    let (pay, world) = (served.pay(), served.world().await);
    let thread = std::thread::spawn(move || {
        let pay = blocking::BinancePay::build(pay).unwrap();
        let query = QuerySplit { merchant_request_id: "r".into(), prepay_order_id: "1".into() };
        assert_eq!(pay.clone().send(&query).unwrap_err().code(), Some("400209"));
        let world = blocking::WorldFirst::build(world).unwrap();
        let query: InquiryBalance = read(serde_json::json!({ "currencyList": ["JPY"] }));
        assert_eq!(world.send(&query).unwrap().account_balances.len(), 1);
        assert_eq!(world.wait(world.client().send(&query)).unwrap().account_balances.len(), 1);
    });
    tokio::task::spawn_blocking(|| thread.join().unwrap()).await.unwrap();
    served.stop().await;
}
