//! A server is killed while it is called, again and again. Every success that was answered is
//! there afterwards, nothing is done twice, and the books balance.

use crate::{process::Server, shop};
use client::{BinancePay, Error, Native};
use money::Decimal;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    time::{Duration, Instant},
};
use store::Location;
use tempfile::TempDir;
use testkit::for_each_engine;
use wire::{
    binance_pay::{
        order::{Status, query_v2::QueryOrderV2},
        profit_sharing::{MoveStatus, SplitStatus, query_split::QuerySplit},
    },
    native::{Page, Posting},
};

/// Callers that work at the same time.
const CALLERS: usize = 8;
/// How often the server is killed.
const CUTS: usize = 3;
/// For how long the callers work before it is.
const UPTIME: Duration = Duration::from_millis(700);
/// How long a split may take at the end: the lease of a worker that died, and then some.
const SETTLED_WITHIN: Duration = Duration::from_secs(60);

/// How far a caller's sale came, as the answers told it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Came {
    /// No success was answered: the order may or may not be there.
    Begun,
    /// The order was made.
    Made(String),
    /// It was paid.
    Paid(String),
    /// Its split was taken.
    Split(String),
}

/// Sales by their names, which are their orders' and their splits' ids of the merchant's own.
type Sales = BTreeMap<String, Came>;

/// Sells until the server is gone; every step notes what was answered.
async fn sell(shop: BinancePay, operator: Native, caller: String) -> Sales {
    let mut sales = Sales::new();
    for number in 0.. {
        let name = format!("{caller}n{number}");
        sales.insert(name.clone(), Came::Begun);
        let Ok(checkout) = gone(shop::order(&shop, &name).await) else { break };
        let id = checkout.prepay_id.into_string();
        sales.insert(name.clone(), Came::Made(id.clone()));
        if gone(operator.pay_order(&id, shop::CUSTOMER).await).is_err() {
            break;
        }
        sales.insert(name.clone(), Came::Paid(id.clone()));
        if gone(shop::split(&shop, &id, &name).await).is_err() {
            break;
        }
        sales.insert(name, Came::Split(id));
    }
    sales
}

/// A caller may only fail because the server is gone.
fn gone<T>(answer: Result<T, Error>) -> Result<T, Error> {
    if let Err(error) = &answer {
        assert!(error.http_status().is_none() && error.is_retryable(), "{error:?}");
    }
    answer
}

/// Finishes what the cut interrupted, by repeating what was not answered. What was answered must be there.
async fn recover(shop: &BinancePay, operator: &Native, name: &str, came: &Came) -> Option<String> {
    let by_name = QueryOrderV2 { prepay_id: None, merchant_trade_no: Some(name.into()) };
    let order = match shop.send(&by_name).await {
        Ok(order) => order,
        Err(error) => {
            assert_eq!((error.code(), came), (Some("400202"), &Came::Begun), "{name}: {error}");
            return None;
        }
    };
    let id = order.prepay_id.to_string();
    if let Came::Made(told) | Came::Paid(told) | Came::Split(told) = came {
        assert_eq!(&id, told, "{name}");
    }
    if order.status != Status::Paid {
        assert!(*came <= Came::Made(id.clone()), "{name} was paid, and is {}", order.status);
        operator.pay_order(&id, shop::CUSTOMER).await.unwrap();
    }
    match (shop::split(shop, &id, name).await, came) {
        (Ok(_), Came::Split(_)) => panic!("{name}: the split that was answered was taken once more"),
        (Ok(_), _) => {}
        (Err(error), _) => assert_eq!(error.code(), Some("400216"), "{name}: {error}"),
    }
    Some(id)
}

/// Waits until a split is finished; both receivers must have been paid by it.
async fn settle(shop: &BinancePay, name: &str, id: &str) {
    let query = QuerySplit { merchant_request_id: name.into(), prepay_order_id: id.into() };
    let deadline = Instant::now() + SETTLED_WITHIN;
    while Instant::now() < deadline {
        let split = shop.send(&query).await.unwrap();
        if split.status == SplitStatus::Finished {
            let paid = split.receiver_order_details.iter().filter(|part| part.status == MoveStatus::Success);
            assert_eq!(paid.count(), 2, "{name}");
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{name} does not finish");
}

/// Every account's balance is the sum of its postings; the sum of a holder's balances in units of 0.01 USDT.
async fn cents(operator: &Native, holder: &str) -> i128 {
    let mut sums = BTreeMap::<(String, String), i128>::new();
    let mut path = format!("/v1/holders/{holder}/journal?limit=1000");
    loop {
        let page: Page<Posting> = operator.get(&path).await.unwrap();
        for posting in page.items {
            *sums.entry((posting.wallet, posting.bucket)).or_default() += cents_of(posting.amount.0);
        }
        let Some(next) = page.next else { break };
        path = format!("/v1/holders/{holder}/journal?limit=1000&after={next}");
    }
    let mut total = 0;
    for balance in operator.balances(holder).await.unwrap().balances {
        for (bucket, amount) in [("available", balance.available.0), ("frozen", balance.frozen.0)] {
            let sum = sums.remove(&(balance.wallet.clone(), bucket.to_owned())).unwrap_or_default();
            assert_eq!(cents_of(amount), sum, "{holder} {bucket}");
            total += sum;
        }
    }
    assert_eq!(sums.values().find(|sum| **sum != 0), None, "{holder} has postings to accounts that are gone");
    total
}

fn cents_of(amount: Decimal) -> i128 {
    assert!(amount.scale() <= 2, "{amount}");
    amount.mantissa() * 10_i128.pow(2 - u32::from(amount.scale()))
}

#[test]
fn a_kill_loses_nothing_and_doubles_nothing() {
    for_each_engine(async |database| {
        let folder = TempDir::new().unwrap();
        let fixtures = shop::fixtures_file(folder.path());
        let mut options = vec!["--fixtures", fixtures.to_str().unwrap()];
        if let Location::Postgres(url) = database.location() {
            options.extend(["--database", url.as_str()]);
        }
        story(&folder.path().join("data"), &options).await;
    });
}

async fn story(data: &Path, options: &[&str]) {
    let mut splits = BTreeSet::new();
    for cut in 0..CUTS {
        let server = Server::start(data, options);
        let (shop, operator) = (shop::shop(&server), shop::operator(&server));
        let callers = (0..CALLERS).map(|caller| format!("cut{cut}caller{caller}"));
        let callers: Vec<_> =
            callers.map(|name| tokio::spawn(sell(shop.clone(), operator.clone(), name))).collect();
        tokio::time::sleep(UPTIME).await;
        server.process.kill();
        let mut sales = Sales::new();
        for caller in callers {
            sales.extend(caller.await.unwrap());
        }
        let answered = sales.values().filter(|came| matches!(came, Came::Split(_))).count();
        assert!(answered >= CALLERS, "only {answered} splits before the cut: {sales:?}");

        let server = Server::start(data, options);
        let (shop, operator) = (shop::shop(&server), shop::operator(&server));
        for (name, came) in &sales {
            if let Some(id) = recover(&shop, &operator, name, came).await {
                splits.insert((name.clone(), id));
            }
        }
        server.stop();
    }
    // Only now, since a worker that died keeps its jobs from others for a while: once is enough to wait.
    let server = Server::start(data, options);
    let (shop, operator) = (shop::shop(&server), shop::operator(&server));
    for (name, id) in &splits {
        settle(&shop, name, id).await;
    }
    books(&operator, i128::try_from(splits.len()).unwrap()).await;
    server.stop();
}

/// Each sale moved 1.00 from the customer to the shop, 0.01 and 0.02 of it to the receivers, and no more.
async fn books(operator: &Native, sales: i128) {
    assert_eq!(cents(operator, shop::CUSTOMER).await, 100_000_000 - 100 * sales);
    assert_eq!(cents(operator, shop::MERCHANT).await, 97 * sales);
    assert_eq!(cents(operator, shop::RECEIVERS[0]).await, sales);
    assert_eq!(cents(operator, shop::RECEIVERS[1]).await, 2 * sales);
}
