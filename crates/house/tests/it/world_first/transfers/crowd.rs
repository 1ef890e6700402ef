//! Many at the same time: customers pay each other, contracts come and go, servers settle. Every balance must be
//! explained by the transfers, and no money comes or goes.

use super::{credit, customer};
use crate::{model::dice::Dice, world_first::CLIENT};
use countinghouse_house::{
    Abort, House, worker,
    world_first::{
        Contract,
        account::balances,
        customer::set_contract,
        transfer::{NewTransfer, Terms, TransferRefusal, TransferStatus, create, find},
    },
};
use money::Amount;
use std::{collections::BTreeMap, sync::Arc};
use testkit::{
    Engine,
    house::{TestHouse, for_each_house, for_house_on, holder_id},
};
use tokio::task::JoinSet;

const CUSTOMERS: usize = 4;
const TASKS: u64 = 8;
const ROUNDS: usize = 30;
const CURRENCIES: [&str; 2] = ["EUR", "USD"];

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

fn id(number: usize) -> String {
    format!("218812000000010{number}")
}

/// Who asked for what: the payer by the request's id.
type Asked = Vec<(String, usize)>;

async fn crowd(house: &TestHouse, servers: Vec<House>) {
    for number in 0..CUSTOMERS {
        let holder = customer(house, &id(number)).await;
        // The last two have none of the second currency at first.
        for currency in &CURRENCIES[..if number < 2 { 2 } else { 1 }] {
            credit(house, &holder, currency, "1000").await;
        }
    }
    let servers = Arc::new(servers);
    let mut payers = JoinSet::new();
    for task in 0..TASKS {
        let servers = Arc::clone(&servers);
        payers.spawn(async move { pay(&servers, task).await });
    }
    let mut others = JoinSet::new();
    others.spawn(come_and_go(servers[0].clone()));
    for server in servers.iter() {
        others.spawn(settle(server.clone()));
    }
    let asked: Asked = payers.join_all().await.into_iter().flatten().collect();
    others.join_all().await;
    // Whatever a server held leased is anybody's now.
    house.advance(60_000).await;
    for server in servers.iter() {
        server.renew_lease().await.expect("renewed");
    }
    house.run_jobs().await;
    explain(house, asked).await;
}

/// Pays others, now and then twice at once with the same request.
async fn pay(servers: &[House], task: u64) -> Asked {
    let mut dice = Dice::new(task + 4_711);
    let mut asked = Asked::new();
    for round in 0..ROUNDS {
        let (payer, payee) = (dice.below(CUSTOMERS), dice.below(CUSTOMERS));
        let currency = CURRENCIES[dice.below(2)].to_owned();
        let amount = Amount::units(dice.units(40_000));
        let new = NewTransfer {
            client_id: CLIENT.to_owned(),
            request_id: format!("{task}-{round}"),
            request: format!("{payee} {currency} {amount:?}"),
            terms: Terms { payee: id(payee), currency, amount },
            remark: None,
        };
        let (one, other) = (&servers[dice.below(servers.len())], &servers[dice.below(servers.len())]);
        let holder = holder_id(&id(payer));
        let (first, second) =
            tokio::join!(create(one, &holder, new.clone()), create(other, &holder, new.clone()));
        let third = create(other, &holder, new.clone()).await;
        if first.is_ok() || second.is_ok() {
            assert!(third.is_ok(), "taken on, and then {third:?}");
        }
        let mut taken_on = None;
        for result in [first, second, third] {
            match result {
                Ok(transfer) => {
                    assert_eq!(transfer.request, new.request);
                    assert_eq!(*taken_on.get_or_insert(transfer.transfer_id), transfer.transfer_id);
                }
                Err(Abort::Refused(
                    TransferRefusal::ToItself
                    | TransferRefusal::BalanceNotEnough
                    | TransferRefusal::PayeeAbnormal
                    | TransferRefusal::PayerAbnormal,
                )) => {}
                Err(abort) => panic!("{abort:?}"),
            }
        }
        asked.push((new.request_id, payer));
    }
    asked
}

/// The last customer's contract expires and is renewed; it ends up in force.
async fn come_and_go(house: House) {
    for round in 0..30 {
        let contract = if round % 2 == 0 { Contract::Expired } else { Contract::InForce };
        set_contract(&house, &holder_id(&id(CUSTOMERS - 1)), contract).await.expect("set");
        tokio::time::sleep(std::time::Duration::from_millis(3)).await;
    }
}

async fn settle(house: House) {
    for _ in 0..60 {
        worker::run_due(&house).await.expect("runs");
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
}

/// Every balance is what it began with and what the transfers that succeeded changed.
async fn explain(house: &TestHouse, asked: Asked) {
    let mut expected: BTreeMap<(String, String), i64> = BTreeMap::new();
    for number in 0..CUSTOMERS {
        for currency in &CURRENCIES[..if number < 2 { 2 } else { 1 }] {
            expected.insert((id(number), (*currency).to_owned()), 100_000);
        }
    }
    let mut done = 0;
    for (request_id, payer) in asked {
        let found = find(house, &holder_id(&id(payer)), CLIENT, &request_id).await.expect("reads");
        let Some(transfer) = found else { continue };
        assert_ne!(transfer.status, TransferStatus::Processing, "{transfer:?}");
        if transfer.status == TransferStatus::Success {
            let key = |of: &ledger::HolderId| (of.to_string(), transfer.asset.to_string());
            *expected.entry(key(&transfer.payer)).or_default() -= transfer.amount.as_units();
            *expected.entry(key(&transfer.payee)).or_default() += transfer.amount.as_units();
            done += 1;
        }
    }
    assert!(done > 30, "a crowd of {done}");
    for number in 0..CUSTOMERS {
        let all = balances(house, &holder_id(&id(number)), &[], &[]).await.expect("reads");
        for balance in all.unwrap_or_default() {
            let key = (id(number), balance.asset.to_string());
            let units = expected.remove(&key).unwrap_or_default();
            assert_eq!((balance.available.as_units(), balance.frozen.as_units()), (units, 0), "{key:?}");
        }
    }
    expected.retain(|_, units| *units != 0);
    assert!(expected.is_empty(), "money without an account: {expected:?}");
}
