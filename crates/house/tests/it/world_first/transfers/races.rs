//! Requests that come at the same time.

use super::{credit, holds, new, quay};
use crate::world_first::{CUSTOMER, OTHER, customer};
use countinghouse_house::{
    House,
    world_first::{
        account::list,
        transfer::{NewTransfer, Transfer, TransferRefusal, create},
    },
};
use ledger::HolderId;
use testkit::{
    Engine,
    house::{TestHouse, for_each_house, for_house_on, refusal},
};
use tokio::task::JoinSet;

type Answer = Result<Transfer, countinghouse_house::Abort<TransferRefusal>>;

/// Asks for all of these at once, in turns on each of the servers.
async fn at_once(servers: &[&House], asked: Vec<(HolderId, NewTransfer)>) -> Vec<Answer> {
    let mut tasks = JoinSet::new();
    for ((payer, new), server) in asked.into_iter().zip(servers.iter().cycle()) {
        let server = (*server).clone();
        tasks.spawn(async move { create(&server, &payer, new).await });
    }
    tasks.join_all().await
}

/// All the money there is, asked for thirty times at once: the later ones are no new transfers that find it gone.
async fn one_request_is_one_transfer(house: &TestHouse, servers: &[&House]) {
    let (payer, _) = quay(house).await;
    for round in 1..=5 {
        let all = 10_000;
        let asked = vec![(payer.clone(), new(&format!("T{round}"), OTHER, all)); 30];
        let answers = at_once(servers, asked).await;
        let first = answers[0].as_ref().expect("taken on").clone();
        for answer in answers {
            assert_eq!(answer.expect("taken on").transfer_id, first.transfer_id);
        }
        // Whichever server took it on.
        house.advance(30_000).await;
        for server in servers {
            server.renew_lease().await.expect("renewed");
        }
        assert_eq!(house.run_jobs().await, 1, "one job");
        assert_eq!(holds(house, &payer, "USD").await, "0+0");
        let back = new(&format!("B{round}"), CUSTOMER, all);
        create(house, &first.payee, back).await.expect("taken on");
        house.run_jobs().await;
        assert_eq!(holds(house, &payer, "USD").await, "10000+0");
    }
}

#[test]
fn one_request_thirty_times_at_once_is_one_transfer() {
    for_each_house(async |house| one_request_is_one_transfer(house, &[house]).await);
}

#[test]
fn one_request_thirty_times_at_once_on_two_servers_is_one_transfer() {
    for_house_on(Engine::Postgres, async |house| {
        let other = house.another_server().await;
        one_request_is_one_transfer(house, &[house, &other]).await;
    });
}

#[test]
fn an_id_that_two_payers_use_at_once_is_one_of_theirs() {
    for_each_house(async |house| {
        let (one, other) = quay(house).await;
        credit(house, &other, "USD", "100").await;
        for round in 0..10 {
            let id = format!("T{round}");
            let asked = vec![(one.clone(), new(&id, OTHER, 1)), (other.clone(), new(&id, CUSTOMER, 1))];
            let answers = at_once(&[house], asked).await;
            let (taken, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
            assert_eq!((taken.len(), refused.len()), (1, 1), "{refused:?}");
            for answer in refused {
                assert_eq!(refusal(answer), TransferRefusal::Inconsistent);
            }
        }
        assert_eq!(house.run_jobs().await, 10);
    });
}

#[test]
fn transfers_at_once_never_take_more_than_there_is() {
    for_each_house(async |house| {
        let (payer, payee) = quay(house).await;
        let asked = (0..20).map(|number| (payer.clone(), new(&format!("T{number}"), OTHER, 700))).collect();
        let mut taken = 0;
        for answer in at_once(&[house], asked).await {
            match answer {
                Ok(_) => taken += 1,
                refused => assert_eq!(refusal(refused), TransferRefusal::BalanceNotEnough),
            }
        }
        assert_eq!(taken, 14);
        assert_eq!(holds(house, &payer, "USD").await, "200+9800");
        assert_eq!(house.run_jobs().await, 14);
        assert_eq!(holds(house, &payer, "USD").await, "200+0");
        assert_eq!(holds(house, &payee, "USD").await, "9800+0");
    });
}

#[test]
fn the_first_payments_at_once_open_one_account() {
    for_each_house(async |house| {
        let (payer, payee) = quay(house).await;
        let third = customer(house, "2188120000000003").await;
        credit(house, &third, "USD", "100").await;
        for number in 0..10 {
            for payer in [&payer, &third] {
                create(house, payer, new(&format!("T{number} {payer}"), OTHER, 10)).await.expect("taken on");
            }
        }
        assert_eq!(house.run_jobs().await, 20);
        assert_eq!(list(house, &payee).await.expect("reads").len(), 1);
        assert_eq!(holds(house, &payee, "USD").await, "200+0");
    });
}

#[test]
fn a_request_whose_answer_was_lost_is_answered_again() {
    for_each_house(async |house| {
        let (payer, _) = quay(house).await;
        for round in 0..15_u32 {
            let new = new(&format!("T{round}"), OTHER, 100);
            let heard = testkit::within_turns(round * round * 16, create(house, &payer, new.clone())).await;
            let again = create(house, &payer, new).await.expect("answered");
            if let Some(heard) = heard {
                assert_eq!(heard.expect("taken on"), again);
            }
        }
        assert_eq!(holds(house, &payer, "USD").await, "8500+1500");
        house.run_jobs().await;
        assert_eq!(holds(house, &payer, "USD").await, "8500+0");
    });
}
