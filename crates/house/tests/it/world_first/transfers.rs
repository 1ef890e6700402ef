//! Transfers: frozen when they are taken on, then the payee's or available again.

mod crowd;
pub(crate) mod planted;
mod races;
mod settling;

use super::{CLIENT, CUSTOMER, OTHER, customer, deposits::credit, town};
use countinghouse_house::{
    House,
    holder::HolderStatus,
    world_first::{
        Contract,
        account::{balances, list},
        customer::set_contract,
        transfer::{
            NewTransfer, Terms, Transfer, TransferRefusal, TransferStatus, by_id, consult, create, find,
        },
    },
};
use ledger::HolderId;
use money::Amount;
use testkit::house::{TestHouse, for_each_house, refusal};

/// Two customers, of whom the first has 100.00 USD.
async fn quay(house: &TestHouse) -> (HolderId, HolderId) {
    let (payer, payee) = town(house).await;
    credit(house, &payer, "USD", "100").await;
    (payer, payee)
}

fn terms(payee: &str, units: i64) -> Terms {
    Terms { payee: payee.to_owned(), currency: "USD".to_owned(), amount: Amount::units(units) }
}

pub(crate) fn new(request_id: &str, payee: &str, units: i64) -> NewTransfer {
    NewTransfer {
        client_id: CLIENT.to_owned(),
        request_id: request_id.to_owned(),
        request: format!("{payee} {units}"),
        terms: terms(payee, units),
        remark: Some("invoice 17".to_owned()),
    }
}

/// What a customer has of a currency: `80+20` with 20 frozen.
async fn holds(house: &House, customer: &HolderId, currency: &str) -> String {
    let all = balances(house, customer, &[super::code(currency)], &[]).await.expect("reads");
    let Some(one) = all.unwrap_or_default().pop() else { return "nothing".to_owned() };
    format!("{}+{}", one.available.as_units(), one.frozen.as_units())
}

pub(crate) async fn found(house: &House, transfer: &Transfer) -> Transfer {
    let found = by_id(house, &transfer.transfer_id.to_string()).await.expect("reads");
    found.expect("the transfer is there")
}

#[test]
fn what_is_transferred_is_frozen_and_then_the_payees() {
    for_each_house(async |house| {
        let (payer, payee) = quay(house).await;
        let made = create(house, &payer, new("T1", OTHER, 2_500)).await.expect("taken on");
        assert_eq!((made.status, made.finished_at), (TransferStatus::Processing, None));
        assert_eq!((&made.payer, &made.payee, made.amount), (&payer, &payee, Amount::units(2_500)));
        assert_eq!((made.client_id.as_str(), made.request_id.as_str()), (CLIENT, "T1"));
        assert_eq!(made.asset.as_str(), "USD");
        assert_eq!(
            (made.request.as_str(), made.remark.as_deref()),
            ("2188120000000002 2500", Some("invoice 17"))
        );
        assert_eq!(made.transfer_id.to_string().len(), 18);
        assert_eq!(holds(house, &payer, "USD").await, "7500+2500");
        assert_eq!(list(house, &payee).await.expect("reads"), [], "what is not settled opens nothing");
        house.assert_books_balance().await;
        house.advance(1_234).await;
        assert_eq!(house.run_jobs().await, 1);
        let finished_at = Some(house.server_now());
        let settled = Transfer { status: TransferStatus::Success, finished_at, ..made.clone() };
        assert_eq!(found(house, &made).await, settled);
        let by_request = find(house, &payer, CLIENT, "T1").await.expect("reads");
        assert_eq!(by_request.as_ref(), Some(&settled));
        assert_eq!(holds(house, &payer, "USD").await, "7500+0");
        assert_eq!(holds(house, &payee, "USD").await, "2500+0");
        assert_eq!(create(house, &payer, new("T1", OTHER, 2_500)).await.expect("again"), settled);
        assert_eq!(house.run_jobs().await, 0);
    });
}

#[test]
fn everybody_concerned_is_told() {
    for_each_house(async |house| {
        let (payer, _) = quay(house).await;
        let made = create(house, &payer, new("T1", OTHER, 1)).await.expect("taken on");
        house.run_jobs().await;
        let id = made.transfer_id.to_string();
        for (of, expected) in
            [(CUSTOMER, &["transfer.created", "transfer.finished"][..]), (OTHER, &["transfer.received"][..])]
        {
            // Before come that they were made, and an account with its deposit.
            let count = if of == CUSTOMER { 5 } else { 3 };
            let events = crate::events::events_of(house, of, count).await;
            let told: Vec<&str> =
                events.iter().filter(|event| event.subject == id).map(|event| event.kind.as_str()).collect();
            assert_eq!(told, expected, "{of}");
        }
    });
}

#[test]
fn every_refusal_is_named_and_moves_nothing() {
    for_each_house(async |house| {
        let (payer, payee) = quay(house).await;
        let in_currency = |currency: &str| Terms { currency: currency.to_owned(), ..terms(OTHER, 1) };
        let nobodys = "9".repeat(128);
        let cases = [
            (terms(OTHER, 10_001), TransferRefusal::BalanceNotEnough),
            (terms(OTHER, i64::MAX), TransferRefusal::BalanceNotEnough),
            (in_currency("EUR"), TransferRefusal::BalanceNotEnough),
            (in_currency("USDT"), TransferRefusal::NotOffered),
            (in_currency("usd"), TransferRefusal::NotOffered),
            (terms(OTHER, 0), TransferRefusal::NotPositive),
            (terms(OTHER, -1), TransferRefusal::NotPositive),
            (terms(CUSTOMER, 1), TransferRefusal::ToItself),
            (terms("2188120000000099", 1), TransferRefusal::NoPayee),
            (terms("no id", 1), TransferRefusal::NoPayee),
            (terms(&nobodys, 1), TransferRefusal::NoPayee),
        ];
        for (terms, expected) in cases {
            assert_eq!(refusal(consult(house, &payer, &terms).await), expected, "{terms:?}");
            let new = NewTransfer { terms, ..new("T1", OTHER, 1) };
            assert_eq!(refusal(create(house, &payer, new.clone()).await), expected, "{new:?}");
        }
        let outcome = async || {
            let consulted = refusal(consult(house, &payer, &terms(OTHER, 1)).await);
            assert_eq!(refusal(create(house, &payer, new("T1", OTHER, 1)).await), consulted);
            consulted
        };
        for (of, expected) in
            [(&payer, TransferRefusal::PayerAbnormal), (&payee, TransferRefusal::PayeeAbnormal)]
        {
            for contract in [Contract::Expired, Contract::None] {
                set_contract(house, of, contract).await.expect("set");
                assert_eq!(outcome().await, expected);
            }
            set_contract(house, of, Contract::InForce).await.expect("set");
            for status in [HolderStatus::Suspended, HolderStatus::Closed] {
                house.set_status(of, status).await;
                assert_eq!(outcome().await, expected);
            }
            house.set_status(of, HolderStatus::Active).await;
        }
        assert_eq!(find(house, &payer, CLIENT, "T1").await.expect("reads"), None);
        assert_eq!(holds(house, &payer, "USD").await, "10000+0");
        consult(house, &payer, &terms(OTHER, 10_000)).await.expect("would be taken on");
        assert_eq!(holds(house, &payer, "USD").await, "10000+0");
        assert_eq!(house.run_jobs().await, 0);
    });
}

#[test]
fn a_repeat_is_the_same_transfer_and_another_request_is_none() {
    for_each_house(async |house| {
        let (payer, payee) = quay(house).await;
        credit(house, &payee, "USD", "100").await;
        let made = create(house, &payer, new("T1", OTHER, 10_000)).await.expect("taken on");
        // Neither that there is nothing left nor that the payee left changes what was taken on.
        set_contract(house, &payee, Contract::Expired).await.expect("set");
        assert_eq!(create(house, &payer, new("T1", OTHER, 10_000)).await.expect("again"), made);
        set_contract(house, &payee, Contract::InForce).await.expect("set");
        let other_words = NewTransfer { request: "else".to_owned(), ..new("T1", OTHER, 10_000) };
        for (of, other) in [(&payer, new("T1", OTHER, 9_999)), (&payer, other_words)] {
            assert_eq!(refusal(create(house, of, other).await), TransferRefusal::Inconsistent);
        }
        let by_payee = NewTransfer { request: made.request.clone(), ..new("T1", CUSTOMER, 1) };
        assert_eq!(refusal(create(house, &payee, by_payee).await), TransferRefusal::Inconsistent);
        assert_eq!(find(house, &payee, CLIENT, "T1").await.expect("reads"), None, "it is not the payee's");
        assert_eq!(find(house, &payer, "another", "T1").await.expect("reads"), None);
        // Ids are compared as they are, and each client has its own.
        create(house, &payee, new("t1", CUSTOMER, 1)).await.expect("taken on");
        let of_another = NewTransfer { client_id: "another".to_owned(), ..new("T1", CUSTOMER, 2) };
        create(house, &payee, of_another).await.expect("taken on");
        assert_eq!(house.run_jobs().await, 3);
        assert_eq!(holds(house, &payer, "USD").await, "3+0");
        assert_eq!(holds(house, &payee, "USD").await, "19997+0");
    });
}

#[test]
fn a_number_that_is_none_finds_nothing() {
    for_each_house(async |house| {
        let (payer, _) = quay(house).await;
        let made = create(house, &payer, new("T1", OTHER, 1)).await.expect("taken on");
        let id = made.transfer_id.to_string();
        for text in ["", "0", "T1", &format!("+{id}"), &format!("0{id}"), "99999999999999999999"] {
            assert_eq!(by_id(house, text).await.expect("reads"), None, "{text}");
        }
        assert_eq!(by_id(house, &id).await.expect("reads"), Some(made));
        house.run_jobs().await;
    });
}
