//! The ledger's proof: sums recomputed from the postings.

use crate::{
    Failure, Snapshot, Store,
    row::{FromRow, Row},
    tx::Read as _,
};

/// One thing that does not add up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What was compared: an account, a journal or an asset.
    pub what: String,
    /// What stands in the books.
    pub found: i64,
    /// What the postings say.
    pub expected: i64,
}

impl FromRow for Difference {
    fn from_row(row: &Row<'_>) -> Result<Self, Failure> {
        Ok(Self { what: row.get(0)?, found: row.get(1)?, expected: row.get(2)? })
    }
}

/// Balances that are not the sum of their postings.
const BALANCES: &str = "SELECT 'balance of ' || a.holder || '/' || a.wallet || '/' || a.asset || '/' || a.bucket, \
    a.balance, CAST(COALESCE(SUM(p.amount), 0) AS BIGINT) FROM account a \
    LEFT JOIN posting p ON p.holder = a.holder AND p.wallet = a.wallet AND p.asset = a.asset AND p.bucket = a.bucket \
    GROUP BY a.holder, a.wallet, a.asset, a.bucket, a.balance \
    HAVING a.balance <> CAST(COALESCE(SUM(p.amount), 0) AS BIGINT) LIMIT 20";

/// Accounts whose number of postings is not their version: a posting is missing.
const VERSIONS: &str = "SELECT 'postings of ' || a.holder || '/' || a.wallet || '/' || a.asset || '/' || a.bucket, \
    COUNT(p.version), a.version FROM account a \
    LEFT JOIN posting p ON p.holder = a.holder AND p.wallet = a.wallet AND p.asset = a.asset AND p.bucket = a.bucket \
    GROUP BY a.holder, a.wallet, a.asset, a.bucket, a.version HAVING COUNT(p.version) <> a.version LIMIT 20";

/// Postings to an account that is not there.
const ORPHANS: &str = "SELECT 'account ' || p.holder || '/' || p.wallet || '/' || p.asset || '/' || p.bucket || ', which is missing', \
    CAST(0 AS BIGINT), CAST(SUM(p.amount) AS BIGINT) FROM posting p WHERE NOT EXISTS (SELECT 1 FROM account a \
    WHERE a.holder = p.holder AND a.wallet = p.wallet AND a.asset = p.asset AND a.bucket = p.bucket) \
    GROUP BY p.holder, p.wallet, p.asset, p.bucket LIMIT 20";

/// Journals whose postings of an asset do not sum to zero.
const JOURNALS: &str = "SELECT 'journal ' || l.journal || ' in ' || l.asset, CAST(SUM(l.amount) AS BIGINT), \
    CAST(0 AS BIGINT) FROM (SELECT journal, asset, amount FROM posting \
    UNION ALL SELECT journal, asset, amount FROM house_posting) l \
    GROUP BY l.journal, l.asset HAVING SUM(l.amount) <> 0 LIMIT 20";

/// Postings whose running balance is not the one before plus the change.
const RUNNING: &str = "SELECT 'running balance of ' || p.holder || '/' || p.wallet || '/' || p.asset || '/' || p.bucket || ' at ' || p.version, \
    p.balance, p.amount + COALESCE(b.balance, 0) FROM posting p \
    LEFT JOIN posting b ON b.holder = p.holder AND b.wallet = p.wallet AND b.asset = p.asset \
    AND b.bucket = p.bucket AND b.version = p.version - 1 \
    WHERE p.balance <> p.amount + COALESCE(b.balance, 0) LIMIT 20";

/// What frozen money is not explained by the reserves of orders, their open splits, open conversions,
/// transfers under way and what was held outright.
const FROZEN: &str = "SELECT 'frozen ' || f.asset || ' of ' || f.holder || ' in ' || f.wallet, \
    CAST(SUM(f.frozen) AS BIGINT), CAST(SUM(f.held) AS BIGINT) FROM ( \
    SELECT holder, wallet, asset, balance AS frozen, 0 AS held FROM account WHERE bucket = 'frozen' \
    UNION ALL SELECT holder, 'FUNDING_WALLET', currency, 0, reserve_left FROM pay_order WHERE reserve_left > 0 \
    UNION ALL SELECT s.holder, 'FUNDING_WALLET', s.asset, 0, d.amount FROM pay_order o \
    JOIN split s ON s.holder = o.holder AND s.split_no = o.open_split \
    JOIN split_detail d ON d.holder = s.holder AND d.split_no = s.split_no AND d.status = 1 \
    UNION ALL SELECT holder, wallet, from_asset, 0, from_amount FROM convert_order WHERE status = 'PROCESS' \
    UNION ALL SELECT holder, 'NORMAL_BALANCE', asset, 0, amount FROM world_first_transfer WHERE status = 'PROCESSING' \
    UNION ALL SELECT holder, wallet, asset, 0, amount FROM posting WHERE bucket = 'frozen' AND kind = 'freeze') f \
    GROUP BY f.holder, f.wallet, f.asset HAVING SUM(f.frozen) <> SUM(f.held) LIMIT 20";

/// Conversions whose journals are not those that their status calls for: one freeze, and one settlement or
/// release once they are over.
const CONVERSIONS: &str = "SELECT 'journals of conversion ' || o.order_id || ' of ' || o.holder || ', ' || o.status, \
    CAST(SUM(CASE WHEN j.kind = 'convert_freeze' THEN 100 WHEN j.kind = 'convert_settle' THEN 10 \
    WHEN j.kind = 'convert_release' THEN 1 ELSE 0 END) AS BIGINT), \
    CAST(MAX(CASE o.status WHEN 'SUCCESS' THEN 110 WHEN 'FAIL' THEN 101 ELSE 100 END) AS BIGINT) \
    FROM convert_order o LEFT JOIN journal j ON j.holder = o.holder \
    AND j.kind IN ('convert_freeze', 'convert_settle', 'convert_release') \
    AND j.reference = CAST(o.order_id AS TEXT) GROUP BY o.holder, o.order_id, o.status \
    HAVING SUM(CASE WHEN j.kind = 'convert_freeze' THEN 100 WHEN j.kind = 'convert_settle' THEN 10 \
    WHEN j.kind = 'convert_release' THEN 1 ELSE 0 END) \
    <> MAX(CASE o.status WHEN 'SUCCESS' THEN 110 WHEN 'FAIL' THEN 101 ELSE 100 END) LIMIT 20";

/// Exchanges whose journal does not move what they say.
const EXCHANGES: &str = "SELECT 'sold in exchange ' || x.exchange_id || ' of ' || x.holder, \
    CAST(COALESCE(SUM(p.amount), 0) AS BIGINT), -x.from_amount FROM world_first_exchange x \
    LEFT JOIN journal j ON j.holder = x.holder AND j.kind = 'exchange' AND j.reference = CAST(x.exchange_id AS TEXT) \
    LEFT JOIN posting p ON p.holder = j.holder AND p.journal = j.id AND p.wallet = x.wallet \
    AND p.asset = x.from_asset AND p.bucket = 'available' GROUP BY x.holder, x.exchange_id, x.from_amount \
    HAVING CAST(COALESCE(SUM(p.amount), 0) AS BIGINT) <> -x.from_amount \
    UNION ALL SELECT 'bought in exchange ' || x.exchange_id || ' of ' || x.holder, \
    CAST(COALESCE(SUM(p.amount), 0) AS BIGINT), x.to_amount FROM world_first_exchange x \
    LEFT JOIN journal j ON j.holder = x.holder AND j.kind = 'exchange' AND j.reference = CAST(x.exchange_id AS TEXT) \
    LEFT JOIN posting p ON p.holder = j.holder AND p.journal = j.id AND p.wallet = x.wallet \
    AND p.asset = x.to_asset AND p.bucket = 'available' GROUP BY x.holder, x.exchange_id, x.to_amount \
    HAVING CAST(COALESCE(SUM(p.amount), 0) AS BIGINT) <> x.to_amount \
    UNION ALL SELECT 'exchange of journal ' || j.reference || ' of ' || j.holder, CAST(0 AS BIGINT), \
    CAST(1 AS BIGINT) FROM journal j WHERE j.kind = 'exchange' AND NOT EXISTS (SELECT 1 FROM world_first_exchange x \
    WHERE x.holder = j.holder AND CAST(x.exchange_id AS TEXT) = j.reference) LIMIT 20";

/// Transfers whose journals are not those that their status calls for: one freeze, and one settlement or release
/// once they are over.
const TRANSFERS: &str = "SELECT 'journals of transfer ' || t.transfer_id || ' of ' || t.holder || ', ' || t.status, \
    CAST(SUM(CASE WHEN j.kind = 'transfer_freeze' THEN 100 WHEN j.kind = 'transfer_settle' THEN 10 \
    WHEN j.kind = 'transfer_release' THEN 1 ELSE 0 END) AS BIGINT), \
    CAST(MAX(CASE t.status WHEN 'SUCCESS' THEN 110 WHEN 'FAIL' THEN 101 ELSE 100 END) AS BIGINT) \
    FROM world_first_transfer t LEFT JOIN journal j ON j.holder = t.holder \
    AND j.kind IN ('transfer_freeze', 'transfer_settle', 'transfer_release') \
    AND j.reference = CAST(t.transfer_id AS TEXT) GROUP BY t.holder, t.transfer_id, t.status \
    HAVING SUM(CASE WHEN j.kind = 'transfer_freeze' THEN 100 WHEN j.kind = 'transfer_settle' THEN 10 \
    WHEN j.kind = 'transfer_release' THEN 1 ELSE 0 END) \
    <> MAX(CASE t.status WHEN 'SUCCESS' THEN 110 WHEN 'FAIL' THEN 101 ELSE 100 END) LIMIT 20";

/// One of the ways in which the books must add up.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// What is compared with what, in a few words.
    pub what: &'static str,
    sql: &'static str,
}

/// All of them. Each reads much or all of the ledger.
pub const CHECKS: [Check; 9] = [
    Check { what: "balances against postings", sql: BALANCES },
    Check { what: "accounts against the number of their postings", sql: VERSIONS },
    Check { what: "postings against accounts", sql: ORPHANS },
    Check { what: "journals against zero", sql: JOURNALS },
    Check { what: "running balances", sql: RUNNING },
    Check { what: "frozen money against what froze it", sql: FROZEN },
    Check { what: "conversions against their journals", sql: CONVERSIONS },
    Check { what: "exchanges against their journals", sql: EXCHANGES },
    Check { what: "transfers against their journals", sql: TRANSFERS },
];

/// What one check finds in a snapshot, at most 20 differences.
///
/// # Errors
/// When the database fails, or its schema is not up to date.
pub async fn check(snapshot: &Snapshot, check: &Check) -> Result<Vec<Difference>, Failure> {
    snapshot.query(check.sql, &[]).await
}

/// Recomputes the books and names what does not add up: at most 20 differences of each kind. Reads
/// everything, on connections of its own, so that it sees the file as it is even when something other than
/// this program has changed it; on a database that is being written to, a difference may be a change between
/// two reads.
///
/// # Errors
/// When the database fails.
pub async fn differences(store: &Store) -> Result<Vec<Difference>, Failure> {
    let mut found = Vec::new();
    for check in CHECKS {
        found.extend(store.query_at_length::<Difference>(check.sql, &[]).await?);
    }
    Ok(found)
}

/// Who caused a holder's journals, each once and in order: the holder's keys, service providers that acted for
/// it, operators and jobs. Reads all of the holder's journals.
///
/// # Errors
/// When the database fails.
pub async fn actors(store: &Store, holder: &str) -> Result<Vec<String>, Failure> {
    let sql = "SELECT DISTINCT actor FROM journal WHERE holder = $1 ORDER BY actor";
    store.query_at_length(sql, &[&holder]).await
}
