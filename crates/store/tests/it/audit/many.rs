//! Many transactions of one holder, and how long each check takes on them.

use super::journal;
use crate::raw;
use countinghouse_store::{Snapshot, audit};
use ledger::{Bucket, JournalKind, Wallet};
use std::time::{Duration, Instant};
use testkit::for_each_engine;

/// Transfers and exchanges of customer a, as many as `3000` says, all settled; it has 10,000 to begin with.
const OF_CUSTOMER: &[&str] = &[
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) \
     INSERT INTO journal SELECT 'a', 'exchange', CAST(i AS TEXT), 10000 + i, 'client:client', 1 FROM n",
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
     to_asset, to_amount, spread, ratio, inverse_ratio, base, done_at, asked_from) SELECT 'a', i, 'client', CAST(i AS TEXT), \
     'NORMAL_BALANCE', 'USD', 1, 'EUR', 2, 0, '2', '0.5', 'USD', 1, 1 FROM n",
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) \
     INSERT INTO journal SELECT 'a', 'transfer_freeze', CAST(i AS TEXT), 20000 + i, 'client:client', 1 FROM n",
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
     status, created_at, finished_at) SELECT 'a', CAST(reference AS BIGINT), 'client', reference, '', 'b', 'USD', 1, \
     'SUCCESS', 1, 1 \
     FROM journal WHERE kind = 'transfer_freeze'",
    "INSERT INTO account VALUES ('a', 'NORMAL_BALANCE', 'EUR', 'available', 6000, 3000, 1)",
    "INSERT INTO account VALUES ('a', 'NORMAL_BALANCE', 'USD', 'frozen', 0, 6000, 1)",
    "INSERT INTO account VALUES ('b', 'NORMAL_BALANCE', 'USD', 'available', 3000, 3000, 1)",
    "UPDATE account SET balance = 4000, version = 6001 WHERE balance = 10000",
    "INSERT INTO event SELECT holder, 2, exchange_id, 'exchange.finished', CAST(exchange_id AS TEXT), done_at \
     FROM world_first_exchange",
    "INSERT INTO event SELECT holder, 3, transfer_id, 'transfer.created', CAST(transfer_id AS TEXT), created_at \
     FROM world_first_transfer",
    "INSERT INTO event SELECT holder, 4, transfer_id, 'transfer.finished', CAST(transfer_id AS TEXT), finished_at \
     FROM world_first_transfer",
    "INSERT INTO event SELECT payee, 5, transfer_id, 'transfer.received', CAST(transfer_id AS TEXT), finished_at \
     FROM world_first_transfer",
];

/// Splits of one order of merchant m, as many, each with a detail that was paid to r and given back. The payer p has
/// paid the order of 3,000.
const OF_MERCHANT: &[&str] = &[
    "INSERT INTO binance_account VALUES ('8', 'p')",
    "INSERT INTO binance_account VALUES ('9', 'r')",
    "INSERT INTO pay_order (holder, prepay_id, merchant_trade_no, status, trade_type, currency, amount, product_type, \
     product_name, link_token, created_at, expire_at, profit_sharing, payer, transaction_id, open_user_id, paid_at, fee, \
     split_limit, reserve_left, reserve_released) VALUES ('m', 7, '7', 'PAID', 'WEB', 'USD', 3000, '01', 'Ice', 'l', 1, \
     2, TRUE, '8', 't', 'o', 1, 0, 3000, 3000, FALSE)",
    "INSERT INTO event VALUES ('m', 6, 0, 'order.created', '7', 1)",
    "INSERT INTO event VALUES ('m', 6, 1, 'order.paid', '7', 1)",
    "INSERT INTO job VALUES ('m', 'release_reserve', '7', 9, 0, FALSE, NULL, NULL, 1, 'short')",
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) \
     INSERT INTO split SELECT 'm', CAST(i AS TEXT), 40000 + i, 7, 'USD', 2, 1, 1, 'test' FROM n",
    "INSERT INTO split_detail SELECT holder, split_no, 0, split_no + 10000, '9', 1, '', NULL, 2, NULL, 1, 1 FROM split",
    "INSERT INTO split_return SELECT holder, merchant_request_id, split_no + 20000, prepay_id, split_no, \
     merchant_request_id, '9', asset, 1, '', 2, NULL, 1 FROM split",
    "INSERT INTO journal SELECT holder, 'split_detail', CAST(detail_no AS TEXT), detail_no, 'test', 1 FROM split_detail",
    "INSERT INTO journal SELECT holder, 'split_return', CAST(return_no AS TEXT), return_no, 'test', 1 FROM split_return",
    "INSERT INTO posting SELECT 'm', 'FUNDING_WALLET', 'USD', 'frozen', split_no - 39999, 1, -1, 43000 - split_no, \
     detail_no, 'split_detail', CAST(detail_no AS TEXT) FROM split_detail",
    "INSERT INTO posting SELECT 'r', 'FUNDING_WALLET', 'USD', 'available', split_no - 40000, 1, 1, split_no - 40000, \
     detail_no, 'split_detail', CAST(detail_no AS TEXT) FROM split_detail",
    "INSERT INTO posting SELECT 'm', 'FUNDING_WALLET', 'USD', 'frozen', split_no - 36999, 1, 1, split_no - 40000, \
     return_no, 'split_return', CAST(return_no AS TEXT) FROM split_return",
    "INSERT INTO posting SELECT 'r', 'FUNDING_WALLET', 'USD', 'available', split_no - 37000, 1, -1, 43000 - split_no, \
     return_no, 'split_return', CAST(return_no AS TEXT) FROM split_return",
    "UPDATE account SET balance = 3000, version = 6001 WHERE holder = 'm' AND bucket = 'frozen'",
    "INSERT INTO account VALUES ('r', 'FUNDING_WALLET', 'USD', 'available', 0, 6000, 1)",
    "INSERT INTO event SELECT holder, 7, split_no, 'split.submitted', CAST(split_no AS TEXT), created_at FROM split",
    "INSERT INTO event SELECT holder, 8, split_no, 'split.finished', CAST(split_no AS TEXT), finished_at FROM split",
    "INSERT INTO event SELECT holder, 9, return_no, 'split.returned', CAST(return_no AS TEXT), finished_at \
     FROM split_return",
];

/// Whose account it moves, by how much.
type Leg = (&'static str, Wallet, &'static str, Bucket, i64);

/// Each check reads what there is about once, even where nothing is known of the tables, as after a restore: what
/// looked through one holder's postings for each of its transactions took a minute here.
#[test]
fn every_check_of_many_transactions_of_one_holder_is_quick() {
    for_each_engine(async |database| {
        let store = database.store().await;
        let (available, frozen) = (Bucket::Available, Bucket::Frozen);
        let posts: [(&str, JournalKind, &[Leg]); 3] = [
            ("a", JournalKind::Deposit, &[("a", Wallet::NormalBalance, "USD", available, 10_000)]),
            ("p", JournalKind::Deposit, &[("p", Wallet::Funding, "USD", available, 3_000)]),
            (
                "m",
                JournalKind::OrderPayment,
                &[
                    ("p", Wallet::Funding, "USD", available, -3_000),
                    ("m", Wallet::Funding, "USD", frozen, 3_000),
                ],
            ),
        ];
        for (owner, kind, legs) in posts {
            store.commit(journal(owner, kind, legs)).await.expect("posts");
        }
        let deposited = "INSERT INTO event SELECT holder, 1, 0, 'deposit.posted', reference, at FROM journal \
                         WHERE kind = 'deposit'";
        for sql in OF_CUSTOMER.iter().chain([&deposited]).chain(OF_MERCHANT) {
            raw::execute(&database, sql).await;
        }
        let snapshot = Snapshot::open(database.location()).await.expect("opens");
        for check in audit::checks() {
            let begun = Instant::now();
            let found = audit::check(&snapshot, check).await.expect("reads");
            assert!(found.is_empty(), "{}: {found:?}", check.what);
            let took = begun.elapsed();
            assert!(took < Duration::from_secs(4), "{} took {took:?}", check.what);
        }
    });
}
