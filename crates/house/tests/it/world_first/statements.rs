//! Statements of customers: what each line says, and that all of them explain how balances changed.

mod histories;

use super::{CLIENT, CUSTOMER, OTHER, code, customer, transfers::planted::plant};
use crate::convert::set;
use countinghouse_house::{
    Caller,
    deposit::{self, NewDeposit, Payer},
    worker,
    world_first::{
        Contract,
        account::list as accounts,
        customer::set_contract,
        exchange::{self, Asked, AskedSide, Exchange, NewExchange},
        statement::{About, Line, Page, Query, find, list},
        transfer::{self, NewTransfer, Terms, Transfer, TransferStatus},
    },
};
use futures_util::future::{Either, select};
use ledger::{HolderId, JournalKind, Millis, Wallet};
use money::Amount;
use std::{pin::pin, time::Duration};
use testkit::{
    Engine,
    house::{START, TestHouse, decimal, for_each_house, for_house_on},
};
use tokio::time::timeout;

/// Everything that there is in the ordinary balances.
fn everything() -> Query {
    Query {
        from: Millis::new(0),
        to: Millis::MAX,
        kinds: None,
        currencies: Vec::new(),
        wallets: vec![Wallet::NormalBalance],
        skip: 0,
        take: 100,
    }
}

async fn page(house: &TestHouse, customer: &HolderId, query: &Query) -> Page {
    list(house, customer, query).await.expect("reads")
}

/// Lines in short: `USD +100=250 deposit`.
fn short(lines: &[Line]) -> Vec<String> {
    let short = |line: &Line| {
        let (amount, balance) = (line.amount.as_units(), line.balance.as_units());
        format!("{} {amount:+}={balance} {}", line.asset, line.kind.as_str())
    };
    lines.iter().map(short).collect()
}

fn new_deposit(wallet: Wallet, asset: &str, amount: &str, reference: &str) -> NewDeposit {
    NewDeposit {
        wallet,
        asset: asset.to_owned(),
        amount: decimal(amount),
        reference: reference.to_owned(),
        payer: Payer::default(),
    }
}

async fn credit(house: &TestHouse, holder: &HolderId, new: NewDeposit) {
    let caller = Caller { holder: holder.clone(), actor: "test".to_owned() };
    assert!(deposit::post(house, &caller, &new).await.expect("credited").new);
}

/// Asks for a transfer of US dollars.
async fn transfer(house: &TestHouse, from: &HolderId, to: &str, amount: i64, request_id: &str) -> Transfer {
    let new = NewTransfer {
        client_id: CLIENT.to_owned(),
        request_id: request_id.to_owned(),
        request: request_id.to_owned(),
        terms: Terms { payee: to.to_owned(), currency: "USD".to_owned(), amount: Amount::units(amount) },
        remark: Some("invoice 7".to_owned()),
    };
    transfer::create(house, from, new).await.expect("taken on")
}

/// Sells US dollars for euros.
async fn exchange(house: &TestHouse, holder: &HolderId, amount: i64, request_id: &str) -> Exchange {
    let side = |currency, amount: Option<i64>| AskedSide {
        currency: code(currency),
        amount: amount.map(Amount::units),
    };
    let new = NewExchange {
        client_id: CLIENT.to_owned(),
        request_id: request_id.to_owned(),
        asked: Asked { sell: side("USD", Some(amount)), buy: side("EUR", None) },
        appointed: None,
    };
    exchange::create(house, holder, new).await.expect("done")
}

#[test]
fn a_period_has_its_first_moment_and_not_its_last() {
    for_each_house(async |house| {
        let id = customer(house, CUSTOMER).await;
        for (number, wallet) in [Wallet::NormalBalance, Wallet::SameNameTopUpBalance].into_iter().enumerate()
        {
            for step in 0..3 {
                credit(house, &id, new_deposit(wallet, "USD", "1", &format!("{number} {step}"))).await;
                credit(house, &id, new_deposit(wallet, "EUR", "2", &format!("{number} {step} e"))).await;
                house.advance(1_000).await;
            }
        }
        let at = |seconds: i64| START.plus(seconds * 1_000);
        let within = |from, to| Query { from: at(from), to: at(to), ..everything() };
        let found = page(house, &id, &within(1, 3)).await;
        assert_eq!(
            short(&found.lines),
            ["EUR +200=600 deposit", "USD +100=300 deposit", "EUR +200=400 deposit", "USD +100=200 deposit"]
        );
        assert_eq!(found.total, 4);
        assert_eq!(found.lines[0].at, at(2));
        assert_eq!(page(house, &id, &within(3, 6)).await.total, 0, "of the other wallet");
        let every = Query { wallets: Vec::new(), ..within(1, 4) };
        assert_eq!(page(house, &id, &every).await.total, 6);
        let euros = Query { currencies: vec![code("EUR"), code("JPY")], ..within(0, 9) };
        assert_eq!(page(house, &id, &euros).await.total, 3);
        for (kinds, total) in [
            (vec![], 0),
            (vec![JournalKind::Freeze], 0),
            (vec![JournalKind::Exchange, JournalKind::Deposit], 6),
        ] {
            let query = Query { kinds: Some(kinds), ..within(0, 9) };
            assert_eq!(page(house, &id, &query).await.total, total);
        }
        for (skip, expected) in [(2, 1), (3, 1), (4, 0), (i64::MAX, 0)] {
            let rest = page(house, &id, &Query { skip, take: 1, ..within(1, 3) }).await;
            assert_eq!((rest.lines.len(), rest.total), (expected, 4), "{skip}");
        }
        let nobody = customer(house, OTHER).await;
        assert_eq!(page(house, &nobody, &everything()).await, Page { lines: Vec::new(), total: 0 });
    });
}

#[test]
fn a_deposit_says_who_paid() {
    for_each_house(async |house| {
        let (id, other) = (customer(house, CUSTOMER).await, customer(house, OTHER).await);
        let some = |text: &str| Some(text.to_owned());
        let payer = Payer { name: some("Ada"), account: some("DE02"), ..Payer::default() };
        let known =
            NewDeposit { payer: payer.clone(), ..new_deposit(Wallet::NormalBalance, "USD", "7", "bank 1") };
        credit(house, &id, known).await;
        credit(house, &id, new_deposit(Wallet::NormalBalance, "USD", "1", "bank 2")).await;
        let found = page(house, &id, &everything()).await.lines;
        assert_eq!(found[0].about, About::Deposit(Payer::default()));
        let line = &found[1];
        assert_eq!(line.about, About::Deposit(payer));
        assert_eq!(line.external_id.as_deref(), Some("bank 1"));
        assert_ne!(line.transaction_id, found[0].transaction_id);
        let account_no = &accounts(house, &id).await.expect("reads")[0].account_no;
        assert_eq!(line.number, format!("{account_no}0000000001"));

        let detail = find(house, &id, &line.number).await.expect("reads").expect("it is there");
        assert_eq!((&detail.line, detail.combined), (line, vec![]));
        assert_eq!(find(house, &other, &line.number).await.expect("reads"), None, "it is another's");
        for number in [
            format!("{account_no}0000000003"),
            format!("{account_no}0000000000"),
            format!("{account_no}9999999999"),
            "99999999999999990000000001".to_owned(),
            account_no.clone(),
            "0".to_owned(),
        ] {
            assert_eq!(find(house, &id, &number).await.expect("reads"), None, "{number}");
        }
    });
}

/// The lines' kinds and the statuses of the transfer that they belong to.
fn transfers(lines: &[Line]) -> Vec<(JournalKind, TransferStatus)> {
    let status = |line: &Line| match &line.about {
        About::Transfer { transfer, .. } => Some((line.kind, transfer.status)),
        _ => None,
    };
    lines.iter().filter_map(status).collect()
}

#[test]
fn a_transfer_shows_on_both_sides() {
    for_each_house(async |house| {
        let (id, other) = (customer(house, CUSTOMER).await, customer(house, OTHER).await);
        credit(house, &id, new_deposit(Wallet::NormalBalance, "USD", "10", "d")).await;
        let made = transfer(house, &id, OTHER, 300, "t1").await;
        let lines = page(house, &id, &everything()).await.lines;
        assert_eq!(short(&lines), ["USD -300=700 transfer_freeze", "USD +1000=1000 deposit"]);
        assert_eq!(transfers(&lines), [(JournalKind::TransferFreeze, TransferStatus::Processing)]);
        assert_eq!(lines[0].transaction_id, made.transfer_id.to_string());
        assert_eq!(lines[0].external_id.as_deref(), Some("t1"));
        assert_eq!(page(house, &other, &everything()).await.total, 0);

        while worker::run_due(house).await.expect("runs") > 0 {}
        let lines = page(house, &id, &everything()).await.lines;
        assert_eq!(transfers(&lines), [(JournalKind::TransferFreeze, TransferStatus::Success)]);
        let About::Transfer { payer, payee, transfer } = &lines[0].about else { panic!("{lines:?}") };
        assert_eq!((transfer.amount, transfer.remark.as_deref()), (Amount::units(300), Some("invoice 7")));
        let number = async |id| accounts(house, id).await.expect("reads")[0].account_no.clone();
        assert_eq!(payer.account_no, Some(number(&id).await));
        assert_eq!(payee.account_no, Some(number(&other).await));
        let paid = page(house, &other, &everything()).await.lines;
        assert_eq!(short(&paid), ["USD +300=300 transfer_settle"]);
        assert_eq!(paid[0].about, lines[0].about);
        assert_eq!((&paid[0].transaction_id, &paid[0].external_id), (&lines[0].transaction_id, &None));
        for (id, line) in [(&id, &lines[0]), (&other, &paid[0])] {
            let detail = find(house, id, &line.number).await.expect("reads").expect("it is there");
            assert_eq!((&detail.line, detail.combined), (line, vec![]));
        }
    });
}

#[test]
fn a_transfer_that_failed_comes_back() {
    for_each_house(async |house| {
        let (id, other) = (customer(house, CUSTOMER).await, customer(house, OTHER).await);
        credit(house, &id, new_deposit(Wallet::NormalBalance, "USD", "10", "d")).await;
        transfer(house, &id, OTHER, 300, "t1").await;
        // What another does at the same moment is no part of it.
        transfer(house, &id, OTHER, 200, "t2").await;
        set_contract(house, &other, Contract::Expired).await.expect("set");
        while worker::run_due(house).await.expect("runs") > 0 {}
        let lines = page(house, &id, &everything()).await.lines;
        let of = |request: &str| -> Vec<&Line> {
            lines.iter().filter(|line| line.external_id.as_deref() == Some(request)).collect()
        };
        let [back, out] = of("t1")[..] else { panic!("{lines:?}") };
        assert_eq!((back.kind, out.kind), (JournalKind::TransferRelease, JournalKind::TransferFreeze));
        assert_eq!((back.amount, out.amount), (Amount::units(300), Amount::units(-300)));
        assert!(transfers(&lines).iter().all(|(_, status)| matches!(status, TransferStatus::Failed(_))));
        for (line, combined) in [(back, out), (out, back)] {
            let detail = find(house, &id, &line.number).await.expect("reads").expect("it is there");
            assert_eq!(&detail.line, line);
            assert_eq!(detail.combined, [(combined.number.clone(), combined.kind)]);
        }
    });
}

#[test]
fn a_payee_that_is_no_customer_has_no_name() {
    for_each_house(async |house| {
        let id = customer(house, CUSTOMER).await;
        credit(house, &id, new_deposit(Wallet::NormalBalance, "USD", "10", "d")).await;
        plant(house, &id, OTHER, "t1").await;
        let lines = page(house, &id, &everything()).await.lines;
        let About::Transfer { payer, payee, .. } = &lines[0].about else { panic!("{lines:?}") };
        assert_eq!((payer.name.as_str(), payee.name.as_str()), ("Harbour Trading", ""));
        assert_eq!(payee.account_no, None);
    });
}

/// Reports of everything that there is may take minutes; few lines do not wait for them.
#[test]
fn few_lines_do_not_wait_behind_long_reads() {
    for_house_on(Engine::Postgres, async |house| {
        let id = customer(house, CUSTOMER).await;
        set(house, "EUR", "USD", "1.10", "1.20").await;
        credit(house, &id, new_deposit(Wallet::NormalBalance, "USD", "1000", "d")).await;
        exchange(house, &id, 12_000, "e1").await;
        let client = house.database().client().await;
        client.batch_execute("BEGIN; LOCK TABLE house_posting").await.expect("locked");
        let store = house.store();
        let long = futures_util::future::join_all((0..9).map(|_| store::account::house_totals(store)));
        let short = async {
            let query = Query { kinds: Some(vec![JournalKind::Exchange]), ..everything() };
            let lines = page(house, &id, &query).await.lines;
            let detail = find(house, &id, &lines[0].number).await.expect("reads").expect("it is there");
            assert_eq!((lines.len(), detail.combined.len()), (2, 1));
        };
        let (mut long, short) = (pin!(long), pin!(timeout(Duration::from_secs(20), short)));
        match select(&mut long, short).await {
            Either::Left(_) => panic!("the long reads were not held up"),
            Either::Right((ended, _)) => ended.expect("it did not wait"),
        }
        client.batch_execute("COMMIT").await.expect("let go");
        for read in long.await {
            read.expect("reads");
        }
    });
}

#[test]
fn an_exchange_has_two_lines() {
    for_each_house(async |house| {
        let id = customer(house, CUSTOMER).await;
        set(house, "EUR", "USD", "1.10", "1.20").await;
        credit(house, &id, new_deposit(Wallet::NormalBalance, "USD", "1000", "d")).await;
        let (first, second) =
            (exchange(house, &id, 12_000, "e1").await, exchange(house, &id, 24_000, "e2").await);
        let lines = page(house, &id, &everything()).await.lines;
        let bought = [second.terms.to_amount, first.terms.to_amount].map(Amount::as_units);
        assert_eq!(
            short(&lines),
            [
                format!("EUR +{}={} exchange", bought[0], bought[0] + bought[1]),
                format!("EUR +{0}={0} exchange", bought[1]),
                "USD -24000=64000 exchange".to_owned(),
                "USD -12000=88000 exchange".to_owned(),
                "USD +100000=100000 deposit".to_owned(),
            ]
        );
        assert_eq!(lines[2].about, About::Exchange(Box::new(second)));
        assert_eq!(lines[2].transaction_id, lines[0].transaction_id);
        assert_eq!(lines[2].external_id.as_deref(), Some("e2"));
        for (line, other) in [(&lines[0], &lines[2]), (&lines[2], &lines[0]), (&lines[1], &lines[3])] {
            let detail = find(house, &id, &line.number).await.expect("reads").expect("it is there");
            assert_eq!(detail.combined, [(other.number.clone(), JournalKind::Exchange)]);
        }
    });
}
