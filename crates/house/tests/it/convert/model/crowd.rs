//! Many at the same time: merchants quote and execute, rates move, time goes by and servers settle, all at
//! once. What comes of it is not known beforehand, but every balance must be explained by the orders.

use super::{assert_all_cancels_out, run_jobs};
use crate::convert::{credit, new_rate};
use countinghouse_house::{
    Abort, Caller, House, balance,
    convert::{self, ConvertOrder, ConvertStatus, ExecuteRefusal, Given, NewQuote, QuoteRefusal},
    fixture,
    holder::{self, HolderStatus},
    rate, worker,
};
use ledger::Wallet;
use money::Amount;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use testkit::{
    Engine,
    house::{FixedClock, TestHouse, for_each_house, for_house_on, holder_id},
};
use tokio::task::JoinSet;

use crate::model::dice::Dice;

const SHOPS: usize = 3;
const ROUNDS: usize = 25;
const START: i64 = 1_000;

/// What one of the crowd's tasks saw: orders by the offers that they came of.
type Seen = Vec<(String, String, ConvertOrder)>;

#[test]
fn a_crowd_on_one_server_leaves_nothing_unexplained() {
    for_each_house(async |house| crowd(house, vec![(**house).clone()]).await);
}

#[test]
fn a_crowd_on_two_servers_leaves_nothing_unexplained() {
    for_house_on(Engine::Postgres, async |house| {
        let other = house.another_server().await;
        crowd(house, vec![(**house).clone(), other]).await;
    });
}

fn shop(number: usize) -> String {
    format!("100000{number}")
}

async fn crowd(house: &TestHouse, servers: Vec<House>) {
    for number in 0..SHOPS {
        let holder = house.holder(&fixture::merchant(&shop(number), "Shop", None)).await;
        for asset in ["BNB", "USDT"] {
            credit(house, &holder, Wallet::Funding, asset, &START.to_string(), asset).await;
        }
    }
    crate::convert::set(house, "BNB", "USDT", "224", "225").await;
    let servers = Arc::new(servers);
    let mut buyers = JoinSet::new();
    for task in 0..12_u32 {
        let (servers, task) = (Arc::clone(&servers), usize::try_from(task).expect("few"));
        buyers.spawn(async move { buy_and_sell(&servers, task).await });
    }
    let mut others = JoinSet::new();
    others.spawn(move_rates(servers[0].clone()));
    others.spawn(move_time(servers.to_vec(), house.clock().clone()));
    others.spawn(suspend(servers[servers.len() - 1].clone()));
    for server in servers.iter() {
        others.spawn(settle(server.clone()));
    }
    let seen: Seen = buyers.join_all().await.into_iter().flatten().collect();
    others.join_all().await;
    // Whatever a server held leased is anybody's now.
    house.advance(60_000).await;
    for server in servers.iter() {
        server.renew_lease().await.expect("renewed");
    }
    run_jobs(&servers[0], servers.get(1)).await;
    explain(house, seen).await;
    assert_all_cancels_out(house).await;
}

/// Asks for offers and takes most of them, some of them twice at once on different servers.
async fn buy_and_sell(servers: &[House], task: usize) -> Seen {
    let mut dice = Dice::new(u64::try_from(task).expect("small") + 77);
    let mut seen = Seen::new();
    for round in 0..ROUNDS {
        let id = shop((task + round) % SHOPS);
        let caller = Caller { holder: holder_id(&id), actor: "key:crowd".to_owned() };
        let sells = dice.once_in(2);
        let (from, to) = if sells { ("BNB", "USDT") } else { ("USDT", "BNB") };
        let units = dice.units(if sells { 20_000_000_000 } else { 4_000_000_000_000 });
        let given = Given::From(Amount::units(units).to_decimal(8).min(testkit::house::decimal("900")));
        let (from, to) = (from.to_owned(), to.to_owned());
        let new = NewQuote { wallet: Wallet::Funding, from, to, given };
        let (one, other) = (&servers[dice.below(servers.len())], &servers[dice.below(servers.len())]);
        let offered = match convert::quote(one, &caller, new).await {
            Ok(quote) => quote,
            Err(Abort::Refused(QuoteRefusal::StaleRate)) => continue,
            Err(abort) => panic!("{abort:?}"),
        };
        let Some(quote_id) = offered.id else { continue };
        let (first, second) = tokio::join!(
            convert::execute(one, &caller, &quote_id),
            convert::execute(other, &caller, &quote_id)
        );
        for result in [first, second] {
            match result {
                Ok(order) => seen.push((id.clone(), quote_id.clone(), order)),
                Err(Abort::Refused(ExecuteRefusal::Expired | ExecuteRefusal::BalanceGone)) => {}
                Err(abort) => panic!("{abort:?}"),
            }
        }
    }
    seen
}

/// Ends with an operator's rate, which does not grow stale while the crowd is at it.
async fn move_rates(house: House) {
    for round in 0..=60_u32 {
        let (bid, ask) = (200 + round, 201 + round);
        let rate = new_rate("BNB", "USDT", &bid.to_string(), &ask.to_string());
        if round % 2 == 0 {
            assert_eq!(rate::set(&house, vec![rate], "admin").await.expect("set"), 1);
        } else {
            rate::set_each(&house, vec![rate], rate::FEED).await.expect("set");
        }
        tokio::task::yield_now().await;
    }
}

async fn move_time(servers: Vec<House>, clock: FixedClock) {
    for round in 0..40 {
        clock.advance(if round % 10 == 9 { 30_000 } else { 700 });
        for server in &servers {
            server.renew_lease().await.expect("renewed");
        }
        tokio::time::sleep(std::time::Duration::from_millis(3)).await;
    }
}

/// Suspends the last shop now and then; it ends up active.
async fn suspend(house: House) {
    for round in 0..20 {
        let status = if round % 2 == 0 { HolderStatus::Suspended } else { HolderStatus::Active };
        holder::set_status(&house, &holder_id(&shop(SHOPS - 1)), status).await.expect("set");
        tokio::time::sleep(std::time::Duration::from_millis(3)).await;
    }
}

async fn settle(house: House) {
    for _ in 0..60 {
        worker::run_due(&house).await.expect("runs");
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
}

/// Every balance is what it began with and what the orders changed; every offer has at most one order.
async fn explain(house: &TestHouse, seen: Seen) {
    let mut order_of = BTreeMap::new();
    let mut orders = BTreeMap::new();
    for (shop, quote_id, order) in seen {
        assert_eq!(order.row.quote_id, quote_id);
        let before = order_of.insert(quote_id, order.row.order_id);
        assert!(before.is_none_or(|before| before == order.row.order_id), "one offer, two orders");
        orders.insert(order.row.order_id, shop);
    }
    assert!(orders.len() > 30, "a crowd of {}", orders.len());
    let distinct: BTreeSet<_> = order_of.values().collect();
    assert_eq!(distinct.len(), order_of.len(), "two offers, one order");
    let begin = START * 100_000_000;
    let mut expected: BTreeMap<(String, &str), i64> = BTreeMap::new();
    for number in 0..SHOPS {
        expected.extend(["BNB", "USDT"].map(|asset| ((shop(number), asset), begin)));
    }
    let mut sold: BTreeMap<String, i64> = BTreeMap::new();
    let mut bought: BTreeMap<String, i64> = BTreeMap::new();
    for (order_id, shop) in orders {
        let found = convert::find(house, &holder_id(&shop), &order_id.to_string()).await.expect("reads");
        let order = found.expect("it is there");
        assert_ne!(order.row.status, ConvertStatus::Process, "{order:?}");
        if order.row.status == ConvertStatus::Success {
            let (from, to) = (order.row.terms.from.as_str(), order.row.terms.to.as_str());
            let keys = [from, to].map(|code| if code == "BNB" { "BNB" } else { "USDT" });
            *expected.get_mut(&(shop.clone(), keys[0])).expect("there") -=
                order.row.terms.from_amount.as_units();
            *expected.get_mut(&(shop, keys[1])).expect("there") += order.row.terms.to_amount.as_units();
            *sold.entry(from.to_owned()).or_default() += order.row.terms.from_amount.as_units();
            *bought.entry(to.to_owned()).or_default() += order.row.terms.to_amount.as_units();
        }
    }
    for ((shop, asset), units) in expected {
        let all = balance::of(house, &holder_id(&shop)).await.expect("reads");
        let it = all.iter().find(|balance| balance.asset.as_str() == asset).expect("it has some");
        assert_eq!((it.available.as_units(), it.frozen.as_units()), (units, 0), "{asset} of {shop}");
    }
    for of in convert::position(house).await.expect("reads") {
        let units = |number| Amount::from_decimal(number, of.scale).expect("small").as_units();
        let sum = |of_asset: &BTreeMap<String, i64>| of_asset.get(of.asset.as_str()).copied().unwrap_or(0);
        assert!(!of.spread.is_negative());
        assert_eq!(units(of.position) + units(of.spread), sum(&sold) - sum(&bought), "{}", of.asset);
    }
}
