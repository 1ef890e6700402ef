//! The audit names what somebody changed behind the ledger's back.

use crate::{
    commands::{account_of, assert_books_balance, deposit, transfer},
    raw,
};
use countinghouse_store::audit;
use testkit::for_each_engine;

#[test]
fn every_kind_of_tampering_is_named() {
    for_each_engine(async |database| {
        let store = database.store().await;
        let (a, b) = (account_of("a"), account_of("b"));
        store.commit(deposit(&a, 100, "start", 1)).await.expect("deposits");
        store.commit(transfer(&a, &b, 40)).await.expect("transfers");
        assert_books_balance(&store).await;
        let frozen = "INSERT INTO account VALUES ('c', 'FUNDING_WALLET', 'USDT', 'frozen', 5, 1, 1)";
        let unfrozen = "DELETE FROM account WHERE holder = 'c'";
        for (tamper, repair, named) in [
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
            (frozen, unfrozen, "frozen USDT of c"),
        ] {
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
