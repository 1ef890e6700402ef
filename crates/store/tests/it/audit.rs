//! The audit names what somebody changed behind the ledger's back.

use crate::{
    commands::{Post, account_of, assert_books_balance, deposit, fresh_id, transfer},
    raw,
};
use countinghouse_store::{Snapshot, Store, audit};
use ledger::{AccountKey, Bucket, HolderId, HouseAccount, Journal, JournalKind, Millis, Wallet};
use money::{Amount, AssetCode};
use std::time::{Duration, Instant};
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
    (UNFINISHED, UNCONVERTED, "journals of conversion 1 of c, PROCESS"),
    (CONVERTED, UNCONVERTED, "journals of conversion 1 of c, SUCCESS"),
    (UNDER_WAY, UNTRANSFERRED, "frozen USD of c in NORMAL_BALANCE"),
    (UNDER_WAY, UNTRANSFERRED, "journals of transfer 1 of c, PROCESSING"),
    (TRANSFERRED, UNTRANSFERRED, "journals of transfer 1 of c, SUCCESS"),
    (CONVERTED, UNCONVERTED, "postings of conversion 1 to c/SPOT_WALLET/BNB/available"),
    (UNFINISHED, UNCONVERTED, "postings of conversion 1 to c/SPOT_WALLET/USDT/frozen"),
    (TRANSFERRED, UNTRANSFERRED, "postings of transfer 1 to d/NORMAL_BALANCE/USD/available"),
    (UNDER_WAY, UNTRANSFERRED, "postings of transfer 1 to c/NORMAL_BALANCE/USD/frozen"),
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
        let found = audit::differences(&store).await.expect("reads");
        let mut told: Vec<_> =
            found.iter().map(|found| format!("{} {} {}", found.what, found.found, found.expected)).collect();
        told.sort_unstable();
        assert_eq!(
            told,
            [
                "journals of exchange 1 of c 0 1",
                "journals of exchange 2 of c, which is missing 1 0",
                "postings of exchange 1 to c/NORMAL_BALANCE/JPY/available 0 7",
                "postings of exchange 1 to c/NORMAL_BALANCE/USD/available 0 -5",
            ]
        );
    });
}

/// A journal of a holder, with these postings of US dollars and euros: account's holder, wallet, asset, bucket, units.
fn journal(kind: JournalKind, legs: &[(&str, Wallet, &str, Bucket, i64)]) -> Post {
    let holder = |id: &str| HolderId::new(id).expect("a holder id");
    let code = |code: &str| AssetCode::new(code).expect("a code");
    let mut journal = Journal::draft(&holder("a"), kind, fresh_id(), Millis::new(1)).about(7).by("test");
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
        let found = audit::differences(store).await.expect("reads");
        let mut named: Vec<_> = found.iter().map(|found| found.what.as_str()).collect();
        named.sort_unstable();
        assert_eq!(named, *expected, "{tamper}");
        raw::execute(database, repair).await;
        assert_books_balance(store).await;
    }
}

const SETTLED: &str = "INSERT INTO world_first_transfer (holder, transfer_id, client_id, request_id, request, \
    payee, asset, amount, status, created_at) VALUES \
    ('a', 7, 'client', 'r', '', 'b', 'USD', 30, 'SUCCESS', 1)";

#[test]
fn a_settled_transfer_proves_amount_payee_and_that_it_is_there() {
    for_each_engine(async |database| {
        let store = database.store().await;
        let (available, frozen) = (Bucket::Available, Bucket::Frozen);
        let w = Wallet::NormalBalance;
        for post in [
            journal(JournalKind::Deposit, &[("a", w, "USD", available, 100)]),
            journal(
                JournalKind::TransferFreeze,
                &[("a", w, "USD", available, -30), ("a", w, "USD", frozen, 30)],
            ),
            journal(
                JournalKind::TransferSettle,
                &[("a", w, "USD", frozen, -30), ("b", w, "USD", available, 30)],
            ),
        ] {
            store.commit(post).await.expect("posts");
        }
        raw::execute(&database, SETTLED).await;
        let (payer, payee) = (
            "postings of transfer 7 to a/NORMAL_BALANCE/USD/available",
            "postings of transfer 7 to b/NORMAL_BALANCE/USD/available",
        );
        let cases: &[(&str, &str, &[&str])] = &[
            (
                "UPDATE world_first_transfer SET amount = 29",
                "UPDATE world_first_transfer SET amount = 30",
                &[payer, payee],
            ),
            (
                "UPDATE world_first_transfer SET payee = 'd'",
                "UPDATE world_first_transfer SET payee = 'b'",
                &[payee, "postings of transfer 7 to d/NORMAL_BALANCE/USD/available"],
            ),
            (
                "DELETE FROM world_first_transfer",
                SETTLED,
                &["journals of transfer 7 of a, which is missing", payer, payee],
            ),
            (
                "DELETE FROM journal WHERE kind = 'transfer_settle'",
                "INSERT INTO journal VALUES ('a', 'transfer_settle', '7', 900, 'test', 1)",
                &["journals of transfer 7 of a, SUCCESS"],
            ),
        ];
        assert_named(&database, &store, cases).await;
    });
}

const EXECUTED: &str = "INSERT INTO convert_order (holder, order_id, quote_id, status, wallet, from_asset, \
    from_amount, to_asset, to_amount, spread, ratio, inverse_ratio, created_at) VALUES \
    ('a', 7, 'q', 'SUCCESS', 'SPOT_WALLET', 'USD', 30, 'EUR', 20, 0, '0.2', '5', 1)";

#[test]
fn a_settled_conversion_proves_amounts_assets_and_that_it_is_there() {
    for_each_engine(async |database| {
        let store = database.store().await;
        let (available, frozen, w) = (Bucket::Available, Bucket::Frozen, Wallet::Spot);
        for post in [
            journal(JournalKind::Deposit, &[("a", w, "USD", available, 100)]),
            journal(
                JournalKind::ConvertFreeze,
                &[("a", w, "USD", available, -30), ("a", w, "USD", frozen, 30)],
            ),
            journal(
                JournalKind::ConvertSettle,
                &[("a", w, "USD", frozen, -30), ("a", w, "EUR", available, 20)],
            ),
        ] {
            store.commit(post).await.expect("posts");
        }
        raw::execute(&database, EXECUTED).await;
        let (sold, bought) = (
            "postings of conversion 7 to a/SPOT_WALLET/USD/available",
            "postings of conversion 7 to a/SPOT_WALLET/EUR/available",
        );
        let cases: &[(&str, &str, &[&str])] = &[
            (
                "UPDATE convert_order SET from_amount = 29",
                "UPDATE convert_order SET from_amount = 30",
                &[sold],
            ),
            ("UPDATE convert_order SET to_amount = 21", "UPDATE convert_order SET to_amount = 20", &[bought]),
            (
                "UPDATE convert_order SET to_asset = 'BNB'",
                "UPDATE convert_order SET to_asset = 'EUR'",
                &["postings of conversion 7 to a/SPOT_WALLET/BNB/available", bought],
            ),
            (
                "DELETE FROM convert_order",
                EXECUTED,
                &["journals of conversion 7 of a, which is missing", bought, sold],
            ),
        ];
        assert_named(&database, &store, cases).await;
    });
}

/// Transfers and exchanges of one customer, as many as `3000` says, all settled.
const MANY: &[&str] = &[
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) \
     INSERT INTO journal SELECT 'a', 'exchange', CAST(i AS TEXT), 10000 + i, 'test', 1 FROM n",
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) \
     INSERT INTO posting SELECT 'a', 'NORMAL_BALANCE', 'EUR', 'available', i, 1, 2, 2 * i, 10000 + i, \
     'exchange', CAST(i AS TEXT) FROM n",
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) \
     INSERT INTO posting SELECT 'a', 'NORMAL_BALANCE', 'USD', 'available', 1 + i, 1, -1, 10000 - i, 10000 + i, \
     'exchange', CAST(i AS TEXT) FROM n",
    "INSERT INTO house_posting SELECT holder, journal, version, 'position', asset, -amount, 1 FROM posting \
     WHERE kind = 'exchange'",
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) \
     INSERT INTO world_first_exchange (holder, exchange_id, client_id, request_id, wallet, from_asset, from_amount, \
     to_asset, to_amount, spread, ratio, inverse_ratio, base, done_at) SELECT 'a', i, 'client', CAST(i AS TEXT), \
     'NORMAL_BALANCE', 'USD', 1, 'EUR', 2, 0, '2', '0.5', 'USD', 1 FROM n",
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) \
     INSERT INTO journal SELECT 'a', 'transfer_freeze', CAST(i AS TEXT), 20000 + i, 'test', 1 FROM n",
    "INSERT INTO journal SELECT holder, 'transfer_settle', reference, id + 10000, actor, at FROM journal \
     WHERE kind = 'transfer_freeze'",
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) \
     INSERT INTO posting SELECT 'a', 'NORMAL_BALANCE', 'USD', 'available', 3001 + i, 1, -1, 7000 - i, 20000 + i, \
     'transfer_freeze', CAST(i AS TEXT) FROM n",
    "INSERT INTO posting SELECT holder, wallet, asset, 'frozen', 2 * (version - 3001) - 1, 1, 1, 1, journal, kind, \
     reference FROM posting WHERE kind = 'transfer_freeze'",
    "INSERT INTO posting SELECT holder, wallet, asset, bucket, version + 1, 1, -1, 0, journal + 10000, \
     'transfer_settle', reference FROM posting WHERE kind = 'transfer_freeze' AND bucket = 'frozen'",
    "INSERT INTO posting SELECT 'b', wallet, asset, 'available', version / 2, 1, 1, version / 2, journal, kind, \
     reference FROM posting WHERE kind = 'transfer_settle'",
    "INSERT INTO world_first_transfer (holder, transfer_id, client_id, request_id, request, payee, asset, amount, \
     status, created_at) SELECT 'a', CAST(reference AS BIGINT), 'client', reference, '', 'b', 'USD', 1, 'SUCCESS', 1 \
     FROM journal WHERE kind = 'transfer_freeze'",
    "INSERT INTO account VALUES ('a', 'NORMAL_BALANCE', 'EUR', 'available', 6000, 3000, 1)",
    "INSERT INTO account VALUES ('a', 'NORMAL_BALANCE', 'USD', 'frozen', 0, 6000, 1)",
    "INSERT INTO account VALUES ('b', 'NORMAL_BALANCE', 'USD', 'available', 3000, 3000, 1)",
    "UPDATE account SET balance = 4000, version = 6001 WHERE balance = 10000",
];

/// Each check reads what there is about once, even where nothing is known of the tables, as after a restore: what
/// looked through one customer's postings for each of its transactions took a minute here.
#[test]
fn every_check_of_many_transactions_of_one_customer_is_quick() {
    for_each_engine(async |database| {
        let store = database.store().await;
        let usd = ("a", Wallet::NormalBalance, "USD", Bucket::Available, 10_000);
        store.commit(journal(JournalKind::Deposit, &[usd])).await.expect("posts");
        for sql in MANY {
            raw::execute(&database, sql).await;
        }
        let snapshot = Snapshot::open(database.location()).await.expect("opens");
        for check in audit::CHECKS {
            let begun = Instant::now();
            let found = audit::check(&snapshot, &check).await.expect("reads");
            assert!(found.is_empty(), "{}: {found:?}", check.what);
            let took = begun.elapsed();
            assert!(took < Duration::from_secs(4), "{} took {took:?}", check.what);
        }
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
