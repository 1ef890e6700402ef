//! The audit names what somebody changed behind the ledger's back.

mod many;

use crate::{
    commands::{Post, account_of, assert_books_balance, deposit, fresh_id, transfer},
    raw,
};
use countinghouse_store::{
    Store,
    audit::{self, Difference},
};
use ledger::{AccountKey, Bucket, HolderId, HouseAccount, Journal, JournalKind, Millis, Wallet};
use money::{Amount, AssetCode};
use testkit::{Database, for_each_engine};

const FROZEN: &str = "INSERT INTO account VALUES ('c', 'FUNDING_WALLET', 'USDT', 'frozen', 5, 1, 1)";
const UNFROZEN: &str = "DELETE FROM account WHERE holder = 'c'";
const CONVERTED: &str = "INSERT INTO convert_order (holder, order_id, quote_id, status, wallet, from_asset, \
    from_amount, to_asset, to_amount, spread, ratio, inverse_ratio, created_at) VALUES \
    ('c', 1, 'q', 'SUCCESS', 'SPOT_WALLET', 'USDT', 5, 'BNB', 1, 0, '0.2', '5', 1)";
const UNFINISHED: &str = "INSERT INTO convert_order (holder, order_id, quote_id, status, wallet, from_asset, \
    from_amount, to_asset, to_amount, spread, ratio, inverse_ratio, created_at) VALUES \
    ('c', 1, 'q', 'PROCESS', 'SPOT_WALLET', 'USDT', 5, 'BNB', 1, 0, '0.2', '5', 1)";
const UNCONVERTED: &str = "DELETE FROM convert_order";
const REGAINED: &str = "INSERT INTO account VALUES ('b', 'FUNDING_WALLET', 'USDT', 'available', 40, 1, 1)";
const TRANSFERRED: &str = "INSERT INTO world_first_transfer (holder, transfer_id, client_id, request_id, request, \
    payee, asset, amount, status, created_at) VALUES \
    ('c', 1, 'client', 'r', '', 'd', 'USD', 5, 'SUCCESS', 1)";
const UNDER_WAY: &str = "INSERT INTO world_first_transfer (holder, transfer_id, client_id, request_id, request, \
    payee, asset, amount, status, created_at) VALUES \
    ('c', 1, 'client', 'r', '', 'd', 'USD', 5, 'PROCESSING', 1)";
const UNTRANSFERRED: &str = "DELETE FROM world_first_transfer";

/// What somebody does, what undoes it, and how the first difference must begin.
const TAMPERING: &[(&str, &str, &str)] = &[
    (
        "UPDATE account SET balance = balance + 1 WHERE holder = 'b'",
        "UPDATE account SET balance = balance - 1 WHERE holder = 'b'",
        "balance of b/",
    ),
    (
        "UPDATE account SET version = 9 WHERE holder = 'b'",
        "UPDATE account SET version = 1 WHERE holder = 'b'",
        "postings of b/",
    ),
    (
        "UPDATE posting SET amount = amount + 1 WHERE holder = 'b'",
        "UPDATE posting SET amount = amount - 1 WHERE holder = 'b'",
        "journal ",
    ),
    (
        "UPDATE house_posting SET amount = amount + 1",
        "UPDATE house_posting SET amount = amount - 1",
        "journal ",
    ),
    (
        "UPDATE posting SET balance = 101 WHERE holder = 'a' AND version = 1",
        "UPDATE posting SET balance = 100 WHERE holder = 'a' AND version = 1",
        "running balance of a/",
    ),
    (
        "DELETE FROM account WHERE holder = 'b'",
        REGAINED,
        "account b/FUNDING_WALLET/USDT/available, which is missing",
    ),
    (FROZEN, UNFROZEN, "frozen USDT of c in FUNDING_WALLET"),
    (UNFINISHED, UNCONVERTED, "frozen USDT of c in SPOT_WALLET"),
    (UNFINISHED, UNCONVERTED, "conversion 1 of c: journals convert_freeze at 1"),
    (CONVERTED, UNCONVERTED, "conversion 1 of c: journals convert_settle at 0"),
    (UNDER_WAY, UNTRANSFERRED, "frozen USD of c in NORMAL_BALANCE"),
    (UNDER_WAY, UNTRANSFERRED, "transfer 1 of c: journals transfer_freeze at 1 by client:client"),
    (TRANSFERRED, UNTRANSFERRED, "transfer 1 of c: journals transfer_settle at 0 by client:client"),
    (CONVERTED, UNCONVERTED, "conversion 1: postings of convert_settle to c/SPOT_WALLET/BNB/available"),
    (UNFINISHED, UNCONVERTED, "conversion 1: postings of convert_freeze to c/SPOT_WALLET/USDT/frozen"),
    (TRANSFERRED, UNTRANSFERRED, "transfer 1: postings of transfer_settle to d/NORMAL_BALANCE/USD/available"),
    (UNDER_WAY, UNTRANSFERRED, "transfer 1: postings of transfer_freeze to c/NORMAL_BALANCE/USD/frozen"),
];

#[test]
fn every_kind_of_tampering_is_named() {
    for_each_engine(async |database| {
        let store = database.store().await;
        let (a, b) = (account_of("a"), account_of("b"));
        store.commit(deposit(&a, 100, "start", 1)).await.expect("deposits");
        store.commit(transfer(&a, &b, 40)).await.expect("transfers");
        assert_books_balance(&store).await;
        for (tamper, repair, named) in TAMPERING {
            raw::execute(&database, tamper).await;
            let differences = audit::differences(&store).await.expect("reads");
            assert!(
                differences.iter().any(|found| found.what.starts_with(named)),
                "{tamper}: {differences:?}"
            );
            raw::execute(&database, repair).await;
            assert_books_balance(&store).await;
        }
    });
}

#[test]
fn an_exchange_and_its_journal_are_held_against_each_other() {
    for_each_engine(async |database| {
        let store = database.store().await;
        let exchange = "INSERT INTO world_first_exchange (holder, exchange_id, client_id, request_id, wallet, \
                        from_asset, from_amount, to_asset, to_amount, spread, ratio, inverse_ratio, base, done_at) \
                        VALUES ('c', 1, 'client', 'r', 'NORMAL_BALANCE', 'USD', 5, 'JPY', 7, 0, '1', '1', 'USD', 1)";
        raw::execute(&database, exchange).await;
        raw::execute(&database, "INSERT INTO journal VALUES ('c', 'exchange', '2', 900, 'test', 1)").await;
        let found = posted(&store).await;
        let mut told: Vec<_> =
            found.iter().map(|found| format!("{} {} {}", found.what, found.found, found.expected)).collect();
        told.sort_unstable();
        assert_eq!(
            told,
            [
                "exchange 1 of c: journals exchange at 1 by client:client 0 1",
                "exchange 1: postings of exchange to c/NORMAL_BALANCE/JPY/available 0 in smallest units 7",
                "exchange 1: postings of exchange to c/NORMAL_BALANCE/USD/available 0 in smallest units -5",
                "exchange 2 of c: journals exchange at 1 by test 1 0",
            ]
        );
    });
}

/// What is found about the journals and postings of business rows. These cases have rows without the events and jobs
/// that the house writes with them.
async fn posted(store: &Store) -> Vec<Difference> {
    let mut found = audit::differences(store).await.expect("reads");
    found.retain(|found| found.what.contains(": journals") || found.what.contains(": postings"));
    found
}

/// A journal of a holder, with these postings of US dollars and euros: account's holder, wallet, asset, bucket, units.
fn journal(owner: &str, kind: JournalKind, legs: &[(&str, Wallet, &str, Bucket, i64)]) -> Post {
    let holder = |id: &str| HolderId::new(id).expect("a holder id");
    let code = |code: &str| AssetCode::new(code).expect("a code");
    let mut journal =
        Journal::draft(&holder(owner), kind, fresh_id(), Millis::new(1)).about(7).by("client:client");
    for (of, wallet, asset, bucket, units) in legs {
        let key = AccountKey::new(&holder(of), *wallet, code(asset), *bucket);
        journal = journal.with(key, Amount::units(*units));
    }
    let sum = |asset: &str| legs.iter().filter(|leg| leg.2 == asset).map(|leg| leg.4).sum::<i64>();
    for asset in ["USD", "EUR"] {
        journal = journal.with_house(HouseAccount::External, code(asset), Amount::units(-sum(asset)));
    }
    Post(journal)
}

/// Asserts what is found after each of these, all of which is undone by the next.
async fn assert_named(database: &Database, store: &Store, cases: &[(&str, &str, &[&str])]) {
    assert_books_balance(store).await;
    for (tamper, repair, expected) in cases {
        raw::execute(database, tamper).await;
        let found = posted(store).await;
        let mut named: Vec<_> = found.iter().map(|found| found.what.as_str()).collect();
        named.sort_unstable();
        assert_eq!(named, *expected, "{tamper}");
        raw::execute(database, repair).await;
        assert_books_balance(store).await;
    }
}

const SETTLED: &str = "INSERT INTO world_first_transfer (holder, transfer_id, client_id, request_id, request, \
    payee, asset, amount, status, created_at, finished_at) VALUES \
    ('a', 7, 'client', 'r', '', 'b', 'USD', 30, 'SUCCESS', 1, 1)";

#[test]
fn a_settled_transfer_proves_amount_payee_and_that_it_is_there() {
    for_each_engine(async |database| {
        let store = database.store().await;
        let (available, frozen) = (Bucket::Available, Bucket::Frozen);
        let w = Wallet::NormalBalance;
        for post in [
            journal("a", JournalKind::Deposit, &[("a", w, "USD", available, 100)]),
            journal(
                "a",
                JournalKind::TransferFreeze,
                &[("a", w, "USD", available, -30), ("a", w, "USD", frozen, 30)],
            ),
            journal(
                "a",
                JournalKind::TransferSettle,
                &[("a", w, "USD", frozen, -30), ("b", w, "USD", available, 30)],
            ),
        ] {
            store.commit(post).await.expect("posts");
        }
        raw::execute(&database, SETTLED).await;
        let (payer, held, sent, payee) = (
            "transfer 7: postings of transfer_freeze to a/NORMAL_BALANCE/USD/available",
            "transfer 7: postings of transfer_freeze to a/NORMAL_BALANCE/USD/frozen",
            "transfer 7: postings of transfer_settle to a/NORMAL_BALANCE/USD/frozen",
            "transfer 7: postings of transfer_settle to b/NORMAL_BALANCE/USD/available",
        );
        let (freeze, settle) = (
            "transfer 7 of a: journals transfer_freeze at 1 by client:client",
            "transfer 7 of a: journals transfer_settle at 1 by client:client",
        );
        let cases: &[(&str, &str, &[&str])] = &[
            (
                "UPDATE world_first_transfer SET amount = 29",
                "UPDATE world_first_transfer SET amount = 30",
                &[payer, held, sent, payee],
            ),
            (
                "UPDATE world_first_transfer SET payee = 'd'",
                "UPDATE world_first_transfer SET payee = 'b'",
                &[payee, "transfer 7: postings of transfer_settle to d/NORMAL_BALANCE/USD/available"],
            ),
            ("DELETE FROM world_first_transfer", SETTLED, &[freeze, settle, payer, held, sent, payee]),
            (
                "DELETE FROM journal WHERE kind = 'transfer_settle'",
                "INSERT INTO journal VALUES ('a', 'transfer_settle', '7', 900, 'client:client', 1); \
                 UPDATE posting SET journal = 900 WHERE kind = 'transfer_settle'",
                &[settle],
            ),
        ];
        assert_named(&database, &store, cases).await;
    });
}

const EXECUTED: &str = "INSERT INTO convert_order (holder, order_id, quote_id, status, wallet, from_asset, \
    from_amount, to_asset, to_amount, spread, ratio, inverse_ratio, created_at, finished_at) VALUES \
    ('a', 7, 'q', 'SUCCESS', 'SPOT_WALLET', 'USD', 30, 'EUR', 20, 0, '0.2', '5', 1, 1)";

#[test]
fn a_settled_conversion_proves_amounts_assets_and_that_it_is_there() {
    for_each_engine(async |database| {
        let store = database.store().await;
        let (available, frozen, w) = (Bucket::Available, Bucket::Frozen, Wallet::Spot);
        for post in [
            journal("a", JournalKind::Deposit, &[("a", w, "USD", available, 100)]),
            journal(
                "a",
                JournalKind::ConvertFreeze,
                &[("a", w, "USD", available, -30), ("a", w, "USD", frozen, 30)],
            ),
            journal(
                "a",
                JournalKind::ConvertSettle,
                &[("a", w, "USD", frozen, -30), ("a", w, "EUR", available, 20)],
            ),
        ] {
            store.commit(post).await.expect("posts");
        }
        raw::execute(&database, EXECUTED).await;
        let (sold, held, bought, sent) = (
            "conversion 7: postings of convert_freeze to a/SPOT_WALLET/USD/available",
            "conversion 7: postings of convert_freeze to a/SPOT_WALLET/USD/frozen",
            "conversion 7: postings of convert_settle to a/SPOT_WALLET/EUR/available",
            "conversion 7: postings of convert_settle to a/SPOT_WALLET/USD/frozen",
        );
        let cases: &[(&str, &str, &[&str])] = &[
            (
                "UPDATE convert_order SET from_amount = 29",
                "UPDATE convert_order SET from_amount = 30",
                &[sold, held, sent],
            ),
            ("UPDATE convert_order SET to_amount = 21", "UPDATE convert_order SET to_amount = 20", &[bought]),
            (
                "UPDATE convert_order SET to_asset = 'BNB'",
                "UPDATE convert_order SET to_asset = 'EUR'",
                &["conversion 7: postings of convert_settle to a/SPOT_WALLET/BNB/available", bought],
            ),
            (
                "DELETE FROM convert_order",
                EXECUTED,
                &[
                    "conversion 7 of a: journals convert_freeze at 1",
                    "conversion 7 of a: journals convert_settle at 1",
                    sold,
                    held,
                    bought,
                    sent,
                ],
            ),
        ];
        assert_named(&database, &store, cases).await;
    });
}

#[test]
fn who_caused_a_holders_journals_is_told_once() {
    for_each_engine(async |database| {
        let store = database.store().await;
        let (a, b) = (account_of("a"), account_of("b"));
        for number in 0..3 {
            store.commit(deposit(&a, 100, &format!("deposit {number}"), 1)).await.expect("deposits");
        }
        store.commit(transfer(&a, &b, 40)).await.expect("transfers");
        assert_eq!(audit::actors(&store, "a").await.expect("reads"), ["test"]);
        assert_eq!(audit::actors(&store, "nobody").await.expect("reads"), [""; 0]);
    });
}
