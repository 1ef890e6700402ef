//! The audit names what somebody changed behind the ledger's back.

use crate::{
    commands::{account_of, assert_books_balance, deposit, transfer},
    raw,
};
use countinghouse_store::audit;
use testkit::for_each_engine;

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
                "bought in exchange 1 of c 0 7",
                "exchange of journal 2 of c 0 1",
                "sold in exchange 1 of c 0 -5"
            ]
        );
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
