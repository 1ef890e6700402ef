//! Any history: its lines, over pages of any size, are those that lead from one balance to the next.

use super::{credit, everything, exchange, new_deposit, page, transfer};
use crate::{
    convert::set,
    model::dice::Dice,
    world_first::{CUSTOMER, OTHER, code, customer},
};
use countinghouse_house::{
    Caller, balance,
    deposit::{self, NewDeposit},
    worker,
    world_first::{
        Contract, WALLETS,
        account::balances,
        customer::set_contract,
        statement::{Line, Query, find},
    },
};
use ledger::{HolderId, JournalKind, Millis, Wallet};
use money::{Amount, AssetCode};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};
use testkit::house::{START, TestHouse, for_each_house};
use tokio::task::JoinSet;

const CURRENCIES: [&str; 3] = ["USD", "EUR", "JPY"];

/// A deposit that nobody made before.
fn some_deposit(dice: &mut Dice, number: usize) -> NewDeposit {
    let (wallet, currency) = (WALLETS[dice.below(2)], CURRENCIES[dice.below(3)]);
    new_deposit(wallet, currency, &dice.units(500).to_string(), &format!("deposit {number}"))
}

/// What is left of an ordinary balance in US dollars.
async fn dollars(house: &TestHouse, id: &HolderId) -> i64 {
    let found = balances(house, id, &[code("USD")], &[Wallet::NormalBalance]).await.expect("reads");
    found.unwrap_or_default().first().map_or(0, |balance| balance.available.as_units())
}

/// Something happens, and then some time goes by, or none.
async fn step(house: &TestHouse, dice: &mut Dice, parties: &[HolderId; 2], number: usize) {
    let [id, other] = parties;
    let (from, to) = if dice.once_in(4) { (other, id) } else { (id, other) };
    match dice.below(8) {
        0..=3 => credit(house, id, some_deposit(dice, number)).await,
        4 | 5 => {
            let most = dollars(house, from).await;
            if most > 0 {
                transfer(house, from, to, dice.units(most), &format!("transfer {number}")).await;
            }
        }
        6 => {
            let most = dollars(house, id).await;
            if most > 1_000 {
                exchange(house, id, 1_000, &format!("exchange {number}")).await;
            }
        }
        _ => {
            let contract = if dice.once_in(2) { Contract::Expired } else { Contract::InForce };
            set_contract(house, other, contract).await.expect("set");
            while worker::run_due(house).await.expect("runs") > 0 {}
            set_contract(house, other, Contract::InForce).await.expect("set");
        }
    }
    if dice.once_in(2) {
        house.advance(dice.units(3_000)).await;
    }
}

/// What is asked for, at any place of the history.
fn some_query(dice: &mut Dice, now: Millis) -> Query {
    let span = now.get() - START.get() + 2;
    let (one, two) = (START.plus(dice.units(span) - 1), START.plus(dice.units(span) - 1));
    let wallets = WALLETS.into_iter().filter(|_| dice.once_in(2)).collect();
    let currencies = CURRENCIES.into_iter().filter(|_| dice.once_in(2)).map(code).collect();
    Query { from: one.min(two), to: one.max(two).plus(1), wallets, currencies, ..everything() }
}

/// All lines, page by page.
async fn every_page(house: &TestHouse, id: &HolderId, query: &Query, size: i64) -> Vec<Line> {
    let mut lines = Vec::new();
    for number in 0.. {
        let found = page(house, id, &Query { skip: number * size, take: size, ..query.clone() }).await;
        let is_last = found.lines.is_empty();
        lines.extend(found.lines);
        if is_last {
            assert_eq!(i64::try_from(lines.len()), Ok(found.total));
            break;
        }
    }
    lines
}

/// What is available in each account after a time.
async fn available(house: &TestHouse, id: &HolderId, at: Millis) -> BTreeMap<(Wallet, AssetCode), Amount> {
    let found = balance::at(house, id, at).await.expect("reads").into_iter();
    found.map(|balance| ((balance.wallet, balance.asset), balance.available)).collect()
}

/// Lines lead from what was available before the period to what was available after it, account by account.
async fn explain(house: &TestHouse, id: &HolderId, query: &Query, lines: &[Line]) {
    let numbers: BTreeSet<_> = lines.iter().map(|line| &line.number).collect();
    assert_eq!(numbers.len(), lines.len(), "no line twice");
    let place = |line: &Line| (Reverse(line.at), line.asset, line.wallet, Reverse(line.number.clone()));
    assert!(lines.is_sorted_by_key(place));
    assert!(lines.iter().all(|line| line.at >= query.from && line.at < query.to));
    let mut running = available(house, id, query.from.plus(-1)).await;
    for line in lines.iter().rev() {
        let now = running.entry((line.wallet, line.asset)).or_default();
        *now = now.checked_add(line.amount).expect("counts");
        assert_eq!(*now, line.balance, "{line:?}");
    }
    let is_asked_for = |(wallet, asset): &(Wallet, AssetCode)| {
        (query.wallets.is_empty() || query.wallets.contains(wallet))
            && (query.currencies.is_empty() || query.currencies.contains(asset))
    };
    for (account, closing) in available(house, id, query.to.plus(-1)).await {
        if is_asked_for(&account) {
            assert_eq!(running.get(&account).copied().unwrap_or_default(), closing, "{account:?}");
        }
    }
}

#[test]
fn lines_explain_every_change() {
    for_each_house(async |house| {
        let parties = [customer(house, CUSTOMER).await, customer(house, OTHER).await];
        set(house, "EUR", "USD", "1.10", "1.20").await;
        let mut dice = Dice::new(5);
        for number in 0..120 {
            step(house, &mut dice, &parties, number).await;
            if number % 4 > 0 {
                continue;
            }
            let (id, size) = (&parties[dice.below(2)], dice.units(9));
            let query = some_query(&mut dice, house.server_now());
            let lines = every_page(house, id, &query, size).await;
            explain(house, id, &query, &lines).await;
            if let Some(line) = lines.first() {
                let detail = find(house, id, &line.number).await.expect("reads").expect("it is there");
                assert_eq!(detail.line, *line);
            }
            let kinds = [JournalKind::Deposit, JournalKind::TransferSettle];
            let some = Query { kinds: Some(kinds.to_vec()), ..query };
            let expected = lines.into_iter().filter(|line| kinds.contains(&line.kind)).collect::<Vec<_>>();
            assert_eq!(every_page(house, id, &some, size).await, expected);
        }
        // What inquiryBalance answers is what the newest lines say.
        for id in &parties {
            let lines = every_page(house, id, &Query { wallets: Vec::new(), ..everything() }, 100).await;
            for balance in balances(house, id, &[], &[]).await.expect("reads").unwrap_or_default() {
                let of = |line: &&Line| (line.wallet, line.asset) == (balance.wallet, balance.asset);
                let newest = lines.iter().find(of).map_or(Amount::ZERO, |line| line.balance);
                assert_eq!(newest, balance.available);
            }
        }
    });
}

/// Far back, pages are found by bisection; they are what reading on from the start comes to.
#[test]
fn pages_far_back_are_found() {
    for_each_house(async |house| {
        let id = customer(house, CUSTOMER).await;
        let mut dice = Dice::new(8);
        for number in 0..900 {
            credit(house, &id, some_deposit(&mut dice, number)).await;
            // Many at the same moment, and some long after others.
            if dice.once_in(5) {
                let most = if dice.once_in(9) { 900_000 } else { 5 };
                house.advance(dice.units(most)).await;
            }
        }
        let query = Query { wallets: Vec::new(), ..everything() };
        let whole = page(house, &id, &Query { take: 1_000, ..query.clone() }).await.lines;
        assert_eq!(whole.len(), 900);
        explain(house, &id, &query, &whole).await;
        for _ in 0..60 {
            let (skip, take) = (dice.below(900), dice.units(100));
            let part = Query { skip: i64::try_from(skip).expect("small"), take, ..query.clone() };
            let expected: Vec<_> =
                whole.iter().skip(skip).take(usize::try_from(take).expect("small")).cloned().collect();
            assert_eq!(page(house, &id, &part).await.lines, expected, "{skip} {take}");
            let deposits = Query { kinds: Some(vec![JournalKind::Deposit]), ..part };
            assert_eq!(page(house, &id, &deposits).await.lines, expected, "{skip} {take}");
        }
    });
}

/// Whoever reads while money comes in sees the lines of one moment: they add up, and all of them are there.
#[test]
fn what_is_read_meanwhile_adds_up() {
    for_each_house(async |house| {
        let id = customer(house, CUSTOMER).await;
        let mut dice = Dice::new(13);
        let mut tasks = JoinSet::new();
        for number in 0..200 {
            let (house, id, new) = ((**house).clone(), id.clone(), some_deposit(&mut dice, number));
            let caller = Caller { holder: id, actor: "test".to_owned() };
            tasks.spawn(async move { deposit::post(&house, &caller, &new).await.expect("credited").new });
        }
        let query = Query { wallets: Vec::new(), take: 1_000, ..everything() };
        while let Some(added) = tasks.join_next().await {
            assert!(added.expect("no panic"));
            let found = page(house, &id, &query).await;
            assert_eq!(i64::try_from(found.lines.len()), Ok(found.total));
            let mut running: BTreeMap<_, Amount> = BTreeMap::new();
            for line in found.lines.iter().rev() {
                let now = running.entry((line.wallet, line.asset)).or_default();
                *now = now.checked_add(line.amount).expect("counts");
                assert_eq!(*now, line.balance, "{line:?}");
            }
        }
    });
}
